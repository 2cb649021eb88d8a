//! What the answers of a head are about.

use crate::head::Label;
use crate::interpret::Labels;

/// One of the answers that a head gives of an example: the output that a decode reads, and what that is trained towards.
///
/// ```
/// use bert_runtime::decode::IndexLabel;
/// use bert_runtime::head::Outcome;
///
/// let stars = Outcome::new("stars", &["labels.stars"]).chosen_from::<IndexLabel<5>>();
/// assert_eq!((stars.name.as_str(), stars.labels.count()), ("stars", 5));
/// ```
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Outcome {
    /// The name of its output; of a span those of both, joined.
    pub name: String,
    /// The names of its targets: `labels`, or `labels.OUTPUT` where a head has several outputs; none where it has no loss.
    pub targets: Vec<String>,
    /// The labels that are chosen from.
    pub labels: Labels,
    /// Whether the number that it gives is a probability.
    pub is_probability: bool,
    /// How many examples in a row its loss reads together: 2 of pairs, 3 of triplets, and else 1. They have one target together.
    pub together: usize,
}

impl Outcome {
    /// An answer that is read from this output and trained towards these targets.
    pub fn new(name: &str, targets: &[&str]) -> Self {
        let targets = targets.iter().map(|name| (*name).to_owned()).collect();
        Self { name: name.to_owned(), targets, labels: Labels::None, is_probability: false, together: 1 }
    }

    /// The same, chosen from these labels.
    #[must_use]
    pub fn chosen_from<L: Label>(self) -> Self {
        let names = || L::NAMES.iter().map(|name| (*name).to_owned()).collect();
        Self { labels: if L::NAMES.is_empty() { Labels::Count(L::COUNT) } else { Labels::Named(names()) }, ..self }
    }

    /// The same, which is a probability.
    #[must_use]
    pub fn probability(self) -> Self {
        Self { is_probability: true, ..self }
    }

    /// The same, whose loss reads so many examples together.
    #[must_use]
    pub fn read_together(self, together: usize) -> Self {
        Self { together, ..self }
    }

    /// An answer an output, each with a target of its own, and nothing known of labels.
    pub(super) fn of_outputs(outputs: &[&str]) -> Vec<Self> {
        match outputs {
            [only] => vec![Self::new(only, &["labels"])],
            several => several.iter().map(|output| Self::new(output, &[&format!("labels.{output}")])).collect(),
        }
    }
}
