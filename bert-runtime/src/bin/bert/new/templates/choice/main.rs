//! Which of several endings suits a beginning.
//!
//! ```text
//! cargo run --release -- MODEL "A beginning" "An ending" "Another" ..
//! ```

use bert_runtime::{BertFor, BertHead, Choices, Device, Error, ErrorKind, Result};

/// The task. Its head is in a file of its own, which can be edited: the next build reads it again.
#[derive(BertHead)]
#[head(path = "src/bin/bert/new/templates/choice/task.head")]
struct Begun;

fn main() {
    if let Err(error) = answer() {
        eprintln!("error: {error}");
        std::process::exit(1);
    }
}

fn answer() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let [model, beginning, endings @ ..] = arguments.as_slice() else { return Err(usage()) };
    let model = BertFor::<Begun>::from_pretrained(model, &Device::Cpu)?;
    let answer = model.predict(Choices::from((beginning.as_str(), endings.to_vec())))?;
    println!("{} ({:.3})", endings.get(answer.index).map_or("", String::as_str), answer.score);
    Ok(())
}

fn usage() -> Error {
    Error::new(ErrorKind::Input, "give the folder of the trained model, a beginning, and two endings at least")
}
