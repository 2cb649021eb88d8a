//! Heads for the usual tasks, built in: to read, to copy and to begin from.

use crate::check::{Bare, check};
use crate::ir::CheckedHead;
use crate::rust_names::camel;
use crate::source::Source;

/// A head of the catalogue.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is called: the task, in words with `_` between them.
    pub name: &'static str,
    /// Its text in canonical form.
    pub text: &'static str,
}

macro_rules! entries {
    ($($name:literal),* $(,)?) => {
        /// All of them, in the order of their names.
        pub const ENTRIES: &[Entry] = &[$(Entry { name: $name, text: include_str!(concat!("../heads/", $name, ".head")) }),*];
    };
}

entries![
    "attention_pooling",
    "chain_tagging",
    "convolutions",
    "intent_and_slots",
    "last_layers",
    "late_interaction",
    "layer_mix",
    "masked_words",
    "multi_label",
    "multiple_choice",
    "next_sentence",
    "ordinal",
    "own_layer",
    "parsing",
    "part_of_speech",
    "pre_training",
    "question_answering",
    "regression",
    "relation",
    "reranking",
    "sentence_embedding",
    "sentence_likeness",
    "shortest",
    "similarity",
    "sparse_retrieval",
    "tagging",
    "text_classification",
    "text_pairs",
    "with_numbers",
];

/// The head of this name.
///
/// ```
/// use bert_dsl::catalogue;
///
/// assert!(catalogue::find("tagging").is_some_and(|entry| entry.text.contains("input tokens;")));
/// assert!(catalogue::find("taging").is_none());
/// ```
pub fn find(name: &str) -> Option<&'static Entry> {
    ENTRIES.iter().find(|entry| entry.name == name)
}

impl Entry {
    /// Its source, called by its name.
    pub fn source(&self) -> Source {
        Source::new(format!("{}.head", self.name), self.text)
    }

    /// Its checked head. A bare body is called as the entry is.
    ///
    /// # Errors
    /// None: a test checks every entry.
    ///
    /// ```
    /// let head = bert_dsl::catalogue::find("shortest").unwrap().head()?;
    /// assert_eq!(head.name, "Shortest");
    /// # Ok::<(), bert_dsl::Diagnostics>(())
    /// ```
    pub fn head(&self) -> Result<CheckedHead, crate::Diagnostics> {
        let mut heads = check(&self.source(), Bare::Named(&camel(self.name))).heads()?;
        Ok(heads.swap_remove(0))
    }

    /// What it does: its own words, or what its predictions are.
    ///
    /// ```
    /// let entry = bert_dsl::catalogue::find("regression").unwrap();
    /// assert_eq!(entry.sentence(), "How hard a text is to read, as a number.");
    /// ```
    pub fn sentence(&self) -> String {
        let Ok(head) = self.head() else { return String::new() };
        let docs: Vec<&str> = head.docs.iter().map(|line| line.trim()).collect();
        let predictions = || head.pipelines.iter().map(|pipeline| pipeline.decode.explain()).collect::<Vec<_>>().join(", and ");
        if docs.is_empty() { format!("Gives {}.", predictions()) } else { docs.join(" ") }
    }
}
