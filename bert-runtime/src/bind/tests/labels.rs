//! Labels against `id2label`.

use super::{checkpoint, config, failed, says, tensors};
use crate::bind::Binder;
use crate::weights::{NoteKind, Report};

/// Binds label sets to a config with this `id2label`; `Err` is the error's text.
fn bind(id2label: &[&str], sets: &[(&str, &[&str], usize)]) -> Result<Report, String> {
    let entries: Vec<String> = id2label.iter().enumerate().map(|(id, name)| format!("\"{id}\": {name:?}")).collect();
    let (config, (checkpoint, _folder)) = (config(&format!(", \"id2label\": {{{}}}", entries.join(","))), checkpoint(&tensors()));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    for (set, names, count) in sets {
        binder.at(2, "labels ..");
        binder.labels(set, names, *count);
    }
    binder.finish().map(|(_, report)| report).map_err(|error| error.to_string())
}

fn noted(report: Result<Report, String>) -> usize {
    report.unwrap().notes.iter().filter(|note| note.kind == NoteKind::LabelsByNumber).count()
}

#[test]
fn equal_names_need_no_word() {
    assert_eq!(bind(&["no", "yes"], &[("labels", &["no", "yes"], 2)]).unwrap().notes, []);
}

#[test]
fn other_names_are_faults_that_show_both() {
    let swapped = bind(&["no", "yes"], &[("mood", &["yes", "no"], 2)]).unwrap_err();
    says(&swapped, &["line 2", "`mood` is [yes, no]", "[no, yes]", "the same names in another order"]);
    let others = bind(&["no", "yes"], &[("labels", &["bad", "good"], 2)]).unwrap_err();
    says(&others, &["[bad, good]", "[no, yes]", "other names"]);
    says(&bind(&["no", "yes"], &[("mood", &["bad", "good"], 2)]).unwrap_err(), &["`mood` is [bad, good]", "other names"]);
    says(&bind(&["no", "yes"], &[("labels", &[], 3)]).unwrap_err(), &["3 labels", "has 2: [no, yes]"]);
    says(&bind(&[], &[("labels", &["a"], 2)]).unwrap_err(), &["1 names for 2 labels"]);
}

#[test]
fn names_that_nobody_gave_match_by_number() {
    assert_eq!(noted(bind(&[], &[("labels", &["no", "yes"], 2)])), 1);
    assert_eq!(noted(bind(&["LABEL_0", "LABEL_1"], &[("labels", &["no", "yes"], 2)])), 1);
    assert_eq!(noted(bind(&["LABEL_0", "LABEL_1"], &[("labels", &["a", "b", "c"], 3)])), 1);
    assert_eq!(noted(bind(&["no", "yes"], &[("labels", &[], 2)])), 1);
    assert!(bind(&["LABEL_1", "LABEL_0"], &[("labels", &["no", "yes"], 2)]).is_err());
}

#[test]
fn of_several_sets_the_one_called_labels_is_meant() {
    assert_eq!(noted(bind(&["no", "yes"], &[("labels", &["no", "yes"], 2), ("intent", &["a", "b", "c"], 3)])), 1);
    assert!(bind(&["no", "yes"], &[("labels", &["a", "b"], 2), ("intent", &["no", "yes"], 2)]).is_err());
    assert!(bind(&["no", "yes"], &[("mood", &["yes", "no"], 2), ("intent", &["a", "b", "c"], 3)]).is_err());
}

#[test]
fn a_new_head_brings_its_own_labels() {
    let (config, (checkpoint, _folder)) = (config(", \"id2label\": {\"0\": \"x\"}"), checkpoint(&tensors()));
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    binder.labels("labels", &["a", "b"], 2);
    assert!(binder.finish().unwrap().1.notes.is_empty());
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    binder.labels("labels", &[], 0);
    says(&failed(binder).1, &["the number of labels has no size"]);
}
