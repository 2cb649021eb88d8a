//! A head that is read when the program runs: no Rust is compiled to try it.
//!
//! ```text
//! cargo run --release --example without_compiling
//! cargo run --release --example without_compiling -- HEAD_FILE DIR_OR_ID "A text"
//! ```

use bert_runtime::{Bert, Device, DynamicHead, Result};

/// A head that ships with the examples.
const HEAD: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/heads/ner.head");
/// The random weights that ship with the project.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

fn main() -> Result<()> {
    let arguments: Vec<String> = std::env::args().skip(1).collect();
    let argument = |number: usize, default: &str| arguments.get(number).cloned().unwrap_or_else(|| default.to_owned());
    let head = DynamicHead::from_file(argument(0, HEAD))?;
    for reads in head.reads() {
        println!("{} reads {} {}: {}", head.name(), reads.source, reads.shape, reads.why);
    }
    let model = Bert::open(argument(1, FIXTURE), &Device::Cpu)?.fresh_dynamic(&head, 1)?;
    print!("{}", model.tree());
    println!("untrained, so what it says means nothing yet: {}", model.predict(argument(2, "Anna lives in Paris."))?.into_inner());
    Ok(())
}
