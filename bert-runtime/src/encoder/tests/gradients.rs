//! Every parameter has a gradient, and the right one.

use super::*;
use crate::encoder::Encoder;
use crate::layers::testing::{assert_close, check_gradients, numbers};

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

/// What a pass of training gives, and the gradient of each weight by its name, of a weighted sum.
fn trained(config: &BertConfig, dtype: DType, wanted: &Demand, cx: &Context) -> (Vec<f64>, Vec<(String, Vec<f64>)>) {
    let encoder = BertEncoder::load(config, &mut Drawn { dtype, trained: true }, false).unwrap();
    let found = encoder.encode(cx, &batch(), wanted).unwrap().output(0).unwrap();
    let weights = random(3, found.tensor().dims()).to_dtype(dtype).unwrap();
    let loss = (found.tensor() * weights).unwrap().sum_all().unwrap();
    let gradients = cx.backward(&loss, &all_parameters(&encoder)).unwrap();
    let of = |parameter: &Parameter| numbers(gradients.get(parameter.tensor()).unwrap());
    let of = all_parameters(&encoder).into_iter().map(|parameter| (parameter.name().to_string(), of(parameter))).collect();
    (numbers(found.tensor()), of)
}

/// Fused kernels in f32 beside candle's operations in f64, which share the numbers of their dropout.
#[test]
fn blocks_give_what_the_operations_give() {
    let wide = BertConfig { hidden_size: 24, intermediate_size: 40, num_attention_heads: 3, ..config() };
    let dropped = BertConfig { hidden_dropout_prob: 0.3, attention_probs_dropout_prob: 0.2, ..wide.clone() };
    for config in [config(), wide, dropped] {
        for wanted in [all_tokens(), demand(Source::Cls, RowChoice::All)] {
            let cx = Context::training(5, 7);
            let (exact, of_exact) = trained(&config, DType::F64, &wanted, &cx);
            for cx in [cx.clone(), cx.gathering()] {
                let (found, of_found) = trained(&config, DType::F32, &wanted, &cx);
                assert_close(&found, &exact, 1e-5);
                for ((name, found), (_, exact)) in of_found.iter().zip(&of_exact) {
                    let largest = exact.iter().fold(1.0f64, |largest, x| largest.max(x.abs()));
                    let worst = found.iter().zip(exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    assert!(worst < 1e-4 * largest, "{name}: {worst:e} of {largest}");
                }
            }
        }
    }
}

/// The gradients of so many passes through an encoder, added up.
fn of_passes(encoder: &BertEncoder, cx: &Context, passes: usize) -> Vec<Vec<f64>> {
    let pass = |_| encoder.encode(cx, &batch(), &all_tokens()).unwrap().output(0).unwrap().tensor().clone();
    let outputs: Vec<Tensor> = (0..passes).map(pass).collect();
    let loss = Tensor::stack(&outputs, 0).unwrap().sqr().unwrap().sum_all().unwrap();
    let parameters = all_parameters(encoder);
    let gradients = cx.backward(&loss, &parameters).unwrap();
    parameters.iter().map(|parameter| numbers(gradients.get(parameter.tensor()).unwrap())).collect()
}

#[test]
fn gradients_that_are_written_over_are_those_of_their_own_step() {
    let encoder = BertEncoder::load(&config(), &mut Drawn { dtype: DType::F32, trained: true }, false).unwrap();
    let shared = Context::training(5, 0).gathering();
    let mut found = Vec::new();
    for (step, passes) in [(1, 1), (2, 2), (2, 2), (3, 1)] {
        let alone = of_passes(&encoder, &Context::training(5, step), passes);
        let written = of_passes(&encoder, &shared.at_step(step), passes);
        alone.iter().zip(&written).for_each(|(alone, written)| assert_close(written, alone, 1e-6));
        found.push(written);
    }
    assert!(found[1] == found[2] && found[0] != found[3]);
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
