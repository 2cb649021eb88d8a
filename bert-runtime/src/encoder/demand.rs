//! What heads ask of an encoder, and what they get.

use std::collections::BTreeSet;
use std::ops::Range;
use std::sync::Arc;

use crate::encoder::selection::{Known, columns, rows_of, select, states_of};
use crate::error::{Error, ErrorKind, Result};
use crate::layers::Take;
use crate::value::Value;

/// An encoder output, as the language names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Source {
    /// `pooler_output`: `[batch, hidden]`.
    Pooled,
    /// `last_hidden_state[:, 0]`: `[batch, hidden]`.
    Cls,
    /// `last_hidden_state`: `[batch, token, hidden]`.
    Tokens,
    /// As [`Source::Tokens`], with one row a word: `[batch, word, hidden]`.
    Words(Pieces),
    /// `hidden_states`, the embeddings and every layer's output: `[layer, batch, token, hidden]`.
    Layers,
}

/// How a word's pieces become one vector.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Pieces {
    /// The first piece's vector.
    First,
    /// The mean of all pieces.
    Mean,
}

/// Which rows of a token source are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum RowChoice {
    /// Every token.
    #[default]
    All,
    /// Each sequence's own first row.
    First,
    /// Each sequence's own last row.
    Last,
    /// The token at the position that came with each example under this name; of words the one that holds it.
    Position(String),
    /// The tokens that are the mask token.
    Masked,
    /// For each sequence, the tokens at these positions; of words those that hold them.
    At(Arc<Vec<Vec<u32>>>),
    /// For each sequence, whether the token at each position is wanted. One past the end of its list is wanted too, so that who
    /// made the list can be told that it is too short.
    Marked(Arc<Vec<Vec<bool>>>),
    /// The rows of any of these.
    Union(Vec<RowChoice>),
}

/// Which layers of [`Source::Layers`] are wanted.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LayerChoice {
    /// The embeddings and every layer.
    #[default]
    All,
    /// Those that any of these takes.
    Taken(Vec<Take>),
}

impl LayerChoice {
    /// The numbers of the layers, of so many, from the lowest; 0 is the embeddings.
    ///
    /// # Errors
    /// As [`Take::layers`].
    pub fn numbers(&self, depth: usize) -> Result<BTreeSet<usize>> {
        match self {
            Self::All => Ok((0..depth).collect()),
            Self::Taken(taken) => {
                Ok(taken.iter().map(|take| take.layers(depth)).collect::<Result<Vec<_>>>()?.into_iter().flatten().collect())
            }
        }
    }
}

/// One output that is wanted of the encoder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SourceDemand {
    /// Which output.
    pub source: Source,
    /// Which of its layers; [`LayerChoice::All`] for outputs of one layer.
    pub layers: LayerChoice,
    /// Which of its rows; [`RowChoice::All`] for outputs with one row a sequence.
    pub rows: RowChoice,
}

impl SourceDemand {
    /// These rows of an output, of every layer that it has.
    pub fn new(source: Source, rows: RowChoice) -> Self {
        Self { source, layers: LayerChoice::All, rows }
    }
}

/// All that is wanted of one encoder pass.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Demand {
    /// An output for each reading of the heads.
    pub sources: Vec<SourceDemand>,
    /// What the heads keep of their own values, which the encoder gives back to them: see [`Encoded::select`].
    pub selections: Vec<RowChoice>,
}

/// The part of an answer that belongs to one of several heads.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Share {
    outputs: Range<usize>,
    selections: Range<usize>,
}

impl Demand {
    /// These outputs.
    pub fn of(sources: Vec<SourceDemand>) -> Self {
        Self { sources, selections: Vec::new() }
    }

    /// The same with what a head keeps of its own values.
    #[must_use]
    pub fn with_selections(self, selections: Vec<RowChoice>) -> Self {
        Self { selections, ..self }
    }

    /// Whether an output is wanted.
    pub fn reads(&self, source: Source) -> bool {
        self.sources.iter().any(|wanted| wanted.source == source)
    }

    /// How many of the encoder's layers have to run, of an encoder with so many states; `None` where nothing is read.
    ///
    /// # Errors
    /// As [`LayerChoice::numbers`].
    pub(crate) fn highest(&self, depth: usize) -> Result<Option<usize>> {
        let states = self.sources.iter().map(|wanted| states_of(wanted, depth)).collect::<Result<Vec<_>>>()?;
        Ok(states.into_iter().flatten().max())
    }

