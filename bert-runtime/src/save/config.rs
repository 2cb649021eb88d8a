//! `config.json` of a saved model.

use candle_core::DType;
use serde_json::{Map, Value, json};

use super::class::Known;
use super::{CONFIG, Saved};
use crate::disk;
use crate::error::{Error, ErrorKind, Result};

/// The encoder's own `config.json`, with what the head adds.
pub(super) fn of(saved: &Saved<'_>, known: &Known, dtype: DType) -> Result<String> {
    let path = saved.bert.folder().join(CONFIG);
    let bytes = disk::at(&path, "cannot be read", std::fs::read(&path))?;
    let unfit = |error: serde_json::Error| Error::new(ErrorKind::Config, format!("{}: {error}", path.display()));
    let mut config: Map<String, Value> = serde_json::from_slice(&bytes).map_err(unfit)?;
    for gone in ["id2label", "label2id", "num_labels", "problem_type", "torch_dtype"] {
        config.remove(gone);
    }
    config.insert("architectures".to_owned(), json!([known.class.unwrap_or("BertModel")]));
    config.insert("dtype".to_owned(), json!(name_of(dtype)));
    if let Some(problem) = known.problem {
        config.insert("problem_type".to_owned(), json!(problem));
    }
    if let Some(p) = saved.bert.opened_with().dropout {
        config.extend(["hidden_dropout_prob", "attention_probs_dropout_prob"].map(|key| (key.to_owned(), json!(p))));
    }
    config.extend(labels(saved));
    Ok(serde_json::to_string_pretty(&config).map_err(unfit)? + "\n")
}

/// `id2label` and `label2id` of a head with one label set; numbered as transformers does where its labels have no names.
fn labels(saved: &Saved<'_>) -> Map<String, Value> {
    let sets: Vec<Vec<String>> = saved.head.outcomes().iter().map(names).filter(|names| !names.is_empty()).collect();
    let [names] = sets.as_slice() else { return Map::new() };
    let by_number: Map<String, Value> = names.iter().enumerate().map(|(number, name)| (number.to_string(), json!(name))).collect();
    let by_name: Map<String, Value> = names.iter().enumerate().map(|(number, name)| (name.clone(), json!(number))).collect();
    [("id2label".to_owned(), Value::Object(by_number)), ("label2id".to_owned(), Value::Object(by_name))].into_iter().collect()
}

fn names(outcome: &crate::head::Outcome) -> Vec<String> {
    match outcome.labels.names() {
        [] => (0..outcome.labels.count()).map(|number| format!("LABEL_{number}")).collect(),
        names => names.to_vec(),
    }
}

fn name_of(dtype: DType) -> &'static str {
    match dtype {
        DType::F16 => "float16",
        DType::BF16 => "bfloat16",
        DType::F64 => "float64",
        _ => "float32",
    }
}
