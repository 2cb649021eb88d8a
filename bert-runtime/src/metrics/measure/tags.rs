//! Words whose labels mark entities.

use crate::decode::{At, Decoded};
use crate::head::{Outcome, Target};
use crate::metrics::EntityScores;
use crate::metrics::measure::teller::Teller;
use crate::metrics::measure::units::{Wanted, words_of};
use crate::text::Encoding;

/// The entities of texts, by their words' tags.
#[derive(Debug, Clone, Default)]
pub(super) struct Tags(Option<EntityScores>);

impl Tags {
    /// Counts the entities of an example, text by text, if its labels mark any.
    pub(super) fn add(&mut self, outcome: &Outcome, decoded: &Decoded, target: &Target, texts: &[Encoding]) {
        let (Decoded::Entities { words, .. } | Decoded::Tokens(words)) = decoded else { return };
        let names = outcome.labels.names();
        let marks = matches!(decoded, Decoded::Entities { .. }) || names.iter().any(|name| marks_entity(name));
        let Some(words) = words_of(words, target, texts).filter(|_| marks && !names.is_empty()) else { return };
        let scores = self.0.get_or_insert_default();
        for text in words.chunk_by(|(one, _), (next, _)| one.sequence == next.sequence) {
            let (wanted, predicted): (Vec<_>, Vec<_>) = text.iter().filter_map(|word| tags(names, word)).unzip();
            scores.add(&wanted, &predicted);
        }
    }

    /// Whether any text was counted.
    pub(super) fn are_counted(&self) -> bool {
        self.0.is_some()
    }

    pub(super) fn tell(&self, teller: &mut Teller<'_>) {
        let Some(all) = self.0.as_ref().map(EntityScores::micro) else { return };
        teller.higher("entity_f1", all.f1());
        teller.higher("entity_precision", all.precision());
        teller.higher("entity_recall", all.recall());
    }
}

/// Whether a label is `B-` or `I-` of something, as the language has it.
fn marks_entity(name: &str) -> bool {
    name.len() > 2 && (name.starts_with("B-") || name.starts_with("I-"))
}

/// The wanted tag of a word, and the predicted one.
fn tags<'n>(names: &'n [String], (at, wanted): &(&At<Decoded>, Wanted<'_>)) -> Option<(&'n str, &'n str)> {
    match (&at.value, wanted) {
        (Decoded::Class { best, .. }, Wanted::Class(wanted)) => Some((names.get(*wanted)?, names.get(*best)?)),
        _ => None,
    }
}
