//! Where names were given.

use bert_dsl::ide::definition;

use crate::opened;

/// The text that the name at the cursor leads to, with that in front of it.
fn leads_to(text: &str) -> Option<(String, String)> {
    let (source, analysis, at) = opened(text);
    let span = definition(&source, &analysis, at)?;
    Some((source.text()[..span.start as usize].to_owned(), source.slice(span).to_owned()))
}

fn check(text: &str, before: &str, name: &str) {
    assert_eq!(leads_to(text), Some((before.to_owned(), name.to_owned())), "{text}");
}

#[test]
fn values_lead_to_their_let_or_given() {
    check("input cls; let a = { tanh; } concat a, |a;", "input cls; let ", "a");
    check("given at: position; input tokens; at a|t;", "given ", "at");
    check("given n: features 3; input cls; let a = { } concat a, n|;", "given ", "n");
    check("input tokens; let a = { } let b = { } biaffine a, |b -> 1;", "input tokens; let a = { } let ", "b");
}

#[test]
fn of_values_of_one_name_the_one_in_force_is_meant() {
    let text = "input cls; let a = { } concat a, a; output x; input cls; let a = { tanh; } concat |a, a; output y;";
    check(text, &text[..text.rfind("a = ").unwrap()], "a");
}

#[test]
fn sizes_lead_to_their_label_set() {
    check("labels a, b; input cls; linear hidden -> lab|els;", "", "labels a, b;");
    check("labels mood = a, b; input cls; linear |mood -> 2;", "labels ", "mood");
    check(
        "head A { labels 3; input cls; } head B { labels 5; input cls; linear -> 2 * |labels; }",
        "head A { labels 3; input cls; } head B { ",
        "labels 5;",
    );
}

#[test]
fn a_used_head_leads_to_its_name() {
    check("head A { input cls; tanh; } head B { input cls; use |A; }", "head ", "A");
}

#[test]
fn in_a_wrong_or_unfinished_head_it_works_too() {
    check("input cls; let a = { tanh; } lineer; concat a, |a", "input cls; let ", "a");
    check("labels a, b; input poled; linear -> |labels", "", "labels a, b;");
}

#[test]
fn what_names_nothing_leads_nowhere() {
    for text in
        ["in|put cls;", "input |cls;", "input cls; linear |hidden -> 2;", "input cls; lin|ear -> 2;", "// a|", "input cls; concat |b, c;"]
    {
        assert_eq!(leads_to(text), None, "{text}");
    }
}
