//! Writes to the cache: whole files only, each under its final name at once.

use std::fs::{self, File};
use std::io::{ErrorKind, Result, Write};
use std::path::{Path, PathBuf};
use std::sync::atomic::{AtomicU64, Ordering};

use super::super::cache::Repository;

/// Where a file's content lies, under its tag.
pub(super) fn blob(repository: &Repository, tag: &str) -> PathBuf {
    repository.folder.join("blobs").join(tag)
}

/// Where a content grows until it is whole, under the name that Hugging Face's Python tools give it. A later run goes on with what
/// an earlier one left here.
pub(super) fn part(repository: &Repository, tag: &str) -> PathBuf {
    repository.folder.join("blobs").join(format!("{tag}.incomplete"))
}

/// Opens a content in progress.
pub(super) fn open(part: &Path) -> Result<File> {
    make_parent(part)?;
    File::options().create(true).truncate(false).write(true).open(part)
}

/// Waits until no other download of this content is under way; the lock ends when the file is dropped.
///
/// It is the lock that Hugging Face's Python tools take too.
pub(super) fn lock(repository: &Repository, tag: &str) -> Result<File> {
    let (cache, name) = (repository.folder.parent().unwrap_or(Path::new("")), repository.folder.file_name().unwrap_or_default());
    let locks = cache.join(".locks").join(name);
    fs::create_dir_all(&locks)?;
    let file = File::options().create(true).truncate(false).write(true).open(locks.join(format!("{tag}.lock")))?;
    file.lock()?;
    Ok(file)
}

/// Makes a verified content in progress the content of its tag.
pub(super) fn keep(repository: &Repository, tag: &str, file: &File) -> Result<()> {
    let blob = blob(repository, tag);
    file.sync_all()?;
    fs::rename(part(repository, tag), &blob)?;
    sync_parent(&blob)
}

/// Makes a file of a commit show a content: by a relative link, or where there are no links by moving the content there.
pub(super) fn show(repository: &Repository, tag: &str, commit: &str, name: &str) -> Result<PathBuf> {
    let shown = repository.snapshot(commit).join(name);
    make_parent(&shown)?;
    let link = beside(&shown);
    match symlink(&Path::new("../../blobs").join(tag), &link) {
        Ok(()) => fs::rename(&link, &shown)?,
        Err(error) if error.kind() == ErrorKind::StorageFull => return Err(error),
        Err(_) => fs::rename(blob(repository, tag), &shown)?,
    }
    sync_parent(&shown)?;
    Ok(shown)
}

/// Notes the commit of a revision, so that the cache can be read without the hub.
pub(super) fn note_commit(repository: &Repository, revision: &str, commit: &str) -> Result<()> {
    if repository.commit(revision).as_deref() == Some(commit) {
        return Ok(());
    }
    let reference = repository.reference(revision);
    make_parent(&reference)?;
    let fresh = beside(&reference);
    let mut file = File::create(&fresh)?;
    file.write_all(commit.as_bytes())?;
    file.sync_all()?;
    fs::rename(&fresh, &reference)?;
    sync_parent(&reference)
}

/// A name in the same folder that nobody else uses.
fn beside(path: &Path) -> PathBuf {
    static COUNT: AtomicU64 = AtomicU64::new(0);
    let count = COUNT.fetch_add(1, Ordering::Relaxed);
    path.with_file_name(format!(".bert-{}-{count}.tmp", std::process::id()))
}

fn make_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), fs::create_dir_all)
}

#[cfg(unix)]
fn symlink(target: &Path, link: &Path) -> Result<()> {
    std::os::unix::fs::symlink(target, link)
}

#[cfg(windows)]
fn symlink(target: &Path, link: &Path) -> Result<()> {
    std::os::windows::fs::symlink_file(target, link)
}

#[cfg(not(any(unix, windows)))]
fn symlink(_target: &Path, _link: &Path) -> Result<()> {
    Err(ErrorKind::Unsupported.into())
}

/// A rename lasts only once its folder is on the disk; other systems than Unix cannot open one to say so.
#[cfg(unix)]
fn sync_parent(path: &Path) -> Result<()> {
    path.parent().map_or(Ok(()), |folder| File::open(folder)?.sync_all())
}

#[cfg(not(unix))]
fn sync_parent(_path: &Path) -> Result<()> {
    Ok(())
}
