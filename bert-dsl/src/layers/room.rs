//! What every layer's room offers.

use super::Form;
use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Build, Fragment};
use crate::explain::Cost;
use crate::ir::{Init, Operand, Row};
use crate::shape::{Axis, Feature, Type};
use crate::source::{Span, Spanned};
use crate::tree::Module;

/// A layer's own rules.
pub(crate) trait Room {
    /// The axes of its result; errors go to `at`. For a layer with a block, `input` is the block's result and `at.outer` what it was given.
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type;

    /// Its parameters, for an input of these axes.
    fn weights(&self, _input: &Type) -> Vec<Weight> {
        Vec::new()
    }

    /// The named values that it combines.
    fn operands(&self) -> &[Spanned<Operand>] {
        &[]
    }

    /// Whether a row of its result depends on that row of its input alone.
    fn is_row_wise(&self) -> bool;

    /// The one row of each text that it reads, where it reads no other.
    fn reads_row(&self) -> Option<Row> {
        None
    }

    /// Whether evaluation may pass it by: it gives what it is given, or runs its block once.
    fn is_training_only(&self) -> bool {
        false
    }

    /// How it is called in Rust.
    fn form(&self) -> Form {
        Form::Unary
    }

    /// Its type in Rust, and the expression that makes it.
    fn rust(&self, build: &Build<'_>) -> Rust;

    /// What it costs on an input of these axes; `None` where that is not known.
    fn cost(&self, input: &Type) -> Option<Cost> {
        Cost::of_matrices(&self.weights(input)).ok()
    }

    /// How PyTorch prints it, for an input of these axes; `None` for what PyTorch has no module for, such as `squeeze`.
    fn module(&self, _input: &Type) -> Option<Module> {
        None
    }

    /// What it does, as a sentence without its full stop.
    fn explain(&self) -> String;
}

/// A layer in Rust.
pub(crate) struct Rust {
    /// Its type.
    pub ty: Fragment,
    /// The expression that makes it.
    pub new: Fragment,
}

/// A parameter, as the layer knows it.
pub(crate) struct Weight {
    /// `weight`, `bias`, `self_attn.in_proj_weight`.
    pub name: String,
    pub shape: Vec<Dim>,
    pub init: Init,
    /// How its name in a checkpoint comes about.
    pub naming: Naming,
}

/// How a parameter's name in a checkpoint comes about.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Naming {
    /// `layer.name`.
    Own,
    /// `layer.name`, or the encoder's word embeddings.
    TiedToWordEmbeddings,
    /// `name` in the enclosing scope; `layer.name` is read too.
    Enclosing,
}

impl Weight {
    pub fn new(name: impl Into<String>, shape: Vec<Dim>, init: Init) -> Self {
        Self { name: name.into(), shape, init, naming: Naming::Own }
    }

    pub fn named(self, naming: Naming) -> Self {
        Self { naming, ..self }
    }
}

/// Where a layer stands, for its rule of axes.
pub(crate) struct At<'c, 'a> {
    pub cx: &'c mut Checker<'a>,
    /// The layer's word with its arguments.
    pub span: Span,
    /// What a layer with a block was given.
    pub outer: Type,
}

impl At<'_, '_> {
    /// The layer as it is written.
    pub fn written(&self) -> String {
        format!("`{}`", self.cx.written(self.span).split_whitespace().collect::<Vec<_>>().join(" "))
    }

    /// The feature axis of a value, which must have one.
    pub fn feature<'t>(&mut self, input: &'t Type) -> Option<&'t Feature> {
        let feature = input.feature();
        if feature.is_none() && !input.is_unknown() {
            let message = format!("{} works on a feature axis, and this value, {input}, has none", self.written());
            let reason = "a feature axis is the list of numbers that describes one text or token; `squeeze` takes it away";
            self.cx.report(Diagnostic::new(Code::Features, self.span, message).because(reason).help("put this layer before the `squeeze`"));
        }
        feature
    }

    /// The axis that the layer runs along: one of tokens, or what a convolution left of them, of one layer's output.
    pub fn sequence(&mut self, input: &Type) -> Option<Axis> {
        if !self.one_layer(input) {
            return None;
        }
        let axis = input.sequence().cloned();
        if axis.is_none() {
            self.tokens(input);
        }
        axis
    }

    /// Wants a token axis. Says whether there is one.
    pub fn tokens(&mut self, input: &Type) -> bool {
        let there = input.tokens() == 1;
        if !there && !input.is_unknown() {
            let what = self.written();
            self.cx.teach_tokens(self.span, &format!("{what} works over tokens"), input);
        }
        there
    }

    /// How many of the encoder's layers the value has an axis of.
    pub fn layers(&mut self, input: &Type) -> Option<Dim> {
        let count = input.layers().cloned();
        if count.is_none() && !input.is_unknown() {
            let message = format!("{} works over the encoder's layers, and this value, {input}, is of one layer", self.written());
            let reason = "`tokens` is the last layer's output alone; `layers` is the embeddings and every layer's output";
            self.cx.report(Diagnostic::new(Code::Unsuited, self.span, message).because(reason).help("read `input layers;`"));
        }
        count
    }

    /// Wants a value without a layer axis: most layers know one layer's output at a time.
    pub fn one_layer(&mut self, input: &Type) -> bool {
        let several = input.layers().is_some();
        if several {
            let message = format!("{} works on one layer's output, and this value, {input}, has a layer axis", self.written());
            self.cx.report(Diagnostic::new(Code::Unsuited, self.span, message).help("choose one with `take -1;`, or mix them with `mix;`"));
        }
        !several
    }

    /// Wants the feature size to be `wanted`, as written at `span`.
    pub fn size(&mut self, feature: &Feature, written: &Dim, span: Span) {
        let Err((found, wanted)) = self.cx.require(&feature.size, written, span) else { return };
        let message = format!("{} takes {} features, and this value has {}", self.written(), wanted.shown(), found.shown());
        let made = self.cx.made();
        let mut diagnostic =
            Diagnostic::new(Code::SizeMismatch, span, message).also(made, format!("the value gets its {} features here", found.shown()));
        if let Some((symbol, number, at)) = self.cx.learned(&feature.size).or_else(|| self.cx.learned(written)) {
            diagnostic = diagnostic.also(at, format!("`{symbol}` is {number} by this"));
        }
        let help = format!("write `{found}` here, or leave the size out: `linear -> ..`");
        self.cx.report(diagnostic.help(help).mended(span, found.to_string()));
    }
}
