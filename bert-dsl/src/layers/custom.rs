//! `crate::path::Layer A->B, key=value`: a layer of the user's own.

use super::{At, Layer, Room, Row, Rust};
use crate::check::Arguments;
use crate::codes::Code;
use crate::emit::{Build, Fragment, quote};
use crate::explain::Cost;
use crate::tree::Module;
use crate::shape::{Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// A Rust type that implements the runtime's trait for layers.
#[derive(Debug, Clone, PartialEq)]
pub struct Custom {
    /// Its path.
    pub path: Spanned<String>,
    /// The size that it takes, if it is written.
    pub from: Option<Spanned<Feature>>,
    /// The size that it gives.
    pub to: Spanned<Feature>,
    /// What else it is told.
    pub settings: Vec<(String, Setting)>,
}

/// The value of a key.
#[derive(Debug, Clone, PartialEq)]
pub enum Setting {
    /// A number.
    Number(f64),
    /// A word or a text.
    Text(String),
    /// Yes or no.
    Flag(bool),
}

/// It has no word of its own: any path with `::` is one.
pub(super) const ROW: Row = Row {
    words: &[],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("[FROM] -> TO", "the sizes of the feature axis before and after").of(Takes::Sizes),
            Argument::place("key=value, ..", "what the layer itself wants to be told: numbers, words, texts").or("nothing"),
        ],
        about: "A Rust type of your own that implements the runtime's `CustomLayer`: any path whose last segment is a type. It is \
            named by that segment in snake case, and brings its own parameters.",
        example: "\
labels negative, positive;
input pooled;
crate::layers::Highway hidden -> hidden;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let path = arguments.word().clone();
    let last = path.node.rsplit("::").next().unwrap_or_default();
    if !last.starts_with(char::is_uppercase) {
        arguments.error(Code::BadName, path.span, format!("a layer of your own is a type, and `{last}` is not written as one"));
        return None;
    }
    let (from, to) = arguments.arrow()?;
    let settings = arguments.settings()?;
    Some(Layer::Custom(Custom { path, from, to, settings }))
}

impl Room for Custom {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let Some(feature) = at.feature(input) else { return Type::Unknown };
        if let Some(from) = &self.from {
            at.size(feature, &from.size, from.span);
        }
        at.cx.makes(self.to.span);
        input.with_feature(Some(self.to.node.clone()))
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (ty, path) = (build.user_type(&self.path), build.path());
        let (from, to) = (build.input_size(), build.size(&self.to.size));
        let settings = self.settings.iter().map(|(key, setting)| {
            let value: Fragment = match setting {
                Setting::Number(number) => quote!(p::Setting::Number(#number)),
                Setting::Text(text) => quote!(p::Setting::Text(#text)),
                Setting::Flag(flag) => quote!(p::Setting::Flag(#flag)),
            };
            quote!((#key, #value))
        });
        let new = quote!(<#ty as p::CustomLayer>::bind(&mut b.custom(#path, #from, #to, &[#(#settings),*])));
        Rust { ty: quote!(#ty), new }
    }

    fn cost(&self, _input: &Type) -> Option<Cost> {
        None
    }

    fn module(&self, _input: &Type) -> Option<Module> {
        Some(Module::leaf(format!("{}()", self.path.rsplit("::").next().unwrap_or_default())))
    }

    fn explain(&self) -> String {
        format!("runs your own layer `{}`", self.path.node)
    }
}
