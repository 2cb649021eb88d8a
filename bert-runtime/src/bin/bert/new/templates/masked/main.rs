//! The words that are hidden behind `[MASK]`.
//!
//! ```text
//! cargo run --release -- MODEL "A text with a [MASK]." ..
//! ```

use bert_runtime::{BertFor, BertHead, Device, Error, ErrorKind, Result};

/// The task. Its head is in a file of its own, which can be edited: the next build reads it again.
#[derive(BertHead)]
#[head(path = "src/bin/bert/new/templates/masked/task.head")]
struct Begun;

fn main() {
    if let Err(error) = answer() {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn answer() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, texts @ ..] = arguments.as_slice() else { return Err(usage()) };
    let model = BertFor::<Begun>::from_pretrained(model, &Device::Cpu)?;
    for text in texts {
        for masked in model.predict(text.as_str())?.iter() {
            let words: Vec<String> = masked.candidates.iter().map(|word| format!("{} {:.3}", word.token, word.score)).collect();
            println!("{}  {text}", words.join(", "));
        }
    }
    Ok(())
}

fn usage() -> Error {
    Error::new(ErrorKind::Input, "give the folder of a model, and texts with `[MASK]` in them")
}
