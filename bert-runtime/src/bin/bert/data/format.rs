//! What a file of examples is.

use std::path::Path;

use bert_runtime::data::{Conll, Conllu, Delimited, Plain, Rows, Squad, Streamed};
use clap::ValueEnum;

use crate::failure::Failure;
use crate::sources::STDIN;

/// A format by its name.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Format {
    /// A text a line. For training, running text: a sentence a line, and blank lines between documents.
    Text,
    /// Running text in paragraphs, as of a book, for training.
    Prose,
    /// Running text as WikiText has it, for training.
    Wikitext,
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
    /// Running text, which has no rows.
    Running,
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

/// What a file is: as it is said, or as its name says.
fn format(said: Option<Format>, path: &Path) -> Result<Format, Failure> {
    said.map_or_else(|| by_name(path), Ok)
}

/// How the rows of a file are read, with fields that are parted so.
pub fn way(said: Option<Format>, delimiter: Option<char>, path: &Path) -> Result<Way, Failure> {
    let format = format(said, path)?;
    if delimiter.is_some() && !matches!(format, Format::Csv | Format::Tsv) {
        let what = "parts fields of CSV and TSV files: say `--format csv`";
        return Err(Failure::new(format!("`--delimiter` {what}, if {} is one", path.display())));
    }
    let delimited =
        |usual: Delimited| Way::Streamed(Streamed::Delimited(delimiter.map_or(usual.clone(), |delimiter| usual.delimiter(delimiter))));
    let way = match format {
        Format::Text => Way::Streamed(Streamed::Lines),
        Format::Prose | Format::Wikitext => Way::Running,
        Format::Csv => delimited(Delimited::csv()),
        Format::Tsv => delimited(Delimited::tsv()),
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

/// How the running text of a file is read, if it is that.
pub fn running(said: Option<Format>, path: &Path) -> Result<Option<Plain>, Failure> {
    Ok(match format(said, path)? {
        Format::Text => Some(Plain::lines()),
        Format::Prose => Some(Plain::prose()),
        Format::Wikitext => Some(Plain::wikitext()),
        Format::Csv | Format::Tsv | Format::Jsonl | Format::Conll | Format::Conllu | Format::Squad => None,
    })
}

/// A character that parts fields.
pub fn delimiter(said: &str) -> Result<char, String> {
    let mut letters = said.chars();
    match (said, letters.next(), letters.next()) {
        ("\\t" | "tab", ..) => Ok('\t'),
        (_, Some('"' | '\n' | '\r'), None) => Err("quotes and line breaks part no fields".to_owned()),
        (_, Some(only), None) => Ok(only),
        _ => Err("write one character, such as `;`, or `tab`".to_owned()),
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
