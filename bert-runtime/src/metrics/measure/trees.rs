//! Words that depend on words, and how.

use crate::decode::{At, Decoded};
use crate::head::Target;
use crate::metrics::Attachment;
use crate::metrics::measure::teller::Teller;
use crate::metrics::measure::units::places_of;
use crate::text::Encoding;

/// The parent of each word of an example, by the words' numbers: the predicted one and the wanted one.
#[derive(Debug, Clone, Default)]
pub(in crate::metrics) struct Tree {
    words: Vec<Branch>,
}

/// A word with its parents; a root is its own.
#[derive(Debug, Clone, Copy)]
struct Branch {
    word: usize,
    predicted: usize,
    wanted: usize,
}

impl Tree {
    /// The tree that was predicted, and the wanted one; none where the answer or the target is of another kind.
    pub(in crate::metrics) fn of(decoded: &Decoded, target: &Target, texts: &[Encoding]) -> Option<Self> {
        let (Decoded::Tokens(words), Target::WordParents(parents)) = (decoded, target) else { return None };
        let numbers = places_of(words, texts);
        let branch = |(place, at): (usize, &At<Decoded>)| {
            let Decoded::Parent { index, .. } = at.value else { return None };
            let word = numbers[place]?;
            Some(Branch { word, predicted: (*numbers.get(index.unwrap_or(place))?)?, wanted: (*parents.get(word)?)? })
        };
        let are_parents = words.iter().all(|at| matches!(at.value, Decoded::Parent { .. }));
        are_parents.then(|| Self { words: words.iter().enumerate().filter_map(branch).collect() })
    }
}

/// How many words have the right parent; and, of relations, how many have the right one to it.
#[derive(Debug, Clone, Default)]
pub(super) struct Trees(Option<Attachment>);

impl Trees {
    /// Counts the parents.
    pub(super) fn add(&mut self, tree: &Tree) {
        let attachment = self.0.get_or_insert_default();
        tree.words.iter().for_each(|branch| attachment.add_word(branch.predicted == branch.wanted, None));
    }

    /// Counts the relations of words to their parents in a tree, those that a target names.
    pub(super) fn add_relations(&mut self, tree: &Tree, decoded: &Decoded, target: &Target, texts: &[Encoding]) {
        let (Decoded::Pairs(rows), Target::WordPairs(pairs)) = (decoded, target) else { return };
        let numbers = places_of(rows, texts);
        let place = |word: usize| numbers.iter().position(|number| *number == Some(word));
        let predicted = |branch: &Branch| match rows.get(place(branch.word)?)?.value.get(place(branch.predicted)?)? {
            Decoded::Class { best, .. } => Some(*best),
            _ => None,
        };
        let attachment = self.0.get_or_insert_default();
        for branch in &tree.words {
            let wanted = pairs.iter().find(|(word, parent, _)| (*word, *parent) == (branch.word, branch.wanted)).map(|pair| pair.2);
            let Some(wanted) = wanted else { continue };
            attachment.add_word(branch.predicted == branch.wanted, Some(predicted(branch) == Some(wanted)));
        }
    }

    /// Tells `uas`; `las` where relations were counted.
    pub(super) fn tell(&self, of_relations: bool, teller: &mut Teller<'_>) {
        match (&self.0, of_relations) {
            (Some(attachment), false) => teller.higher("uas", attachment.uas()),
            (Some(attachment), true) => teller.higher("las", attachment.las()),
            (None, _) => {}
        }
    }
}
