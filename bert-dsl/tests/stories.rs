//! Every diagnostic's story is true: its wrong head is told this, and the right one nothing.
#![allow(clippy::unwrap_used, clippy::panic)]

use bert_dsl::{Bare, Code, Diagnostics, Source, check, format};

fn told(text: &str) -> Diagnostics {
    check(&Source::new("story.head", text), Bare::Named("Story")).diagnostics().clone()
}

#[test]
fn the_wrong_head_is_told_this_and_nothing_else() {
    let mut others = String::new();
    for &code in Code::ALL {
        let Some(wrong) = code.story().wrong else { continue };
        let found: Vec<Code> = told(wrong).iter().map(|error| error.code).collect();
        if found.is_empty() || found.iter().any(|found| *found != code) {
            others.push_str(&format!("{code} tells {found:?} of\n{wrong}\n"));
        }
    }
    assert!(others.is_empty(), "{others}");
}

#[test]
fn the_right_head_is_right_and_in_its_canonical_form() {
    for &code in Code::ALL {
        let (right, source) = (code.story().right, Source::new("story.head", code.story().right));
        assert!(told(right).is_empty(), "{code}\n{}", told(right).render(&source));
        assert_eq!(format(&source).unwrap(), right, "{code}");
    }
}

/// What cannot be shown can be made.
#[test]
fn the_stories_without_a_wrong_head_are_those_of_long_sources() {
    let long = [" ".repeat(bert_dsl::syntax::MAX_BYTES + 1), "relu;".repeat(bert_dsl::syntax::MAX_STATEMENTS + 1)];
    let told: Vec<Code> = long.iter().map(|text| told(text).iter().next().unwrap().code).collect();
    let without: Vec<Code> = Code::ALL.iter().copied().filter(|code| code.story().wrong.is_none()).collect();
    assert_eq!(told, without);
}

#[test]
fn codes_are_read_as_they_are_written() {
    for &code in Code::ALL {
        assert_eq!(code.to_string().parse(), Ok(code));
        assert_eq!(code.number().to_string().parse(), Ok(code));
        assert!(!code.rule().is_empty() && code.rule().ends_with('.'), "{code}");
    }
    for wrong in ["", "H", "H7", "H999", "X070", "H+70", "70000", "H070 H071"] {
        assert!(wrong.parse::<Code>().is_err(), "{wrong}");
    }
}
