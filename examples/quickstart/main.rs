//! Several heads in a few lines, bound to one shared BERT: what each reads and why, and what it says of your texts.
//!
//! ```text
//! cargo run --release --example quickstart
//! cargo run --release --example quickstart -- --model DIR_OR_ID "A text" "Another text"
//! ```

mod reader;
mod show;

use std::path::PathBuf;
use std::process::ExitCode;

use bert_runtime::{Bert, Result, head};
use clap::Parser;

head! {
    /// One vector a text, to compare texts by their meaning.
    head SentenceEmbedding {
        input tokens;
        pool mean;
        normalize;
        decode embedding;
    }

    /// Is a review good or bad? One answer a text.
    head Sentiment {
        labels negative, positive;
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// Who and where: one answer a word.
    head Ner {
        labels "O", "B-PER", "I-PER", "B-LOC", "I-LOC";
        input tokens;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// The likeliest words for each `[MASK]`.
    head MaskedLm {
        input tokens;
        cls.predictions {
            transform {
                dense: linear hidden -> hidden;
                transform_act_fn: activation;
                LayerNorm: layer_norm;
            }
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        loss cross_entropy;
        decode top_k 3;
    }
}

/// The random weights that ship with the project.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

/// What is read where no text is given.
const TEXTS: [&str; 4] =
    ["A man is eating food.", "Someone is having a meal.", "The capital of France is [MASK].", "Stocks fell sharply on Monday."];

/// Several heads on one shared BERT, run on your texts.
#[derive(Parser)]
struct Arguments {
    /// A folder in Hugging Face's layout, or a hub id; without it, a small model with random weights.
    #[arg(long, value_name = "DIR_OR_ID")]
    model: Option<PathBuf>,
    /// Where to compute: cpu, or cuda[:N] with the feature `cuda`.
    #[arg(long, default_value = "cpu")]
    device: String,
    /// The texts; of these the first is the one that the others are compared with.
    texts: Vec<String>,
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
    let given: Vec<&str> = arguments.texts.iter().map(String::as_str).collect();
    if arguments.model.is_none() && reader::ships() {
        let texts = if given.is_empty() { &reader::TEXTS[..] } else { &given };
        return reader::run(&show::device(&arguments.device)?, texts);
    }
    let folder = arguments.model.clone().unwrap_or_else(|| FIXTURE.into());
    if arguments.model.is_none() {
        show::say!("These weights are random: a small model that shows how things fit together. Give a real one with --model DIR_OR_ID.\n");
    }
    let bert = Bert::open(&folder, &show::device(&arguments.device)?)?;
    show::encoder(&bert, &folder);
    let texts = if given.is_empty() { TEXTS.to_vec() } else { given };
    let has_meaning = arguments.model.is_some();
    show::task::<SentenceEmbedding>(&bert, &texts, |found| if has_meaning { show::likeness(&texts, found) } else { show::shapes(found) })?;
    show::task::<Sentiment>(&bert, &texts, |found| show::classified(&texts, found))?;
    show::task::<Ner>(&bert, &texts, |found| show::tagged(&texts, found))?;
    show::task::<MaskedLm>(&bert, &texts, |found| show::masked(&texts, found))
}
