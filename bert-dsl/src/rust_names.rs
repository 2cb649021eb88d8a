//! Names of the language as Rust writes them.

use unicode_ident::{is_xid_continue, is_xid_start};

/// Rust's own words, which cannot be plain identifiers in some edition.
const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else", "enum", "extern",
    "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod", "move", "mut", "override", "priv",
    "pub", "ref", "return", "self", "Self", "static", "struct", "super", "trait", "true", "try", "type", "typeof", "unsafe", "unsized",
    "use", "virtual", "where", "while", "yield",
];

/// The field that a name becomes: itself, `self_` for a word of Rust's, `_0` for a number.
///
/// ```
/// assert_eq!(bert_dsl::rust_names::field("classifier"), "classifier");
/// assert_eq!(bert_dsl::rust_names::field("self"), "self_");
/// assert_eq!(bert_dsl::rust_names::field("0"), "_0");
/// ```
pub fn field(name: &str) -> String {
    match name {
        _ if KEYWORDS.contains(&name) => format!("{name}_"),
        _ if name.starts_with(|c: char| c.is_ascii_digit()) => format!("_{name}"),
        _ => name.to_owned(),
    }
}

/// A text in CamelCase; what is no letter or digit breaks words.
///
/// ```
/// assert_eq!(bert_dsl::rust_names::camel("B-fromloc.city_name"), "BFromlocCityName");
/// assert_eq!(bert_dsl::rust_names::camel("sequenceClassifier"), "SequenceClassifier");
/// ```
pub fn camel(text: &str) -> String {
    text.split(|c: char| !c.is_alphanumeric()).flat_map(capitalised).collect()
}

fn capitalised(word: &str) -> impl Iterator<Item = char> + '_ {
    let mut letters = word.chars();
    let first = letters.next().into_iter().flat_map(char::to_uppercase);
    first.chain(letters)
}

/// A Rust type's name in snake case.
///
/// ```
/// assert_eq!(bert_dsl::rust_names::snake("HighwayLayer"), "highway_layer");
/// ```
pub fn snake(name: &str) -> String {
    let mut snake = String::new();
    for c in name.chars() {
        if c.is_uppercase() && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        snake.extend(c.to_lowercase());
    }
    snake
}

/// Whether a text can be an identifier of Rust's.
pub(crate) fn is_identifier(name: &str) -> bool {
    let mut letters = name.chars();
    letters.next().is_some_and(|c| c == '_' || is_xid_start(c)) && letters.all(is_xid_continue) && name != "_"
}

/// Whether a text can be an enum's variant: it starts with a letter.
pub(crate) fn is_variant(name: &str) -> bool {
    is_identifier(name) && name.starts_with(char::is_alphabetic)
}

/// What follows the head's name in the name of a label set's type: `Label`, or the set's own name.
pub(crate) fn set_type(name: &str) -> String {
    if name == "labels" { "Label".to_owned() } else { camel(name) }
}

/// An enum's variant by this name: `Self` is the one word that CamelCase can meet.
pub(crate) fn variant(name: &str) -> String {
    let camel = camel(name);
    if camel == "Self" { "Self_".to_owned() } else { camel }
}
