//! The encoder's own outputs, as transformers gives them.

use bert_runtime::{Bert, Device, Result};

/// A small encoder with random weights; give the folder of a real one as the first argument.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| FIXTURE.into());
    let bert = Bert::open(&folder, &Device::Cpu)?;
    let outputs = bert.encode(["A man is eating food.", "A man eats."])?;
    println!("last_hidden_state {:?}", outputs.last_hidden_state.dims());
    println!("hidden_states     {} of {:?}", outputs.hidden_states.len(), outputs.last_hidden_state.dims());
    println!("pooler_output     {:?}", outputs.pooler_output.as_ref().map(|pooled| pooled.dims()));
    println!("attention_mask    {:?}", outputs.attention_mask.to_vec2::<u32>()?);
    Ok(())
}
