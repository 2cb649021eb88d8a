//! `use NAME;`: another head's layers mean the same as if they were written there.

use bert_dsl::{Bare, CheckedHead, Code, Source, check, format};

const SHARED: &str = "head Shared { input tokens; let a = { linear -> 8; } inner { dense: linear -> 8; residual { down: linear -> 4; up: linear -> 8; } } let b = { } sub a, b; }";

fn heads(text: &str) -> Vec<CheckedHead> {
    let source = Source::new("reuse.head", text);
    check(&source, Bare::Refused).heads().unwrap_or_else(|errors| panic!("{}", errors.render(&source)))
}

fn codes(text: &str) -> Vec<Code> {
    check(&Source::new("reuse.head", text), Bare::Refused).diagnostics().iter().map(|diagnostic| diagnostic.code).collect()
}

#[test]
fn what_is_used_is_what_would_be_written() {
    let shared = SHARED;
    let layers = shared.split_once("input tokens;").unwrap().1.trim_end_matches('}');
    let using = "head User { labels x, y; input cls; linear hidden -> 16; scope { use Shared; } linear -> labels; loss cross_entropy; }";
    let plain = using.replace("use Shared;", layers);
    let (used, written) = (heads(&format!("{shared}\n{using}")).pop().unwrap(), heads(&plain).pop().unwrap());
    assert_eq!(used.text, written.text);
    assert_eq!(used.parameters, written.parameters);
    assert_eq!(used.parameters[2].path, "scope.a.linear.weight");
}

#[test]
fn a_head_that_uses_others_has_a_text_of_its_own() {
    let text = "head A { input cls; tanh; dense: linear hidden -> hidden; } head B { input cls; use A; gelu; } head C { input pooled; x { use B; } y { use A; } }";
    for head in heads(text) {
        assert!(!head.text.contains("use "), "{}", head.text);
        assert_eq!(format(&Source::new("text.head", head.text.clone())).unwrap(), head.text);
        assert_eq!(heads(&head.text)[0].parameters, head.parameters);
    }
}

#[test]
fn heads_that_grow_without_end_are_refused() {
    let doubled = |number: usize| format!("head A{} {{ input cls; use A{number}; use A{number}; }}\n", number + 1);
    let text: String = std::iter::once("head A0 { input cls; tanh; }\n".to_owned()).chain((0..40).map(doubled)).collect();
    let found = codes(&text);
    assert!(!found.is_empty() && found.iter().all(|code| *code == Code::TooMany), "{found:?}");
    let longer = |number: usize| format!("head A{} {{ input cls; use A{number}; }}\n", number + 1);
    let text: String = std::iter::once("head A0 { input cls; tanh; }\n".to_owned()).chain((0..9_000).map(longer)).collect();
    let found = codes(&text);
    assert!(!found.is_empty() && found.iter().all(|code| *code == Code::TooDeep), "{found:?}");
    let deeper = |number: usize| format!("head A{} {{ input cls; {} use A{number}; {} }}\n", number + 1, "a {".repeat(30), "}".repeat(30));
    let text: String = std::iter::once("head A0 { input cls; tanh; }\n".to_owned()).chain((0..200).map(deeper)).collect();
    let found = codes(&text);
    assert!(!found.is_empty() && found.iter().all(|code| *code == Code::TooDeep), "{found:?}");
}
