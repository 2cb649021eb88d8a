//! Macros called as those of the standard library.
#![deny(missing_docs, warnings)]

macro_rules! refuse {
    ($($name:ident)*) => { $(
        #[allow(unused_macros)]
        macro_rules! $name {
            () => { compile_error!("this is not the standard library's") };
        }
    )* };
}

refuse! { vec format matches assert panic write }

brt::head! {
    crate = ::brt;

    /// Good or bad?
    pub head Sentiment {
        labels negative, positive;
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// Two outputs, with numbers beside the text.
    pub head Assistant {
        labels intent = flight, airfare;
        labels slot = "O", "B-city", "I-city";
        given when: features 3;
        input cls;
        let whole = {}
        concat whole, when;
        linear -> intent;
        output intent;
        loss cross_entropy;
        input tokens;
        residual { down: linear hidden -> 4; relu; up: linear 4 -> hidden; }
        linear hidden -> slot;
        crf;
        output slots;
        loss crf;
    }
}

/// A head in a string.
#[derive(Debug, brt::BertHead)]
#[head("input tokens; qa_outputs: linear hidden -> 2; split start, end; loss span;", crate = ::brt)]
pub struct Answers;

pub struct Undocumented;

fn main() {}
