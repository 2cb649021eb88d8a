//! What is checked on the host, before a device sees it.

use crate::config::BertConfig;
use crate::encoder::{Batch, EncoderFacts};
use crate::error::{Error, ErrorKind, Result};

/// Checks that the sizes of a configuration make an encoder.
///
/// # Errors
/// Sizes of zero, heads that do not divide the hidden size, and dropout outside of `0..1`.
pub(super) fn config(config: &BertConfig) -> Result<()> {
    let fault = |what: String| Err(Error::new(ErrorKind::Config, format!("config.json: {what}")));
    let sizes = [
        ("hidden_size", config.hidden_size),
        ("vocab_size", config.vocab_size),
        ("num_attention_heads", config.num_attention_heads),
        ("intermediate_size", config.intermediate_size),
        ("max_position_embeddings", config.max_position_embeddings),
        ("type_vocab_size", config.type_vocab_size),
    ];
    if let Some((name, _)) = sizes.iter().find(|(_, size)| *size == 0) {
        return fault(format!("`{name}` is 0, and must be at least 1"));
    }
    if !config.hidden_size.is_multiple_of(config.num_attention_heads) {
        return fault(format!(
            "`hidden_size` {} is not a multiple of `num_attention_heads` {}",
            config.hidden_size, config.num_attention_heads
        ));
    }
    let shares =
        [("hidden_dropout_prob", config.hidden_dropout_prob), ("attention_probs_dropout_prob", config.attention_probs_dropout_prob)];
    match shares.iter().find(|(_, p)| !(0.0..1.0).contains(p)) {
        Some((name, p)) => fault(format!("`{name}` is {p}, and must be at least 0 and below 1")),
        None => Ok(()),
    }
}

/// Checks that an encoder knows every id, type and position of a batch.
///
/// On some devices a number past a table's end takes the device down, so none may get there.
///
/// # Errors
/// A batch without sequences, and the first id, type or position that the encoder does not know.
pub(super) fn batch(facts: &EncoderFacts, batch: &Batch) -> Result<()> {
    let layout = batch.layout();
    if layout.sequences() == 0 {
        return Err(Error::new(ErrorKind::Input, "the batch has no sequences: give at least one text"));
    }
    for sequence in 0..layout.sequences() {
        for (row, &position) in layout.rows(sequence).zip(layout.positions(sequence)) {
            below(batch.ids().get(row), facts.vocab).map_err(|id| {
                unknown(
                    sequence,
                    position,
                    &format!("id {id}, and the vocabulary has {}: use the tokenizer of this checkpoint", facts.vocab),
                )
            })?;
            below(batch.types().get(row), facts.token_types).map_err(|kind| {
                unknown(
                    sequence,
                    position,
                    &format!(
                        "token type {kind}, and the encoder knows {} from 0: give the second text of a pair no type above",
                        facts.token_types
                    ),
                )
            })?;
            below(Some(&position), facts.max_length).map_err(|_| too_long(sequence, position, facts.max_length))?;
        }
    }
    Ok(())
}

fn below(number: Option<&u32>, end: usize) -> Result<(), u32> {
    match number {
        Some(&number) if (number as usize) < end => Ok(()),
        other => Err(other.copied().unwrap_or(u32::MAX)),
    }
}

fn unknown(sequence: usize, position: u32, what: &str) -> Error {
    Error::new(ErrorKind::Input, format!("sequence {sequence}, position {position}: the token has {what}"))
}

fn too_long(sequence: usize, position: u32, longest: usize) -> Error {
    Error::new(
        ErrorKind::Input,
        format!("sequence {sequence} has a token at position {position}, and the encoder takes {longest} tokens: truncate the text"),
    )
}
