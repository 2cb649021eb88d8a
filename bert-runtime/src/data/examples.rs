//! Rows as one head reads them.

use std::slice::Iter;

use sha2::{Digest, Sha256};

use crate::data::source::hex;
use crate::data::{Place, Rows, Warning};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;

/// What a head reads of each row, and what it is trained towards there, all of it checked.
#[derive(Debug, Clone)]
pub struct Examples<I, T = Vec<(String, Target)>> {
    pairs: Vec<(I, T)>,
    places: Vec<Place>,
    warnings: Vec<Warning>,
    fingerprint: String,
}

impl<I, T> Examples<I, T> {
    /// Examples that were made of rows, in one way of several.
    ///
    /// # Errors
    /// No rows at all.
    pub(super) fn of(rows: &Rows, way: &str, pairs: Vec<(I, T)>, warnings: Vec<Warning>) -> Result<Self> {
        if pairs.is_empty() {
            let files: Vec<String> = rows.files().iter().map(|file| file.path.display().to_string()).collect();
            let what = format!("there are no examples in {}: nothing can be trained on them", files.join(", "));
            return Err(Error::new(ErrorKind::Data, what));
        }
        let fingerprint = hex(&Sha256::new().chain_update(rows.fingerprint()).chain_update(way).finalize());
        Ok(Self { pairs, places: rows.iter().map(|row| row.place().clone()).collect(), warnings, fingerprint })
    }

    /// How many there are, one at least.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there are none, which cannot be.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The inputs and targets, in the order of the rows.
    pub fn iter(&self) -> Iter<'_, (I, T)> {
        self.pairs.iter()
    }

    /// The input and the target of this number.
    pub fn get(&self, index: usize) -> Option<&(I, T)> {
        self.pairs.get(index)
    }

    /// Where an example is written.
    pub fn place(&self, index: usize) -> Option<&Place> {
        self.places.get(index)
    }

    /// What is not wrong, and worth knowing before training starts.
    pub fn warnings(&self) -> &[Warning] {
        &self.warnings
    }

    /// A hash, in hexadecimal, of the rows and of how they were read, so that a training that goes on can tell whether it has the same
    /// examples.
    pub fn fingerprint(&self) -> &str {
        &self.fingerprint
    }

    /// The inputs and targets by themselves.
    pub fn into_pairs(self) -> Vec<(I, T)> {
        self.pairs
    }
}

impl<'e, I, T> IntoIterator for &'e Examples<I, T> {
    type Item = &'e (I, T);
    type IntoIter = Iter<'e, (I, T)>;

    fn into_iter(self) -> Iter<'e, (I, T)> {
        self.pairs.iter()
    }
}
