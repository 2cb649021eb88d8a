//! Running text: documents of sentences.

use std::path::Path;

use sha2::{Digest, Sha256};

use crate::data::source::hex;
use crate::data::{DataFile, Place, Plain, Source};
use crate::error::Result;

/// One document: sentences that follow on one another.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Document {
    /// Where it begins.
    pub place: Place,
    /// Its sentences, one at least.
    pub sentences: Vec<String>,
}

/// The documents of one or several files, in their order.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Documents {
    documents: Vec<Document>,
    files: Vec<DataFile>,
}

impl Documents {
    /// The documents of a file.
    ///
    /// # Errors
    /// As [`Source::open`].
    pub fn open(path: impl AsRef<Path>, form: &Plain) -> Result<Self> {
        Ok(Self::of(&Source::open(path)?, form))
    }

    /// The documents of several files, one after the other.
    ///
    /// # Errors
    /// As [`Documents::open`].
    pub fn open_all<P: AsRef<Path>>(paths: impl IntoIterator<Item = P>, form: &Plain) -> Result<Self> {
        paths.into_iter().try_fold(Self::default(), |all, path| Ok(all.and(Self::open(path, form)?)))
    }

    /// The documents of a text that is had already, under a name.
    ///
    /// # Errors
    /// As [`Documents::open`].
    pub fn parse(name: impl AsRef<Path>, bytes: impl Into<Vec<u8>>, form: &Plain) -> Result<Self> {
        Ok(Self::of(&Source::from_bytes(name, bytes)?, form))
    }

    fn of(source: &Source, form: &Plain) -> Self {
        Self { documents: form.documents(source), files: vec![source.file().clone()] }
    }

    /// These documents and then others.
    #[must_use]
    pub fn and(mut self, other: Self) -> Self {
        self.documents.extend(other.documents);
        self.files.extend(other.files);
        self
    }

    /// These documents without every `nth` of them, and those by themselves, to be kept for a test. Sentences of one document stay together.
    ///
    /// ```
    /// use bert_runtime::data::{Documents, Plain};
    ///
    /// let all = Documents::parse("a.txt", "One.\n\nTwo.\n\nThree.\n\nFour.\n\nFive.\n", &Plain::lines())?;
    /// let (rest, held_out) = all.held_out(2);
    /// assert_eq!((rest.len(), held_out.sentences().collect::<Vec<_>>()), (3, vec!["Two.", "Four."]));
    /// # Ok::<(), bert_runtime::Error>(())
    /// ```
    pub fn held_out(self, nth: usize) -> (Self, Self) {
        let (files, is_kept) = (self.files, |number: usize| nth > 0 && (number + 1).is_multiple_of(nth));
        let (kept, rest): (Vec<_>, Vec<_>) = self.documents.into_iter().enumerate().partition(|(number, _)| is_kept(*number));
        let of = |some: Vec<(usize, Document)>| some.into_iter().map(|(_, document)| document).collect();
        (Self { documents: of(rest), files: files.clone() }, Self { documents: of(kept), files })
    }

    /// How many documents there are.
    pub fn len(&self) -> usize {
        self.documents.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.documents.is_empty()
    }

    /// The documents in order.
    pub fn iter(&self) -> std::slice::Iter<'_, Document> {
        self.documents.iter()
    }

    /// The document of this number.
    pub fn get(&self, index: usize) -> Option<&Document> {
        self.documents.get(index)
    }

    /// All sentences, in order.
    pub fn sentences(&self) -> impl Iterator<Item = &str> {
        self.documents.iter().flat_map(|document| &document.sentences).map(String::as_str)
    }

    /// The files that they came from.
    pub fn files(&self) -> &[DataFile] {
        &self.files
    }

    /// A hash, in hexadecimal, of the bytes of the files and of all sentences.
    pub fn fingerprint(&self) -> String {
        let mut hash = Sha256::new();
        self.files.iter().for_each(|file| hash.update(&file.sha256));
        for document in &self.documents {
            hash.update("\n\n");
            document.sentences.iter().for_each(|sentence| hash.update(format!("\n{sentence}")));
        }
        hex(&hash.finalize())
    }
}

impl<'d> IntoIterator for &'d Documents {
    type Item = &'d Document;
    type IntoIter = std::slice::Iter<'d, Document>;

    fn into_iter(self) -> Self::IntoIter {
        self.iter()
    }
}
