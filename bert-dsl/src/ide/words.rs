//! The words of the language, with what the tables say of each.

use crate::manual::Argument;
use crate::pages::Subject;
use crate::{decode, layers, losses};

/// What the tables say of a word.
pub(super) struct Told {
    /// How it is written; several ways are parted by `` ` or ` ``.
    pub form: String,
    /// What it computes, and where its formula comes from.
    pub about: &'static str,
    /// Everything that can be written behind it.
    pub arguments: Vec<Argument>,
}

/// All words of a kind.
pub(super) fn all(subject: Subject) -> Vec<&'static str> {
    match subject {
        Subject::Layer => layers::words().collect(),
        Subject::Loss => losses::words().collect(),
        Subject::Decode => decode::words().collect(),
    }
}

/// What is said of a word, or of a path to a layer of the user's own.
pub(super) fn told(subject: Subject, word: &str) -> Option<Told> {
    let is_path = word.contains("::");
    let entry = match subject {
        Subject::Layer => layers::manuals().find(|entry| if is_path { entry.page == "custom" } else { entry.words.contains(&word) }),
        Subject::Loss => losses::manuals().find(|entry| entry.words.contains(&word)),
        Subject::Decode => decode::manuals().find(|entry| entry.words.contains(&word) && !word.is_empty()),
    }?;
    let form = if subject == Subject::Layer { layers::form(word) } else { None };
    Some(Told { form: form.unwrap_or(entry.form), about: entry.manual.about, arguments: entry.arguments })
}
