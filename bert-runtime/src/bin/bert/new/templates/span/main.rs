//! Where in a text the answer to a question stands.
//!
//! ```text
//! cargo run --release -- MODEL "A question" "A text"
//! ```

use bert_runtime::{BertFor, BertHead, Device, Error, ErrorKind, Result};

/// The task. Its head is in a file of its own, which can be edited: the next build reads it again.
#[derive(BertHead)]
#[head(path = "src/bin/bert/new/templates/span/task.head")]
struct Begun;

fn main() {
    if let Err(error) = answer() {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn answer() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, question, text] = arguments.as_slice() else { return Err(usage()) };
    let model = BertFor::<Begun>::from_pretrained(model, &Device::Cpu)?;
    match model.predict((question.as_str(), text.as_str()))?.best() {
        Some(answer) => println!("{:?} at {:?} ({:.3})", answer.text, answer.chars, answer.score),
        None => println!("the text does not say"),
    }
    Ok(())
}

fn usage() -> Error {
    Error::new(ErrorKind::Input, "give the folder of the trained model, a question, and the text that may answer it")
}
