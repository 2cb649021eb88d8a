//! The `layers` source: what `hidden_states` has, and no more of it than is read.

use std::sync::Arc;

use super::*;
use crate::encoder::Encoder;
use crate::layers::testing::{assert_close, numbers};

fn layer(value: &Value, number: usize) -> Vec<f64> {
    numbers(&value.tensor().narrow(1, number, 1).unwrap().squeeze(1).unwrap())
}

fn at(state: &Value, columns: &[Vec<u32>]) -> Vec<f64> {
    let (layout, rows) = state.layout().select(columns).unwrap();
    numbers(&state.tensor().index_select(&Tensor::from_vec(rows, layout.total(), &Device::Cpu).unwrap(), 0).unwrap())
}

#[test]
fn layers_are_the_hidden_states() {
    let encoder = encoder();
    for cx in [Context::evaluation(), Context::training(5, 2), Context::evaluation().with_gradients()] {
        let states = encoder.hidden_states(&cx, &batch()).unwrap();
        let whole = encoder.encode(&cx, &batch(), &demand(Source::Layers, RowChoice::All)).unwrap().output(0).unwrap();
        assert!(whole.has_layers());
        assert_eq!(whole.to_padded().unwrap().dims(), [3, 4, 6, 8]);
        for (number, state) in states.iter().enumerate() {
            assert_close(&layer(&whole, number), &numbers(state.tensor()), 1e-6);
        }
        let columns = vec![vec![4, 1], vec![], vec![3], vec![3]];
        let mut both = demand(Source::Layers, RowChoice::At(Arc::new(columns.clone())));
        both.join(demand(Source::Cls, RowChoice::All));
        let some = encoder.encode(&cx, &batch(), &both).unwrap();
        for (number, state) in states.iter().enumerate() {
            assert_close(&layer(&some.output(0).unwrap(), number), &at(state, &columns), 1e-6);
        }
        assert_close(&numbers(some.output(1).unwrap().tensor()), &at(&states[2], &[vec![1], vec![0], vec![2], vec![3]]), 1e-6);
    }
}

#[test]
fn an_encoder_without_layers_has_one() {
    let config = BertConfig { num_hidden_layers: 0, ..config() };
    let encoder = BertEncoder::load(&config, &mut Drawn { dtype: DType::F32, trained: false }, false).unwrap();
    let found = encoder.encode(&Context::evaluation(), &batch(), &demand(Source::Layers, RowChoice::All)).unwrap().output(0).unwrap();
    assert_eq!(found.tensor().dims(), [batch().layout().total(), 1, 8]);
}
