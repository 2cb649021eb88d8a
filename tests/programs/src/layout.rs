//! Tokens as a text: in plain lines, or with blanks and comments anywhere.

use crate::page::Page;
use crate::random::Random;

/// A line a statement.
pub(crate) fn plain(page: &Page) -> String {
    let mut text = String::new();
    for token in page.tokens() {
        let ends = matches!(token.as_str(), ";" | "{" | "}") || is_doc(token);
        text.push_str(token);
        text.push(if ends { '\n' } else { ' ' });
    }
    text
}

/// Any blanks, and comments between any two tokens.
pub(crate) fn free(page: &Page, random: &mut Random) -> String {
    let mut text = String::new();
    for (index, token) in page.tokens().iter().enumerate() {
        text.push_str(token);
        if is_doc(token) {
            text.push('\n');
        } else {
            text.push_str(gap(token, page.tokens().get(index + 1), random));
        }
    }
    text
}

fn is_doc(token: &str) -> bool {
    token.starts_with("///") || token.starts_with("/**")
}

const GAPS: &[&str] = &[
    "\n",
    "\n\n\n",
    "  \t",
    "\r\n",
    " /* a comment */ ",
    " /* a /* comment */ in one */ ",
    " // to the end; { of the line\n",
    " /* two\n   lines */ ",
    "\n// one\n\n// two\n",
    "\n    ",
];

fn gap<'g>(token: &str, next: Option<&String>, random: &mut Random) -> &'g str {
    let stands_alone = |token: &str| matches!(token, ";" | "," | "{" | "}" | "(" | ")" | "[" | "]");
    match random.below(24) {
        found if found < GAPS.len() => GAPS[found],
        found if found < 16 && (stands_alone(token) || next.is_some_and(|next| stands_alone(next))) => "",
        _ => " ",
    }
}
