//! Hidden states: right, independent of the layout, finite in every format.

use super::naive::Naive;
use super::*;
use crate::encoder::Encoder;
use crate::layers::testing::{assert_close, numbers};

fn last(encoder: &BertEncoder, batch: &Batch) -> Value {
    encoder.encode(&Context::evaluation(), batch, &all_tokens()).unwrap().output(0).unwrap()
}

#[test]
fn hidden_states_are_the_naive_ones() {
    let encoder = encoder();
    let naive = Naive::of(&encoder);
    for cx in [Context::evaluation(), Context::evaluation().with_gradients()] {
        let states = encoder.hidden_states(&cx, &batch()).unwrap();
        assert_eq!(states.len(), 3);
        for sequence in 0..4 {
            let expected = naive.hidden_states(sequence);
            for (state, expected) in states.iter().zip(expected) {
                let kept: Vec<f64> =
                    state.layout().positions(sequence).iter().flat_map(|&column| expected[column as usize].clone()).collect();
                assert_close(&numbers(&rows_of(state, sequence)), &kept, 5e-6);
            }
        }
        let answer = encoder.encode(&cx, &batch(), &all_tokens()).unwrap().output(0).unwrap();
        assert_eq!(numbers(answer.tensor()), numbers(states[2].tensor()));
    }
}

#[test]
fn a_batch_equals_its_rows_one_by_one() {
    let encoder = encoder();
    let whole = last(&encoder, &batch());
    for row in 0..4 {
        for more in [0, 3] {
            assert_close(&numbers(last(&encoder, &single(row, more)).tensor()), &numbers(&rows_of(&whole, row)), 1e-6);
        }
    }
}

#[test]
fn every_format_is_finite_and_close() {
    let exact = last(&encoder_in(DType::F64), &batch());
    for (dtype, tolerance) in [(DType::F32, 1e-5), (DType::F16, 0.05), (DType::BF16, 0.3)] {
        let encoder = encoder_in(dtype);
        for cx in [Context::evaluation(), Context::evaluation().with_gradients(), Context::training(1, 1)] {
            let found = encoder.encode(&cx, &batch(), &all_tokens()).unwrap().output(0).unwrap();
            assert_eq!(found.tensor().dtype(), dtype);
            assert!(numbers(found.tensor()).iter().all(|x| x.is_finite()));
            if !cx.is_training() {
                assert_close(&numbers(found.tensor()), &numbers(exact.tensor()), tolerance);
            }
        }
    }
}

#[test]
fn evaluation_builds_no_graph() {
    let encoder = BertEncoder::load(&config(), &mut Drawn { dtype: DType::F32, trained: true }, false).unwrap();
    assert!(!last(&encoder, &batch()).tensor().track_op());
    let graph = encoder.encode(&Context::evaluation().with_gradients(), &batch(), &all_tokens()).unwrap().output(0).unwrap();
    assert!(graph.tensor().track_op());
    assert_close(&numbers(graph.tensor()), &numbers(last(&encoder, &batch()).tensor()), 1e-6);
}

#[test]
fn parameters_bear_the_names_of_hugging_face() {
    let encoder = encoder();
    let names: Vec<&str> = all_parameters(&encoder).iter().map(|p| p.name()).collect();
    assert_eq!(names.len(), 5 + 2 * 16);
    for name in [
        "bert.embeddings.LayerNorm.bias",
        "bert.encoder.layer.1.attention.self.query.weight",
        "bert.encoder.layer.0.attention.output.LayerNorm.weight",
        "bert.encoder.layer.1.output.dense.bias",
    ] {
        assert!(names.contains(&name), "{name}");
    }
    let tree = crate::module::print_tree(&encoder);
    assert!(tree.contains("(word_embeddings): Embedding(13, 8, padding_idx=0)"), "{tree}");
    assert_eq!(encoder.class().as_deref(), Some("BertModel"));
}
