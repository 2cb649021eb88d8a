//! `scale S`, `scale learned`: times a number.

use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::ir::Init;
use crate::tree::Module;
use crate::shape::Type;
use crate::manual::{Argument, Manual};

/// Every number times one factor.
#[derive(Debug, Clone, PartialEq)]
pub struct Scale {
    /// The factor; a parameter that starts at 1 where it is learned.
    pub factor: Option<f64>,
}

pub(super) const ROW: Row = Row {
    words: &["scale"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("S", "the factor"),
            Argument::flag("learned", "whether the factor is a parameter that starts at 1").instead(),
        ],
        about: "Every number times one factor, which is written or learned.",
        example: "\
input pooled;
linear hidden -> 1;
squeeze;
scale learned;
loss mse;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let errors = arguments.cx.errors();
    let factor = arguments.number().map(|factor| factor.node);
    if factor.is_none() && !arguments.flag("learned", false) {
        if arguments.cx.errors() == errors {
            arguments.missing("a number or `learned`");
        }
        return None;
    }
    Some(Layer::Scale(Scale { factor }))
}

impl Room for Scale {
    fn infer(&self, _at: &mut At<'_, '_>, input: &Type) -> Type {
        input.clone()
    }

    fn weights(&self, _input: &Type) -> Vec<Weight> {
        match self.factor {
            Some(_) => Vec::new(),
            None => vec![Weight::new("weight", vec![Dim::number(1)], Init::Ones)],
        }
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let new = match self.factor {
            Some(factor) => quote!(p::Scale::fixed(#factor)),
            None => {
                let weight = build.weight("weight");
                quote!(p::Scale::learned(#weight))
            }
        };
        Rust { ty: build.ty("Scale"), new }
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        self.factor.is_none().then(|| Module::leaf("Scale()"))
    }

    fn explain(&self) -> String {
        match self.factor {
            Some(factor) => format!("multiplies every number by {factor}"),
            None => "multiplies every number by one learned factor".to_owned(),
        }
    }
}
