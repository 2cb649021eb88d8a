//! Hidden states as transformers computed them.

use std::path::PathBuf;

use super::*;
use crate::layers::testing::{assert_close, numbers};

fn case(name: &str) -> Option<PathBuf> {
    let beside = || PathBuf::from(env!("CARGO_MANIFEST_DIR")).join("../../shared");
    let folder = std::env::var_os("BERT_SHARED").map_or_else(beside, PathBuf::from).join("oracle/cases").join(name);
    if folder.is_dir() {
        return Some(folder);
    }
    assert!(std::env::var_os("BERT_REQUIRE_SHARED").is_none_or(|value| value != "1"), "{} is missing", folder.display());
    eprintln!("skipped: {} is missing", folder.display());
    None
}

fn table(io: &HashMap<String, Tensor>, name: &str) -> Vec<Vec<u32>> {
    io[name].to_dtype(DType::U32).unwrap().to_vec2().unwrap()
}

#[test]
fn hidden_states_are_transformers() {
    let Some(folder) = case("hf_masked_lm") else { return };
    let weights = candle_core::safetensors::load(folder.join("model.safetensors"), &Device::Cpu).unwrap();
    let io = candle_core::safetensors::load(folder.join("io.safetensors"), &Device::Cpu).unwrap();
    let named = weights.into_iter().map(|(name, tensor)| (name.clone(), Parameter::fixed(name, tensor))).collect();
    let config = BertConfig {
        hidden_size: 32,
        vocab_size: 211,
        num_hidden_layers: 3,
        num_attention_heads: 4,
        intermediate_size: 64,
        max_position_embeddings: 64,
        ..config()
    };
    let encoder = BertEncoder::load(&config, &mut Named(named), false).unwrap();
    let batch =
        Batch::from_padded(&table(&io, "in.input_ids"), &table(&io, "in.attention_mask"), &table(&io, "in.token_type_ids")).unwrap();
    let states = encoder.hidden_states(&Context::evaluation(), &batch).unwrap();
    assert_eq!(states.len(), 4);
    for (number, state) in states.iter().enumerate() {
        let expected = crate::padding::unpadded(&io[&format!("out.hidden_states.{number}")], batch.layout()).unwrap();
        assert_close(&numbers(state.tensor()), &numbers(&expected), 1e-5);
    }
}
