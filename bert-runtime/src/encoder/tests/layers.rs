//! The `layers` source: what `hidden_states` has, and no more of it than is read.

use std::sync::Arc;

use super::*;
use crate::encoder::{Encoder, LayerChoice};
use crate::layers::Take;
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

fn taken(takes: &[Take], rows: RowChoice) -> Demand {
    Demand::of(vec![SourceDemand { source: Source::Layers, layers: LayerChoice::Taken(takes.to_vec()), rows }])
}

#[test]
fn layers_that_are_taken_keep_their_numbers() {
    let encoder = encoder();
    for cx in [Context::evaluation(), Context::training(5, 2)] {
        let states = encoder.hidden_states(&cx, &batch()).unwrap();
        let wanted = taken(&[Take::one(1), Take::one(-3)], RowChoice::All);
        let found = encoder.encode(&cx, &batch(), &wanted).unwrap().output(0).unwrap();
        assert_eq!(found.tensor().dims(), [batch().layout().total(), 2, 8]);
        for (take, number) in [(Take::one(1), 1), (Take::one(-2), 1), (Take::one(0), 0)] {
            assert_close(&numbers(take.forward(&cx, &found).unwrap().tensor()), &numbers(states[number].tensor()), 1e-6);
        }
        let both = Take::range(None, Some(-1)).forward(&cx, &found).unwrap();
        assert_close(&layer(&both, 1), &numbers(states[1].tensor()), 1e-6);
        assert_close(&numbers(Take::one(-1).forward(&cx, &both).unwrap().tensor()), &numbers(states[1].tensor()), 1e-6);
        for missing in [Take::one(-1), Take::range(Some(1), None)] {
            assert!(missing.forward(&cx, &found).unwrap_err().to_string().contains("the encoder was not asked for them"));
        }
    }
    let error = encoder.encode(&Context::evaluation(), &batch(), &taken(&[Take::one(3)], RowChoice::All)).unwrap_err();
    assert!(error.to_string().contains("layer 3 is taken, and there are 3"), "{error}");
}

#[test]
fn heads_that_read_other_layers_and_rows_share_one_pass() {
    let encoder = encoder();
    let cx = Context::evaluation();
    let states = encoder.hidden_states(&cx, &batch()).unwrap();
    let mut several = taken(&[Take::one(1)], RowChoice::First);
    let low = encoder.encode(&cx, &batch(), &several).unwrap().output(0).unwrap();
    several.join(taken(&[Take::one(0)], RowChoice::Last));
    several.join(demand(Source::Tokens, RowChoice::Union(vec![RowChoice::Last, RowChoice::First])));
    let found = encoder.encode(&cx, &batch(), &several).unwrap();
    let (first, last) = ([vec![1], vec![0], vec![2], vec![3]], [vec![4], vec![5], vec![5], vec![3]]);
    let both = [vec![1, 4], vec![0, 5], vec![2, 5], vec![3]];
    assert_close(&numbers(low.tensor()), &at(&states[1], &first), 1e-6);
    assert_close(&numbers(found.output(0).unwrap().tensor()), &at(&states[1], &first), 1e-6);
    assert_close(&numbers(found.output(1).unwrap().tensor()), &at(&states[0], &last), 1e-6);
    assert_close(&numbers(found.output(2).unwrap().tensor()), &at(&states[2], &both), 1e-6);
}
