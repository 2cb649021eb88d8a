//! A vector for a text: which of the others is the nearest?
//!
//! ```text
//! cargo run --release -- MODEL "A text" "Another" ..
//! ```

use bert_runtime::{BertFor, BertHead, Device, Error, ErrorKind, Result};

/// The task. Its head is in a file of its own, which can be edited: the next build reads it again.
#[derive(BertHead)]
#[head(path = "src/bin/bert/new/templates/embedding/task.head")]
struct Begun;

fn main() {
    if let Err(error) = answer() {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn answer() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, first, others @ ..] = arguments.as_slice() else { return Err(usage()) };
    let model = BertFor::<Begun>::from_pretrained(model, &Device::Cpu)?;
    let vector = model.predict(first.as_str())?;
    for other in others {
        println!("{:.3}  {other}", vector.cosine(&*model.predict(other.as_str())?));
    }
    Ok(())
}

fn usage() -> Error {
    Error::new(ErrorKind::Input, "give the folder of the trained model, and two texts at least")
}
