//! Dropout in training: real, seeded, and independent of how a batch is laid out.

use super::*;
use crate::encoder::Encoder;
use crate::encoder::loader::Loader;
use crate::encoder::output::Output;
use crate::layers::testing::{assert_close, numbers};
use crate::value::Rows;

fn tokens(cx: &Context, batch: &Batch) -> Value {
    encoder().encode(cx, batch, &all_tokens()).unwrap().output(0).unwrap()
}

#[test]
fn steps_and_seeds_differ_and_repeat() {
    let run = |seed, step| numbers(tokens(&Context::training(seed, step), &batch()).tensor());
    assert_eq!(run(1, 1), run(1, 1));
    assert_ne!(run(1, 1), run(1, 2));
    assert_ne!(run(1, 1), run(2, 1));
    let evaluation = || numbers(tokens(&Context::evaluation(), &batch()).tensor());
    assert_eq!(evaluation(), evaluation());
    assert_ne!(evaluation(), run(1, 1));
}

#[test]
fn masks_do_not_depend_on_batching_or_padding() {
    let cx = Context::training(3, 9);
    let whole = tokens(&cx, &batch());
    for row in 0..4 {
        for more in [0, 3] {
            assert_close(&numbers(tokens(&cx, &single(row, more)).tensor()), &numbers(&rows_of(&whole, row)), 1e-6);
        }
    }
}

#[test]
fn each_place_of_dropout_is_at_work() {
    let run = |hidden, attention| {
        let config = BertConfig { hidden_dropout_prob: hidden, attention_probs_dropout_prob: attention, ..config() };
        let encoder = BertEncoder::load(&config, &mut Drawn { dtype: DType::F32, trained: false }, false).unwrap();
        let states = encoder.hidden_states(&Context::training(1, 1), &batch()).unwrap();
        states.iter().map(|state| numbers(state.tensor())).collect::<Vec<_>>()
    };
    let (neither, hidden, attention) = (run(0.0, 0.0), run(0.4, 0.0), run(0.0, 0.4));
    let embeddings = (&neither[0], &hidden[0], &attention[0]);
    assert!(embeddings.0 != embeddings.1 && embeddings.0 == embeddings.2);
    assert!(neither[1] != hidden[1] && neither[1] != attention[1]);
    let zeros = hidden[0].iter().filter(|x| **x == 0.0).count() as f64 / hidden[0].len() as f64;
    assert!((zeros - 0.4).abs() < 0.15, "{zeros}");
}

#[test]
fn the_output_of_each_half_of_a_layer_is_dropped() {
    let config = config();
    let mut source = Drawn { dtype: DType::F32, trained: false };
    let mut loader = Loader { config: &config, source: &mut source };
    let output = Output::load("BertOutput", "bert.encoder.layer.0.output", 12, &mut loader);
    let of = |features: usize| {
        let tensor = random(1, &[batch().layout().total(), features]).to_dtype(DType::F32).unwrap();
        Value::new(tensor, Rows::Token, batch().layout().clone())
    };
    let run = |cx: &Context| numbers(output.forward(cx, &of(12), &of(8)).unwrap().tensor());
    assert_ne!(run(&Context::training(1, 1)), run(&Context::evaluation()));
}
