//! What outputs say of each example, untyped and typed.
//!
//! A decode reads the rows of an output and gives one [`Decoded`] an example, with numbers in place of labels. A typed
//! result, such as [`Classified`], is made from it by [`FromDecoded`].

mod aggregation;
mod answers;
mod arborescence;
mod argmax;
mod chain;
mod classified;
mod embedding;
mod entities;
mod index_label;
mod pairs;
mod per;
mod possible;
mod probability;
mod rank;
mod reading;
mod rows;
mod span;
mod tagged;
mod tensor;
mod threshold;
mod top_k;
mod tree;
mod value;
mod viterbi;

#[cfg(test)]
mod tests;

pub use aggregation::Aggregation;
pub use answers::{Answer, Answers};
pub use argmax::decode_argmax;
pub use classified::{Chosen, Classified, LabelSet};
pub use embedding::{Embedding, decode_embedding};
pub(crate) use entities::Tag;
pub use entities::{decode_entities, decode_entities_by};
pub use index_label::IndexLabel;
pub use pairs::PerPair;
pub use per::{At, PerChoice, PerToken};
pub use possible::{PossibleAnswers, decode_possible_span};
pub use rank::{Ranked, decode_rank};
pub use reading::Reading;
pub use span::decode_span;
pub use tagged::{Entity, Tagged};
pub use tensor::decode_tensor;
pub use threshold::decode_threshold;
pub use top_k::{Candidate, MaskedToken, decode_top_k};
pub use tree::{Parent, decode_tree};
pub use value::{Link, decode_value};
pub use viterbi::decode_viterbi;

use std::ops::Range;

use candle_core::Tensor;

use crate::error::{Error, ErrorKind, Result};

/// What one pipeline's decode says of one example, with numbers in place of labels.
#[derive(Debug, Clone)]
pub enum Decoded {
    /// One of several, and the probability of each.
    Class {
        /// The likeliest.
        best: usize,
        /// The probabilities, which sum to 1.
        scores: Vec<f32>,
    },
    /// Any of several, and the probability of each.
    Labels {
        /// Those whose probability is above the threshold.
        above: Vec<usize>,
        /// The probabilities, each from 0 to 1.
        scores: Vec<f32>,
    },
    /// A number.
    Number(f32),
    /// Several numbers.
    Numbers(Vec<f32>),
    /// A vector.
    Embedding(Vec<f32>),
    /// The entities of a text, and the class of each word.
    Entities {
        /// The entities, in the order of the text.
        entities: Vec<DecodedEntity>,
        /// One [`Decoded::Class`] a word.
        words: Vec<At<Decoded>>,
    },
    /// What may stand at the mask tokens.
    Masked(Vec<MaskedToken>),
    /// Parts of the text, the likeliest first.
    Answers(Vec<Answer>),
    /// Parts of the text, the likeliest first, where it may be that none answers.
    PossibleAnswers {
        /// The parts.
        answers: Vec<Answer>,
        /// The score of there being no answer.
        no_answer: f32,
    },
    /// A rank: how many thresholds are passed.
    Rank {
        /// How many.
        rank: usize,
        /// The probability of each threshold's being passed.
        above: Vec<f32>,
    },
    /// What a word depends on.
    Parent {
        /// The parent's place in the list of words; none for the root.
        index: Option<usize>,
        /// The probability of this parent among the words.
        score: f32,
    },
    /// For each word an answer for every word.
    Pairs(Vec<At<Vec<Decoded>>>),
    /// One answer a word, or a token.
    Tokens(Vec<At<Decoded>>),
    /// One answer a choice.
    Choices(Vec<Decoded>),
    /// The output's own rows.
    Tensor(Tensor),
}

/// Some words of a text that are one entity.
#[derive(Debug, Clone, PartialEq)]
pub struct DecodedEntity {
    /// The class of its first word.
    pub label: usize,
    /// The mean over its words of the probability of each word's class.
    pub score: f32,
    /// Its text, as it stands there.
    pub text: String,
    /// Which text of a pair it stands in, 0 or 1.
    pub sequence: usize,
    /// Its characters in that text.
    pub chars: Range<usize>,
    /// Its words in that text.
    pub words: Range<usize>,
}

impl Decoded {
    /// What kind of answer this is, for messages.
    fn kind(&self) -> &'static str {
        match self {
            Self::Class { .. } => "a class",
            Self::Labels { .. } => "a set of labels",
            Self::Number(_) => "a number",
            Self::Numbers(_) => "several numbers",
            Self::Embedding(_) => "a vector",
            Self::Entities { .. } => "entities",
            Self::Masked(_) => "candidates at mask tokens",
            Self::Answers(_) => "answers",
            Self::PossibleAnswers { .. } => "answers that may be none",
            Self::Rank { .. } => "a rank",
            Self::Parent { .. } => "a parent",
            Self::Pairs(_) => "an answer a pair of words",
            Self::Tokens(_) => "an answer a token",
            Self::Choices(_) => "an answer a choice",
            Self::Tensor(_) => "a tensor",
        }
    }

    /// The error of a typed result that wants another kind.
    fn is_not(&self, wanted: &str) -> Error {
        Error::new(
            ErrorKind::Input,
            format!("the decode gives {} and the prediction's type wants {wanted}: change the one or the other", self.kind()),
        )
    }
}

/// A typed prediction that can be made from what a decode gives.
pub trait FromDecoded: Sized {
    /// The typed form.
    ///
    /// # Errors
    /// Another kind of answer, or another number of labels, than this type holds.
    fn from_decoded(decoded: Decoded) -> Result<Self>;
}

/// The typed form of the next pipeline's answer.
///
/// # Errors
/// As [`FromDecoded::from_decoded`]; and no answer left.
pub fn next_decoded<P: FromDecoded>(decoded: &mut std::vec::IntoIter<Decoded>) -> Result<P> {
    let next =
        decoded.next().ok_or_else(|| Error::new(ErrorKind::Input, "the head decodes fewer pipelines than its prediction has parts"))?;
    P::from_decoded(next)
}
