//! Answers that are numbers: how near they are, how they go together, and how they rank candidates.

use std::collections::BTreeMap;

use crate::decode::Decoded;
use crate::head::Outcome;
use crate::metrics::measure::teller::Teller;
use crate::metrics::measure::units::{Unit, Wanted};
use crate::metrics::{Confusion, Distances, Retrieval, average_precision, pearson, spearman};
use crate::text::Encoding;

/// Numbers beside those that were wanted.
#[derive(Debug, Clone, Default)]
pub(super) struct Quantities {
    /// The numbers of answers that are one each.
    predicted: Vec<f64>,
    wanted: Vec<f64>,
    /// The distances of all numbers.
    distances: Option<Distances>,
    queries: Queries,
}

/// Candidates by what they answer: the choices of an example, and the pairs with one first text.
#[derive(Debug, Clone, Default)]
struct Queries {
    by_choices: Vec<Candidates>,
    by_text: BTreeMap<String, Candidates>,
}

/// Whether each candidate is relevant, and its score.
type Candidates = (Vec<bool>, Vec<f64>);

impl Quantities {
    /// Counts the answers of an example that are numbers; says whether all are.
    pub(super) fn add(&mut self, decoded: &Decoded, units: &[Unit<'_>], texts: &[Encoding]) -> bool {
        let known = units.iter().filter(|unit| self.add_one(unit)).count();
        match (decoded, texts) {
            (Decoded::Choices(_), _) => self.queries.by_choices.push(candidates(units)),
            (Decoded::Number(_), [text]) if text.sequences() == 2 => {
                let (relevant, scores) = self.queries.by_text.entry(text.text(0).to_owned()).or_default();
                let more = candidates(units);
                relevant.extend(more.0);
                scores.extend(more.1);
            }
            _ => {}
        }
        known == units.len()
    }

    fn add_one(&mut self, unit: &Unit<'_>) -> bool {
        let (Decoded::Number(_) | Decoded::Numbers(_), Wanted::Numbers(wanted)) = unit else { return false };
        let predicted = match unit.0 {
            Decoded::Numbers(numbers) => numbers.as_slice(),
            Decoded::Number(number) => {
                self.predicted.push(f64::from(*number));
                self.wanted.extend(wanted.first().copied().map(f64::from));
                std::slice::from_ref(number)
            }
            _ => &[],
        };
        let distances = self.distances.get_or_insert_default();
        predicted.iter().zip(*wanted).for_each(|(predicted, wanted)| distances.add(f64::from(*wanted), f64::from(*predicted)));
        predicted.len() == wanted.len()
    }

    /// Tells the scores: of a yes or no with its probability those of two classes, and else those of numbers.
    pub(super) fn tell(&self, outcome: &Outcome, teller: &mut Teller<'_>) {
        let Some(distances) = &self.distances else { return };
        let is_yes_or_no = !self.wanted.is_empty() && self.wanted.iter().all(|wanted| *wanted == 0.0 || *wanted == 1.0);
        match is_yes_or_no && outcome.is_probability {
            true => self.tell_yes_or_no(teller),
            false => self.tell_numbers(distances, teller),
        }
        if is_yes_or_no {
            self.queries.tell(teller);
        }
    }

    fn tell_yes_or_no(&self, teller: &mut Teller<'_>) {
        let answers = self.wanted.iter().zip(&self.predicted);
        let relevant: Vec<bool> = self.wanted.iter().map(|wanted| *wanted == 1.0).collect();
        let classes: Confusion = answers.map(|(wanted, predicted)| (usize::from(*wanted == 1.0), usize::from(*predicted > 0.5))).collect();
        teller.higher("accuracy", classes.accuracy());
        teller.higher("f1", classes.of(1).f1());
        teller.higher("average_precision", average_precision(&relevant, &self.predicted));
    }

    fn tell_numbers(&self, distances: &Distances, teller: &mut Teller<'_>) {
        if !self.predicted.is_empty() {
            teller.higher_or_why("pearson", pearson(&self.predicted, &self.wanted));
            teller.higher_or_why("spearman", spearman(&self.predicted, &self.wanted));
        }
        teller.lower("mse", distances.mean_squared());
        teller.lower("mae", distances.mean_absolute());
    }
}

impl Queries {
    /// Only a query with several candidates is a ranking.
    fn tell(&self, teller: &mut Teller<'_>) {
        let rankings = self.by_choices.iter().chain(self.by_text.values()).filter(|(relevant, _)| relevant.len() > 1);
        let mut retrieval = Retrieval::default();
        let count = rankings.map(|(relevant, scores)| retrieval.add(relevant, scores)).count();
        if count > 0 {
            teller.higher("map", retrieval.mean_average_precision());
            teller.higher("mrr", retrieval.mean_reciprocal_rank());
        }
    }
}

fn candidates(units: &[Unit<'_>]) -> Candidates {
    let candidate = |unit: &Unit<'_>| match unit {
        (Decoded::Number(score), Wanted::Numbers([wanted])) => Some((*wanted > 0.5, f64::from(*score))),
        _ => None,
    };
    units.iter().filter_map(candidate).unzip()
}
