//! The names of a head's Rust types.

use std::collections::{BTreeMap, HashSet};

use crate::ir::CheckedHead;
use crate::rust_names::{camel, set_type};
use crate::scope::Scope;

/// What follows the head's name in the names of the types that every head may have.
const COMMON: &[&str] = &["", "Head", "Output", "Input", "Prediction", "Target"];

/// The struct of each scope, without the head's name: `HeadTransform`. A number keeps apart what would meet.
pub(super) fn structs<'p>(head: &CheckedHead, scopes: impl Iterator<Item = &'p [String]>) -> BTreeMap<Vec<String>, String> {
    let mut taken: HashSet<String> = COMMON.iter().map(|name| (*name).to_owned()).collect();
    taken.extend(head.sets.iter().map(|set| set_type(&set.name)));
    let named = scopes.map(|path| {
        let plain = format!("Head{}", path.iter().map(|name| camel(name)).collect::<String>());
        if path.is_empty() {
            return (Vec::new(), plain);
        }
        let numbered = (2..).map(|number| format!("{plain}{number}"));
        let free = std::iter::once(plain.clone()).chain(numbered).find(|name| !taken.contains(name)).unwrap_or(plain);
        taken.insert(free.clone());
        (path.to_vec(), free)
    });
    named.collect()
}

/// The names of all types that a head may become.
pub(crate) fn type_names(head: &CheckedHead) -> Vec<String> {
    let root = Scope::of(head);
    let scopes = structs(head, root.all().into_iter().map(|scope| scope.path()));
    let sets = head.sets.iter().map(|set| set_type(&set.name));
    let suffixes: Vec<String> = COMMON.iter().map(|name| (*name).to_owned()).chain(sets).chain(scopes.into_values()).collect();
    suffixes.into_iter().map(|suffix| format!("{}{suffix}", head.name)).collect()
}
