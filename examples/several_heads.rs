//! An encoder that is opened once, and two heads that are answered in one pass of it.

use bert_runtime::{Bert, Device, Result, head};

head! {
    /// One vector a text.
    head Embedding {
        input tokens;
        pool mean;
        normalize;
        decode embedding;
    }

    /// The vector that BERT's pooler makes of the first token.
    head Pooled {
        input pooled;
        decode embedding;
    }
}

/// A small encoder with random weights; give the folder of a real one as the first argument.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| FIXTURE.into());
    let bert = Bert::open(&folder, &Device::Cpu)?;
    let (embedding, pooled) = (bert.bind::<Embedding>()?, bert.bind::<Pooled>()?);
    for text in ["A man is eating food.", "Someone is having a meal."] {
        let answer = bert.predict_with((&embedding, &pooled), text)?;
        let (mean, first) = (&answer.0, &answer.1);
        println!("{text}\n  mean of the tokens: {:.4?}\n  pooler's output:    {:.4?}", &mean[..4], &first[..4]);
    }
    Ok(())
}
