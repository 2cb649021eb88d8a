//! The examples of the heads that are not pretrained, for the task that all of them are together.

use std::path::Path;

use bert_runtime::data::{Conllu, Delimited, Json, Row, Rows};
use bert_runtime::text::Text;
use bert_runtime::{Example, Result};

use crate::heads::{Emotions, EmotionsLabel, ReaderTarget, Tags, TagsLabel, read};

/// Inputs and targets of the whole task, of which each example has one.
pub type Examples = Vec<(Text, ReaderTarget)>;

/// What trains a head, what its epochs are compared on, and what it is measured on in the end.
pub struct Set {
    pub train: Examples,
    pub dev: Examples,
    pub test: Examples,
}

impl Set {
    /// One of so many examples alone, to try things with.
    pub fn one_in(self, parts: usize) -> Self {
        let some = |examples: Examples| examples.into_iter().step_by(parts).collect();
        Self { train: some(self.train), dev: some(self.dev), test: some(self.test) }
    }
}

#[derive(Example)]
#[example(task = Emotions)]
struct Comment {
    text: String,
    #[example(target)]
    emotions: Vec<EmotionsLabel>,
}

#[derive(Example)]
#[example(task = Tags)]
struct Sentence {
    words: Vec<String>,
    #[example(target)]
    upos: Vec<TagsLabel>,
}

/// GoEmotions: comments, each with one emotion or several.
pub fn emotions(data: &Path) -> Result<Set> {
    let comments = |name: &str| -> Result<Examples> {
        let rows = Rows::open(data.join("goemotions").join(name), &Delimited::tsv().names(["text", "labels", "id"]))?;
        let rows = rows.with_field("emotions", numbers)?;
        let whole =
            |(text, labels): (Text, _)| (read(&text.first().joined()), ReaderTarget { emotions: Some(labels), ..Default::default() });
        Ok(rows.examples::<Comment>()?.into_pairs().into_iter().map(whole).collect())
    };
    Ok(Set { train: comments("train.tsv")?, dev: comments("dev.tsv")?, test: comments("test.tsv")? })
}

/// The numbers of a comment's emotions, which have commas between them.
fn numbers(row: &Row) -> Result<Json, String> {
    let listed: String = row.read("labels").map_err(|error| error.to_string())?;
    let number = |one: &str| one.parse::<usize>().map_err(|error| format!("`{one}`: {error}"));
    Ok(listed.split(',').map(number).collect::<Result<Vec<_>, _>>()?.into())
}

/// Universal Dependencies' English Web Treebank, of which the test part is not here: the dev part stands for both.
pub fn tags(data: &Path) -> Result<Set> {
    let sentences = |part: &str| -> Result<Examples> {
        let rows = Rows::open(data.join(format!("ud_english_ewt/en_ewt-ud-{part}.conllu")), &Conllu::new())?;
        let whole = |(words, tags)| (words, ReaderTarget { tags: Some(tags), ..Default::default() });
        Ok(rows.examples::<Sentence>()?.into_pairs().into_iter().map(whole).collect())
    };
    let dev = sentences("dev")?;
    Ok(Set { train: sentences("train")?, test: dev.clone(), dev })
}
