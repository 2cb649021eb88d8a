//! What stands around a head's body, and what documents it.

use crate::page::Page;
use crate::random::Random;

const DOCS: &[&[&str]] = &[
    &["/// What a text says."],
    &["/// One line.", "///", "/// - a list, `code`, \"quotes\" and {braces}"],
    &["/** In a block. */"],
    &["///"],
    &["/** Two lines\n * with stars.\n */"],
];

const VISIBILITIES: &[&str] = &["pub", "pub ( crate )", "pub ( super )", "pub ( in crate :: heads )"];

/// What may stand in front of a head.
pub(crate) fn opening(page: &mut Page, random: &mut Random) {
    docs(page, random);
    if random.once_in(2) {
        let visibility = *random.one(VISIBILITIES);
        page.words(visibility);
    }
}

/// Documentation, or none.
pub(crate) fn docs(page: &mut Page, random: &mut Random) {
    if random.once_in(3) {
        random.one(DOCS).iter().for_each(|line| page.put(*line));
    }
}

/// A head of a body.
pub(crate) fn named(name: &str, body: Page) -> Page {
    let mut page = Page::default();
    page.words("head");
    page.put(name);
    page.put("{");
    page.append(body);
    page.put("}");
    page
}
