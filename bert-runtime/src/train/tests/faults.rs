//! Faults of the disk at every operation of a save: an error, and the end of the process.

use std::io;
use std::path::Path;
use std::process::Command;
use std::time::Duration;

use super::{HEAD, train, trainer, weights};
use crate::DynamicBert;
use crate::testing::faults::{END, failing_from, full_from, operations};
use crate::testing::tiny_bert;
use crate::train::{Trainer, checkpoint};

/// The folders of the model and of the training, of a process that a test starts.
const FOLDERS: &str = "BERT_TEST_FOLDERS";

/// A training of one step an epoch that saves, and removes what is old.
fn brief(model: &Path, out: &Path) -> Trainer<DynamicBert> {
    trainer(model, HEAD).batch_size(12).epochs(4).folder(out)
}

#[test]
fn a_disk_that_is_full_at_any_operation_leaves_what_can_be_resumed() {
    let (model, whole) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let mut expected = Default::default();
    let count = operations(|| expected = weights(&train(brief(model.path(), whole.path())).unwrap().model));
    for at in 0..count {
        let out = tempfile::tempdir().unwrap();
        let said = full_from(at, || train(brief(model.path(), out.path())).map(drop)).unwrap_err().to_string();
        assert!(said.contains("no storage space") || said.contains("resume"), "{said}");
        let resumed = train(brief(model.path(), out.path()).resume()).unwrap();
        assert!(weights(&resumed.model) == expected, "operation {at} of {count}");
    }
    println!("full-disk {count}/{count}");
}

#[test]
fn a_disk_that_cannot_be_written_any_more_leaves_what_can_be_resumed() {
    let (model, whole) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let mut expected = Default::default();
    let count = operations(|| expected = weights(&train(brief(model.path(), whole.path())).unwrap().model));
    let faults = [io::ErrorKind::QuotaExceeded, io::ErrorKind::ReadOnlyFilesystem, io::ErrorKind::PermissionDenied, io::ErrorKind::Other];
    for at in (0..count).step_by(5) {
        let with = faults[at as usize / 5 % faults.len()];
        let out = tempfile::tempdir().unwrap();
        let said = failing_from(at, with, || train(brief(model.path(), out.path())).map(drop)).unwrap_err().to_string();
        assert!(said.contains(&out.path().display().to_string()), "{said}");
        let resumed = train(brief(model.path(), out.path()).resume()).unwrap();
        assert!(weights(&resumed.model) == expected, "operation {at} of {count}, {with:?}");
    }
}

#[test]
fn a_folder_that_is_removed_while_it_is_trained_in_is_an_error() {
    let (model, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let folder = out.path().join("training");
    std::thread::scope(|scope| {
        scope.spawn(|| {
            while checkpoint::numbers(&folder).unwrap_or_default().is_empty() {
                std::thread::sleep(Duration::from_millis(1));
            }
            std::fs::rename(&folder, out.path().join("elsewhere")).unwrap();
        });
        let said = train(brief(model.path(), &folder).epochs(10_000)).unwrap_err().to_string();
        assert!(said.contains(&folder.display().to_string()), "{said}");
    });
    let kept = checkpoint::numbers(&out.path().join("elsewhere")).unwrap();
    assert!(!kept.is_empty());
}

#[test]
fn a_process_that_is_killed_at_any_operation_leaves_what_can_be_resumed() {
    let (model, whole) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let mut expected = Default::default();
    let count = operations(|| expected = weights(&train(brief(model.path(), whole.path())).unwrap().model));
    for at in 0..count {
        let out = tempfile::tempdir().unwrap();
        let ended = Command::new(std::env::current_exe().unwrap())
            .args(["--exact", "train::tests::faults::train_in_a_process_of_its_own", "--ignored"])
            .env(END, at.to_string())
            .env(FOLDERS, format!("{}\n{}", model.path().display(), out.path().display()))
            .output()
            .unwrap();
        assert!(!ended.status.success(), "operation {at} of {count} was not reached");
        let resumed = train(brief(model.path(), out.path()).resume()).unwrap();
        assert!(weights(&resumed.model) == expected, "operation {at} of {count}");
    }
    println!("killed {count}/{count}");
}

#[test]
#[ignore = "started by another test, as a process that is killed"]
fn train_in_a_process_of_its_own() {
    let Ok(folders) = std::env::var(FOLDERS) else { return };
    let (model, out) = folders.split_once('\n').unwrap();
    train(brief(Path::new(model), Path::new(out))).unwrap();
}
