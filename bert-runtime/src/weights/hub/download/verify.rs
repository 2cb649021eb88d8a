//! Whether a downloaded file is the one that the hub described.

use std::fs::File;
use std::io::{Read, Result};
use std::path::Path;

use sha1::Sha1;
use sha2::{Digest, Sha256};

/// What a file turned out to be.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Verdict {
    /// Size and hash are as described.
    Whole,
    /// It has this size, which is not the one described.
    Size(u64),
    /// It has the right size and another content.
    Content,
}

/// Compares a file with its size and its entity tag.
///
/// The hub tags a large file with the SHA-256 of its content and a small one with its git blob id, the SHA-1 of
/// `blob <size>\0` and the content. A tag of any other form, as a mirror may give, says nothing about the content.
pub(super) fn verify(file: &Path, size: u64, tag: &str) -> Result<Verdict> {
    let found = std::fs::metadata(file)?.len();
    if found != size {
        return Ok(Verdict::Size(found));
    }
    let is_hex = tag.bytes().all(|byte| byte.is_ascii_hexdigit());
    let same = match tag.len() {
        64 if is_hex => digest(Sha256::new(), file)?.eq_ignore_ascii_case(tag),
        40 if is_hex => digest(Sha1::new_with_prefix(format!("blob {size}\0")), file)?.eq_ignore_ascii_case(tag),
        _ => true,
    };
    Ok(if same { Verdict::Whole } else { Verdict::Content })
}

fn digest(mut hash: impl Digest, file: &Path) -> Result<String> {
    let mut file = File::open(file)?;
    let mut buffer = vec![0; 1 << 16];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            Some(bytes) if !bytes.is_empty() => hash.update(bytes),
            _ => return Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect()),
        }
    }
}
