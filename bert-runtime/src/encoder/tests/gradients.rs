//! Every parameter has a gradient, and the right one.

use super::*;
use crate::encoder::Encoder;
use crate::layers::testing::{check_gradients, numbers};

/// A key's bias adds the same to all scores of a query, so its gradient is zero but for rounding.
#[test]
fn every_trained_parameter_gets_a_gradient() {
    let encoder = BertEncoder::load(&config(), &mut Drawn { dtype: DType::F32, trained: true }, false).unwrap();
    for wanted in [all_tokens(), demand(Source::Cls, RowChoice::All)] {
        let found = encoder.encode(&Context::training(1, 1), &batch(), &wanted).unwrap().output(0).unwrap();
        let gradients = (found.tensor() * random(3, found.tensor().dims()).to_dtype(DType::F32).unwrap())
            .unwrap()
            .sum_all()
            .unwrap()
            .backward()
            .unwrap();
        for parameter in all_parameters(&encoder) {
            let gradient = gradients.get(parameter.tensor()).unwrap_or_else(|| panic!("{} has no gradient", parameter.name()));
            let numbers = numbers(gradient);
            let cancels = parameter.name().ends_with("key.bias");
            assert!(numbers.iter().all(|x| x.is_finite()), "{}", parameter.name());
            assert!(cancels || numbers.iter().any(|x| x.abs() > 1e-7), "{}", parameter.name());
        }
    }
}

#[test]
fn gradients_are_the_differences() {
    let config = BertConfig {
        hidden_size: 4,
        vocab_size: 5,
        intermediate_size: 3,
        max_position_embeddings: 6,
        hidden_act: Activation::GeluNew,
        layer_norm_eps: 0.1,
        ..config()
    };
    let mut names = Vec::new();
    let mut starts = Vec::new();
    let drawn = BertEncoder::load(&config, &mut Drawn { dtype: DType::F64, trained: false }, false).unwrap();
    for parameter in all_parameters(&drawn) {
        names.push(parameter.name().to_string());
        starts.push(parameter.tensor().clone());
    }
    let ids = [vec![1, 2, 3, 4], vec![3, 3, 0, 1]];
    let batch = Batch::from_padded(&ids, &[vec![0, 1, 1, 1], vec![1, 0, 1, 0]], &[vec![0, 0, 1, 1], vec![0; 4]]).unwrap();
    check_gradients(&starts, |cx, parameters| {
        let named = names.iter().cloned().zip(parameters.iter().cloned()).collect();
        let encoder = BertEncoder::load(&config, &mut Named(named), false).unwrap();
        encoder.encode(cx, &batch, &all_tokens()).unwrap().output(0).unwrap().tensor().clone()
    });
}
