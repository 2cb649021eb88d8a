//! Sizes, in all the ways to write one.

use crate::draft::Draft;
use crate::encoder::{DEPTH, HIDDEN, VOCAB};

/// The sizes of features between a pipeline's ends.
const SIZES: &[usize] = &[1, 2, 3, 4, 6, 8, 12, 16, 24, 32, 32, 32, 32, 40, 64, 64, 96, 1000];

impl Draft {
    /// Some number of features.
    pub(crate) fn some_size(&mut self) -> usize {
        *self.random.one(SIZES)
    }

    /// A number of features, written in some way.
    pub(crate) fn size(&mut self, number: usize) -> String {
        let name = self.name_of(number);
        match self.random.below(6) {
            0..=1 => name,
            2 => self.sum(number),
            3 => self.difference(number),
            4 => self.product(number),
            _ => self.with_a_name(number),
        }
    }

    fn digits(&mut self, number: usize) -> String {
        if number >= 1000 && self.random.once_in(2) { format!("{}_{:03}", number / 1000, number % 1000) } else { number.to_string() }
    }

    fn name_of(&mut self, number: usize) -> String {
        match number {
            HIDDEN if !self.random.once_in(4) => "hidden".to_owned(),
            DEPTH if self.random.once_in(2) => "depth".to_owned(),
            number => self.digits(number),
        }
    }

    fn sum(&mut self, number: usize) -> String {
        let part = self.random.below(number);
        match part {
            0 => self.name_of(number),
            part => format!("{} + {}", self.name_of(part), self.name_of(number - part)),
        }
    }

    fn difference(&mut self, number: usize) -> String {
        let more = self.random.between(1, 9);
        let (whole, part) = (self.name_of(number + more), self.name_of(more));
        match self.random.below(3) {
            0 => format!("{whole} - {part}"),
            1 => format!("- ( {part} ) + {whole}"),
            _ => format!("{whole} - ( {part} + 1 ) + 1"),
        }
    }

    fn product(&mut self, number: usize) -> String {
        let factor = self.random.between(2, 4);
        if number.is_multiple_of(factor) && self.random.once_in(2) {
            return format!("{factor} * {}", self.name_of(number / factor));
        }
        match self.random.below(3) {
            0 => format!("{} / {factor}", self.name_of(number * factor)),
            1 => format!("( {} ) * {factor} / {factor}", self.name_of(number)),
            _ => format!("- {factor} * - {} / {factor}", self.name_of(number)),
        }
    }

    fn with_a_name(&mut self, number: usize) -> String {
        let set = self.sets.last().filter(|set| set.count < number).map(|set| (set.name().to_owned(), set.count));
        match (self.random.below(4), set) {
            (0..=1, Some((name, count))) => format!("{name} + {}", number - count),
            (2, _) if number > HIDDEN => format!("hidden + {}", number - HIDDEN),
            (2, _) if number < HIDDEN => format!("hidden - {}", HIDDEN - number),
            (3, _) if VOCAB.is_multiple_of(number) && number > 1 => format!("vocab / {}", VOCAB / number),
            _ => self.name_of(number),
        }
    }

    /// `[FROM] -> TO`.
    pub(crate) fn arrow(&mut self, from: usize, to: usize) -> String {
        let to = self.size(to);
        self.arrow_to(from, &to)
    }

    /// `[FROM] -> TO`, where TO is written already.
    pub(crate) fn arrow_to(&mut self, from: usize, to: &str) -> String {
        let from = if self.random.once_in(2) { self.size(from) } else { String::new() };
        format!("{from} -> {to}")
    }
}
