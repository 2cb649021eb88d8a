//! The sources that a command is given: files, folders and standard input.

use std::io::{self, Read as _};
use std::path::{Path, PathBuf};

use bert_dsl::{Bare, CheckedHead, Diagnostics, Source, check};
use walkdir::{DirEntry, WalkDir};

/// How standard input is called among paths.
pub const STDIN: &str = "-";

/// One of the sources.
pub enum Given {
    /// Standard input.
    Stdin,
    /// A file.
    File(PathBuf),
    /// What could not be looked into, and why.
    Fault(String),
}

/// All files that paths stand for, in their order: a folder for the `.head` files in it and below, by name.
pub fn all(paths: &[PathBuf]) -> Vec<Given> {
    paths.iter().flat_map(|path| expanded(path)).collect()
}

fn expanded(path: &Path) -> Vec<Given> {
    if path.as_os_str() == STDIN {
        return vec![Given::Stdin];
    }
    if !path.is_dir() {
        return vec![Given::File(path.to_owned())];
    }
    let found: Vec<Given> = walk(path).filter_map(head_file).collect();
    match found.is_empty() {
        true => vec![Given::Fault(format!("{} holds no `.head` file: give the path of one", path.display()))],
        false => found,
    }
}

/// What is in a folder and below, hidden files and folders left out.
fn walk(path: &Path) -> impl Iterator<Item = walkdir::Result<DirEntry>> {
    let is_seen = |entry: &DirEntry| entry.depth() == 0 || !entry.file_name().as_encoded_bytes().starts_with(b".");
    WalkDir::new(path).follow_links(true).sort_by_file_name().into_iter().filter_entry(is_seen)
}

fn head_file(entry: walkdir::Result<DirEntry>) -> Option<Given> {
    match entry {
        Ok(entry) => {
            let is_head = entry.file_type().is_file() && entry.path().extension().is_some_and(|end| end == "head");
            is_head.then(|| Given::File(entry.into_path()))
        }
        Err(error) => Some(Given::Fault(format!("a folder cannot be read: {error}"))),
    }
}

impl Given {
    /// What a path stands for: a file, or standard input.
    pub fn of(path: &Path) -> Self {
        if path.as_os_str() == STDIN { Self::Stdin } else { Self::File(path.to_owned()) }
    }

    /// How it is called.
    pub fn name(&self) -> String {
        match self {
            Self::Stdin => "<stdin>".to_owned(),
            Self::File(path) => path.display().to_string(),
            Self::Fault(_) => String::new(),
        }
    }

    /// Its text.
    ///
    /// # Errors
    /// What is wrong with the file, and what to do.
    pub fn read(&self) -> Result<Source, String> {
        match self {
            Self::Stdin => stdin(),
            Self::File(path) => bert_dsl::read(path),
            Self::Fault(what) => Err(what.clone()),
        }
    }

    /// What a head without a name is called.
    pub fn bare(&self) -> String {
        match self {
            Self::File(path) => path.file_stem().map_or_else(bare, |stem| bare_name(&stem.to_string_lossy())),
            Self::Stdin | Self::Fault(_) => bare(),
        }
    }

    /// Its heads.
    ///
    /// # Errors
    /// Everything that is wrong with them.
    pub fn heads(&self, source: &Source) -> Result<Vec<CheckedHead>, Diagnostics> {
        check(source, Bare::Named(&self.bare())).heads()
    }
}

/// What a head without a name is called, by its file's name without the end.
pub fn bare_name(stem: &str) -> String {
    bert_dsl::rust_names::camel(stem)
}

fn bare() -> String {
    "Head".to_owned()
}

fn stdin() -> Result<Source, String> {
    let mut bytes = Vec::new();
    let most = bert_dsl::syntax::MAX_BYTES as u64 + 1;
    io::stdin().take(most).read_to_end(&mut bytes).map_err(|error| format!("standard input cannot be read: {error}"))?;
    let text = String::from_utf8(bytes)
        .map_err(|error| format!("standard input is not UTF-8 at byte {}: give a text in UTF-8", error.utf8_error().valid_up_to()))?;
    Ok(Source::new("<stdin>", text))
}
