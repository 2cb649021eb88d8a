//! A rank for a text.
//!
//! ```text
//! cargo run --release -- MODEL "A text" ..
//! ```

use bert_runtime::{BertFor, BertHead, Device, Error, ErrorKind, Result};

/// The task. Its head is in a file of its own, which can be edited: the next build reads it again.
#[derive(BertHead)]
#[head(path = "src/bin/bert/new/templates/rank/task.head")]
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
        println!("{}  {text}", model.predict(text.as_str())?.rank);
    }
    Ok(())
}

fn usage() -> Error {
    Error::new(ErrorKind::Input, "give the folder of the trained model, and texts")
}
