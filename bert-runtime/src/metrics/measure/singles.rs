//! Answers that are one thing each: a class, a set of labels, a rank.

use crate::decode::Decoded;
use crate::head::Outcome;
use crate::interpret::Labels;
use crate::metrics::measure::teller::Teller;
use crate::metrics::measure::units::{Unit, Wanted};
use crate::metrics::{Confusion, MultiLabel, RankScores};

/// Classes, sets of labels and ranks, whichever there are.
#[derive(Debug, Clone, Default)]
pub(super) struct Singles {
    classes: Option<Confusion>,
    sets: Option<MultiLabel>,
    ranks: Option<RankScores>,
}

impl Singles {
    /// Counts an answer; says whether it is of these kinds.
    pub(super) fn add(&mut self, (decoded, wanted): Unit<'_>) -> bool {
        match (decoded, wanted) {
            (Decoded::Class { best, .. }, Wanted::Class(wanted)) => self.classes.get_or_insert_default().add(wanted, *best),
            (Decoded::Class { best, .. }, Wanted::Numbers(shares)) => {
                let classes = self.classes.get_or_insert_default();
                likeliest(shares).into_iter().for_each(|wanted| classes.add(wanted, *best));
            }
            (Decoded::Labels { above, scores }, Wanted::Numbers(numbers)) => {
                let wanted: Vec<bool> = numbers.iter().map(|number| *number > 0.5).collect();
                let predicted: Vec<bool> = (0..scores.len()).map(|label| above.contains(&label)).collect();
                self.sets.get_or_insert_default().add(&wanted, &predicted);
            }
            (Decoded::Rank { rank, .. }, Wanted::Class(wanted)) => self.ranks.get_or_insert_default().add(wanted, *rank),
            _ => return false,
        }
        true
    }

    /// Tells the scores. Of classes that mark entities only the accuracy is told.
    pub(super) fn tell(&self, outcome: &Outcome, has_entities: bool, teller: &mut Teller<'_>) {
        if let Some(classes) = &self.classes {
            teller.higher("accuracy", classes.accuracy());
            match (&outcome.labels, outcome.labels.count()) {
                (Labels::None, _) => {}
                _ if has_entities => {}
                (_, 2) => tell_two(classes, teller),
                _ => tell_several(classes, teller),
            }
        }
        if let Some(sets) = &self.sets {
            teller.higher("accuracy", sets.accuracy());
            teller.higher("f1_macro", sets.macro_f1());
            teller.higher("f1_micro", sets.accuracy().map(|_| sets.micro().f1()));
        }
        if let Some(ranks) = &self.ranks {
            teller.higher("accuracy", ranks.accuracy());
            teller.lower("mae", ranks.mean_absolute_error());
        }
    }
}

/// The second of two labels is the one that is asked for.
fn tell_two(classes: &Confusion, teller: &mut Teller<'_>) {
    let asked = classes.accuracy().map(|_| classes.of(1));
    teller.higher("f1", asked.map(|asked| asked.f1()));
    teller.higher("precision", asked.map(|asked| asked.precision()));
    teller.higher("recall", asked.map(|asked| asked.recall()));
    teller.higher("matthews_correlation", classes.matthews());
}

fn tell_several(classes: &Confusion, teller: &mut Teller<'_>) {
    teller.higher("f1_macro", classes.macro_f1());
    teller.higher("f1_micro", classes.accuracy().map(|_| classes.micro().f1()));
    teller.higher("matthews_correlation", classes.matthews());
}

/// The label with the largest share, the first of equals; none where no label has any.
fn likeliest(shares: &[f32]) -> Option<usize> {
    let larger = |best: usize, label: usize| if shares[label] > shares[best] { label } else { best };
    (0..shares.len()).reduce(larger).filter(|best| shares[*best] > 0.0)
}
