//! What is odd about the targets of a training, and yet no fault.

use std::collections::{BTreeMap, BTreeSet};

use super::samples::Samples;
use crate::head::{Outcome, Target};
use crate::interpret::Labels;

/// The targets of one name: the classes that there are, and the smallest and largest number.
#[derive(Debug, Clone, Default, PartialEq)]
pub(super) struct Seen {
    classes: BTreeSet<usize>,
    numbers: Option<(f32, f32)>,
}

impl Seen {
    fn add(&mut self, target: &Target) {
        match target {
            Target::Classes(classes) => self.classes.extend(classes.iter().filter_map(|&class| usize::try_from(class).ok())),
            Target::Words(classes) => self.classes.extend(classes.iter().flatten()),
            Target::Numbers(numbers) => numbers.iter().for_each(|&number| self.widen(number)),
            _ => {}
        }
    }

    fn widen(&mut self, number: f32) {
        let (low, high) = self.numbers.unwrap_or((number, number));
        self.numbers = Some((low.min(number), high.max(number)));
    }
}

/// What examples have of each target, by its name.
pub(super) fn seen(samples: &Samples) -> BTreeMap<String, Seen> {
    let mut all = BTreeMap::<String, Seen>::new();
    for (name, target) in samples.all().iter().flat_map(|sample| &sample.targets) {
        all.entry(name.to_string()).or_default().add(target);
    }
    all
}

/// What several sets have of each target.
pub(super) fn together(sets: impl Iterator<Item = BTreeMap<String, Seen>>) -> BTreeMap<String, Seen> {
    let mut all = BTreeMap::<String, Seen>::new();
    for (name, seen) in sets.flatten() {
        let sum = all.entry(name).or_default();
        sum.classes.extend(seen.classes);
        seen.numbers.iter().for_each(|&(low, high)| [low, high].into_iter().for_each(|number| sum.widen(number)));
    }
    all
}

/// A line for each target of a set that is the same in all examples, and for each whose classes in `dev` are not those of the training.
pub(super) fn of(set: &str, train: &BTreeMap<String, Seen>, dev: Option<&BTreeMap<String, Seen>>, outcomes: &[Outcome]) -> Vec<String> {
    let mut lines = Vec::new();
    for (name, trained) in train {
        let labels = outcomes.iter().find(|outcome| outcome.targets.contains(name)).map(|outcome| &outcome.labels);
        lines.extend(
            alike(trained, labels)
                .map(|value| format!("`{name}` is {value} in every example of `{set}`: a head learns nothing else from them")),
        );
        let Some(measured) = dev.and_then(|dev| dev.get(name)) else { continue };
        let unknown = named(measured.classes.difference(&trained.classes), labels);
        if !unknown.is_empty() && !trained.classes.is_empty() {
            lines.push(format!("`{name}` is {unknown} in `dev` and never in `{set}`: such examples cannot be learned"));
        }
        let unmeasured = named(trained.classes.difference(&measured.classes), labels);
        if !unmeasured.is_empty() && !measured.classes.is_empty() {
            lines.push(format!("`{name}` is never {unmeasured} in `dev`: how well that is learned is not measured"));
        }
    }
    lines
}

/// The one value that all examples have.
fn alike(seen: &Seen, labels: Option<&Labels>) -> Option<String> {
    match seen.numbers {
        Some((low, high)) if low == high => Some(low.to_string()),
        Some(_) => None,
        None => (seen.classes.len() == 1).then(|| named(&seen.classes, labels)),
    }
}

/// How many classes are named in one line.
const NAMED: usize = 8;

fn named<'c>(classes: impl IntoIterator<Item = &'c usize>, labels: Option<&Labels>) -> String {
    let name = |class: &usize| match labels {
        Some(Labels::Named(names)) => names.get(*class).map_or_else(|| class.to_string(), |name| format!("`{name}`")),
        _ => class.to_string(),
    };
    let names: Vec<String> = classes.into_iter().map(name).collect();
    let more = names.len().saturating_sub(NAMED);
    let listed = names.iter().take(NAMED).map(String::as_str).collect::<Vec<_>>().join(", ");
    if more == 0 { listed } else { format!("{listed} and {more} more") }
}
