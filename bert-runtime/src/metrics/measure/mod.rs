//! From the answers of a head to its scores: which metrics belong follows from what the decode gives and what was wanted.

mod masks;
mod quantities;
mod singles;
mod spans;
mod tags;
mod teller;
mod trees;
mod units;
mod vectors;

use crate::decode::Decoded;
use crate::head::{Outcome, Target};
use crate::metrics::Losses;
use crate::metrics::scores::Scores;
use crate::text::Encoding;
use masks::Masks;
use quantities::Quantities;
use singles::Singles;
use spans::Spans;
use tags::Tags;
use teller::Teller;
pub(super) use trees::Tree;
use trees::Trees;
use units::units;
use vectors::Vectors;

/// What is counted of one of a head's answers. Of all kinds those have something to tell that were met.
#[derive(Debug, Clone, Default)]
pub(super) struct Measure {
    singles: Singles,
    quantities: Quantities,
    tags: Tags,
    spans: Spans,
    trees: Trees,
    relations: Trees,
    masks: Masks,
    vectors: Vectors,
    /// Why an answer could not be measured.
    missed: Option<&'static str>,
}

impl Measure {
    /// Counts one example, by the targets of this answer: two of a span, and else one. `tree` is the parse of the example, where the
    /// head gives one.
    pub(super) fn add(&mut self, outcome: &Outcome, decoded: &Decoded, targets: &[&Target], texts: &[Encoding], tree: Option<&Tree>) {
        let Some(target) = targets.first() else { return self.miss(decoded) };
        if let Some(own) = Tree::of(decoded, target, texts) {
            return self.trees.add(&own);
        }
        if self.spans.add(decoded, targets, texts) || self.masks.add(decoded, target) || self.vectors.add(outcome, decoded, target) {
            return;
        }
        if let Some(tree) = tree {
            self.relations.add_relations(tree, decoded, target, texts);
        }
        self.tags.add(outcome, decoded, target, texts);
        let Some(units) = units(decoded, target, texts) else { return self.miss(decoded) };
        let singles = units.iter().filter(|unit| self.singles.add(**unit)).count();
        if singles < units.len() && !self.quantities.add(decoded, &units, texts) {
            self.miss(decoded);
        }
    }

    /// Remembers why an example could not be measured.
    fn miss(&mut self, decoded: &Decoded) {
        self.missed = Some(match decoded {
            Decoded::Tensor(_) => {
                "the decode gives a tensor, which says nothing that could be right or wrong: the loss alone tells how good it is"
            }
            Decoded::Embedding(_) => {
                "a vector is measured by others: the loss alone tells how good it is, and `Similarity` measures pairs of texts"
            }
            _ => "the answers and the targets are of different kinds: the loss alone tells how good they are",
        });
    }

    /// Tells the scores of this answer.
    pub(super) fn tell(&self, outcome: &Outcome, is_lone: bool, losses: &Losses, scores: &mut Scores) {
        let mut teller = Teller { scores, output: &outcome.name, is_lone };
        self.tags.tell(&mut teller);
        self.singles.tell(outcome, self.tags.are_counted(), &mut teller);
        self.quantities.tell(outcome, &mut teller);
        self.spans.tell(&mut teller);
        self.trees.tell(false, &mut teller);
        self.relations.tell(true, &mut teller);
        self.masks.tell(losses.part(&outcome.name), &mut teller);
        self.vectors.tell(&mut teller);
        self.missed.into_iter().for_each(|why| teller.nothing(why));
    }
}
