//! Sources in files.

use std::fs::File;
use std::io::Read as _;
use std::path::Path;

use crate::source::Source;
use crate::syntax::MAX_BYTES;

/// Reads a source from a file: a regular one, of text in UTF-8.
///
/// # Errors
/// What is wrong with the file, and what to do, as one sentence.
///
/// ```
/// let fault = bert_dsl::read("no/such.head").unwrap_err();
/// assert!(fault.contains("no/such.head"));
/// ```
pub fn read(path: impl AsRef<Path>) -> Result<Source, String> {
    let path = path.as_ref();
    let shown = path.display();
    let fault = |error: std::io::Error| format!("{shown} cannot be read: {error}");
    let facts = std::fs::metadata(path).map_err(fault)?;
    if !facts.is_file() {
        return Err(format!("{shown} is not a file: give the path of a `.head` file"));
    }
    let mut bytes = Vec::new();
    File::open(path).and_then(|file| file.take(MAX_BYTES as u64 + 1).read_to_end(&mut bytes)).map_err(fault)?;
    if bytes.len() > MAX_BYTES {
        return Err(format!("{shown} has more than {MAX_BYTES} bytes: split it into several files"));
    }
    decode(bytes).map(|text| Source::new(shown.to_string(), text)).map_err(|what| format!("{shown} {what}"))
}

fn decode(bytes: Vec<u8>) -> Result<String, String> {
    let encoding = match bytes.as_slice() {
        [0xff, 0xfe, ..] => Some("UTF-16 (little endian)"),
        [0xfe, 0xff, ..] => Some("UTF-16 (big endian)"),
        [_, 0, _, 0, ..] | [0, _, 0, _, ..] => Some("UTF-16"),
        _ => None,
    };
    if let Some(encoding) = encoding {
        return Err(format!("looks like {encoding}: save it as UTF-8"));
    }
    String::from_utf8(bytes).map_err(|error| format!("is not UTF-8 at byte {}: save it as UTF-8", error.utf8_error().valid_up_to()))
}
