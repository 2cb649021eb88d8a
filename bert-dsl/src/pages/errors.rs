//! The page of what can be wrong with a head.

use std::fmt::Write as _;

use crate::check::{Bare, check};
use crate::codes::Code;
use crate::source::Source;

/// The page of all diagnostics, each with its story.
pub fn errors_markdown() -> String {
    let mut page = "# Errors\n\nEverything that can be wrong with a head. `bert explain CODE` prints the same.\n".to_owned();
    for code in Code::ALL {
        let _ = write!(page, "\n## {code}\n\n{}\n\n{}\n", code.rule(), code.story().why);
        if let Some(wrong) = code.story().wrong {
            let _ = write!(page, "\nWrong:\n\n```text\n{wrong}```\n\n```text\n{}```\n", drawn(wrong));
        }
        let _ = write!(page, "\nRight:\n\n```text\n{}```\n", code.story().right);
    }
    page
}

fn drawn(wrong: &str) -> String {
    let source = Source::new("wrong.head", wrong);
    check(&source, Bare::Named("Wrong")).diagnostics().render(&source)
}
