//! The tasks: each a head, its data, and the settings that a user would begin with.

use std::path::Path;

use bert_runtime::data::{Columns, Conll, Conllu, Delimited, Json, Parallel, Rows, Squad};
use bert_runtime::head::Target;
use bert_runtime::interpret::DynamicInput;
use bert_runtime::{DynamicHead, Result};
use clap::ValueEnum;

use crate::labels;

/// Inputs and targets.
pub type Examples = Vec<(DynamicInput, Vec<(String, Target)>)>;

/// A task's name.
#[derive(Debug, Clone, Copy, ValueEnum)]
pub enum Name {
    /// SST-2: is a review good or bad?
    Sst2,
    /// ATIS: what a traveller wants, and the words that say of what.
    Atis,
    /// UD English EWT: the part of speech of each word.
    Upos,
    /// STS-B: how alike two sentences are, read together.
    Stsb,
    /// STS-B: the same, by the cosine of two vectors.
    Embedding,
    /// WNUT17: names in noisy text.
    Wnut,
    /// GoEmotions: any of 28 emotions.
    Emotions,
    /// SQuAD: where a paragraph answers a question; its first 38 articles train, and the other 10 test.
    Squad,
}

/// A task, ready to train.
pub struct Task {
    pub head: DynamicHead,
    pub train: Examples,
    pub dev: Examples,
    /// What it is judged by; evaluations are compared by the first.
    pub measures: &'static [&'static str],
    pub epochs: u64,
    pub rate: f64,
    /// How many times that rate the head's own parameters have.
    pub head_rate: f64,
    pub batch: usize,
    pub max_length: usize,
}

impl Task {
    /// A task with its data, from the folder that holds the data sets.
    pub fn open(name: Name, data: &Path) -> Result<Self> {
        match name {
            Name::Sst2 => sst2(data),
            Name::Atis => atis(data),
            Name::Upos => upos(data),
            Name::Stsb => stsb(data),
            Name::Embedding => embedding(data),
            Name::Wnut => wnut(data),
            Name::Emotions => emotions(data),
            Name::Squad => squad(data),
        }
    }

    /// Three epochs at 3e-5, 32 examples a step.
    fn new(head: &str, columns: &Columns, [train, dev]: [&Rows; 2], measures: &'static [&'static str]) -> Result<Self> {
        let head = DynamicHead::from_source(head)?;
        let [train, dev] = [columns.read(train, &head)?.into_pairs(), columns.read(dev, &head)?.into_pairs()];
        Ok(Self { head, train, dev, measures, epochs: 3, rate: 3e-5, head_rate: 1.0, batch: 32, max_length: 128 })
    }
}

fn sst2(data: &Path) -> Result<Task> {
    let rows = |name: &str| Rows::open(data.join("sst2").join(name), &Delimited::tsv().trimmed());
    let head = "labels negative, positive; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy;";
    let task = Task::new(head, &Columns::new().text("sentence"), [&rows("train.tsv")?, &rows("dev.tsv")?], &["accuracy"])?;
    Ok(Task { head_rate: 10.0, ..task })
}

fn atis(data: &Path) -> Result<Task> {
    let rows = |split: &str| {
        let file = |end: &str| data.join(format!("atis/{split}.{end}"));
        Parallel::new().words("words", file("seq.in")).words("slots", file("seq.out")).line("intent", file("label")).open()
    };
    let (train, test) = (rows("train")?, rows("test")?);
    let head = format!(
        "head Assistant {{
            labels intent = {};
            labels slot = {};
            input pooled; dropout; intent_classifier: linear hidden -> intent; output intent; loss cross_entropy;
            input tokens; dropout; slot_classifier: linear hidden -> slot; output slots; loss cross_entropy;
        }}",
        labels::of(&[&train, &test], "intent", None),
        labels::of(&[&train, &test], "slots", Some("O"))
    );
    let task = Task::new(&head, &Columns::new().words("words"), [&train, &test], &["slots.entity_f1", "intent.accuracy"])?;
    Ok(Task { epochs: 10, rate: 1e-4, head_rate: 10.0, ..task })
}

fn upos(data: &Path) -> Result<Task> {
    let rows = |split: &str| Rows::open(data.join(format!("ud_english_ewt/en_ewt-ud-{split}.conllu")), &Conllu::new());
    let (train, dev) = (rows("train")?, rows("dev")?);
    let head = format!(
        "labels {}; input tokens; dropout; classifier: linear hidden -> labels; loss cross_entropy;",
        labels::of(&[&train, &dev], "upos", None)
    );
    let task = Task::new(&head, &Columns::new().words("words").target("upos"), [&train, &dev], &["accuracy"])?;
    Ok(Task { epochs: 2, rate: 1e-4, max_length: 160, ..task })
}

