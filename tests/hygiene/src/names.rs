//! Layers called as Rust's words and by numbers, and names that meet nothing of the generated code's own.

brt::head! {
    crate = ::brt;

    /// Every name here is a word of Rust's or a number.
    pub head Keywords {
        labels self, r, type, fn;
        input pooled;
        self: linear hidden -> 8;
        match: gelu;
        classifier.0: linear 8 -> 8;
        classifier.1: dropout;
        classifier.2.0: linear 8 -> 8;
        super { crate { dyn: linear 8 -> 8 } }
        let impl = { linear 8 -> 8 }
        let async = { linear 8 -> 8 }
        add impl, async;
        type: linear 8 -> labels;
        output struct;
        loss cross_entropy;
    }

    /// The same layers as the head after it.
    pub head First { input pooled; dense: linear hidden -> 4; classifier: linear 4 -> 2 }

    /// The same layers as the head before it.
    pub head Second { input pooled; dense: linear hidden -> 4; classifier: linear 4 -> 2 }

    /// Names of the generated code's own variables.
    pub head Own {
        given b: features 2;
        input pooled;
        let cx = { x: linear hidden -> 2 }
        let encoded = { outputs: linear hidden -> 2 }
        let parts = { p: linear hidden -> 2 }
        let targets = { reading: linear hidden -> 2 }
        let purpose = { hidden: linear hidden -> 2 }
        concat b, cx, encoded, parts, targets, purpose;
        decoded: linear -> 2;
        output outputs;
        loss mse;
        input tokens;
        x: linear hidden -> 2;
        output parts;
        loss mse;
    }
}

#[allow(non_snake_case)]
mod 型 {
    brt::head! {
        crate = ::brt;

        pub(super) head Überblick {
            labels größe, 色, "größer als";
            input pooled;
            schätzung: linear hidden -> labels;
            loss cross_entropy;
        }
    }
}

/// A name that is not ASCII.
#[must_use]
pub const fn overview() -> &'static str {
    <型::Überblick as brt::Task>::NAME
}
