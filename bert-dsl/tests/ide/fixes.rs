//! Changes that mend errors.

use std::path::Path;

use bert_dsl::{Bare, Code, Source, check};

fn errors(text: &str) -> Vec<(Code, String, Option<String>)> {
    let analysis = check(&Source::new("wrong.head", text), Bare::Named("Wrong"));
    let fixed = |error: &bert_dsl::Diagnostic| {
        let fix = error.fix.as_ref()?;
        Some(format!("{}{}{}", &text[..fix.span.start as usize], fix.text, &text[fix.span.end as usize..]))
    };
    analysis.diagnostics().iter().map(|error| (error.code, error.message.clone(), fixed(error))).collect()
}

fn mends(text: &str, wanted: &str) {
    let found = errors(text);
    assert!(found.iter().any(|(_, _, fixed)| fixed.as_deref() == Some(wanted)), "{text}: {found:?}");
    assert_eq!(errors(wanted), [], "{wanted}");
}

#[test]
fn a_misspelled_word_becomes_the_one_that_was_meant() {
    mends("input poled; linear -> 2;", "input pooled; linear -> 2;");
    mends("input pooled; liner -> 2;", "input pooled; linear -> 2;");
    mends("input pooled; linear -> 2, bais=false;", "input pooled; linear -> 2, bias=false;");
    mends("input tokens; pool meen;", "input tokens; pool mean;");
    mends("labels a, b; input cls; linear -> lables;", "labels a, b; input cls; linear -> labels;");
    mends("input cls; let wide = { } concat wide, wid;", "input cls; let wide = { } concat wide, wide;");
    mends("input cls; linear -> 2; loss cross_entrpy;", "input cls; linear -> 2; loss cross_entropy;");
    mends("input cls; linear -> 2; decode argmx;", "input cls; linear -> 2; decode argmax;");
    mends("given at: positon; input tokens; at at;", "given at: position; input tokens; at at;");
    mends(
        "head Dense { input cls; tanh; } head B { input cls; use Dence; }",
        "head Dense { input cls; tanh; } head B { input cls; use Dense; }",
    );
}

#[test]
fn what_is_missing_is_put_in_and_what_is_too_much_goes() {
    mends("input pooled linear -> 2;", "input pooled; linear -> 2;");
    mends("input pooled; linear -> 2 bias=false;", "input pooled; linear -> 2, bias=false;");
    mends("input pooled;; linear -> 2;", "input pooled; linear -> 2;");
    mends("input pooled; linear -> 1; squeeze; mse;", "input pooled; linear -> 1; squeeze; loss mse;");
}

#[test]
fn the_source_becomes_the_one_that_is_needed() {
    let wrong = "labels \"O\", \"B-X\"; input pooled fresh; linear -> labels; loss cross_entropy;";
    mends(wrong, &wrong.replace("pooled fresh", "tokens"));
}

#[test]
fn sizes_and_names_become_right() {
    mends("input cls; linear -> 9; linear 8 -> 2;", "input cls; linear -> 9; linear 9 -> 2;");
    mends("head mood { input cls; linear -> 2; }", "head Mood { input cls; linear -> 2; }");
}

/// Whatever a fix leads to, the error that it mends is gone.
#[test]
fn no_fix_leaves_its_error() {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/heads/bad");
    let mut mended = 0;
    for entry in std::fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let Ok(text) = std::fs::read_to_string(&path) else { continue };
        let before = errors(text.trim_start_matches('\u{feff}'));
        for (code, message, fixed) in before.clone() {
            let Some(fixed) = fixed else { continue };
            let count = |all: &[(Code, String, Option<String>)]| all.iter().filter(|error| (error.0, &error.1) == (code, &message)).count();
            assert!(count(&errors(&fixed)) < count(&before), "{}: {code} {message}\n{fixed}", path.display());
            mended += 1;
        }
    }
    assert!(mended >= 20, "{mended} fixes");
}
