#![allow(clippy::unwrap_used, clippy::panic)]

use std::path::{Path, PathBuf};

use bert_dsl::{Bare, Source, check};

use super::*;

fn layout(text: &str) -> Layout {
    Layout::of(text.parse::<TokenStream>().unwrap())
}

/// A text as rustc's tokens of it give it back.
fn laid_out(text: &str) -> String {
    layout(text).text.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// A text and the same text through tokens are one head: the same tree, the same canonical text, the same errors.
fn is_one_head(text: &str, bare: Bare<'_>) {
    let (read, laid) = (Source::new("read", text), Source::new("laid", layout(text).text));
    let (ours, theirs) = (check(&read, bare), check(&laid, bare));
    assert_eq!(ours.file, theirs.file, "{text}\nas\n{}", laid.text());
    assert_eq!(words(&ours), words(&theirs), "{text}");
    let heads = |analysis: bert_dsl::Analysis| {
        analysis.heads().map(|heads| heads.into_iter().map(|head| (head.text, head.docs)).collect::<Vec<_>>())
    };
    if let (Ok(ours), Ok(theirs)) = (heads(ours), heads(theirs)) {
        assert_eq!(without_comments(ours), theirs, "{text}");
    }
}

fn words(analysis: &bert_dsl::Analysis) -> Vec<String> {
    analysis.diagnostics().iter().map(bert_dsl::Diagnostic::words).collect()
}

/// rustc gives macros no comments, so the canonical text is compared without them.
fn without_comments(heads: Vec<(String, Vec<String>)>) -> Vec<(String, Vec<String>)> {
    let bare = |text: String| check(&Source::new("text", layout(&text).text), Bare::Named("Bare")).heads().unwrap().remove(0).text;
    heads.into_iter().map(|(text, docs)| (bare(text), docs)).collect()
}

#[test]
fn tokens_that_rust_parts_otherwise_come_together() {
    let cases = [
        ("linear 768->2", "linear 768 -> 2"),
        ("classifier.0.1: linear ->2", "classifier . 0.1: linear -> 2"),
        ("take -4..", "take - 4 .."),
        ("take -4..-1", "take - 4 ..- 1"),
        ("layer_norm eps=1e-12;", "layer_norm eps = 1e-12;"),
        ("loss cross_entropy ignore=-100, class_weights=[1, 2.5,];", "loss cross_entropy ignore =- 100, class_weights = [ 1, 2.5, ];"),
        ("crate::layers::Highway A->B", "crate:: layers:: Highway A -> B"),
        (r#"labels "B-\"x\"", é"#, r#"labels "B-\"x\"", é"#),
        ("/* a /* b */ c */ gelu; // d", "gelu;"),
    ];
    for (text, expected) in cases {
        assert_eq!(laid_out(text), expected);
    }
}

#[test]
fn docs_come_back_as_the_lines_that_they_were() {
    let lines =
        |text: &str| layout(text).text.lines().map(|line| line.trim().to_owned()).filter(|line| !line.is_empty()).collect::<Vec<_>>();
    assert_eq!(lines("/// One \"quoted\".\n///\n///  Two.\nhead X {}"), ["/// One \"quoted\".", "///", "///  Two.", "head X { }"]);
    assert_eq!(lines("#[doc = \"a\\nb\"] x"), ["///a", "///b", "x"]);
    assert_eq!(lines("//! Inside.\nx"), ["//! Inside.", "x"]);
    assert_eq!(lines("/** One. */ x"), ["/// One.", "x"]);
}

#[test]
fn attributes_are_left_out_and_remembered() {
    let layout = layout("#[derive(Debug)] head X { #[cfg(test)] gelu }");
    assert_eq!((layout.text.split_whitespace().collect::<Vec<_>>().concat(), layout.attributes.len()), ("headX{gelu}".to_owned(), 2));
}

#[test]
fn every_token_knows_its_place() {
    let text = "head Ner {\n    labels \"O\", é;\n    input tokens;\n    classifier.0: linear hidden->2;\n}";
    let layout = layout(text);
    for (index, word) in [(4, "hidden"), (4, "classifier"), (4, "->"), (2, "\"O\""), (2, "é"), (1, "Ner"), (3, "tokens")] {
        let at = layout.text.find(word).unwrap();
        let (start, end) = layout.ends(Place::new(at, at + word.len()));
        let line = text.lines().nth(index - 1).unwrap();
        let shown: String = line.chars().skip(start.start().column).take(end.end().column - start.start().column).collect();
        assert_eq!((start.start().line, shown.as_str()), (index, word));
    }
}

#[test]
fn a_place_outside_of_all_tokens_is_that_of_the_last() {
    let layout = layout("input pooled");
    let (start, end) = layout.ends(Place::new(900, 901));
    assert_eq!((start.start().column, end.end().column), (6, 12));
    assert!(Layout::of(TokenStream::new()).text.is_empty());
}

#[test]
fn an_invisible_group_keeps_its_sum_together() {
    let sum = Group::new(Delimiter::None, "1 + 2".parse().unwrap());
    let name = Group::new(Delimiter::None, "pooled".parse().unwrap());
    let shown = |group: Group| Layout::of([TokenTree::Group(group)]).text.split_whitespace().collect::<String>();
    assert_eq!((shown(sum).as_str(), shown(name).as_str()), ("(1+2)", "pooled"));
}

#[test]
fn docs_are_read_out_of_a_macros_variables() {
    let hidden = |text: &str| TokenTree::Group(Group::new(Delimiter::None, text.parse().unwrap()));
    let attribute = |tokens: Vec<TokenTree>| {
        let bracket = Group::new(Delimiter::Bracket, tokens.into_iter().collect());
        Layout::of("#".parse::<TokenStream>().unwrap().into_iter().chain([bracket.into()]))
    };
    let mut named: Vec<TokenTree> = "doc =".parse::<TokenStream>().unwrap().into_iter().collect();
    named.push(hidden(r#"" Docs.""#));
    for layout in [attribute(vec![hidden(r#"doc = " Docs.""#)]), attribute(named)] {
        assert_eq!((layout.text.trim(), layout.attributes.len()), ("/// Docs.", 0));
    }
    let other = attribute(vec![hidden(r#"deny = " Docs.""#)]);
    assert_eq!((other.text.as_str(), other.attributes.len()), ("", 1));
}

#[test]
fn small_heads_are_one_in_text_and_tokens() {
    for body in [
        "input pooled; linear 768->2",
        "input layers; take -4..; flatten; linear -> 2",
        "input layers; take -1; linear -> 2",
        "input tokens; classifier.0.1: linear hidden->2; classifier.0.2: gelu;",
        "input pooled; layer_norm eps=1e-12; scale -2.5; linear -> 2 * (3 + 4) - 1;",
        "labels a = \"*/ // {\", b = \"\\\"\\u{1f642}\\n\"; input pooled; linear -> labels; loss bce pos_weight=[1, .5];",
        "input pooled // read\n; /* why */ linear hidden -> 2 /* wide */;",
        "given p: position; input tokens; at p; self: linear -> 2; crate::my::Layer 2->3, key=-1",
        "input pooled; linear hidden -> -> 2; loss cross_entropy smothing=.1",
    ] {
        is_one_head(body, Bare::Named("Small"));
        is_one_head(&format!("/// Docs.\n///\n/// More.\npub(crate) head Small {{ {body} }}"), Bare::Refused);
    }
}

/// The files of this name ending below a folder.
fn heads_below(folder: &Path) -> Vec<PathBuf> {
    let entries = folder.read_dir().into_iter().flatten().flatten().map(|entry| entry.path());
    let (folders, files): (Vec<_>, Vec<_>) = entries.partition(|path| path.is_dir());
    let mut found: Vec<PathBuf> = files.into_iter().filter(|path| path.extension().is_some_and(|ending| ending == "head")).collect();
    found.extend(folders.iter().flat_map(|folder| heads_below(folder)));
    found.sort();
    found
}

fn all_are_one_head(files: &[PathBuf]) {
    for file in files {
        is_one_head(bert_dsl::read(file).unwrap().text(), Bare::Named("Bare"));
    }
}

#[test]
fn the_fixtures_are_one_in_text_and_tokens() {
    let files = heads_below(&Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures"));
    assert!(files.len() >= 8, "{files:?}");
    all_are_one_head(&files);
}

#[test]
fn the_catalogue_is_one_in_text_and_tokens() {
    let shared = std::env::var_os("BERT_SHARED").map_or_else(|| Path::new(env!("CARGO_MANIFEST_DIR")).join("../../shared"), PathBuf::from);
    let files = heads_below(&shared.join("catalogue"));
    if files.is_empty() {
        assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none(), "no catalogue below {}", shared.display());
        eprintln!("skipped: no catalogue below {}", shared.display());
    }
    all_are_one_head(&files);
}
