//! What is said of wrong heads.

use std::collections::BTreeSet;

use bert_dsl::{Bare, Code, Diagnostics, Source, check};

use crate::support::{bad, snapshot};

fn errors(source: &Source) -> Diagnostics {
    check(source, Bare::Named("Bare")).diagnostics().clone()
}

#[test]
fn rendered() {
    for source in bad() {
        let errors = errors(&source);
        assert!(!errors.is_empty(), "{} is accepted", source.name());
        snapshot("diagnostics", &source, &errors.render(&source));
    }
}

/// Sources that are too long to stand in a file.
fn long() -> Vec<Source> {
    [" ".repeat(bert_dsl::syntax::MAX_BYTES + 1), "relu;".repeat(bert_dsl::syntax::MAX_STATEMENTS + 1)]
        .map(|text| Source::new("long.head", text))
        .into()
}

#[test]
fn every_code_has_a_wrong_head() {
    let refused = |source: &Source| check(source, Bare::Refused).diagnostics().clone();
    let sources: Vec<Source> = bad().into_iter().chain(long()).collect();
    let found: BTreeSet<Code> = sources
        .iter()
        .flat_map(|source| [errors(source), refused(source)])
        .flat_map(|errors| errors.iter().map(|error| error.code).collect::<Vec<_>>())
        .collect();
    let missing: Vec<&Code> = Code::ALL.iter().filter(|code| !found.contains(code)).collect();
    assert!(missing.is_empty(), "no wrong head shows {missing:?}");
}

/// One mistake gives one message, so the files that hold one mistake show one.
#[test]
fn one_message_a_mistake() {
    let several = ["argument_too_many", "label_without_a_name", "layer_misspelled", "outputs_missing", "source_not_built"];
    let mut others = String::new();
    for source in bad() {
        let name = source.name().trim_end_matches(".head").to_owned();
        let (found, wanted) = (errors(&source), if several.contains(&name.as_str()) { 2 } else { 1 });
        if found.len() != wanted {
            others.push_str(&format!("{name}\n{}\n", found.render(&source)));
        }
    }
    assert!(others.is_empty(), "{others}");
}

/// Words of the grammar and of the compiler's insides, which a user never meets.
#[test]
fn no_words_of_the_parser() {
    let inner = ["kw_", "rust_path", "only_statement", "EOI", "SOI", "malformed", "Rule", "token_", "Spanned", "Some("];
    for source in bad() {
        let shown = errors(&source).to_string();
        for word in inner {
            assert!(!shown.contains(word), "{}: {shown}", source.name());
        }
    }
}

/// Every error says what to do.
#[test]
fn every_error_has_a_fix() {
    for source in bad() {
        for error in &errors(&source) {
            assert!(error.help.is_some() || error.reason.is_some(), "{}: {}", source.name(), error.words());
        }
    }
}
