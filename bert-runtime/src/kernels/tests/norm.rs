//! Layer norms beside f64.

use super::{on_threads, panels, random, rows};
use crate::kernels::Isa;
use crate::kernels::norm::Norm;

fn exact(x: &[f32], weight: &[f32], bias: &[f32], eps: f64) -> Vec<f64> {
    let count = x.len() as f64;
    let mean = x.iter().map(|&x| f64::from(x)).sum::<f64>() / count;
    let variance = x.iter().map(|&x| (f64::from(x) - mean).powi(2)).sum::<f64>() / count;
    let of = |(&x, (&w, &b)): (&f32, (&f32, &f32))| (f64::from(x) - mean) / (variance + eps).sqrt() * f64::from(w) + f64::from(b);
    x.iter().zip(weight.iter().zip(bias)).map(of).collect()
}

#[test]
fn rows_are_normalised_as_in_exact_arithmetic() {
    for isa in Isa::all() {
        for (count, width, shift) in [(1, 1, 0.0), (3, 2, 0.0), (17, 384, 0.0), (70, 768, 3.0), (5, 1021, -2.0)] {
            let x: Vec<f32> = random(1, count * width).iter().map(|x| x + shift).collect();
            let (weight, bias) = (random(2, width), random(3, width));
            let mut found = panels(&x, width);
            let norm = Norm { weight: &weight, bias: &bias, eps: 1e-12 };
            norm.apply(isa, &mut found);
            for (row, found) in rows(&found, width, count).chunks(width).enumerate() {
                let expected = exact(&x[row * width..][..width], &weight, &bias, 1e-12);
                let worst = found.iter().zip(expected).map(|(&found, exact)| (f64::from(found) - exact).abs()).fold(0.0, f64::max);
                assert!(worst < 4e-6, "{isa:?} {count}x{width}, row {row}: {worst:e}");
            }
        }
    }
}

#[test]
fn rows_that_are_all_alike_become_the_bias() {
    let (weight, bias) = (random(2, 768), random(3, 768));
    let mut found = panels(&[0.7; 768], 768);
    Norm { weight: &weight, bias: &bias, eps: 1e-12 }.apply(Isa::best(), &mut found);
    let found = rows(&found, 768, 1);
    assert_eq!(found, bias);
}

#[test]
fn threads_change_no_bit() {
    let (x, weight, bias) = (random(1, 200 * 96), random(2, 96), random(3, 96));
    let normalised = |threads| {
        let mut found = panels(&x, 96);
        on_threads(threads, || Norm { weight: &weight, bias: &bias, eps: 1e-12 }.apply(Isa::best(), &mut found));
        rows(&found, 96, 200)
    };
    assert_eq!(normalised(1), normalised(5));
}
