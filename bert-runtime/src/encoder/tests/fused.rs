//! The pass of a GPU, emulated, beside candle's operations in f64: values, demands, dropout and gradients, in every number format.

use super::*;
use crate::encoder::Encoder;
use crate::gpu::emulated::emulated;
use crate::layers::testing::{assert_close, numbers};

/// Heads of 4, 8, 32 and 64, and activations of their own.
fn configs() -> Vec<BertConfig> {
    let of = |hidden_size, num_attention_heads, hidden_act| BertConfig {
        hidden_size,
        num_attention_heads,
        hidden_act,
        intermediate_size: 20,
        hidden_dropout_prob: 0.0,
        attention_probs_dropout_prob: 0.0,
        ..config()
    };
    vec![of(8, 2, Activation::Gelu), of(24, 3, Activation::GeluNew), of(64, 2, Activation::Relu), of(64, 1, Activation::Gelu)]
}

/// Weights so small that attention does not look at one token alone, as those of trained models are.
struct Calm(Drawn);

impl ParameterSource for Calm {
    fn parameter(&mut self, name: &str, shape: &[usize], init: Init) -> Parameter {
        let drawn = self.0.parameter(name, shape, init);
        let [_, width] = *shape else { return drawn };
        let tensor = (drawn.tensor().detach() * (4.0 / width as f64).sqrt().min(1.0)).unwrap();
        if self.0.trained { Parameter::trained(name, Var::from_tensor(&tensor).unwrap()) } else { Parameter::fixed(name, tensor) }
    }
}

fn demands() -> [Demand; 3] {
    [all_tokens(), demand(Source::Cls, RowChoice::All), demand(Source::Layers, RowChoice::All)]
}

fn found(config: &BertConfig, dtype: DType, wanted: &Demand) -> Vec<f64> {
    let encoder = BertEncoder::load(config, &mut Calm(Drawn { dtype, trained: false }), false).unwrap();
    numbers(encoder.encode(&Context::evaluation(), &batch(), wanted).unwrap().output(0).unwrap().tensor())
}

fn cosine(a: &[f64], b: &[f64]) -> f64 {
    let dot = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| a * b).sum::<f64>();
    dot(a, b) / (dot(a, a) * dot(b, b)).sqrt()
}

/// 16-bit formats cannot give more than candle's operations give in them, and the kernels are to give about as much.
fn assert_alike(what: &str, cosine: f64, least: f64, of_operations: f64) {
    assert!(cosine > least || 1.0 - cosine < 3.0 * (1.0 - of_operations), "{what}: {cosine}, and operations {of_operations}");
}

#[test]
fn what_is_demanded_is_what_operations_in_f64_give() {
    for config in configs() {
        for wanted in demands() {
            let exact = found(&config, DType::F64, &wanted);
            let short = [DType::F16, DType::BF16].map(|dtype| (dtype, cosine(&found(&config, dtype, &wanted), &exact)));
            emulated(|| {
                assert_close(&found(&config, DType::F32, &wanted), &exact, 3e-5);
                for (dtype, of_operations) in short {
                    assert_alike(&format!("{dtype:?}"), cosine(&found(&config, dtype, &wanted), &exact), 0.999, of_operations);
                }
            });
        }
    }
}

/// What a pass of training gives, and the gradient of each weight by its name, of a weighted sum.
fn trained(config: &BertConfig, dtype: DType, wanted: &Demand, cx: &Context) -> (Vec<f64>, Vec<(String, Vec<f64>)>) {
    let encoder = BertEncoder::load(config, &mut Calm(Drawn { dtype, trained: true }), false).unwrap();
    let found = encoder.encode(cx, &batch(), wanted).unwrap().output(0).unwrap();
    let weights = random(3, found.tensor().dims()).to_dtype(dtype).unwrap();
    let loss = (found.tensor() * weights).unwrap().sum_all().unwrap();
    let gradients = cx.backward(&loss, &all_parameters(&encoder)).unwrap();
    let of = |parameter: &Parameter| numbers(gradients.get(parameter.tensor()).unwrap_or_else(|| panic!("{}", parameter.name())));
    let of = all_parameters(&encoder).into_iter().map(|parameter| (parameter.name().to_string(), of(parameter))).collect();
    (numbers(found.tensor()), of)
}

#[test]
fn gradients_are_those_of_operations_in_f64() {
    for config in configs() {
        let dropped = BertConfig { hidden_dropout_prob: 0.3, attention_probs_dropout_prob: 0.2, ..config.clone() };
        for (config, wanted) in [(config, all_tokens()), (dropped, demand(Source::Cls, RowChoice::All))] {
            let cx = Context::training(5, 7);
            let (exact, of_exact) = trained(&config, DType::F64, &wanted, &cx);
            emulated(|| {
                let (found, of_found) = trained(&config, DType::F32, &wanted, &cx);
                assert_close(&found, &exact, 3e-5);
                for ((name, found), (_, exact)) in of_found.iter().zip(&of_exact) {
                    let largest = exact.iter().fold(1.0f64, |largest, x| largest.max(x.abs()));
                    let worst = found.iter().zip(exact).map(|(a, b)| (a - b).abs()).fold(0.0, f64::max);
                    assert!(worst < 1e-4 * largest, "{name}: {worst:e} of {largest}");
                }
            });
        }
    }
}

/// Weights in f32, and an encoder that computes in 16 bits: with the kernels, and with candle's operations.
#[test]
fn mixed_precision_gives_f32_and_gradients_of_the_same_direction() {
    // A relu's slope jumps where a rounded number changes its sign, so a smooth function is between the layers here.
    let config = configs().remove(3);
    let (exact, of_exact) = trained(&config, DType::F64, &all_tokens(), &Context::training(5, 7));
    let cosines = |format: DType| {
        let (found, of_found) = trained(&config, DType::F32, &all_tokens(), &Context::training(5, 7).computing_in(format));
        let names = of_found.iter().zip(&of_exact).filter(|((name, _), _)| !name.ends_with("key.bias"));
        let of_gradients = names.map(|((name, found), (_, exact))| (name.clone(), cosine(found, exact)));
        std::iter::once(("the output".to_owned(), cosine(&found, &exact))).chain(of_gradients).collect::<Vec<_>>()
    };
    for format in [DType::F16, DType::BF16] {
        let of_operations = cosines(format);
        assert!(of_operations.iter().all(|(_, cosine)| *cosine > 0.95), "{format:?}: {of_operations:?}");
        emulated(|| {
            for ((name, cosine), (_, of_operations)) in cosines(format).into_iter().zip(&of_operations) {
                // The slopes of attention begin with what was read, which is rounded, where operations keep the probabilities.
                assert_alike(&format!("{format:?} {name}"), cosine, 0.99, *of_operations);
            }
        });
    }
}
