//! `id2label` and what has to agree with it.

use std::collections::BTreeMap;

use super::json::{Json, Object};
use super::keys::Keys;
use crate::error::Result;

/// The names in order, where the file has `id2label`.
///
/// # Errors
/// Keys that are not the numbers from 0 on without a gap, names that are not texts or are there twice, and a `label2id` or
/// `num_labels` that says otherwise.
pub(super) fn id2label(keys: &Keys<'_>) -> Result<Option<Vec<String>>> {
    let Some(object) = keys.object("id2label")?.filter(|object| !object.is_empty()) else { return Ok(None) };
    let names = in_order(keys, object)?;
    check_distinct(keys, &names)?;
    check_label2id(keys, &names)?;
    match keys.nullable("num_labels") {
        None => Ok(Some(names)),
        Some(&Json::Whole(count)) if count == names.len() as i128 => Ok(Some(names)),
        Some(found) => Err(keys.fault("num_labels", format!("is {found}, and `id2label` has {}", names.len()))),
    }
}

fn in_order(keys: &Keys<'_>, object: &Object) -> Result<Vec<String>> {
    let mut names = BTreeMap::new();
    for (key, value) in object {
        let Some(id) = canonical_number(key) else {
            return Err(keys.fault("id2label", format!("has the key {key:?}, and whole numbers from \"0\" on are expected")));
        };
        let Json::Text(name) = value else {
            return Err(keys.fault("id2label", format!("has {value} at {key:?}, and a label's name is expected")));
        };
        names.insert(id, name.clone());
    }
    let gap = names.keys().zip(0..).find(|(id, expected)| *id != expected);
    if let Some((_, missing)) = gap {
        return Err(keys
            .fault("id2label", format!("has no label {missing}: its keys are the numbers from 0 to {} without a gap", object.len() - 1)));
    }
    Ok(names.into_values().collect())
}

/// A number as JSON keys have it: no sign and no zero in front, so that no two keys are one number.
fn canonical_number(key: &str) -> Option<usize> {
    key.parse::<usize>().ok().filter(|number| number.to_string() == key)
}

fn check_distinct(keys: &Keys<'_>, names: &[String]) -> Result<()> {
    let mut first = BTreeMap::new();
    for (id, name) in names.iter().enumerate() {
        if let Some(earlier) = first.insert(name, id) {
            return Err(keys.fault("id2label", format!("gives the name {name:?} to both {earlier} and {id}")));
        }
    }
    Ok(())
}

fn check_label2id(keys: &Keys<'_>, names: &[String]) -> Result<()> {
    let Some(ids) = keys.object("label2id")? else { return Ok(()) };
    for (name, id) in ids {
        let agrees = matches!(id, Json::Whole(id) if usize::try_from(*id).is_ok_and(|id| names.get(id) == Some(name)));
        if !agrees {
            return Err(keys.fault("label2id", format!("says that {name:?} is {id}, and `id2label` says otherwise: make the two agree")));
        }
    }
    if ids.len() == names.len() {
        Ok(())
    } else {
        Err(keys.fault("label2id", format!("has {} labels, and `id2label` has {}", ids.len(), names.len())))
    }
}