    /// Adds another head's demand, and says which part of the answer will be that head's.
    pub fn join(&mut self, other: Demand) -> Share {
        let (outputs, selections) = (self.sources.len(), self.selections.len());
        self.sources.extend(other.sources);
        self.selections.extend(other.selections);
        Share { outputs: outputs..self.sources.len(), selections: selections..self.selections.len() }
    }
}

/// What an encoder computed: one value for each part of a [`Demand`], in its order, and the examples' own inputs.
#[derive(Debug, Clone)]
pub struct Encoded {
    outputs: Vec<Value>,
    selections: Vec<RowChoice>,
    masked: Arc<Vec<Vec<u32>>>,
    given: Arc<Vec<(String, Value)>>,
    positions: Arc<Vec<(String, Vec<u32>)>>,
}

impl Encoded {
    /// The answers to a demand, and the inputs that came with the examples (`given`).
    pub fn new(outputs: Vec<Value>, given: Arc<Vec<(String, Value)>>) -> Self {
        Self { outputs, selections: Vec::new(), masked: Arc::default(), given, positions: Arc::default() }
    }

    /// The same with the positions that came with the examples, by their names in the head.
    #[must_use]
    pub fn with_positions(mut self, positions: Arc<Vec<(String, Vec<u32>)>>) -> Self {
        self.positions = positions;
        self
    }

    /// The same with what the heads keep of their own values, and the columns of each sequence's mask tokens.
    #[must_use]
    pub fn with_selections(mut self, selections: Vec<RowChoice>, masked: Arc<Vec<Vec<u32>>>) -> Self {
        (self.selections, self.masked) = (selections, masked);
        self
    }

    /// The answer to the demand's part of this number.
    ///
    /// # Errors
    /// A number that the demand did not have.
    pub fn output(&self, number: usize) -> Result<Value> {
        self.outputs.get(number).cloned().ok_or_else(|| {
            Error::new(
                ErrorKind::Input,
                format!(
                    "the encoder was asked for {} outputs, and number {number} is read: pass what `demand` asked for",
                    self.outputs.len()
                ),
            )
        })
    }

    /// An input that came with the examples, by its name in the head.
    ///
    /// # Errors
    /// No input of this name in the batch.
    pub fn given(&self, name: &str) -> Result<Value> {
        let found = self.given.iter().find(|(given, _)| given == name);
        found.map(|(_, value)| value.clone()).ok_or_else(|| not_given(name))
    }

    /// The column of the token that each sequence points at, by the position's name in the head.
    ///
    /// # Errors
    /// No position of this name in the batch.
    pub fn position(&self, name: &str) -> Result<Vec<u32>> {
        let found = self.positions.iter().find(|(given, _)| given == name);
        found.map(|(_, columns)| columns.clone()).ok_or_else(|| not_given(name))
    }

    /// The rows of a value that the demand's selection of this number names.
    ///
    /// # Errors
    /// A number that the demand did not have, a position at which a sequence has no token, or of a name that the batch does not have; and
    /// mask tokens of a batch that was not told which those are.
    pub fn select(&self, x: &Value, number: usize) -> Result<Value> {
        let what = "a head keeps rows that the demand does not name: pass what `demand` asked for";
        let rows = self.selections.get(number).ok_or_else(|| Error::new(ErrorKind::Input, what))?;
        let known = Known { positions: &self.positions, masked: &self.masked };
        match rows_of(rows, x.layout(), &known)? {
            Some(rows) => select(x, &columns(x.layout(), &rows)),
            None => Ok(x.clone()),
        }
    }

    /// The part of the answers that belongs to one of several heads.
    #[must_use]
    pub fn part(&self, share: &Share) -> Self {
        let outputs = self.outputs.get(share.outputs.clone()).unwrap_or_default().to_vec();
        let selections = self.selections.get(share.selections.clone()).unwrap_or_default().to_vec();
        Self { outputs, selections, ..self.clone() }
    }
}

pub(super) fn not_given(name: &str) -> Error {
    Error::new(ErrorKind::Input, format!("the batch has no `{name}`, which the head is given: add it to every example"))
}
