//! What a head is: the object-safe core that generated and interpreted heads share, and the typed task on top of it.

pub mod joined;
mod outcome;
mod rows;
mod scoped;

pub use outcome::Outcome;
pub use rows::labelled;
pub use scoped::{Scoped, name_in, own_name};

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::ops::Range;

use crate::bind::Binder;
use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::encoder::{Demand, Encoded};
use crate::error::{Error, ErrorKind, Result};
use crate::losses::Part;
use crate::module::Module;
use crate::value::Value;

/// What a pass is for, which decides the rows that the encoder has to give.
#[derive(Debug, Clone, Copy)]
pub enum Purpose<'a> {
    /// Whole outputs.
    Forward,
    /// What the decode reads.
    Predict,
    /// What the loss reads, for these targets.
    Loss(&'a Targets),
}

/// A head that is bound to an encoder: what every tool works with, whether it was generated or interpreted.
pub trait Head: Module + Send + Sync {
    /// The names of its outputs, in order.
    fn outputs(&self) -> Vec<&str>;

    /// What it asks of the encoder.
    fn demand(&self, purpose: Purpose<'_>) -> Demand;

    /// From the encoder's answers to the head's outputs, in the order of [`Head::outputs`].
    ///
    /// # Errors
    /// What candle says, and `given` inputs that are missing.
    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>>;

    /// The training objective of each pipeline that has one, as a sum and a count.
    ///
    /// # Errors
    /// Targets that do not fit, and a head without a loss.
    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>>;

    /// Whether a loss reads the batch alone, as `ranking` does, so that it counts in a batch without targets too.
    fn trains_without_targets(&self) -> bool {
        false
    }

    /// What the outputs say of each example, one list a pipeline: `[pipeline][example]`.
    ///
    /// # Errors
    /// What candle says of reading the outputs.
    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>>;

    /// How many outputs each pipeline has, if every output has one row a token and what the decodes read of a text can be
    /// put together from windows of it. `None`, as it is unless said otherwise: a text that is too long is cut.
    fn windowed(&self) -> Option<Vec<usize>> {
        None
    }

    /// What the answers of [`Head::decode`] are about, one for each of its lists: by this they are measured. Unless said otherwise
    /// there is one an output, with a target of its own and without labels' names.
    fn outcomes(&self) -> Vec<Outcome> {
        Outcome::of_outputs(&self.outputs())
    }
}

/// A head as a Rust type: what `head!`, `#[derive(BertHead)]` and `#[derive(MultiTask)]` implement.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no task",
    label = "this is no task",
    note = "tasks are made by `head!`, by `#[derive(BertHead)]` on a unit struct and by `#[derive(MultiTask)]`"
)]
pub trait Task: Send + Sync + Sized + 'static {
    /// The module.
    type Head: Head + 'static;
    /// What an example is: a text, its choices, or either with what is `given`.
    type Input: crate::text::Example;
    /// What a prediction is, by the decode.
    type Prediction: Send;
    /// The named tensors that `forward` gives.
    type Output;
    /// What an example is trained towards.
    type Target: IntoTargets;

    /// The head's name.
    const NAME: &'static str;
    /// The head's text in its canonical form; empty for a task that is written by hand.
    const TEXT: &'static str = "";
    /// What the head reads of the encoder, and why.
    const READS: &'static [Reads] = &[];
    /// How many outputs the head has.
    const OUTPUTS: usize = 1;
    /// How many answers its decodes give of an example.
    const ANSWERS: usize = 1;

    /// Makes the module from a checkpoint, or fresh, as the binder was told.
    fn bind(binder: &mut Binder<'_>) -> Self::Head;

    /// The outputs as named tensors, in their padded form.
    ///
    /// # Errors
    /// Outputs that have no rectangular form.
    fn output(outputs: Vec<Value>) -> Result<Self::Output>;

    /// The prediction of one example, from what each pipeline's decode says of it.
    ///
    /// # Errors
    /// A decoded value of another kind, which only a hand-written task can meet.
    fn prediction(decoded: Vec<Decoded>) -> Result<Self::Prediction>;
}

/// One reading of an encoder output, explained.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Reads {
    /// The output as the language names it, such as `pooled`.
    pub source: &'static str,
    /// Its axes, such as `[batch, hidden]`.
    pub shape: &'static str,
    /// What it is, and why this head reads it.
    pub why: &'static str,
}

/// A label of a set whose size and names are known when the program is compiled.
pub trait Label: Copy + Send + Sync + std::fmt::Debug + 'static {
    /// The names as in the head's text, in `id2label` order; empty where the labels are numbers alone.
    const NAMES: &'static [&'static str];
    /// How many there are.
    const COUNT: usize;

    /// The label of this number.
    fn from_index(index: usize) -> Option<Self>;

    /// Its number, from 0.
    fn index(self) -> usize;
}

/// What one example is trained towards, at one output: a number for each thing that the loss asks about.
#[derive(Debug, Clone, PartialEq)]
pub enum Target {
    /// Classes, one for each remaining position: one, or one a token column; `-100` where there is none.
    Classes(Vec<i64>),
    /// Numbers: one for each element of the example's output.
    Numbers(Vec<f32>),
    /// A class a word: over words that word's, over tokens its first piece's. In a pair the second text's words follow the first's.
    Words(Vec<Option<usize>>),
    /// Some numbers a word, as many each, which become numbers at the first piece of each word, and zeros elsewhere.
    WordNumbers {
        /// How many numbers a word has.
        each: usize,
        /// Those of each word.
        words: Vec<Option<Vec<f32>>>,
    },
    /// A word's number a word, which becomes a column at the first piece of each word.
    WordParents(Vec<Option<usize>>),
    /// Pairs of words' numbers, and the class of each, which become classes of pairs of columns.
    WordPairs(Vec<(usize, usize, usize)>),
    /// The first or the last token of an answer, which becomes its number.
    Answer(AnswerEnd),
}

/// One end of an answer that is known by its characters.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AnswerEnd {
    /// The characters of the answer in the text that holds it, the second of a pair or the only one; `None` where there is none.
    pub chars: Option<Range<usize>>,
    /// Whether this is its last token, and not its first.
    pub last: bool,
    /// Whether what is not there, or was cut off, is `[CLS]`; it counts for nothing otherwise.
    pub or_cls: bool,
}

/// The targets of a batch: for each name (`labels`, or `labels.OUTPUT`) one target an example.
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Targets(BTreeMap<String, Vec<Target>>);

impl Targets {
    /// No targets yet.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with the targets of an output: `labels`, or `labels.OUTPUT` where the head has several.
    #[must_use]
    pub fn with(mut self, name: impl Into<String>, targets: Vec<Target>) -> Self {
        self.0.insert(name.into(), targets);
        self
    }

    /// The targets of this name.
    pub fn get(&self, name: &str) -> Option<&[Target]> {
        self.0.get(name).map(Vec::as_slice)
    }

    /// The names that have targets.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }

    /// The targets of this name, which the loss needs.
    ///
    /// # Errors
    /// No targets of this name; the message lists the names that there are.
    pub fn require(&self, name: &str) -> Result<&[Target]> {
        self.get(name).ok_or_else(|| {
            let have = self.names().collect::<Vec<_>>().join(", ");
            Error::new(ErrorKind::Target, format!("the loss needs targets called `{name}`, and the batch has [{have}]"))
        })
    }
}

/// What an example's target says at each output.
///
/// A name may be left out: see [`collate_targets`](crate::targets::collate_targets) for what a batch makes of that.
pub trait IntoTargets {
    /// The target by its name: `labels`, or `labels.OUTPUT` where the head has several.
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)>;
}
