//! What is read of a source: all of it, until [`crate::optimise`] finds that less will do.

use std::collections::BTreeSet;
use std::fmt::{self, Display, Formatter};

use crate::layers::Take;

/// Which rows are read of a value with tokens, by what is asked of the head.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct RowsRead {
    /// By whole outputs.
    pub forward: Rows,
    /// By the decode.
    pub predict: Rows,
    /// By the loss.
    pub loss: Rows,
}

/// Some rows of a value with tokens.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum Rows {
    /// Every token.
    #[default]
    All,
    /// Those that any of these names.
    Some(BTreeSet<Row>),
}

/// A rule that names rows of each text.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Row {
    /// The text's own first token.
    First,
    /// The text's own last token.
    Last,
    /// The token at the given position of this name.
    At(String),
    /// The mask tokens.
    Masked,
    /// The tokens that have a target of this name.
    Labelled(String),
}

/// Which of the encoder's layers are read of `layers`.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub enum LayersRead {
    /// The embeddings and every layer.
    #[default]
    All,
    /// What these layers take.
    Taken(Vec<Take>),
}

impl Rows {
    /// No row.
    pub fn none() -> Self {
        Self::Some(BTreeSet::new())
    }

    /// The rows that one rule names.
    pub fn one(row: Row) -> Self {
        Self::Some(BTreeSet::from([row]))
    }

    /// These rows and others.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        match (self, others) {
            (Self::Some(some), Self::Some(others)) => Self::Some(some | others),
            (Self::All, _) | (_, Self::All) => Self::All,
        }
    }
}

impl RowsRead {
    /// The same rows whatever is asked.
    pub fn always(rows: Rows) -> Self {
        Self { forward: rows.clone(), predict: rows.clone(), loss: rows }
    }

    /// These rows and others.
    #[must_use]
    pub fn and(&self, others: &Self) -> Self {
        Self { forward: self.forward.and(&others.forward), predict: self.predict.and(&others.predict), loss: self.loss.and(&others.loss) }
    }

    /// The rules, where they are the same whatever is asked, and do not name every row.
    pub fn rules(&self) -> Option<&BTreeSet<Row>> {
        match &self.forward {
            Rows::Some(rules) if self.predict == self.forward && self.loss == self.forward => Some(rules),
            Rows::Some(_) | Rows::All => None,
        }
    }
}

impl Display for Row {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::First => f.write_str("the first token"),
            Self::Last => f.write_str("the last token"),
            Self::At(name) => write!(f, "the token at `{name}`"),
            Self::Masked => f.write_str("the mask tokens"),
            Self::Labelled(target) => write!(f, "the tokens with `{target}`"),
        }
    }
}

impl Display for Rows {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::All => f.write_str("every token"),
            Self::Some(rules) if rules.is_empty() => f.write_str("no token"),
            Self::Some(rules) => f.write_str(&rules.iter().map(Row::to_string).collect::<Vec<_>>().join(" and ")),
        }
    }
}

impl Display for RowsRead {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.rules() {
            Some(_) => self.forward.fmt(f),
            None => write!(f, "{}; to predict {}; for the loss {}", self.forward, self.predict, self.loss),
        }
    }
}
