//! Text: two novels, encyclopedia articles and what is asked about them, and what people write on the web.

use std::path::Path;

use bert_runtime::Result;
use bert_runtime::data::{Conllu, Delimited, Documents, Plain, Row, Rows, Squad, sentences};

/// Of so many documents one is held out.
const HELD_OUT: usize = 16;

/// The documents that a model reads, and those that it is measured on.
#[derive(Default)]
pub struct Part {
    pub train: Documents,
    pub held_out: Documents,
}

impl Part {
    /// A source of which every sixteenth document is held out.
    fn of(source: Documents) -> Self {
        let (train, held_out) = source.held_out(HELD_OUT);
        Self { train, held_out }
    }

    fn and(self, other: Self) -> Self {
        Self { train: self.train.and(other.train), held_out: self.held_out.and(other.held_out) }
    }

    fn one_in(self, parts: usize) -> Self {
        let train = if parts > 1 { self.train.held_out(parts).1 } else { self.train };
        Self { train, ..self }
    }
}

/// All texts.
pub struct Corpus {
    /// Novels, articles and pages.
    pub running: Part,
    /// Questions about the articles, and comments.
    pub short: Part,
}

impl Corpus {
    /// All texts of the folder that holds the data sets. Every sixteenth chapter, article or page is held out, of each source, and the questions
    /// about such an article; of comments, the test part.
    pub fn open(data: &Path) -> Result<Self> {
        let file = |name: &str| data.join(name);
        let books = ["gutenberg/pride_and_prejudice_1342-0.txt", "gutenberg/sherlock_holmes_1661.txt"].map(file);
        let articles = ["wikitext2/valid.txt", "wikitext2/test.txt"].map(file);
        let sources = [
            Documents::open_all(books, &Plain::prose())?,
            Documents::open_all(articles, &Plain::wikitext())?,
            paragraphs(&file("squad_dev/dev-v1.1.json"))?,
            pages(&file("ud_english_ewt/en_ewt-ud-train.conllu"))?,
        ];
        let running = sources.into_iter().map(Part::of).fold(Part::default(), Part::and);
        let comments = |part: &str| comments(&file(&format!("goemotions/{part}.tsv")));
        let short = Part::of(questions(&file("squad_dev/dev-v1.1.json"))?);
        Ok(Self { running, short: short.and(Part { train: comments("train")?, held_out: comments("test")? }) })
    }

    /// All that is trained on.
    pub fn train(&self) -> Documents {
        self.running.train.clone().and(self.short.train.clone())
    }

    /// All that is held out.
    pub fn held_out(&self) -> Documents {
        self.running.held_out.clone().and(self.short.held_out.clone())
    }

    /// The same with one of so many documents to train on, to try things with.
    pub fn one_in(self, parts: usize) -> Self {
        Self { running: self.running.one_in(parts), short: self.short.one_in(parts) }
    }
}

/// The paragraphs that SQuAD asks about, an article a document.
fn paragraphs(path: &Path) -> Result<Documents> {
    let rows = Rows::open(path, &Squad::new())?;
    let mut text = Lines::default();
    let mut last = String::new();
    for row in &rows {
        let paragraph: String = row.read("context")?;
        if paragraph != last {
            text.add(&row.read::<String>("title")?, sentences(&paragraph));
            last = paragraph;
        }
    }
    text.documents(path)
}

/// The questions of SQuAD, those about an article a document, in the order of [`paragraphs`].
fn questions(path: &Path) -> Result<Documents> {
    let rows = Rows::open(path, &Squad::new())?;
    let mut text = Lines::default();
    for row in &rows {
        text.add(&row.read::<String>("title")?, [row.read::<String>("question")?.as_str()]);
    }
    text.documents(path)
}

/// The comments of GoEmotions, each a document.
fn comments(path: &Path) -> Result<Documents> {
    let rows = Rows::open(path, &Delimited::tsv().names(["text", "labels", "id"]))?;
    let mut text = Lines::default();
    for row in &rows {
        text.add(&row.read::<String>("id")?, sentences(&row.read::<String>("text")?));
    }
    text.documents(path)
}

/// The sentences of a treebank, a page of the web a document.
fn pages(path: &Path) -> Result<Documents> {
    let rows = Rows::open(path, &Conllu::new())?;
    let mut text = Lines::default();
    for row in &rows {
        text.add(&page_of(row)?, [row.read::<String>("text")?.as_str()]);
    }
    text.documents(path)
}

/// The page that a sentence is of: its name without its number.
fn page_of(row: &Row) -> Result<String> {
    let name: String = row.read("sent_id")?;
    Ok(name.rsplit_once('-').map_or(name.as_str(), |(page, _)| page).to_owned())
}

/// A sentence a line, with blank lines between documents.
#[derive(Default)]
struct Lines {
    text: String,
    document: String,
}

impl Lines {
    fn add<'s>(&mut self, document: &str, sentences: impl IntoIterator<Item = &'s str>) {
        if self.document != document {
            self.text.push('\n');
            document.clone_into(&mut self.document);
        }
        for sentence in sentences {
            self.text.extend(sentence.split_whitespace().flat_map(|word| [word, " "]));
            self.text.push('\n');
        }
    }

    fn documents(&self, path: &Path) -> Result<Documents> {
        Documents::parse(path, self.text.as_bytes(), &Plain::lines())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn sentences_of_one_name_are_one_document() -> Result<()> {
        let mut text = Lines::default();
        for (page, sentence) in [("a", "One\n sentence."), ("a", "Two."), ("b", "Three.")] {
            text.add(page, [sentence]);
        }
        let documents = text.documents("pages".as_ref())?;
        let found: Vec<Vec<String>> = documents.iter().map(|document| document.sentences.clone()).collect();
        assert_eq!(found, [vec!["One sentence.", "Two."], vec!["Three."]]);
        Ok(())
    }
}
