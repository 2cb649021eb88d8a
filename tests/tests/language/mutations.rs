//! Whatever is typed, the compiler answers: every prefix and thousands of changes of every head.

use bert_dsl::{Bare, Source, check, format, stubs};

use crate::format::keeps;
use crate::generate::Random;
use crate::support::{bad, good, rust, shared, sources, target};

/// The texts that are changed.
pub fn corpus() -> Vec<String> {
    let catalogue = shared("catalogue").map(|folder| sources(&folder)).unwrap_or_default();
    good().into_iter().chain(bad()).chain(catalogue).map(|source| source.text().to_owned()).collect()
}

/// All that is done with a text. Places lie inside of it, on whole characters.
fn answered(text: &str) {
    let source = Source::new("mutated", text);
    let analysis = check(&source, Bare::Named("Bare"));
    for error in analysis.diagnostics() {
        assert!(source.text().get(error.span.range()).is_some(), "{:?} in\n{text}", error.span);
    }
    assert!(!analysis.diagnostics().render(&source).contains("error[]"));
    analysis.outlines.iter().for_each(|outline| drop(stubs(outline, &target(&source))));
    if format(&source).is_ok() {
        keeps(&source);
    }
    if let Ok(heads) = analysis.heads() {
        heads
            .iter()
            .for_each(|head| drop(syn::parse2::<syn::File>(rust(head, &source)).unwrap_or_else(|error| panic!("{error} in\n{text}"))));
    }
}

#[test]
fn every_prefix() {
    for text in corpus() {
        (0..=text.len()).filter(|&end| text.is_char_boundary(end)).for_each(|end| answered(&text[..end]));
    }
}

const PARTS: &[&str] = &[
    "{",
    "}",
    "(",
    ")",
    "[",
    "]",
    ";",
    ",",
    ":",
    "::",
    "->",
    "=",
    "..",
    ".",
    "\"",
    "//",
    "///",
    "/*",
    "*/",
    "\n",
    "\r",
    "let ",
    "input ",
    "output ",
    "loss ",
    "labels ",
    "residual ",
    "head ",
    "pub ",
    "split ",
    "concat ",
    "0",
    "1",
    "-",
    "é",
    "\u{202e}",
    "\0",
    "r#",
    "\\",
    "'",
    "#",
    "²",
    "_",
    "hidden",
    "linear -> 2;",
    "pooled",
    "((((((((((((((((",
    "[[[[[[[[[[[[[[[[",
    "a { a { a { a { ",
    "a: b { a: b { ",
    "}}}}",
    "a",
    "\u{301}",
];

fn boundary(text: &str, random: &mut Random) -> usize {
    let mut at = random.below(text.len() + 1);
    while !text.is_char_boundary(at) {
        at -= 1;
    }
    at
}

fn mutated(text: &str, corpus: &[String], random: &mut Random) -> String {
    let (a, b) = (boundary(text, random), boundary(text, random));
    let (start, end) = (a.min(b), a.max(b).min(a.min(b) + 8));
    let end = (end..=text.len()).find(|&end| text.is_char_boundary(end)).unwrap_or(text.len());
    match random.below(5) {
        0 => format!("{}{}{}", &text[..start], random.one(PARTS), &text[start..]),
        1 => format!("{}{}", &text[..start], &text[end..]),
        2 => format!("{}{}{}", &text[..start], random.one(PARTS), &text[end..]),
        3 => {
            let other = &corpus[random.below(corpus.len())];
            let (from, to) = (boundary(other, random), boundary(other, random));
            format!("{}{}{}", &text[..start], &other[from.min(to)..from.max(to)], &text[start..])
        }
        _ => {
            let mut bytes = text.as_bytes().to_vec();
            let at = random.below(bytes.len().max(1));
            bytes.iter_mut().skip(at).take(1).for_each(|byte| *byte = random.below(256) as u8);
            String::from_utf8_lossy(&bytes).into_owned()
        }
    }
}

/// Texts with a few random changes each.
pub fn changed(count: usize) -> impl Iterator<Item = String> {
    let (corpus, mut random) = (corpus(), Random::new(3));
    (0..count).map(move |_| {
        let text = corpus[random.below(corpus.len())].clone();
        (0..1 + random.below(4)).fold(text, |text, _| mutated(&text, &corpus, &mut random))
    })
}

#[test]
fn random_changes() {
    changed(30_000).for_each(|text| answered(&text));
}
