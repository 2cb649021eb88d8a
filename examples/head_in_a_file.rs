//! A head in a file of its own, started anew on a pretrained encoder: what is missing, and what is new.

use bert_runtime::{BertFor, BertHead, Device, Result};

/// Who and where.
#[derive(BertHead)]
#[head(path = "heads/ner.head")]
struct Ner;

/// A small encoder with random weights; give the folder of a real one as the first argument.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| FIXTURE.into());
    if let Err(error) = BertFor::<Ner>::from_pretrained(&folder, &Device::Cpu) {
        println!("-- without such a head in the checkpoint, from_pretrained says:\n{error}\n");
    }
    let model = BertFor::<Ner>::fresh_head(&folder, 0, &Device::Cpu)?;
    println!("-- fresh_head starts one:\n{}\n\n-- as PyTorch prints it:\n{}", model.report(), model.tree());
    Ok(())
}
