//! Products to the bit: a plain loop in the stated order is the reference.

use super::{is_fused, on_threads, panels, random, rows};
use crate::kernels::Isa;
use crate::kernels::activation::Function;
use crate::kernels::lines::{self, Line};
use crate::kernels::product::{DEPTH, Product, products};

fn sum(isa: Isa, x: &[f32], weight: &[f32]) -> f32 {
    let of_part = |(x, weight): (&[f32], &[f32])| {
        x.iter().zip(weight).fold(0.0f32, |sum, (&x, &w)| if is_fused(isa) { w.mul_add(x, sum) } else { w * x + sum })
    };
    x.chunks(DEPTH).zip(weight.chunks(DEPTH)).map(of_part).reduce(|before, part| before + part).unwrap()
}

fn computed(isa: Isa, x: &[f32], inner: usize, weight: &[f32], bias: &[f32], skip: Option<&[f32]>) -> Vec<f32> {
    let (count, out) = (x.len() / inner, bias.len());
    let mut y = vec![Line([f32::NAN; 16]); lines::panels(count) * out];
    let skip = skip.map(|skip| panels(skip, out));
    let product = Product { skip: skip.as_deref(), ..Product::linear(weight, Some(bias), &mut y) };
    products(isa, &panels(x, inner), inner, [product]);
    rows(&y, out, count)
}

const SIZES: [(usize, usize, usize); 9] =
    [(1, 1, 1), (1, 768, 2), (3, 5, 7), (16, 32, 6), (17, 769, 13), (33, 1600, 97), (130, 64, 200), (200, 768, 5), (64, 3072, 100)];

#[test]
fn every_number_is_the_sum_in_its_order() {
    for isa in Isa::all() {
        for (count, inner, out) in SIZES {
            let (x, weight) = (random(1, count * inner), random(2, out * inner));
            let (bias, skip) = (random(3, out), random(4, count * out));
            let plain = computed(isa, &x, inner, &weight, &bias, None);
            let skipped = computed(isa, &x, inner, &weight, &bias, Some(&skip));
            for (place, (&found, &with_skip)) in plain.iter().zip(&skipped).enumerate() {
                let (row, o) = (place / out, place % out);
                let expected = sum(isa, &x[row * inner..][..inner], &weight[o * inner..][..inner]) + bias[o];
                assert_eq!(found.to_bits(), expected.to_bits(), "{isa:?} {count}x{inner}x{out} at {row}, {o}");
                assert_eq!(with_skip.to_bits(), (expected + skip[place]).to_bits());
            }
        }
    }
}

#[test]
fn rows_have_the_same_bits_alone_and_on_any_number_of_threads() {
    let (count, inner, out) = (150, 800, 300);
    let (x, weight, bias) = (random(1, count * inner), random(2, out * inner), random(3, out));
    let together = computed(Isa::best(), &x, inner, &weight, &bias, None);
    for threads in [1, 2, 3, 7] {
        assert_eq!(on_threads(threads, || computed(Isa::best(), &x, inner, &weight, &bias, None)), together, "{threads} threads");
    }
    for row in [0, 15, 16, 149] {
        let alone = computed(Isa::best(), &x[row * inner..][..inner], inner, &weight, &bias, None);
        assert_eq!(alone, together[row * out..][..out], "row {row}");
    }
}

#[test]
fn several_products_of_one_operand_are_each_their_own() {
    let (x, inner) = (random(1, 40 * 24), 24);
    let (small, large) = (random(2, 5 * inner), random(3, 250 * inner));
    let mut to = [vec![Line::ZERO; 3 * 5], vec![Line::ZERO; 3 * 250]];
    let [a, b] = &mut to;
    let second = Product { function: Function::Relu, ..Product::linear(&large, None, b) };
    products(Isa::best(), &panels(&x, inner), inner, [Product::linear(&small, None, a), second]);
    assert_eq!(rows(&to[0], 5, 40), computed(Isa::best(), &x, inner, &small, &[0.0; 5], None));
    let positive: Vec<f32> = computed(Isa::best(), &x, inner, &large, &[0.0; 250], None).iter().map(|x| x.max(0.0)).collect();
    assert_eq!(rows(&to[1], 250, 40), positive);
}
