//! What is worth knowing of examples before training starts.

use std::collections::BTreeMap;
use std::fmt;

use bert_dsl::losses::Target as Kind;

use crate::data::row::quoted;
use crate::head::Target;
use crate::interpret::Wanted;

/// Something that is not wrong with examples, but seldom meant.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub enum Warning {
    /// All examples have one label, so that there is nothing to learn.
    OneLabel {
        /// The target's name.
        target: String,
        /// The label's name, or its number.
        label: String,
    },
    /// No example has these labels.
    NeverSeen {
        /// The target's name.
        target: String,
        /// The labels' names, or their numbers.
        labels: Vec<String>,
    },
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::OneLabel { target, label } => {
                write!(f, "`{target}`: every example has the label `{label}`, so that nothing can be learnt")
            }
            Self::NeverSeen { target, labels } => {
                let listed = quoted(labels.iter().map(String::as_str));
                write!(f, "`{target}`: no example has {} of the labels: {listed}", labels.len())
            }
        }
    }
}

/// Counts how often labels are seen.
#[derive(Debug, Default)]
pub(super) struct Tally(BTreeMap<String, BTreeMap<usize, usize>>);

impl Tally {
    /// One more example's targets.
    pub(super) fn add<'t>(&mut self, targets: impl IntoIterator<Item = (&'t str, &'t Target)>) {
        for (name, target) in targets {
            if !self.0.contains_key(name) {
                self.0.insert(name.to_owned(), BTreeMap::new());
            }
            let Some(seen) = self.0.get_mut(name) else { continue };
            let mut one = |label: usize| *seen.entry(label).or_default() += 1;
            match target {
                Target::Classes(classes) => classes.iter().filter_map(|class| usize::try_from(*class).ok()).for_each(one),
                Target::Words(labels) => labels.iter().flatten().for_each(|label| one(*label)),
                Target::WordPairs(pairs) => pairs.iter().for_each(|pair| one(pair.2)),
                Target::Numbers(numbers) => numbers.iter().enumerate().filter(|(_, share)| **share > 0.0).for_each(|(label, _)| one(label)),
                Target::WordNumbers { .. } | Target::WordParents(_) | Target::Answer(_) => {}
            }
        }
    }

    /// What is odd about how often the labels of these targets are seen.
    pub(super) fn warnings(&self, wanted: &[Wanted]) -> Vec<Warning> {
        wanted.iter().filter(|wanted| is_label(wanted.kind)).filter_map(|wanted| self.warning(wanted)).collect()
    }

    fn warning(&self, wanted: &Wanted) -> Option<Warning> {
        let (target, count) = (wanted.names.first()?.clone(), wanted.labels.count());
        let seen = self.0.get(&target)?;
        let name = |label: usize| wanted.labels.names().get(label).cloned().unwrap_or_else(|| label.to_string());
        match seen.keys().collect::<Vec<_>>().as_slice() {
            [only] if count > 1 => Some(Warning::OneLabel { target, label: name(**only) }),
            known if known.len() < count => {
                let labels = (0..count).filter(|label| !seen.contains_key(label)).map(name).collect();
                Some(Warning::NeverSeen { target, labels })
            }
            _ => None,
        }
    }
}

fn is_label(kind: Kind) -> bool {
    matches!(kind, Kind::Label | Kind::Rank | Kind::Tags | Kind::Labels | Kind::PairLabels)
}
