//! What each pass makes of good heads, and that a second run changes nothing.

use bert_dsl::{CheckedHead, Pass, Passes, Source, optimise};

use crate::support::{checked, good, snapshot};

/// The lines that a pass adds to what is said of a head, each under the line that it stands below.
fn added(before: &CheckedHead, after: &CheckedHead) -> String {
    let (before, after) = (before.to_string(), after.to_string());
    let mut kept = before.lines().peekable();
    let (mut shown, mut above) = (String::new(), None);
    for line in after.lines() {
        if kept.next_if_eq(&line).is_some() {
            above = Some(line);
            continue;
        }
        shown.extend(above.take().map(|above| format!("  {above}\n")));
        shown.push_str(&format!("+ {line}\n"));
    }
    assert_eq!(kept.next(), None, "a pass took something away");
    shown
}

fn shown(head: &CheckedHead, name: &str, passes: &Passes) -> String {
    let lines = added(head, &optimise(head, passes));
    if lines.is_empty() { lines } else { format!("{} with {name}\n{lines}\n", head.name) }
}

fn effects(source: &Source) -> String {
    let of_head = |head: &CheckedHead| -> String {
        let alone = Pass::ALL.iter().map(|pass| shown(head, &format!("{} alone", pass.name()), &Passes::from_iter([*pass])));
        alone.chain([shown(head, "every pass", &Passes::default())]).collect()
    };
    checked(source).iter().map(of_head).collect()
}

#[test]
fn the_effect_of_each_pass() {
    for source in good() {
        let effects = effects(&source);
        if !effects.is_empty() {
            snapshot("optimised", &source, &effects);
        }
    }
}

#[test]
fn no_pass_changes_nothing_and_a_second_run_neither() {
    for head in good().iter().flat_map(checked) {
        assert_eq!(optimise(&head, &Passes::none()).to_string(), head.to_string());
        let once = optimise(&head, &Passes::default());
        assert_eq!(optimise(&once, &Passes::default()).to_string(), once.to_string());
    }
}

/// What is said of a body with every pass.
fn optimised(body: &str) -> String {
    let source = Source::new("a.head", body);
    optimise(&checked(&source)[0], &Passes::default()).to_string()
}

#[test]
fn what_looks_at_several_tokens_is_given_them_all() {
    let steps = ["pool mean", "lstm -> 8; pool last", "conv -> 8, width=3; at x", "attention heads=2; pool first", "pool attention"];
    for step in steps {
        let said =
            optimised(&format!("given x: position; given n: features 2; input tokens; {step}; let a = {{ }} concat a, n; linear -> 2;"));
        let said = if step.contains("at x") { said } else { optimised(&format!("input tokens; {step}; linear -> 2;")) };
        assert!(!said.contains("    reads "), "{step}: {said}");
    }
}

#[test]
fn values_that_are_combined_keep_their_rows_in_common() {
    let body = "input tokens; let a = { lstm -> 8; } let b = { linear -> 8; } add a, b; pool first;";
    let said = optimised(body);
    assert_eq!(said.matches("keeps the first token").count(), 2, "one side alone: {said}");
}
