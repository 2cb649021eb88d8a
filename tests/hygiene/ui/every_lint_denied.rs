//! Every group of lints that a strict crate denies.
#![deny(missing_docs, warnings, future_incompatible, nonstandard_style, rust_2018_idioms, rust_2021_compatibility)]
#![deny(let_underscore, unused, missing_copy_implementations, missing_debug_implementations, single_use_lifetimes)]
#![deny(trivial_casts, trivial_numeric_casts, unreachable_pub, unused_import_braces, unused_lifetimes, unused_qualifications)]
#![deny(unused_results, variant_size_differences, unit_bindings, elided_lifetimes_in_paths, explicit_outlives_requirements)]
#![forbid(unsafe_code)]

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
#[derive(Debug, Clone, Copy, brt::BertHead)]
#[head("input tokens; qa_outputs: linear hidden -> 2; split start, end; loss span;", crate = ::brt)]
pub struct Answers;

#[derive(Debug, Clone, Copy)]
pub struct Undocumented;

fn main() {}
