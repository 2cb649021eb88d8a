//! What a loss is computed against.

/// What a loss is computed against.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Target {
    /// A label of the set.
    Label,
    /// The number of what is chosen.
    Index,
    /// A label a word.
    Tags,
    /// A vocabulary id a token.
    TokenIds,
    /// A set of labels.
    Labels,
    /// A number.
    Number,
    /// A list of numbers.
    Numbers,
    /// The first and last token of a span.
    Span,
    /// A rank of the set.
    Rank,
    /// A parent a token.
    Parents,
    /// A label for pairs of tokens.
    PairLabels,
    /// A distribution over the last axis.
    Distribution,
    /// Nothing: the batch itself says what belongs together.
    Nothing,
}

impl Target {
    /// What it is, as a few words.
    pub fn explain(self) -> &'static str {
        match self {
            Self::Label => "a label of the set",
            Self::Index => "the number of what is chosen",
            Self::Tags => "a label a word",
            Self::TokenIds => "a vocabulary id a token",
            Self::Labels => "a set of labels",
            Self::Number => "a number",
            Self::Numbers => "a list of numbers",
            Self::Span => "the first and last token of a span",
            Self::Rank => "a rank of the set",
            Self::Parents => "a parent a token",
            Self::PairLabels => "a label for pairs of tokens",
            Self::Distribution => "a distribution over the last axis",
            Self::Nothing => "nothing: the batch itself says what belongs together",
        }
    }
}
