//! Epochs on a frozen encoder: what an epoch takes after the first, whose outputs are kept.

use std::path::Path;
use std::time::Instant;

use bert_runtime::head::Target;
use bert_runtime::interpret::DynamicInput;
use bert_runtime::text::Segment;
use bert_runtime::train::Freeze;
use bert_runtime::{Bert, Device, DynamicHead, Result};
use serde_json::json;

/// How many labels a token has.
const LABELS: usize = 17;

/// The seconds of an epoch after the first, over so many.
pub fn measured(case: &str, epochs: u32, folder: &Path, texts: &[Vec<u32>]) -> Result<serde_json::Value> {
    let source = match case {
        "frozen-sentence" => "labels 2; input cls; classifier: linear hidden -> labels; loss cross_entropy;".to_owned(),
        _ => format!("labels {LABELS}; input tokens; classifier: linear hidden -> labels; loss cross_entropy;"),
    };
    let head = DynamicHead::from_source(&source)?;
    let bert = Bert::open(folder, &Device::Cpu)?;
    let seconds = |epochs: u64| -> Result<f64> {
        let trainer = bert.dynamic_trainer(&head).freeze(Freeze::Encoder).epochs(epochs).learning_rate(1e-3).progress(false);
        let examples: Vec<_> = texts.iter().enumerate().map(|(number, text)| example(case, number, text)).collect();
        let start = Instant::now();
        trainer.train(examples, None)?;
        Ok(start.elapsed().as_secs_f64())
    };
    let (first, all) = (seconds(1)?, seconds(1 + u64::from(epochs.max(1)))?);
    let epoch = (all - first) / f64::from(epochs.max(1));
    Ok(json!({ "peer": "ours", "case": case, "median_s": epoch, "runs": epochs, "first_s": first, "peak_mib": crate::peak() }))
}

/// A text as words that are its tokens, without those that begin and end it, and a label for it or for each word.
fn example(case: &str, number: usize, ids: &[u32]) -> (DynamicInput, Vec<(String, Target)>) {
    let words: Vec<String> = ids[1..ids.len() - 1].iter().map(|id| format!("w{id}")).collect();
    let target = match case {
        "frozen-sentence" => Target::Classes(vec![(number % 2) as i64]),
        _ => Target::Words((0..words.len()).map(|word| Some(word % LABELS)).collect()),
    };
    (DynamicInput::from(Segment::Words(words)), vec![("labels".to_owned(), target)])
}
