//! The checked head: the proof that a head is right. Only [`crate::check`] makes one, and every back end takes nothing else.

use crate::decode::Decode;
use crate::dim::Dim;
use crate::layers::Layer;
use crate::losses::Loss;
use crate::shape::{Axis, Type};
use crate::source::Span;

/// A head without any error.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct CheckedHead {
    /// Its name.
    pub name: String,
    /// Where the name is written.
    pub name_span: Span,
    /// What stands in front of `head`: nothing, `pub`, or `pub(..)`.
    pub visibility: String,
    /// Its documentation, a line each.
    pub docs: Vec<String>,
    /// Its label sets.
    pub sets: Vec<LabelSet>,
    /// What comes with its examples.
    pub givens: Vec<Given>,
    /// What it reads of the encoder, in the order of its text.
    pub sources: Vec<SourceUse>,
    /// Its pipelines.
    pub pipelines: Vec<Pipeline>,
    /// Every parameter, in the order of the text.
    pub parameters: Vec<Parameter>,
    /// The text in its canonical form.
    pub text: String,
    /// The source that the spans point into.
    pub(crate) written: std::sync::Arc<str>,
}

/// A set of labels.
#[derive(Debug, Clone, PartialEq)]
pub struct LabelSet {
    /// The name of its size: `labels`, or its own.
    pub name: String,
    /// Its labels.
    pub labels: Labels,
    /// Where it is declared.
    pub span: Span,
}

/// What is known of a set's labels.
#[derive(Debug, Clone, PartialEq)]
pub enum Labels {
    /// Each by its name.
    Named(Vec<Label>),
    /// So many, without names.
    Count(u32),
    /// A user's own enum, by its path; known only when that is compiled.
    Enum(String),
}

/// A label with a name.
#[derive(Debug, Clone, PartialEq)]
pub struct Label {
    /// The name as it is in the text and in a checkpoint's `id2label`.
    pub name: String,
    /// The name of its Rust variant.
    pub variant: String,
    /// Where it is written.
    pub span: Span,
}

/// An input that comes with the example.
#[derive(Debug, Clone, PartialEq)]
pub struct Given {
    /// Its name.
    pub name: String,
    /// What it is.
    pub kind: GivenKind,
    /// Where it is declared.
    pub span: Span,
}

/// What comes with an example.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum GivenKind {
    /// A token's position.
    Position,
    /// So many numbers.
    Features(u32),
}

/// An encoder output.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Source {
    /// `pooled`: tanh of a dense layer on the first token's vector.
    Pooled,
    /// `cls`: the first token's vector.
    Cls,
    /// `tokens`: every token's vector.
    Tokens,
    /// `words`: the vector of each word's first piece.
    Words,
    /// `words mean`: the mean of each word's pieces.
    WordsMean,
    /// `layers`: every token's vector after the embeddings and after each layer.
    Layers,
}

/// One reading of an encoder output.
#[derive(Debug, Clone, PartialEq)]
pub struct SourceUse {
    /// Which output.
    pub source: Source,
    /// Whether the head brings its own pooler (`pooled fresh`).
    pub fresh: bool,
    /// Whether an example is several texts.
    pub per_choice: bool,
    /// Which of its rows the decode reads.
    pub predict_rows: Rows,
    /// Which of its rows the loss reads.
    pub loss_rows: Rows,
    /// Where it is written.
    pub span: Span,
}

/// Which rows of a token source are read.
#[derive(Debug, Clone, PartialEq)]
pub enum Rows {
    /// Every token.
    All,
    /// The mask tokens.
    Masked,
    /// The tokens that have a target of this name.
    Labelled(String),
}

/// From one encoder output to the outputs that it ends in.
#[derive(Debug, Clone)]
pub struct Pipeline {
    /// The number of its source.
    pub source: usize,
    /// What it computes, in order.
    pub steps: Vec<Step>,
    /// Its result, before a `split`.
    pub result: Type,
    /// Its outputs: one, or those of its `split`.
    pub outputs: Vec<Output>,
    /// The number of the label set that its last axis is chosen from.
    pub set: Option<usize>,
    /// Its training objective.
    pub loss: Option<LossUse>,
    /// How a prediction is read.
    pub decode: Decode,
}

impl Pipeline {
    /// Its last layer, if nothing follows it.
    pub fn last_layer(&self) -> Option<&LayerUse> {
        match self.steps.last() {
            Some(Step::Layer(used)) => Some(used),
            Some(Step::Block { .. } | Step::Let { .. }) | None => None,
        }
    }
}

/// A named result.
#[derive(Debug, Clone, PartialEq)]
pub struct Output {
    /// Its name.
    pub name: String,
    /// Its documentation, a line each.
    pub docs: Vec<String>,
    /// Its axes.
    pub ty: Type,
}

/// A loss in its place.
#[derive(Debug, Clone)]
pub struct LossUse {
    /// What it computes.
    pub loss: Loss,
    /// By how much it counts in the total.
    pub weight: f64,
    /// The names of its targets, one for each output that it reads.
    pub targets: Vec<String>,
}

