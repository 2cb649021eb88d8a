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
