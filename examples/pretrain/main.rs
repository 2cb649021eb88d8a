//! Makes the small model that ships, from nothing: a vocabulary, a new encoder, its pretraining, and the training of several heads on it.
//!
//! ```text
//! cargo run --release --example pretrain -- --data DIR --out DIR
//! ```

mod corpus;
mod figures;
#[path = "../reader/heads.rs"]
mod heads;
mod majority;
mod sets;
mod stages;

use std::path::{Path, PathBuf};
use std::process::ExitCode;

use bert_runtime::data::Documents;
use bert_runtime::save::{ModelCard, SaveOptions};
use bert_runtime::{BertFor, DType, Device, Result};
use clap::Parser;

use corpus::Corpus;
use figures::{Figure, measure};
use heads::Reader;
use stages::{Data, Stages};

/// Pretrains a small BERT, and trains several heads on it. The same command goes on where it was stopped.
#[derive(Parser)]
struct Arguments {
    /// The folder that holds the data sets, each in a folder of its own.
    #[arg(long, value_name = "DIR")]
    data: PathBuf,
    /// Where the stages leave what they make; the model itself is `model` in it.
    #[arg(long, value_name = "DIR")]
    out: PathBuf,
    /// How many tokens the vocabulary has.
    #[arg(long, default_value_t = 14000)]
    vocabulary: usize,
    /// How often running text is read in pretraining.
    #[arg(long, default_value_t = 12)]
    epochs: u64,
    /// How often all sets are read when the heads are trained.
    #[arg(long, default_value_t = 9)]
    head_epochs: u64,
    /// What all random numbers follow from.
    #[arg(long, default_value_t = 42)]
    seed: u64,
    /// Reads one of so many documents and examples alone, to try things with.
    #[arg(long, default_value_t = 1, value_parser = clap::value_parser!(u32).range(1..))]
    one_in: u32,
}

fn main() -> ExitCode {
    match run(&Arguments::parse()) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn run(arguments: &Arguments) -> Result<()> {
    let data = open(&arguments.data, arguments.one_in as usize)?;
    let (epochs, seed) = ([arguments.epochs, arguments.head_epochs], arguments.seed);
    let stages = Stages { out: arguments.out.clone(), vocabulary: arguments.vocabulary, epochs, seed };
    let encoder = stages.create(&data)?;
    let pretrained = stages.pretrain(&encoder, &data)?;
    let trained = pretrained.map(|pretrained| stages.train(&pretrained, &data)).transpose()?.flatten();
    match trained {
        Some(trained) => ship(&trained, &arguments.out.join("model"), &data, seed),
        None => {
            eprintln!("stopped; the same command goes on");
            Ok(())
        }
    }
}

fn open(folder: &Path, parts: usize) -> Result<Data> {
    let corpus = Corpus::open(folder)?.one_in(parts);
    let (emotions, tags) = (sets::emotions(folder)?.one_in(parts), sets::tags(folder)?.one_in(parts));
    let counts = |documents: &Documents| format!("{} sentences of {} documents", documents.sentences().count(), documents.len());
    for (name, part) in [("running text", &corpus.running), ("questions and comments", &corpus.short)] {
        println!("{name}: {}, and {} held out", counts(&part.train), counts(&part.held_out));
    }
    println!("emotions: {} comments; tags: {} sentences", emotions.train.len(), tags.train.len());
    Ok(Data { corpus, emotions, tags })
}

/// Leaves the model in half precision, and measures what was left.
fn ship(trained: &Path, folder: &Path, data: &Data, seed: u64) -> Result<()> {
    let half = |card| SaveOptions { dtype: Some(DType::F16), card };
    let open = |folder: &Path| BertFor::<Reader>::from_pretrained(folder, &Device::Cpu);
    open(trained)?.save_pretrained_with(folder, &half(ModelCard::default()))?;
    let (figures, measured) = measure(&open(folder)?, data, seed)?;
    open(trained)?.save_pretrained_with(folder, &half(card(&figures)))?;
    println!("{measured}\n\n| head | measure | value | majority | examples |\n| --- | --- | --- | --- | --- |");
    figures.iter().for_each(|figure| println!("{figure}"));
    Ok(())
}

/// What the model's folder says of it.
fn card(figures: &[Figure]) -> ModelCard {
    let datasets = ["Project Gutenberg 1342 and 1661", "WikiText-2", "SQuAD 1.1", "Universal Dependencies English EWT", "GoEmotions"];
    let card = ModelCard::default()
        .license("cc-by-sa-4.0")
        .language("en")
        .note("A small BERT that was trained from nothing by the project's example `pretrain`, to try heads with; its encoder is too small to be relied on.")
        .note("Its texts are of 1813 and 1892, of Wikipedia, and of the web, and it says what such texts say.");
    let whole = || figures.iter().filter(|figure| figure.part.is_none());
    let commonest: Vec<String> = whole().map(|figure| format!("{} {:.3}", figure.head, figure.majority)).collect();
    let card =
        card.note(format!("Heads that always give the commonest answer of the same examples would reach: {}.", commonest.join(", ")));
    let card = datasets.into_iter().fold(card, ModelCard::dataset);
    whole().fold(card, |card, figure| card.score(figure.score, figure.value))
}
