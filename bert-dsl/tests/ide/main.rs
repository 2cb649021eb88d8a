//! What an editor asks of a source while it is written.
#![allow(clippy::unwrap_used, clippy::panic)]

mod any_text;
mod complete;
mod definition;
mod fixes;
mod hover;
mod symbols;

use bert_dsl::{Analysis, Bare, Source, check};

/// A source whose text has a `|` where the cursor is, and that place.
fn opened(text: &str) -> (Source, Analysis, u32) {
    let at = text.find('|').unwrap_or_else(|| panic!("no cursor in {text}"));
    let source = Source::new("open.head", text.replacen('|', "", 1));
    let analysis = check(&source, Bare::Named("Open"));
    (source, analysis, at as u32)
}
