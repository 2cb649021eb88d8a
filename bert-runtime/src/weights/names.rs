//! From the names in a file to the names that encoder and heads ask for.
//!
//! The encoder's tensors are asked for as `bert.*`, and a head's by their own names. Files have them under the wrappers of
//! training scripts (`module.`, `_orig_mod.`, `model.`), and without `bert.` where the encoder was saved alone.

use std::collections::BTreeMap;
use std::path::Path;

use super::file::fault;
use crate::error::{ErrorKind, Result};

const ENCODER: &str = "bert.";

/// What wraps a model in training scripts.
const WRAPPERS: [&str; 3] = ["module.", "_orig_mod.", "model."];

/// What the encoder's own tensors begin with, after its prefix.
const PARTS: [&str; 4] =
    ["embeddings.word_embeddings.", "embeddings.position_embeddings.", "encoder.layer.0.attention.self.", "embeddings.LayerNorm."];

/// Buffers that old versions of transformers saved; they hold no weights.
const BUFFERS: [&str; 2] = ["embeddings.position_ids", "embeddings.token_type_ids"];

/// For each name that is asked for, the name in the file.
///
/// # Errors
/// Encoders under several prefixes, a prefix that is not known, and two tensors that would get one name.
pub(crate) fn canonical<'a>(path: &Path, raw: impl Iterator<Item = &'a str> + Clone) -> Result<BTreeMap<String, String>> {
    let prefix = encoder_prefix(path, raw.clone())?;
    let mut names: BTreeMap<String, String> = BTreeMap::new();
    for name in raw {
        let known = rename(name, prefix);
        if BUFFERS.iter().any(|buffer| known.strip_prefix(ENCODER) == Some(*buffer)) {
            continue;
        }
        if let Some(other) = names.insert(known.clone(), name.to_owned()) {
            return Err(fault(
                ErrorKind::Weights,
                path,
                format!("has both `{other}` and `{name}`, and both would be `{known}`: take one of them out"),
            ));
        }
    }
    Ok(names)
}

/// What stands before `embeddings.` and `encoder.` in the file's names.
fn encoder_prefix<'a>(path: &Path, raw: impl Iterator<Item = &'a str>) -> Result<&'a str> {
    let mut found: BTreeMap<&str, usize> = BTreeMap::new();
    for name in raw {
        if let Some(prefix) = PARTS.iter().find_map(|part| before(name, part)) {
            *found.entry(prefix).or_default() += 1;
        }
    }
    let mut prefixes = found.keys();
    match (prefixes.next(), prefixes.next()) {
        (None, _) => Ok(ENCODER),
        (Some(prefix), None) if is_known(prefix) => Ok(prefix),
        (Some(prefix), None) => Err(fault(
            ErrorKind::Weights,
            path,
            format!(
                "has the encoder's tensors under `{prefix}`, and `bert.`, nothing, or either after `module.`, `_orig_mod.` or `model.` is expected"
            ),
        )),
        _ => Err(fault(
            ErrorKind::Weights,
            path,
            format!("has encoders under several prefixes, and it is not clear which to take: {}", listed(&found)),
        )),
    }
}

/// What stands before a part of a name, where the part begins a segment.
fn before<'a>(name: &'a str, part: &str) -> Option<&'a str> {
    let (prefix, _) = name.split_once(part)?;
    (prefix.is_empty() || prefix.ends_with('.')).then_some(prefix)
}

fn is_known(prefix: &str) -> bool {
    matches!(without_wrappers(prefix), "" | ENCODER)
}

/// A prefix without the wrappers in front.
fn without_wrappers(mut prefix: &str) -> &str {
    while let Some(rest) = WRAPPERS.iter().find_map(|wrapper| prefix.strip_prefix(wrapper)) {
        prefix = rest;
    }
    prefix
}

fn listed(found: &BTreeMap<&str, usize>) -> String {
    found.iter().take(10).map(|(prefix, count)| format!("`{prefix}` ({count} of its tensors)")).collect::<Vec<_>>().join(", ")
}

/// The name that is asked for.
fn rename(name: &str, prefix: &str) -> String {
    let wrapper = prefix.strip_suffix(ENCODER).unwrap_or(prefix);
    let inner = name.strip_prefix(wrapper).unwrap_or(name);
    let bare = !prefix.ends_with(ENCODER);
    let of_encoder = ["embeddings.", "encoder.", "pooler."].iter().any(|part| inner.starts_with(part));
    let full = if bare && of_encoder { format!("{ENCODER}{inner}") } else { inner.to_owned() };
    modern(full)
}

/// TensorFlow's names of a layer norm's parameters, as PyTorch's.
fn modern(name: String) -> String {
    if let Some(stem) = name.strip_suffix("LayerNorm.gamma") {
        return format!("{stem}LayerNorm.weight");
    }
    match name.strip_suffix("LayerNorm.beta") {
        Some(stem) => format!("{stem}LayerNorm.bias"),
        None => name,
    }
}
