//! The optimizer and the schedules beside PyTorch's and transformers' numbers.

use candle_core::{Device, Tensor, Var};
use serde::Deserialize;

use crate::train::{AdamConstants, AdamW, Decay, Groups, Schedule};

#[derive(Deserialize)]
struct Facts {
    schedules: Vec<Shares>,
    trajectories: Vec<Trajectory>,
}

#[derive(Deserialize)]
struct Shares {
    name: Decay,
    warm_up: u64,
    steps: u64,
    shares: Vec<f64>,
}

#[derive(Deserialize)]
struct Trajectory {
    schedule: Decay,
    decay: f64,
    clip: Option<f64>,
    betas: [f64; 2],
    eps: f64,
    start: [Vec<f32>; 2],
    steps: Vec<Taken>,
}

#[derive(Deserialize)]
struct Taken {
    gradients: [Vec<f32>; 2],
    after: [Vec<f32>; 2],
}

fn facts() -> Facts {
    let path = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/optimizer.json");
    serde_json::from_slice(&std::fs::read(path).unwrap()).unwrap()
}

#[test]
fn rates_are_those_of_transformers() {
    for Shares { name, warm_up, steps, shares } in facts().schedules {
        let schedule = Schedule { warm_up, steps, decay: name };
        for (step, expected) in shares.into_iter().enumerate() {
            let found = schedule.share(step as u64);
            assert!((found - expected).abs() < 1e-12, "{name:?} {warm_up} step {step}: {found} and {expected}");
        }
    }
}

#[test]
fn weights_move_as_pytorch_moves_them() {
    for on_host in [true, false] {
        for trajectory in facts().trajectories {
            follow(&trajectory, on_host);
        }
    }
}

/// Takes each step and compares; in f64, what moves them is composed of candle's operations.
fn follow(trajectory: &Trajectory, on_host: bool) {
    let [beta1, beta2] = trajectory.betas;
    let mut optimizer = AdamW::new(AdamConstants { beta1, beta2, eps: trajectory.eps });
    let dtype = if on_host { candle_core::DType::F32 } else { candle_core::DType::F64 };
    let shapes = [vec![2, 5], vec![5]];
    let tensor = |numbers: &[f32], shape: &[usize]| Tensor::from_slice(numbers, shape, &Device::Cpu).unwrap().to_dtype(dtype).unwrap();
    let vars: Vec<Var> =
        trajectory.start.iter().zip(&shapes).map(|(start, shape)| Var::from_tensor(&tensor(start, shape)).unwrap()).collect();
    let schedule = Schedule { warm_up: 3, steps: trajectory.steps.len() as u64, decay: trajectory.schedule };
    let groups = Groups { weight_decay: trajectory.decay, ..Groups::default() };
    for (number, step) in trajectory.steps.iter().enumerate() {
        let norm = step.gradients.iter().flatten().map(|number| f64::from(*number).powi(2)).sum::<f64>().sqrt();
        let scale = trajectory.clip.map_or(1.0, |clip| (clip / (norm + 1e-6)).min(1.0));
        let rate = 0.05 * schedule.share(number as u64);
        for ((var, gradient), (name, shape)) in vars.iter().zip(&step.gradients).zip(["weight", "bias"].iter().zip(&shapes)) {
            let group = groups.of(name, var.rank(), 2);
            optimizer.step(name, var, &tensor(gradient, shape), scale, rate, group).unwrap();
        }
        for (var, expected) in vars.iter().zip(&step.after) {
            let found: Vec<f32> = var.flatten_all().unwrap().to_dtype(candle_core::DType::F32).unwrap().to_vec1().unwrap();
            let off = found.iter().zip(expected).map(|(found, expected)| (found - expected).abs()).fold(0.0, f32::max);
            assert!(off < 2e-6, "step {number}: {found:?} and {expected:?}");
        }
    }
}

#[test]
fn rates_fall_from_layer_to_layer() {
    let groups = Groups { layer_decay: 0.5, head_rate: 3.0, ..Groups::default() };
    let rate = |name| groups.of(name, 2, 2).rate;
    assert_eq!(rate("classifier.weight"), 3.0);
    assert_eq!(rate("bert.pooler.dense.weight"), 1.0);
    assert_eq!(rate("bert.encoder.layer.1.output.dense.weight"), 0.5);
    assert_eq!(rate("bert.encoder.layer.0.output.dense.weight"), 0.25);
    assert_eq!(rate("bert.embeddings.word_embeddings.weight"), 0.125);
    assert_eq!(groups.of("bert.encoder.layer.0.output.LayerNorm.weight", 1, 2).decay, 0.0);
}
