//! `crf`: labels that follow one another.

use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::explain::Cost;
use crate::ir::Init;
use crate::tree::Module;
use crate::shape::Type;
use crate::manual::Manual;

/// Scores of how labels follow one another (Lafferty et al. 2001): the values pass as they are, for `loss crf` and `viterbi`.
#[derive(Debug, Clone, PartialEq)]
pub struct Crf;

pub(super) const ROW: Row = Row {
    words: &["crf"],
    block: false,
    read,
    manual: Manual {
        arguments: &[],
        about: "A conditional random field's scores of which label starts, ends and follows another (Lafferty et al. 2001). The values \
            pass as they are; `loss crf` and `decode viterbi` read them together with these scores. Neither layer nor loss stands \
            without the other.",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
classifier: linear hidden -> labels;
crf;
loss crf;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    Some(Layer::Crf(Crf))
}

impl Room for Crf {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        match (at.one_layer(input) && at.tokens(input), at.feature(input)) {
            (true, Some(_)) => input.clone(),
            _ => Type::Unknown,
        }
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let labels = input.feature().map_or_else(Dim::hidden, |feature| feature.size.clone());
        vec![
            Weight::new("start_transitions", vec![labels.clone()], Init::Uniform(0.1)),
            Weight::new("end_transitions", vec![labels.clone()], Init::Uniform(0.1)),
            Weight::new("transitions", vec![labels.clone(), labels], Init::Uniform(0.1)),
        ]
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let [start, end, transitions] = ["start_transitions", "end_transitions", "transitions"].map(|name| build.weight(name));
        Rust { ty: build.ty("Crf"), new: quote!(p::Crf::new(#start, #end, #transitions)) }
    }

    fn cost(&self, _input: &Type) -> Option<Cost> {
        Some(Cost::of_row(Dim::number(0)))
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        Some(Module::leaf("Crf()"))
    }

    fn explain(&self) -> String {
        "scores how labels follow one another, so that the labels of a text are chosen together".to_owned()
    }
}
