//! `linear A->B`: the feature axis goes through a matrix.

use super::{At, Layer, Naming, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::{Dim, Symbol};
use crate::emit::{Build, quote};
use crate::ir::Init;
use crate::tree::Module;
use crate::shape::{Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// A matrix on the feature axis, and a bias.
#[derive(Debug, Clone, PartialEq)]
pub struct Linear {
    /// The size that it takes, if it is written.
    pub from: Option<Spanned<Feature>>,
    /// The size that it gives.
    pub to: Spanned<Feature>,
    /// Whether it has a bias.
    pub bias: bool,
    /// Whether its matrix is the encoder's word embeddings.
    pub tied: bool,
}

pub(super) const ROW: Row = Row {
    words: &["linear"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("[FROM] -> TO", "the sizes of the feature axis before and after; FROM is read from the value where it is left out").of(Takes::Sizes),
            Argument::key("bias", "false", "whether a learned number is added to each feature").or("true"),
            Argument::key("tied", "word_embeddings", "whose matrix it shares: the encoder's word embeddings, with `vocab` as TO").or("a matrix of its own"),
        ],
        about: "y = W x + b on the feature axis, whatever the other axes are, as PyTorch's `Linear`. With `tied=word_embeddings` the \
            matrix is the encoder's own, and the bias is called `bias` in the enclosing scope, as BERT's masked language model has \
            it (Devlin et al. 2019, https://arxiv.org/abs/1810.04805).",
        example: "\
labels negative, positive;
input pooled;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let (from, to) = arguments.arrow()?;
    let bias = arguments.flag("bias", true);
    let tied = match arguments.word_of("tied") {
        Some(word) if word.node == "word_embeddings" => tied_size(arguments, &to).then_some(true)?,
        Some(word) => {
            arguments.error(Code::BadArgument, word.span, format!("a weight cannot be tied to `{}`", word.node));
            return None;
        }
        None => false,
    };
    Some(Layer::Linear(Linear { from, to, bias, tied }))
}

fn tied_size(arguments: &mut Arguments<'_, '_>, to: &Spanned<Feature>) -> bool {
    let fits = to.size == Dim::symbol(Symbol::Vocab);
    if !fits {
        let message = format!("the word embeddings have a row a word of the vocabulary, and this gives {}", to.size);
        arguments.cx.report(Diagnostic::new(Code::SizeMismatch, to.span, message).help("write `linear hidden -> vocab, tied=word_embeddings`"));
    }
    fits
}

impl Linear {
    fn takes(&self, input: &Type) -> Dim {
        let found = input.feature().map(|feature| feature.size.clone());
        self.from.as_ref().map(|from| from.size.clone()).or(found).unwrap_or_else(Dim::hidden)
    }
}

impl Room for Linear {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let Some(feature) = at.feature(input) else { return Type::Unknown };
        if let Some(from) = &self.from {
            at.size(feature, &from.size, from.span);
        }
        if self.tied && let Err((found, _)) = at.cx.require(&feature.size, &Dim::hidden(), at.span) {
            let message = format!("the word embeddings are `hidden` wide, and this value has {found} features");
            let help = "bring the value to `hidden` features first: `linear -> hidden;`";
            at.cx.report(Diagnostic::new(Code::SizeMismatch, at.span, message).help(help));
        }
        at.cx.makes(self.to.span);
        at.cx.check_elements(&[self.to.size.clone(), self.takes(input)], at.span);
        input.with_feature(Some(self.to.node.clone()))
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let to = self.to.size.clone();
        let weight = Weight::new("weight", vec![to.clone(), self.takes(input)], Init::Normal);
        let bias = Weight::new("bias", vec![to], Init::Zeros);
        match (self.tied, self.bias) {
            (true, true) => vec![weight.named(Naming::TiedToWordEmbeddings), bias.named(Naming::Enclosing)],
            (true, false) => vec![weight.named(Naming::TiedToWordEmbeddings)],
            (false, true) => vec![weight, bias],
            (false, false) => vec![weight],
        }
    }

    fn is_row_wise(&self) -> bool {
        true
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let weight = build.weight("weight");
        let bias = if self.bias { build.some(build.weight("bias")) } else { build.none() };
        Rust { ty: build.ty("Linear"), new: quote!(p::Linear::new(#weight, #bias)) }
    }

    fn module(&self, input: &Type) -> Option<Module> {
        Some(Module::linear(&self.takes(input), &self.to.size, self.bias))
    }

    fn explain(&self) -> String {
        let tied = if self.tied { ", with the encoder's word embeddings as its matrix" } else { "" };
        format!("multiplies the features by a matrix, for {} new ones{tied}", self.to.size)
    }
}
