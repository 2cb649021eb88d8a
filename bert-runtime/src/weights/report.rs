//! What a head and an encoder took from a checkpoint, and what did not fit.

use std::fmt::{self, Display, Formatter};

use crate::error::{Error, ErrorKind, Result};

/// How many of a kind are listed before the rest is only counted.
const LISTED: usize = 20;

/// The place in a head's text that asked for something.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Site {
    /// The field of a `MultiTask` whose head it is, as a path from the outermost.
    pub field: Option<String>,
    /// The line, from 1.
    pub line: u32,
    /// The statement.
    pub text: String,
}

/// What became of a tensor.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Outcome {
    /// Read from the checkpoint.
    Loaded,
    /// Initialised from the seed.
    Fresh,
    /// Shared with the encoder's word embeddings.
    Tied,
    /// Asked for, and not in the checkpoint.
    Missing,
    /// In the checkpoint with another shape, or not as floats.
    Mismatched,
    /// In the checkpoint, and asked for by nothing.
    Unused,
}

/// One tensor of a [`Report`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Entry {
    /// Its name.
    pub name: String,
    /// What became of it.
    pub outcome: Outcome,
    /// The shape that was asked for; of an unused tensor, none.
    pub wanted: Option<Vec<usize>>,
    /// The shape in the checkpoint, where it is there.
    pub found: Option<Vec<usize>>,
    /// What asked for it; of the encoder's own tensors, none.
    pub site: Option<Site>,
    /// The most similar name in the checkpoint that nothing else asked for, where one is missing.
    pub nearest: Option<String>,
    /// What else there is to say, in a few words.
    pub detail: Option<String>,
}

/// What kind of thing a [`Note`] tells.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum NoteKind {
    /// A tensor holds NaN or infinite numbers.
    NonFinite,
    /// A weight is all zeros.
    AllZero,
    /// A pooler is read that looks as if it was never trained.
    UntrainedPooler,
    /// Labels were matched by number.
    LabelsByNumber,
    /// A decoder has numbers of its own although the config says that it is tied.
    UntiedDecoder,
}

/// Something that is not wrong, and that a user should know.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Note {
    /// What kind.
    pub kind: NoteKind,
    /// The whole sentence.
    pub text: String,
}

/// Something that is wrong beside single tensors: sizes, labels, an encoder output that is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    /// What asked for it.
    pub site: Option<Site>,
    /// What is wrong, and the next step.
    pub text: String,
}

/// What encoder and heads took from a checkpoint: each tensor that was asked for or was there, what is wrong, and notes.
///
/// Its text form says all of it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Report {
    /// The checkpoint, as a path; none where all is new.
    pub checkpoint: Option<String>,
    /// The tensors, in the order they were asked for, then those that nothing asked for.
    pub entries: Vec<Entry>,
    /// What is wrong beside them.
    pub faults: Vec<Fault>,
    /// What is worth knowing.
    pub notes: Vec<Note>,
}

impl Report {
    /// The tensors of an outcome.
    pub fn of(&self, outcome: Outcome) -> impl Iterator<Item = &Entry> {
        self.entries.iter().filter(move |entry| entry.outcome == outcome)
    }

    /// Whether nothing is wrong.
    pub fn is_sound(&self) -> bool {
        self.faults.is_empty() && !self.entries.iter().any(|entry| matches!(entry.outcome, Outcome::Missing | Outcome::Mismatched))
    }

    /// The same report for users who want no doubt: tensors that nothing asked for and numbers that are not finite are wrong too.
    ///
    /// # Errors
    /// Anything that is wrong, unused or not finite; the error holds the report.
    pub fn strict(self) -> Result<Self> {
        let clean = self.of(Outcome::Unused).next().is_none() && !self.notes.iter().any(|note| note.kind == NoteKind::NonFinite);
        if clean { self.checked() } else { Err(self.into_error()) }
    }

    /// The report, or an error that holds it where something is wrong.
    pub(crate) fn checked(self) -> Result<Self> {
        if self.is_sound() { Ok(self) } else { Err(self.into_error()) }
    }

    fn into_error(self) -> Error {
        Error::new(ErrorKind::Binding, self.to_string()).with_report(self)
    }

    fn heading(&self) -> String {
        let checkpoint = self.checkpoint.as_deref().unwrap_or("the configuration");
        if self.is_sound() { format!("Bound to {checkpoint}.") } else { format!("The head and {checkpoint} do not fit.") }
    }
}

impl Display for Report {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.heading())?;
        section(f, "wrong", &self.faults)?;
        for (outcome, title) in [
            (Outcome::Missing, "missing in the checkpoint"),
            (Outcome::Mismatched, "in the checkpoint with another shape or format"),
            (Outcome::Fresh, "newly initialised"),
            (Outcome::Tied, "tied to the encoder"),
            (Outcome::Unused, "in the checkpoint and not used"),
        ] {
            section(f, title, &self.of(outcome).collect::<Vec<_>>())?;
        }
        section(f, "to know", &self.notes)?;
        let (of_head, of_encoder): (Vec<_>, Vec<_>) = self.of(Outcome::Loaded).partition(|entry| entry.site.is_some());
        section(f, "loaded for the head", &of_head)?;
        if of_encoder.is_empty() { Ok(()) } else { write!(f, "\n{} loaded for the encoder", of_encoder.len()) }
    }
}

fn section<T: Display>(f: &mut Formatter<'_>, title: &str, items: &[T]) -> fmt::Result {
    if items.is_empty() {
        return Ok(());
    }
    write!(f, "\n{} {title}:", items.len())?;
    for item in items.iter().take(LISTED) {
        write!(f, "\n  {item}")?;
    }
    match items.len().saturating_sub(LISTED) {
        0 => Ok(()),
        more => write!(f, "\n  and {more} more"),
    }
}

impl Display for Site {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        if let Some(field) = &self.field {
            write!(f, "`{field}`, ")?;
        }
        write!(f, "line {}, `{}`", self.line, self.text)
    }
}

impl Display for Entry {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        write!(f, "{}", self.name)?;
        match (&self.wanted, &self.found) {
            (Some(wanted), Some(found)) if wanted != found => write!(f, ": found {found:?}, expected {wanted:?}")?,
            (Some(shape), _) | (None, Some(shape)) => write!(f, " {shape:?}")?,
            (None, None) => {}
        }
        if let Some(detail) = &self.detail {
            write!(f, ", {detail}")?;
        }
        if let Some(site) = &self.site {
            write!(f, " ({site})")?;
        }
        match &self.nearest {
            Some(nearest) => write!(f, "; the nearest name in the checkpoint is `{nearest}`"),
            None => Ok(()),
        }
    }
}

impl Display for Note {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        f.write_str(&self.text)
    }
}

impl Display for Fault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match &self.site {
            Some(site) => write!(f, "{site}: {}", self.text),
            None => f.write_str(&self.text),
        }
    }
}
