//! How much arithmetic a text is.

use bert_runtime::config::BertConfig;

/// The operations of a whole encoder on a text of so many tokens, a multiply-add counted as two: the products with weights and those of
/// attention, whatever the heads read.
pub fn of(config: &BertConfig, tokens: usize) -> f64 {
    let (layers, hidden, wide) = (config.num_hidden_layers as f64, config.hidden_size as f64, config.intermediate_size as f64);
    let tokens = tokens as f64;
    let weights = 4.0 * hidden * hidden + 2.0 * hidden * wide;
    let attention = 2.0 * hidden * tokens;
    layers * tokens * 2.0 * (weights + attention)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// BERT-base by hand: 85 million weights in its layers, each a multiply-add a token, and twice 768 a pair of tokens and layer.
    #[test]
    fn as_many_as_bert_base_has_weights_and_pairs() {
        let json = br#"{ "model_type": "bert", "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12, "num_attention_heads": 12,
            "intermediate_size": 3072, "max_position_embeddings": 512, "type_vocab_size": 2 }"#;
        let config = BertConfig::parse(json, "config.json").unwrap();
        assert_eq!(of(&config, 1), 2.0 * (84_934_656.0 + 12.0 * 2.0 * 768.0));
        assert_eq!(of(&config, 128), 2.0 * (84_934_656.0 * 128.0 + 12.0 * 2.0 * 768.0 * 128.0 * 128.0));
    }
}