/// One step of a computation.
#[derive(Debug, Clone)]
pub enum Step {
    /// The current value becomes a layer's result.
    Layer(LayerUse),
    /// A layer around a block.
    Block {
        /// The layer, whose `output` is that of the whole.
        layer: LayerUse,
        /// What is in it.
        steps: Vec<Step>,
    },
    /// A block's result gets a name; the current value stays.
    Let {
        /// The name.
        name: String,
        /// The source that the block starts from, if not from the current value.
        source: Option<usize>,
        /// What the block computes.
        steps: Vec<Step>,
    },
}

/// A layer in its place.
#[derive(Debug, Clone)]
pub struct LayerUse {
    /// Its path, scopes first.
    pub path: Vec<String>,
    /// What it computes.
    pub layer: Layer,
    /// The named values that it combines.
    pub operands: Vec<Operand>,
    /// What it reads.
    pub input: Type,
    /// What it gives.
    pub output: Type,
    /// Its parameters, by their numbers.
    pub parameters: std::ops::Range<usize>,
    /// Sizes that must be equal, which only an encoder can show: what is there, and what is wanted.
    pub requires: Vec<(Dim, Dim)>,
    /// Sizes that must be so large, which only an encoder can show.
    pub at_least: Vec<(Dim, i128)>,
    /// Where it is written.
    pub span: Span,
}

/// A named value that a layer reads.
#[derive(Debug, Clone, PartialEq)]
pub struct Operand {
    /// Its name.
    pub name: String,
    /// Whether it is `given`, and not the result of a `let`.
    pub given: bool,
    /// Its axes.
    pub ty: Type,
}

/// A parameter of the head.
#[derive(Debug, Clone, PartialEq)]
pub struct Parameter {
    /// Its name in a checkpoint.
    pub path: String,
    /// Other names under which it is read.
    pub aliases: Vec<String>,
    /// Its shape.
    pub shape: Vec<Dim>,
    /// How it starts.
    pub init: Init,
    /// Whether it is the encoder's word embeddings, where the checkpoint has no tensor of its own.
    pub tied: bool,
}

/// How a new parameter starts.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Init {
    /// Normal, with the encoder's `initializer_range`.
    Normal,
    /// Zeros.
    Zeros,
    /// Ones.
    Ones,
    /// Uniform, between minus and plus this number.
    Uniform(f64),
}

impl Source {
    /// Whether it is one vector for the whole text.
    pub fn is_whole(self) -> bool {
        match self {
            Self::Pooled | Self::Cls => true,
            Self::Tokens | Self::Words | Self::WordsMean | Self::Layers => false,
        }
    }
}

impl Labels {
    /// How many there are, where that is known.
    pub fn count(&self) -> Option<u32> {
        match self {
            Self::Named(labels) => Some(labels.len() as u32),
            Self::Count(count) => Some(*count),
            Self::Enum(_) => None,
        }
    }

    /// Whether names such as `B-PER` say that runs of words are labelled.
    pub fn mark_runs(&self) -> bool {
        self.run_label().is_some()
    }

    /// The first label such as `B-PER`.
    pub(crate) fn run_label(&self) -> Option<&str> {
        let Self::Named(labels) = self else { return None };
        labels.iter().map(|label| label.name.as_str()).find(|name| name.len() > 2 && (name.starts_with("B-") || name.starts_with("I-")))
    }
}

impl CheckedHead {
    /// All layers in the order of the text, those with a block before what is in it.
    pub fn layers(&self) -> Vec<&LayerUse> {
        let mut found = Vec::new();
        self.pipelines.iter().for_each(|pipeline| collect(&pipeline.steps, &mut found));
        found
    }

    /// All outputs, in order.
    pub fn outputs(&self) -> impl Iterator<Item = &Output> {
        self.pipelines.iter().flat_map(|pipeline| &pipeline.outputs)
    }

    /// Whether a text may be read in windows whose outputs are joined: every output has one row for each token of one text. Then
    /// decodes read these rows one by one, or point at one of them; and nothing comes with the example, since what reads that
    /// has no token axis left.
    pub fn joins_windows(&self) -> bool {
        let is_by_token = |ty: &Type| ty.tokens() == 1 && !ty.has(&Axis::Choice) && !ty.has(&Axis::Step);
        self.outputs().all(|output| is_by_token(&output.ty))
    }
}

fn collect<'a>(steps: &'a [Step], found: &mut Vec<&'a LayerUse>) {
    for step in steps {
        match step {
            Step::Layer(layer) => found.push(layer),
            Step::Block { layer, steps } => {
                found.push(layer);
                collect(steps, found);
            }
            Step::Let { steps, .. } => collect(steps, found),
        }
    }
}

impl CheckedHead {
    /// A part of the head's source on one line.
    pub fn excerpt(&self, span: Span) -> String {
        self.written.get(span.range()).unwrap_or_default().trim_end_matches(';').split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
