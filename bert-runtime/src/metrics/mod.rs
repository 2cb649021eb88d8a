//! What says how good predictions are, by the field's names and definitions.
//!
//! The numbers of one kind each have a file of their own, and know nothing of heads: [`Confusion`], [`MultiLabel`], [`pearson`],
//! [`AnswerScores`], [`EntityScores`], [`Attachment`], [`perplexity`], [`Retrieval`], [`Similarity`]. Each is summed up answer by answer,
//! so that batches may have any size.
//!
//! [`Metrics`] counts a head's answers, and gives the [`Scores`] that belong to what its decodes give; `evaluate` of a model,
//! [typed](crate::BertFor::evaluate) or [interpreted](crate::DynamicBert::evaluate), does so for examples with targets.

mod answers;
mod classification;
mod correlation;
mod counts;
mod entities;
mod evaluation;
mod language;
mod losses;
mod measure;
mod multi_label;
mod numbers;
mod of_head;
mod parsing;
mod ranks;
mod retrieval;
mod scores;
mod similarity;
#[cfg(test)]
mod tests;

pub use answers::{AnswerScores, answer_f1, exact_match, normalised_answer};
pub use classification::Confusion;
pub use correlation::{pearson, ranks, spearman};
pub use counts::{Counts, Share};
pub use entities::{EntityScores, marked_entities};
pub use evaluation::Evaluation;
pub use language::perplexity;
pub use losses::Losses;
pub use multi_label::MultiLabel;
pub use numbers::Distances;
pub use of_head::Metrics;
pub use parsing::Attachment;
pub use ranks::RankScores;
pub use retrieval::{Retrieval, average_precision, places};
pub use scores::{Better, Score, Scores, Unmeasured};
pub use similarity::Similarity;
