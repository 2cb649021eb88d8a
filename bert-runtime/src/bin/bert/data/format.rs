//! What a file of examples is.

use std::path::Path;

use bert_runtime::data::{Conll, Conllu, Delimited, Rows, Squad, Streamed};
use clap::ValueEnum;

use crate::failure::Failure;
use crate::sources::STDIN;

/// A format by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A text a line.
    Text,
    /// Commas, quotes, and the fields' names in the first line.
    Csv,
    /// Tabs, and the fields' names in the first line.
    Tsv,
    /// A JSON object a line.
    Jsonl,
    /// A word and its label a line, in the first and the second column.
    Conll,
    /// CoNLL-U, as Universal Dependencies has it.
    Conllu,
    /// SQuAD 1.1 or 2.0.
    Squad,
}

/// How a file is read.
pub enum Way {
    Streamed(Streamed),
    Whole(Whole),
}

/// Formats whose rows are had all at once.
pub enum Whole {
    Conll(Conll),
    Conllu,
    Squad,
}

impl Whole {
    pub fn open(&self, path: &Path) -> bert_runtime::Result<Rows> {
        match self {
            Self::Conll(format) => Rows::open(path, format),
            Self::Conllu => Rows::open(path, &Conllu::new()),
            Self::Squad => Rows::open(path, &Squad::new()),
        }
    }
}

/// How a file is read: as it is said, or as its name says.
pub fn way(said: Option<Format>, path: &Path) -> Result<Way, Failure> {
    let format = match said {
        Some(format) => format,
        None => by_name(path)?,
    };
    let way = match format {
        Format::Text => Way::Streamed(Streamed::Lines),
        Format::Csv => Way::Streamed(Streamed::Delimited(Delimited::csv())),
        Format::Tsv => Way::Streamed(Streamed::Delimited(Delimited::tsv())),
        Format::Jsonl => Way::Streamed(Streamed::JsonLines),
        Format::Conll => Way::Whole(Whole::Conll(Conll::new([(0, "words"), (1, "labels")]))),
        Format::Conllu => Way::Whole(Whole::Conllu),
        Format::Squad => Way::Whole(Whole::Squad),
    };
    match way {
        Way::Whole(_) if path.as_os_str() == STDIN => {
            Err(Failure::new("this format is not read from standard input: give the path of a file, or JSON lines"))
        }
        way => Ok(way),
    }
}

fn by_name(path: &Path) -> Result<Format, Failure> {
    if path.as_os_str() == STDIN {
        return Ok(Format::Text);
    }
    let end = path.extension().map(|end| end.to_string_lossy().to_ascii_lowercase());
    match end.as_deref() {
        Some("csv") => Ok(Format::Csv),
        Some("tsv" | "tab") => Ok(Format::Tsv),
        Some("jsonl" | "ndjson") => Ok(Format::Jsonl),
        Some("conll" | "iob" | "iob2" | "bio") => Ok(Format::Conll),
        Some("conllu") => Ok(Format::Conllu),
        Some("txt" | "text") | None => Ok(Format::Text),
        Some(_) => Err(Failure::new(format!(
            "the name {} does not say what the file is: say it with `--format`, as in `--format jsonl`",
            path.display()
        ))),
    }
}
