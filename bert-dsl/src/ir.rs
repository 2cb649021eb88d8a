//! The checked head: the proof that a head is right. Only [`crate::check`] makes one, and every back end takes nothing else.

mod read;

use std::fmt;

pub use read::{LayersRead, Row, Rows, RowsRead};

use crate::decode::{Decode, Link};
use crate::dim::Dim;
use crate::layers::Layer;
use crate::losses::{Loss, Target};
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
    /// What it wants of the sizes of enums of the user's own.
    pub enum_rules: Vec<EnumRule>,
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

/// What a head wants of a size that a user's own enum decides, which the compiler of that enum can show.
#[derive(Debug, Clone, PartialEq)]
pub struct EnumRule {
    /// The size, of label sets and numbers alone.
    pub size: Dim,
    /// What it has to be.
    pub wanted: Wanted,
    /// What wants it, as the subject of a sentence.
    pub told: String,
    /// Where that is written.
    pub span: Span,
}

/// What a size has to be.
#[derive(Debug, Clone, PartialEq)]
pub enum Wanted {
    /// Equal to this one.
    Exactly(Dim),
    /// This or more.
    AtLeast(i128),
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
    /// Which of its rows are read.
    pub rows: RowsRead,
    /// Which of the encoder's layers are read, where it gives several.
    pub layers: LayersRead,
    /// Where it is written.
    pub span: Span,
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
    /// What its decode reads, a prediction each: the name, and the numbers of the pipeline's outputs.
    pub fn readings(&self) -> Vec<(String, std::ops::Range<usize>)> {
        let names: Vec<&str> = self.outputs.iter().map(|output| output.name.as_str()).collect();
        match &self.decode {
            Decode::Span(_) => vec![(names.join("_"), 0..names.len())],
            _ => names.iter().enumerate().map(|(number, name)| ((*name).to_owned(), number..number + 1)).collect(),
        }
    }

    /// The names of the targets of a reading, by the numbers of its outputs; none where there is no loss.
    pub fn targets_of(&self, outputs: &std::ops::Range<usize>) -> &[String] {
        let own = self.loss.as_ref().filter(|used| used.loss.targets() > 0);
        own.and_then(|used| used.targets.get(outputs.clone())).unwrap_or_default()
    }

    /// Whether the number that its decode gives is a probability.
    pub fn gives_probability(&self) -> bool {
        matches!(&self.decode, Decode::Value(value) if value.link == Link::Logit)
    }

    /// How many examples in a row its loss reads together.
    pub fn together(&self) -> usize {
        self.loss.as_ref().map_or(1, |used| used.loss.together())
    }

    /// The axes of one output.
    pub fn outlet(&self) -> &Type {
        self.outputs.first().map_or(&self.result, |output| &output.ty)
    }

    /// The number of the label set that one output is chosen from.
    pub fn labels(&self) -> Option<usize> {
        self.set.filter(|_| self.outlet().feature().is_some())
    }

    /// Its last layer, if nothing follows it.
    pub fn last_layer(&self) -> Option<&LayerUse> {
        match self.steps.last() {
            Some(Step::Layer(used)) => Some(used),
            Some(Step::Block { .. } | Step::Let { .. } | Step::Select { .. }) | None => None,
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
    /// Only some rows of the current value are kept: no later step reads others. Only [`optimise`](fn@crate::optimise) makes one.
    Select {
        /// The rows that are kept, by what is asked of the head.
        rows: RowsRead,
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
    /// Whether evaluation passes it by: a dropout, or a layer that runs its block on several.
    pub training_only: bool,
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

impl fmt::Display for Init {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Normal => f.write_str("normal, with the encoder's `initializer_range`"),
            Self::Zeros => f.write_str("0"),
            Self::Ones => f.write_str("1"),
            Self::Uniform(bound) => write!(f, "uniform between -{bound} and {bound}"),
        }
    }
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

    /// The parameter of a layer whose name ends so, such as `weight`.
    pub fn parameter_of(&self, layer: &LayerUse, name: &str) -> Option<&Parameter> {
        let full = format!("{}.{name}", layer.path.join("."));
        let own = self.parameters.get(layer.parameters.clone()).unwrap_or_default();
        own.iter().find(|parameter| parameter.path == full || parameter.aliases.contains(&full))
    }

    /// What a pipeline's loss is computed against; numbers where it has no loss.
    pub fn target(&self, pipeline: &Pipeline) -> Target {
        let set = pipeline.labels().and_then(|set| self.sets.get(set));
        pipeline.loss.as_ref().map_or(Target::Numbers, |used| used.loss.target(pipeline.outlet(), pipeline.outputs.len(), set))
    }

    /// The label sets that its pipelines choose from: a checkpoint's `id2label` can name one.
    pub fn checkpoint_labels(&self) -> Vec<usize> {
        let mut used: Vec<usize> = self.pipelines.iter().filter_map(|pipeline| pipeline.set).collect();
        used.dedup();
        used
    }

    /// What its selections keep, in the order of its steps.
    pub fn selections(&self) -> Vec<&RowsRead> {
        let mut found = Vec::new();
        self.pipelines.iter().for_each(|pipeline| selections(&pipeline.steps, &mut found));
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

fn selections<'a>(steps: &'a [Step], found: &mut Vec<&'a RowsRead>) {
    for step in steps {
        match step {
            Step::Select { rows } => found.push(rows),
            Step::Block { steps, .. } | Step::Let { steps, .. } => selections(steps, found),
            Step::Layer(_) => {}
        }
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
            Step::Select { .. } => {}
        }
    }
}

impl CheckedHead {
    /// A part of the head's source on one line.
    pub fn excerpt(&self, span: Span) -> String {
        self.written.get(span.range()).unwrap_or_default().trim_end_matches(';').split_whitespace().collect::<Vec<_>>().join(" ")
    }
}
