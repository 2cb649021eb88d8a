//! Matching a head's labels with the `id2label` of a checkpoint.

use crate::weights::{Fault, Note, NoteKind, Site};

/// How many names a message shows.
const SHOWN: usize = 20;

/// A label set of a head.
#[derive(Debug)]
pub(super) struct LabelSet {
    pub(super) site: Option<Site>,
    pub(super) set: String,
    pub(super) names: Vec<String>,
    pub(super) count: usize,
}

/// What there is to say of the sets, given the names in `id2label`.
///
/// A config has one `id2label`. It is held against a lone set, and of several against the one called `labels`; `others` says that
/// there are sets beside these.
pub(super) fn check(sets: &[LabelSet], others: bool, id2label: Option<&[String]>) -> (Vec<Fault>, Vec<Note>) {
    let (mut faults, mut notes) = (Vec::new(), Vec::new());
    for set in sets {
        let meant = (sets.len() == 1 && !others) || set.set == "labels";
        match compare(set, id2label, meant) {
            Verdict::Same => {}
            Verdict::ByNumber(text) => notes.push(Note { kind: NoteKind::LabelsByNumber, text }),
            Verdict::Differ(text) => faults.push(Fault { site: set.site.clone(), text }),
        }
    }
    (faults, notes)
}

enum Verdict {
    Same,
    ByNumber(String),
    Differ(String),
}

fn compare(set: &LabelSet, id2label: Option<&[String]>, meant: bool) -> Verdict {
    let by_number = |why: &str| Verdict::ByNumber(format!("the label set `{}` is matched by number: {why}", set.set));
    let Some(theirs) = id2label else { return by_number("config.json has no id2label") };
    if is_generic(theirs) {
        return by_number("config.json names its labels LABEL_0 and so on");
    }
    if set.names == theirs {
        return Verdict::Same;
    }
    let same_names = sorted(&set.names) == sorted(theirs);
    if !meant && !same_names {
        return by_number("config.json has one id2label, and the head has several label sets");
    }
    if set.count != theirs.len() {
        return Verdict::Differ(format!(
            "`{}` has {} labels, and id2label in config.json has {}: {}",
            set.set,
            set.count,
            theirs.len(),
            listed(theirs)
        ));
    }
    if set.names.is_empty() {
        return by_number("the head gives them no names");
    }
    Verdict::Differ(difference(set, theirs, same_names))
}

fn difference(set: &LabelSet, theirs: &[String], same_names: bool) -> String {
    let how = if same_names { "the same names in another order" } else { "other names" };
    let (ours, theirs) = (listed(&set.names), listed(theirs));
    format!("`{}` is {ours}, and id2label in config.json is {theirs}: {how}. Write the labels as the checkpoint has them", set.set)
}

/// Whether names are what transformers writes where nobody named the labels.
fn is_generic(names: &[String]) -> bool {
    names.iter().enumerate().all(|(id, name)| name.strip_prefix("LABEL_").is_some_and(|number| number == id.to_string()))
}

fn sorted(names: &[String]) -> Vec<&str> {
    let mut sorted: Vec<&str> = names.iter().map(String::as_str).collect();
    sorted.sort_unstable();
    sorted
}

fn listed(names: &[String]) -> String {
    let more = names.len().saturating_sub(SHOWN);
    let shown: Vec<String> = names.iter().take(SHOWN).map(|name| name.chars().take(60).collect()).collect();
    if more == 0 { format!("[{}]", shown.join(", ")) } else { format!("[{}, and {more} more]", shown.join(", ")) }
}
