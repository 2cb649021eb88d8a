//! How an error is shown: the excerpt, and what is left of long lines.

use bert_dsl::{Bare, Source, check};

fn rendered(text: &str) -> String {
    let source = Source::new("here.head", text);
    check(&source, Bare::Named("Bare")).diagnostics().render(&source)
}

#[test]
fn tabs_and_wide_letters_keep_the_marks_in_place() {
    let shown = rendered("input pooled;\n\té: lnear -> 2;\n");
    assert!(shown.contains("--> here.head:2:5\n"), "{shown}");
    assert!(shown.contains("\n2 |  é: lnear -> 2;\n  |     ^^^^^\n"), "{shown}");
}

#[test]
fn a_long_line_is_cut() {
    let text = format!("input pooled; {} lnear -> 2; {}", "relu; ".repeat(2_000), "tanh; ".repeat(2_000));
    let shown = rendered(&text);
    assert!(shown.len() < 500, "{}", shown.len());
    assert!(shown.contains(".. ") && shown.contains(" ..") && shown.contains("^^^^^"), "{shown}");
    let lines: Vec<&str> = shown.lines().collect();
    assert_eq!(lines[4].find('^'), lines[3].find("lnear"));
}

#[test]
fn a_long_word_is_cut() {
    let text = format!("input pooled;\n{}: relu;\n", "a".repeat(100_000));
    assert!(rendered(&text).len() < 500);
}

#[test]
fn errors_come_in_the_order_of_the_source() {
    let source = Source::new("here.head", "labels a, a;\ninput poled;\nlnear;\nloss mes;\n");
    let starts: Vec<u32> = check(&source, Bare::Named("Bare")).diagnostics().iter().map(|error| error.span.start).collect();
    assert_eq!(starts.len(), 4);
    assert!(starts.is_sorted());
}
