//! The canonical form: once is enough, nothing changes its meaning, and no comment is lost.

use bert_dsl::{Source, format, parse};

use crate::generate::{Random, program};
use crate::support::{bad, good, snapshot};

/// The comments of a text, found without the compiler: `//` to the end of its line, `/* */` with those inside.
fn comments(text: &str) -> Vec<String> {
    let (mut found, mut rest) = (Vec::new(), text);
    while let Some(letter) = rest.chars().next() {
        let length = match letter {
            '"' => string(rest),
            '/' if rest.starts_with("//") => rest.find(['\n', '\r']).unwrap_or(rest.len()),
            '/' if rest.starts_with("/*") => block(rest),
            other => other.len_utf8(),
        };
        if is_comment(rest) {
            found.push(rest[..length].trim_end().to_owned());
        }
        rest = &rest[length..];
    }
    found
}

/// Docs are no comments: the tree has them.
fn is_comment(text: &str) -> bool {
    let starts = |with: &[&str]| with.iter().any(|with| text.starts_with(with));
    starts(&["////", "/**/", "/***"]) || starts(&["//", "/*"]) && !starts(&["///", "//!", "/**", "/*!"])
}

fn string(text: &str) -> usize {
    let mut letters = text.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        match letter {
            '\\' => drop(letters.next()),
            '"' => return at + 1,
            _ => {}
        }
    }
    text.len()
}

fn block(text: &str) -> usize {
    let (mut depth, mut at) = (0, 0);
    while at < text.len() {
        match text.get(at..at + 2) {
            Some("/*") => (depth, at) = (depth + 1, at + 2),
            Some("*/") => (depth, at) = (depth - 1, at + 2),
            _ => at += 1,
        }
        if depth == 0 {
            return at;
        }
    }
    text.len()
}

/// Asserts that the canonical form of a source is one, means the same, and has its comments.
pub(crate) fn keeps(source: &Source) {
    let once = Source::new("once", format(source).unwrap_or_else(|errors| panic!("{}\n{}", source.text(), errors.render(source))));
    let twice = format(&once).unwrap_or_else(|errors| panic!("{}\n{}", once.text(), errors.render(&once)));
    assert_eq!(once.text(), twice, "of\n{}", source.text());
    assert_eq!(parse(source).0, parse(&once).0, "of\n{}\nand\n{}", source.text(), once.text());
    assert_eq!(comments(source.text()), comments(once.text()), "of\n{}\nand\n{}", source.text(), once.text());
}

#[test]
fn good_heads() {
    good().iter().for_each(keeps);
}

#[test]
fn wrong_heads_of_the_right_form() {
    let formed: Vec<Source> = bad().into_iter().filter(|source| parse(source).1.is_empty()).collect();
    assert!(formed.len() > 80);
    formed.iter().for_each(keeps);
}

#[test]
fn generated_programs() {
    let mut random = Random::new(5);
    for _ in 0..3_000 {
        keeps(&Source::new("generated", program(&mut random)));
    }
}

#[test]
fn canonical_form() {
    for source in good() {
        snapshot("format", &source, &format(&source).unwrap());
    }
}

#[test]
fn the_form_of_a_wrong_source_is_an_error() {
    let errors = format(&Source::new("x", "input pooled;; linear -> -> 2;")).unwrap_err();
    assert_eq!(errors.len(), 2);
}
