//! Label sets from data, for heads that are read when the program runs.

use std::collections::BTreeSet;

use bert_runtime::data::{Json, Rows};

/// All labels of a field of some rows, in order, as `labels` of a head lists them; `first` goes first.
pub fn of(rows: &[&Rows], field: &str, first: Option<&str>) -> String {
    let mut found = BTreeSet::new();
    for value in rows.iter().flat_map(|rows| rows.iter()).filter_map(|row| row.get(field)) {
        collect(&value, &mut found);
    }
    let others = found.iter().map(String::as_str).filter(|label| Some(*label) != first);
    first.into_iter().chain(others).map(|label| format!("{label:?}")).collect::<Vec<_>>().join(", ")
}

fn collect(value: &Json, found: &mut BTreeSet<String>) {
    match value {
        Json::String(label) => drop(found.insert(label.clone())),
        Json::Array(items) => items.iter().for_each(|item| collect(item, found)),
        _ => {}
    }
}

/// The labels of a field, one a row, in the order of the rows.
pub fn in_order(rows: &Rows, field: &str) -> String {
    let name = |value: &Json| value.as_str().map(|label| format!("{label:?}"));
    rows.iter().filter_map(|row| name(&*row.get(field)?)).collect::<Vec<_>>().join(", ")
}
