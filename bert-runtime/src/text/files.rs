//! The files of a tokenizer, read with care.

use std::fs::File;
use std::io::{ErrorKind as IoKind, Read};
use std::path::Path;

use serde_json::Value;
use tokenizers::Tokenizer as Library;

use crate::error::{Error, ErrorKind, Result};
use crate::text::special::Settings;
use crate::text::vocab::to_tokenizer_json;

/// The largest `tokenizer.json` or `vocab.txt` that is read, in bytes.
const LIMIT: u64 = 256 << 20;

/// The bytes of a file of `limit` bytes at most; `None` where there is no such file.
pub(super) fn read_limited(path: &Path, limit: u64) -> Result<Option<Vec<u8>>> {
    let unreadable =
        |error: std::io::Error| Error::new(ErrorKind::Io, format!("{} cannot be read: {error}", path.display())).caused_by(error);
    let metadata = match path.metadata() {
        Err(error) if error.kind() == IoKind::NotFound => return Ok(None),
        other => other.map_err(unreadable)?,
    };
    if !metadata.is_file() {
        return Err(Error::new(ErrorKind::Io, format!("{} is not a file", path.display())));
    }
    let mut bytes = Vec::new();
    File::open(path).map_err(unreadable)?.take(limit + 1).read_to_end(&mut bytes).map_err(unreadable)?;
    if bytes.len() as u64 > limit {
        return Err(Error::new(
            ErrorKind::Tokenizer,
            format!("{} is larger than {} MiB, more than any tokenizer's", path.display(), limit >> 20),
        ));
    }
    Ok(Some(bytes))
}

/// What was found in a folder: the library's tokenizer, without padding and truncation, and notes for the user.
pub(super) struct Found {
    pub(super) library: Library,
    pub(super) notes: Vec<String>,
}

/// The tokenizer of a folder: its `tokenizer.json`, else its `vocab.txt`; `None` where it has neither.
pub(super) fn find(folder: &Path, settings: &Settings) -> Result<Option<Found>> {
    let path = folder.join("tokenizer.json");
    if let Some(bytes) = read_limited(&path, LIMIT)? {
        let json = serde_json::from_slice(&bytes).map_err(|error| malformed(&path, &bytes, &error))?;
        return from_json(&path, json, settings).map(Some);
    }
    let path = folder.join("vocab.txt");
    let Some(bytes) = read_limited(&path, LIMIT)? else { return Ok(None) };
    let json = to_tokenizer_json(&path, &bytes, settings)?;
    from_json(&path, json, settings).map(Some)
}

fn malformed(path: &Path, bytes: &[u8], error: &serde_json::Error) -> Error {
    let what = match bytes.trim_ascii_start() {
        [] => "is empty".to_owned(),
        [b'<', ..] => "is a web page, not a tokenizer: was a login or an error page saved in its place?".to_owned(),
        start if start.starts_with(b"version https://git-lfs") => {
            "is a Git LFS pointer: run `git lfs pull` to get the file itself".to_owned()
        }
        _ => format!("is not valid JSON: {error}"),
    };
    Error::new(ErrorKind::Tokenizer, format!("{} {what}", path.display()))
}

fn from_json(path: &Path, mut json: Value, settings: &Settings) -> Result<Found> {
    let fault = |what: String| Error::new(ErrorKind::Tokenizer, format!("{}: {what}", path.display()));
    let mut notes = Vec::new();
    for (part, instead) in [("truncation", "the encoder's maximum length holds"), ("padding", "batches are never padded")] {
        let found = json.as_object_mut().and_then(|object| object.remove(part));
        if found.is_some_and(|found| !found.is_null()) {
            notes.push(format!("the tokenizer's own {part} is not used: {instead}"));
        }
    }
    check_templates(&json, 0).map_err(fault)?;
    notes.extend(lowercase_note(&json, settings)?);
    let library =
        serde_json::from_value(json).map_err(|error| fault(format!("not a tokenizer that the tokenizers library 0.23 reads: {error}")))?;
    Ok(Found { library, notes })
}

/// Templates name only tokens that they define: the library would panic at the first text otherwise.
fn check_templates(json: &Value, depth: usize) -> Result<(), String> {
    let Some(processor) = (if depth == 0 { json.get("post_processor") } else { Some(json) }) else { return Ok(()) };
    for inner in processor.get("processors").and_then(Value::as_array).into_iter().flatten().filter(|_| depth < 8) {
        check_templates(inner, depth + 1)?;
    }
    let templates = ["single", "pair"].into_iter().filter_map(|kind| processor.get(kind)?.as_array()).flatten();
    for name in templates.filter_map(|part| part.get("SpecialToken")?.get("id")?.as_str()) {
        if processor.get("special_tokens").and_then(|tokens| tokens.get(name)).is_none() {
            return Err(format!("the template of its post_processor uses `{name}`, which its special_tokens do not define"));
        }
    }
    Ok(())
}

fn lowercase_note(json: &Value, settings: &Settings) -> Result<Option<String>> {
    let Some(said) = settings.switch("do_lower_case")? else { return Ok(None) };
    let done = json.get("normalizer").and_then(|normalizer| normalizer.get("lowercase")).and_then(Value::as_bool);
    let note = |done| format!("tokenizer_config.json says do_lower_case={said} and tokenizer.json lowercase={done}: tokenizer.json holds");
    Ok(done.filter(|&done| done != said).map(note))
}
