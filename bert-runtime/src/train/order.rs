//! In which order the examples of an epoch come.

use rand::seq::SliceRandom;

use super::mix::Data;
use crate::context::keyed;
use crate::head::Head;

/// How the examples of all sets are parted into steps.
#[derive(Debug, Clone)]
pub(super) struct Parting {
    /// Of each set how many examples it has, and how many steps of an epoch read it.
    sets: Vec<(usize, usize)>,
    /// How many examples a step reads.
    each: usize,
    /// How many in a row belong together, as the texts of a pair.
    together: usize,
}

/// One step: the number of the set, and those of its examples.
pub(super) type Reading = (usize, Vec<usize>);

impl Parting {
    /// So many examples a step: more where the head's losses read more together.
    pub fn new(data: &Data<'_>, each: usize, head: &dyn Head) -> Self {
        let together = together(head);
        let each = each.next_multiple_of(together);
        let lengths: Vec<usize> = data.sets.iter().map(|(_, source)| source.len()).collect();
        let sets = lengths.iter().copied().zip(steps(&lengths, each, data.alpha)).collect();
        Self { sets, each, together }
    }

    /// How many steps an epoch has.
    pub fn steps(&self) -> u64 {
        self.sets.iter().map(|(_, steps)| *steps as u64).sum()
    }

    /// What each step of an epoch reads. It follows from the seed and the epoch alone.
    pub fn epoch(&self, seed: u64, epoch: u64) -> Vec<Reading> {
        let of_set = |(set, &(examples, steps)): (usize, &(usize, usize))| {
            self.order(examples, steps, seed, epoch, set).into_iter().map(move |numbers| (set, numbers))
        };
        let mut all: Vec<Reading> = self.sets.iter().enumerate().flat_map(of_set).collect();
        if self.sets.len() > 1 {
            all.shuffle(&mut keyed(seed, epoch, "train.mix", 0));
        }
        all
    }

    /// So many steps of a set: its examples shuffled, and shuffled again where they come again.
    fn order(&self, examples: usize, steps: usize, seed: u64, epoch: u64, set: usize) -> Vec<Vec<usize>> {
        let mut readings = Vec::with_capacity(steps);
        for round in 0.. {
            let mut groups: Vec<usize> = (0..examples.div_ceil(self.together)).collect();
            groups.shuffle(&mut keyed(seed, epoch, &format!("train.order.{round}"), set as u64));
            let of = |group: usize| group * self.together..((group + 1) * self.together).min(examples);
            let numbers: Vec<usize> = groups.into_iter().flat_map(of).collect();
            readings.extend(numbers.chunks(self.each).take(steps - readings.len()).map(<[usize]>::to_vec));
            if readings.len() == steps || examples == 0 {
                break;
            }
        }
        readings
    }
}

/// Of each set how many of an epoch's steps read it: as many together as one reading of all takes, one at least.
fn steps(lengths: &[usize], each: usize, alpha: f64) -> Vec<usize> {
    let whole: Vec<usize> = lengths.iter().map(|length| length.div_ceil(each)).collect();
    if alpha == 1.0 {
        return whole;
    }
    let weights: Vec<f64> = lengths.iter().map(|length| (*length as f64).powf(alpha)).collect();
    let (all, sum) = (whole.iter().sum::<usize>() as f64, weights.iter().sum::<f64>());
    weights.iter().map(|weight| ((all * weight / sum).round() as usize).max(1)).collect()
}

/// How many examples in a row the losses of a head read together.
pub(super) fn together(head: &dyn Head) -> usize {
    head.outcomes().iter().map(|outcome| outcome.together).max().unwrap_or(1).max(1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parting(sets: Vec<(usize, usize)>, together: usize) -> Parting {
        Parting { sets, each: 4, together }
    }

    #[test]
    fn an_epoch_reads_every_example_once() {
        let readings = parting(vec![(10, 3)], 1).epoch(1, 0);
        let mut all: Vec<usize> = readings.iter().flat_map(|(_, numbers)| numbers.clone()).collect();
        assert_ne!(all, (0..10).collect::<Vec<_>>());
        all.sort_unstable();
        assert_eq!(all, (0..10).collect::<Vec<_>>());
        assert_ne!(parting(vec![(10, 3)], 1).epoch(1, 1), readings);
        assert_ne!(parting(vec![(10, 3)], 1).epoch(2, 0), readings);
        assert_eq!(parting(vec![(10, 3)], 1).epoch(1, 0), readings);
    }

    #[test]
    fn what_belongs_together_stays_together() {
        for (_, numbers) in parting(vec![(20, 5)], 2).epoch(3, 0) {
            assert!(numbers.chunks(2).all(|pair| pair[0] % 2 == 0 && pair[1] == pair[0] + 1), "{numbers:?}");
        }
    }

    #[test]
    fn sets_have_their_share_of_the_steps() {
        assert_eq!(steps(&[400, 100], 4, 1.0), [100, 25]);
        assert_eq!(steps(&[400, 100], 4, 0.0), [63, 63]);
        assert_eq!(steps(&[400, 100], 4, 0.5), [83, 42]);
        assert_eq!(steps(&[400_000, 1], 4, 0.5)[1], 158);
        let readings = parting(vec![(400, 83), (100, 42)], 1).epoch(1, 0);
        let of = |set| readings.iter().filter(|reading| reading.0 == set).flat_map(|reading| reading.1.clone()).collect::<Vec<_>>();
        assert_eq!((of(0).len(), of(1).len()), (332, 168));
        let mut second = of(1);
        second.sort_unstable();
        second.dedup();
        assert_eq!(second.len(), 100);
    }
}
