//! The encoder against naive references, transformers' own numbers, and itself on other layouts.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod demand;
mod dropout;
mod faults;
mod fused;
mod gradients;
mod layers;
mod naive;
mod oracle;
mod values;
mod words;

use std::collections::HashMap;

use candle_core::{DType, Device, Tensor, Var};

use crate::config::BertConfig;
use crate::context::Context;
use crate::encoder::{Batch, BertEncoder, Demand, RowChoice, Source, SourceDemand};
use crate::layers::Activation;
use crate::layers::testing::random;
use crate::module::{Module, all_parameters};
use crate::parameter::{Init, Parameter, ParameterSource};
use crate::value::Value;

fn config() -> BertConfig {
    BertConfig {
        hidden_size: 8,
        vocab_size: 13,
        num_hidden_layers: 2,
        num_attention_heads: 2,
        intermediate_size: 12,
        hidden_act: Activation::Gelu,
        hidden_dropout_prob: 0.2,
        attention_probs_dropout_prob: 0.3,
        classifier_dropout: None,
        max_position_embeddings: 10,
        type_vocab_size: 2,
        initializer_range: 0.02,
        layer_norm_eps: 1e-12,
        pad_token_id: 0,
        tie_word_embeddings: true,
        id2label: None,
        problem_type: None,
        architectures: vec![],
    }
}

/// Weights that depend on their names alone.
struct Drawn {
    dtype: DType,
    trained: bool,
}

impl ParameterSource for Drawn {
    fn parameter(&mut self, name: &str, shape: &[usize], init: Init) -> Parameter {
        let seed = name.bytes().fold(7u64, |seed, byte| seed.wrapping_mul(31).wrapping_add(u64::from(byte)));
        let noise = (random(seed, shape) * 0.4).unwrap();
        let tensor = if init == Init::Ones { (noise + 1.0).unwrap() } else { noise };
        let tensor = tensor.to_dtype(self.dtype).unwrap();
        if self.trained { Parameter::trained(name, Var::from_tensor(&tensor).unwrap()) } else { Parameter::fixed(name, tensor) }
    }
}

/// Weights by name.
struct Named(HashMap<String, Parameter>);

impl ParameterSource for Named {
    fn parameter(&mut self, name: &str, shape: &[usize], _init: Init) -> Parameter {
        let found = self.0.get(name).unwrap_or_else(|| panic!("no {name}")).clone();
        assert_eq!(found.tensor().dims(), shape, "{name}");
        found
    }
}

fn encoder_in(dtype: DType) -> BertEncoder {
    BertEncoder::load(&config(), &mut Drawn { dtype, trained: false }, false).unwrap()
}

fn encoder() -> BertEncoder {
    encoder_in(DType::F32)
}

/// Padding at the left, holes, a row with two padded tokens and one with a single token left.
const MASK: [[u32; 6]; 4] = [[0, 1, 1, 0, 1, 0], [1, 1, 1, 1, 1, 1], [0, 0, 1, 1, 1, 1], [0, 0, 0, 1, 0, 0]];

type Table = Vec<Vec<u32>>;

/// Ids, mask and types.
fn padded_inputs() -> (Table, Table, Table) {
    let ids = (0..4).map(|row| (0..6).map(|column| (row * 5 + column * 3 + 1) % 13).collect()).collect();
    let types = (0..4).map(|row| (0..6).map(|column| u32::from(column > row)).collect()).collect();
    (ids, MASK.iter().map(|row| row.to_vec()).collect(), types)
}

fn batch() -> Batch {
    let (ids, mask, types) = padded_inputs();
    Batch::from_padded(&ids, &mask, &types).unwrap()
}

/// One row of the batch alone, still number `row` of its step, with this many columns of padding added at the right.
fn single(row: usize, more: usize) -> Batch {
    let (ids, mask, types) = padded_inputs();
    let wider = |table: &Table| vec![[table[row].clone(), vec![0; more]].concat()];
    Batch::from_padded(&wider(&ids), &wider(&mask), &wider(&types)).unwrap().with_first_sequence(row as u64)
}

fn demand(source: Source, rows: RowChoice) -> Demand {
    Demand::of(vec![SourceDemand::new(source, rows)])
}

fn all_tokens() -> Demand {
    demand(Source::Tokens, RowChoice::All)
}

fn rows_of(value: &Value, sequence: usize) -> Tensor {
    let range = value.layout().rows(sequence);
    value.tensor().narrow(0, range.start, range.len()).unwrap()
}