/// The pairs of STS-B, with their likeness from 0 to 1.
fn likeness(data: &Path, name: &str) -> Result<Rows> {
    let rows = Rows::open(data.join("stsb").join(name), &Delimited::tsv())?;
    rows.with_field("likeness", |row| Ok(Json::from(row.read::<f64>("score").map_err(|error| error.to_string())? / 5.0)))
}

fn stsb(data: &Path) -> Result<Task> {
    let head = "input pooled; dropout; classifier: linear hidden -> 1; squeeze; loss bce;";
    let columns = Columns::new().pair("sentence1", "sentence2").target("likeness");
    Task::new(head, &columns, [&likeness(data, "train.tsv")?, &likeness(data, "dev.tsv")?], &["spearman", "pearson"])
}

/// The two texts of a pair come one after the other, with one target together.
fn embedding(data: &Path) -> Result<Task> {
    let head = DynamicHead::from_source("input tokens; pool mean; normalize; loss cosine; decode embedding;")?;
    let [train, dev] = ["train.tsv", "dev.tsv"].map(|name| texts(&likeness(data, name)?));
    let measures = &["spearman", "pearson"];
    Ok(Task { head, train: train?, dev: dev?, measures, epochs: 3, rate: 3e-5, head_rate: 1.0, batch: 64, max_length: 128 })
}

fn texts(rows: &Rows) -> Result<Examples> {
    let mut examples = Examples::new();
    for row in rows {
        let target = vec![("labels".to_owned(), Target::Numbers(vec![row.read("likeness")?]))];
        for field in ["sentence1", "sentence2"] {
            examples.push((DynamicInput::from(row.read::<String>(field)?), target.clone()));
        }
    }
    Ok(examples)
}

fn wnut(data: &Path) -> Result<Task> {
    let rows = |name: &str| Rows::open(data.join("wnut17").join(name), &Conll::new([(0, "words"), (1, "labels")]).separated_by('\t'));
    let (train, test) = (rows("wnut17train.conll")?, rows("emerging.test.annotated")?);
    let head = format!(
        "labels {}; input tokens; dropout; classifier: linear hidden -> labels; loss cross_entropy;",
        labels::of(&[&train, &test], "labels", Some("O"))
    );
    let task = Task::new(&head, &Columns::new(), [&train, &test], &["entity_f1"])?;
    Ok(Task { epochs: 5, rate: 1e-4, ..task })
}

/// An emotion is in one text of some hundred, and the head's own rate takes its biases there in time.
fn emotions(data: &Path) -> Result<Task> {
    let folder = data.join("goemotions");
    let rows = |name: &str| Rows::open(folder.join(name), &Delimited::tsv().names(["text", "labels", "id"]));
    let names = Rows::open(folder.join("labels.txt"), &Delimited::tsv().names(["name"]))?;
    let head = format!(
        "labels {}; input tokens; pool mean; dropout; classifier: linear hidden -> labels; loss bce; decode threshold 0.3;",
        labels::in_order(&names, "name")
    );
    let task = Task::new(&head, &Columns::new(), [&rows("train.tsv")?, &rows("dev.tsv")?], &["f1_macro", "f1_micro"])?;
    Ok(Task { rate: 1e-4, head_rate: 20.0, ..task })
}

fn squad(data: &Path) -> Result<Task> {
    let rows = Rows::open(data.join("squad_dev/dev-v1.1.json"), &Squad::new())?;
    let mut titles: Vec<String> = Vec::new();
    for row in &rows {
        let title = row.read::<String>("title")?;
        if titles.last() != Some(&title) {
            titles.push(title);
        }
    }
    let is_of = |part: &[String]| {
        let part = part.to_vec();
        rows.clone().filter(move |row| row.read::<String>("title").is_ok_and(|title| part.contains(&title)))
    };
    let (train, test) = titles.split_at(titles.len().saturating_sub(10));
    let head = "input tokens; qa_outputs: linear hidden -> 2; split start, end; loss span; decode span max_len=30, best=1;";
    let columns = Columns::new().pair("question", "context").target("answer");
    let task = Task::new(head, &columns, [&is_of(train), &is_of(test)], &["f1", "exact_match"])?;
    Ok(Task { rate: 1e-4, max_length: 384, ..task })
}
