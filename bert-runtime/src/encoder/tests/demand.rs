//! What is demanded equals the same rows of the whole output, in evaluation and in training.

use std::sync::Arc;

use super::*;
use crate::encoder::{Encoder, Pooler};
use crate::layers::testing::{assert_close, numbers};
use crate::value::Rows;

fn pooler() -> Pooler {
    let mut source = Drawn { dtype: DType::F32, trained: false };
    let weight = source.parameter("bert.pooler.dense.weight", &[8, 8], Init::Normal);
    Pooler::new(weight, source.parameter("bert.pooler.dense.bias", &[8], Init::Zeros))
}

fn contexts() -> [Context; 3] {
    [Context::evaluation(), Context::training(5, 2), Context::evaluation().with_gradients()]
}

fn tokens_at(whole: &Value, columns: &[Vec<u32>]) -> Vec<f64> {
    let (layout, rows) = whole.layout().select(columns).unwrap();
    let rows = Tensor::from_vec(rows, layout.total(), &Device::Cpu).unwrap();
    numbers(&whole.tensor().index_select(&rows, 0).unwrap())
}

#[test]
fn rows_alone_equal_the_rows_of_the_whole() {
    let encoder = encoder();
    for cx in contexts() {
        let whole = encoder.encode(&cx, &batch(), &all_tokens()).unwrap().output(0).unwrap();
        let columns = vec![vec![4, 1], vec![], vec![3], vec![3]];
        let found =
            encoder.encode(&cx, &batch(), &demand(Source::Tokens, RowChoice::At(Arc::new(columns.clone())))).unwrap().output(0).unwrap();
        assert_eq!(found.layout().all_positions(), [4, 1, 3, 3]);
        assert_close(&numbers(found.tensor()), &tokens_at(&whole, &columns), 1e-6);
    }
}

#[test]
fn the_first_token_is_each_sequences_own() {
    let encoder = encoder();
    encoder.attach_pooler(pooler()).unwrap();
    for cx in contexts() {
        let whole = encoder.encode(&cx, &batch(), &all_tokens()).unwrap().output(0).unwrap();
        let mut both = demand(Source::Cls, RowChoice::All);
        both.join(demand(Source::Pooled, RowChoice::All));
        let found = encoder.encode(&cx, &batch(), &both).unwrap();
        let (cls, pooled) = (found.output(0).unwrap(), found.output(1).unwrap());
        assert_eq!((cls.rows(), cls.tensor().dims()), (Rows::Sequence, &[4, 8][..]));
        assert_close(&numbers(cls.tensor()), &tokens_at(&whole, &[vec![1], vec![0], vec![2], vec![3]]), 1e-6);
        let expected = pooler().forward(&cx, &cls).unwrap();
        assert_close(&numbers(pooled.tensor()), &numbers(expected.tensor()), 1e-7);
    }
}

#[test]
fn several_demands_share_one_pass() {
    let encoder = encoder();
    let masked = batch().with_mask_token(4);
    assert!(masked.masked().iter().any(|columns| !columns.is_empty()) && masked.masked().iter().any(Vec::is_empty));
    let cx = Context::evaluation();
    let whole = encoder.encode(&cx, &masked, &all_tokens()).unwrap().output(0).unwrap();
    let mut several = demand(Source::Tokens, RowChoice::Masked);
    several.join(demand(Source::Cls, RowChoice::All));
    for with_all in [false, true] {
        if with_all {
            several.join(all_tokens());
        }
        let found = encoder.encode(&cx, &masked, &several).unwrap();
        assert_close(&numbers(found.output(0).unwrap().tensor()), &tokens_at(&whole, masked.masked()), 1e-6);
        assert_close(&numbers(found.output(1).unwrap().tensor()), &tokens_at(&whole, &[vec![1], vec![0], vec![2], vec![3]]), 1e-6);
    }
}

#[test]
fn no_rows_give_an_empty_value() {
    let none = batch().with_mask_token(12).with_first_sequence(0);
    let empty = RowChoice::At(Arc::new(vec![vec![]; 4]));
    for cx in contexts() {
        let found = encoder().encode(&cx, &none, &demand(Source::Tokens, empty.clone())).unwrap().output(0).unwrap();
        assert_eq!(found.tensor().dims(), [0, 8]);
        assert!(found.to_padded().unwrap().dims() == [4, 6, 8]);
    }
    assert!(encoder().encode(&Context::evaluation(), &none, &Demand::default()).unwrap().output(0).is_err());
}

#[test]
fn an_encoder_without_layers_gives_its_embeddings() {
    let config = BertConfig { num_hidden_layers: 0, ..config() };
    let encoder = BertEncoder::load(&config, &mut Drawn { dtype: DType::F32, trained: false }, true).unwrap();
    let cx = Context::evaluation();
    let cls = encoder.encode(&cx, &batch(), &demand(Source::Cls, RowChoice::All)).unwrap().output(0).unwrap();
    let states = encoder.hidden_states(&cx, &batch()).unwrap();
    assert_eq!((states.len(), encoder.facts().depth, encoder.facts().has_pooler), (1, 1, true));
    assert_eq!(numbers(cls.tensor())[..8], numbers(states[0].tensor())[..8]);
}

#[test]
fn inputs_that_come_with_examples_pass_through() {
    let rows = (0..4).map(|row| vec![row as f32, 0.5]).collect();
    let given = batch().with_features("age", rows).unwrap();
    let found = encoder_in(DType::BF16).encode(&Context::evaluation(), &given, &Demand::default()).unwrap().given("age").unwrap();
    assert_eq!((found.tensor().dims(), found.tensor().dtype()), (&[4, 2][..], DType::BF16));
}

#[test]
fn rows_are_chosen_by_names_and_marks() {
    let encoder = encoder();
    let cx = Context::evaluation();
    let batch = batch().with_positions("x", vec![2, 5, 3, 3]).unwrap();
    let whole = encoder.encode(&cx, &batch, &all_tokens()).unwrap().output(0).unwrap();
    let marks = vec![vec![true, false, true], vec![false; 6], vec![false; 6], vec![true; 9]];
    let choices = [
        (RowChoice::Position("x".into()), vec![vec![2], vec![5], vec![3], vec![3]]),
        (RowChoice::Marked(Arc::new(marks)), vec![vec![2, 4], vec![], vec![], vec![3]]),
        (RowChoice::Union(vec![RowChoice::First, RowChoice::Position("x".into())]), vec![vec![1, 2], vec![0, 5], vec![2, 3], vec![3]]),
        (RowChoice::Union(vec![]), vec![vec![]; 4]),
    ];
    for (choice, columns) in choices {
        let demand = demand(Source::Tokens, choice.clone()).with_selections(vec![choice]);
        let encoded = encoder.encode(&cx, &batch, &demand).unwrap();
        assert_close(&numbers(encoded.output(0).unwrap().tensor()), &tokens_at(&whole, &columns), 1e-6);
        assert_eq!(numbers(encoded.select(&whole, 0).unwrap().tensor()), tokens_at(&whole, &columns));
    }
    let error = encoder.encode(&cx, &batch, &demand(Source::Tokens, RowChoice::Position("y".into()))).unwrap_err();
    assert!(error.to_string().contains("the batch has no `y`"), "{error}");
}
