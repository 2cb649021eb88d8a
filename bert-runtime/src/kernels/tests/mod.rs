//! Kernels beside plain loops in f64, on all instructions of the machine that runs the tests, and their bits.
#![allow(clippy::unwrap_used)]

mod attention;
mod formulas;
mod functions;
mod gradients;
mod norm;
mod product;

use rand::Rng;

use super::isa::Isa;
use super::lines::{self, Line};
use super::turn::{packed, unpacked};
use crate::context::keyed;

/// Numbers in -1..1 that depend on the seed alone.
fn random(seed: u64, count: usize) -> Vec<f32> {
    let mut random = keyed(seed, 0, "kernels", 0);
    (0..count).map(|_| random.random::<f32>() * 2.0 - 1.0).collect()
}

/// Rows `[rows, width]` as panels.
fn panels(rows: &[f32], width: usize) -> Vec<Line> {
    packed(rows, width).to_vec()
}

/// The first rows of panels, `[rows, width]`.
fn rows(panels: &[Line], width: usize, count: usize) -> Vec<f32> {
    unpacked(panels, width, count)
}

/// Runs on so many threads.
fn on_threads<R: Send>(threads: usize, work: impl FnOnce() -> R + Send) -> R {
    rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap().install(work)
}

/// Whether a multiplication and an addition are rounded once.
fn is_fused(isa: Isa) -> bool {
    isa != Isa::Portable || cfg!(any(target_feature = "fma", target_arch = "aarch64"))
}

#[test]
fn rows_survive_their_way_through_panels() {
    for (count, width) in [(1, 1), (15, 3), (16, 4), (17, 5), (50, 7)] {
        let numbers = random(1, count * width);
        assert_eq!(rows(&panels(&numbers, width), width, count), numbers);
        let chosen: Vec<u32> = (0..count as u32).rev().step_by(3).collect();
        let mut picked = vec![Line([f32::NAN; 16]); lines::panels(chosen.len()) * width];
        lines::gather(&panels(&numbers, width), width, &chosen, &mut picked);
        let expected: Vec<f32> = chosen.iter().flat_map(|&row| numbers[row as usize * width..][..width].to_vec()).collect();
        assert_eq!(rows(&picked, width, chosen.len()), expected);
        assert!(picked.iter().all(|line| line.0.iter().all(|x| !x.is_nan())));
    }
}
