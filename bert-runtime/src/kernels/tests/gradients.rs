//! Gradients on panels beside f64: functions as they are defined, and slopes as differences.
#![allow(clippy::single_range_in_vec_init)]

use std::ops::Range;

use super::formulas::{STEP, check, exact, norm, slopes, wide};
use super::functions::ALL;
use super::{on_threads, panels, random, rows};
use crate::kernels::Isa;
use crate::kernels::activation::Function;
use crate::kernels::attention::{Attention, Sequences};
use crate::kernels::choice::{gradient, log_probabilities};
use crate::kernels::dropout::Kept;
use crate::kernels::gradients::attention::AttentionGradients;
use crate::kernels::gradients::embedding::spread;
use crate::kernels::gradients::product::{of_bias, of_rows, of_weight};
use crate::kernels::lines::{self, Line, WIDTH};
use crate::kernels::matrix::Matrix;
use crate::kernels::norm::Norm;
use crate::kernels::turn::{Sixteens, packed, unpacked};

const SIZES: [(usize, usize, usize); 5] = [(1, 1, 1), (3, 5, 7), (16, 32, 16), (37, 17, 50), (300, 20, 33)];

#[test]
fn rows_are_laid_out_by_sixteen_features() {
    for isa in Isa::all() {
        for (count, width, _) in SIZES {
            let numbers = random(1, count * width);
            let sixteens = [Sixteens::of_rows(&numbers, width), Sixteens::of_panels(isa, &panels(&numbers, width), width, count)];
            for (feature, row) in (0..width).flat_map(|feature| (0..count).map(move |row| (feature, row))) {
                for sixteens in &sixteens {
                    let line = &sixteens.lines[feature / WIDTH * count + row];
                    assert_eq!(line.0[feature % WIDTH], numbers[row * width + feature]);
                }
            }
        }
    }
}

/// `y[row][o] = sum over i of x[row][i] w[o][i]`, weighted by `result`, and its slopes.
#[test]
fn products_have_the_gradients_of_the_formula() {
    for isa in Isa::all() {
        for (count, inner, out) in SIZES {
            let (x, weight, y) = (random(1, count * inner), random(2, out * inner), random(3, count * out));
            let (wide_x, wide_w, wide_y) = (wide(&x), wide(&weight), wide(&y));
            let skip = random(4, count * inner);
            let mut to = vec![Line([f32::NAN; WIDTH]); lines::panels(count) * inner];
            of_rows(isa, &panels(&y, out), &weight, out, Some(&panels(&skip, inner)), &mut to);
            let at = |row: usize, i: usize| (0..out).map(|o| wide_y[row * out + o] * wide_w[o * inner + i]).sum::<f64>();
            let expected: Vec<f64> = (0..count * inner).map(|place| at(place / inner, place % inner) + f64::from(skip[place])).collect();
            check("rows", &rows(&to, inner, count), &expected, 1e-5);
            let (gradient, x) = (panels(&y, out), Sixteens::of_panels(isa, &panels(&x, inner), inner, count));
            let [mut found, mut same] = [vec![f32::NAN; out * inner], vec![f32::NAN; out * inner]];
            of_weight(isa, &x, Matrix::Panels(&gradient), &mut found);
            of_weight(isa, &x, Matrix::Columns(&y), &mut same);
            assert_eq!(found, same);
            let at = |o: usize, i: usize| (0..count).map(|row| wide_y[row * out + o] * wide_x[row * inner + i]).sum::<f64>();
            check("weight", &found, &(0..out * inner).map(|place| at(place / inner, place % inner)).collect::<Vec<_>>(), 2e-5);
            let expected: Vec<f64> = (0..out).map(|o| wide_y.iter().skip(o).step_by(out).sum()).collect();
            check("bias", &of_bias(isa, &gradient, count), &expected, 1e-5);
        }
    }
}

#[test]
fn norms_have_the_gradients_of_the_formula() {
    for isa in Isa::all() {
        for (count, width) in [(3, 7), (70, 33), (2, 100), (300, 5)] {
            let (x, weight, bias, result) = (random(1, count * width), random(2, width), random(3, width), random(4, count * width));
            let kernel = Norm { weight: &weight, bias: &bias, eps: 1e-3 };
            let (w, b) = (wide(&weight), wide(&bias));
            let mut gradient = panels(&result, width);
            let found = kernel.back(isa, &panels(&x, width), &mut gradient);
            let eps = f64::from(1e-3f32);
            if count < 100 {
                check("rows", &rows(&gradient, width, count), &slopes(&x, &result, |x| norm(x, &w, &b, eps)), 1e-4);
            }
            check("weight", &found.weight, &slopes(&weight, &result, |w| norm(&wide(&x), w, &b, eps)), 1e-4);
            check("bias", &found.bias, &slopes(&bias, &result, |b| norm(&wide(&x), &w, b, eps)), 1e-4);
        }
    }
}

#[test]
fn activations_have_the_gradients_of_the_formula() {
    let places: Vec<f32> = (-60..=60).map(|place| place as f32 / 10.0 + 0.013).collect();
    let result = random(1, places.len());
    for isa in Isa::all() {
        for function in [Function::Gelu, Function::Relu, Function::Tanh] {
            let mut gradient = panels(&result, 1);
            function.back(isa, &panels(&places, 1), &mut gradient);
            let slope = |(&x, &weight): (&f32, &f32)| {
                let x = f64::from(x);
                (exact(function, x + STEP) - exact(function, x - STEP)) / (2.0 * STEP) * f64::from(weight)
            };
            let slopes: Vec<f64> = places.iter().zip(&result).map(slope).collect();
            check(&format!("{function:?}"), &rows(&gradient, 1, places.len()), &slopes, 2e-6);
            let mut values = panels(&places, 1);
            function.of_panels(isa, &panels(&places, 1), &mut values);
            let values_of: Vec<f64> = places.iter().map(|&x| exact(function, f64::from(x))).collect();
            check("values", &rows(&values, 1, places.len()), &values_of, 1e-6);
        }
    }
}

#[test]
fn slopes_of_activations_are_the_differences() {
    let places: Vec<f32> = (-90..=90).map(|place| place as f32 / 10.0 + 0.013).collect();
    let result = random(1, places.len());
    for isa in Isa::all() {
        for function in ALL {
            let found = function.gradient(isa, &places, &result);
            let slope = |(&x, &weight): (&f32, &f32)| {
                let x = f64::from(x);
                (exact(function, x + STEP) - exact(function, x - STEP)) / (2.0 * STEP) * f64::from(weight)
            };
            check(&format!("{function:?}"), &found, &places.iter().zip(&result).map(slope).collect::<Vec<_>>(), 2e-6);
        }
        let ends = [f32::NEG_INFINITY, -1e30, -0.0, 0.0, 1e30];
        for function in [Function::Gelu, Function::Relu, Function::Tanh, Function::Sigmoid, Function::Silu] {
            let found = function.gradient(isa, &ends[1..], &[1.0; 4]);
            assert!(found.iter().all(|slope| slope.is_finite()), "{function:?}: {found:?}");
        }
    }
}

#[test]
fn the_chosen_are_as_likely_as_a_softmax_says() {
    for isa in Isa::all() {
        for (count, width) in [(1, 1), (3, 7), (20, 33), (2, 500)] {
            let rows: Vec<f32> = random(1, count * width).iter().map(|x| x * 9.0).collect();
            let classes: Vec<u32> = (0..count as u32).map(|row| row * 5 % width as u32).collect();
            let result = random(2, count);
            let exact = |rows: &[f64]| {
                let of_row = |(row, &class): (&[f64], &u32)| row[class as usize] - row.iter().map(|x| x.exp()).sum::<f64>().ln();
                rows.chunks(width).zip(&classes).map(of_row).collect::<Vec<_>>()
            };
            check("logarithms", &log_probabilities(isa, &rows, width, &classes), &exact(&wide(&rows)), 1e-6);
            check("rows", &gradient(isa, &rows, width, &classes, &result), &slopes(&rows, &result, exact), 1e-5);
        }
        let far = [f32::NEG_INFINITY, 100.0, -100.0, 88.0];
        let logs = log_probabilities(isa, &far, 2, &[1, 0]);
        assert!(logs[0].abs() < 1e-6 && (logs[1] + 188.0).abs() < 1e-3, "{logs:?}");
        assert!(gradient(isa, &far, 2, &[1, 0], &[1.0, 1.0]).iter().all(|slope| slope.is_finite()));
    }
}

/// Keeps two of three, by where they are.
fn kept(count: usize, seed: usize) -> Kept {
    let bits = |place: usize| (0..WIDTH).map(|lane| u16::from(!(place * 5 + lane + seed).is_multiple_of(3)) << lane).sum();
    Kept { bits: (0..count).map(bits).collect(), scale: 1.5 }
}

#[test]
fn dropped_numbers_are_zero_and_the_others_scaled() {
    let (count, width) = (37, 5);
    let numbers = random(1, count * width);
    for isa in Isa::all() {
        let (mut lines, kept) = (panels(&numbers, width), kept(lines::panels(count) * width, 0));
        kept.drop_from(isa, &mut lines);
        for (place, found) in rows(&lines, width, count).into_iter().enumerate() {
            let (row, feature) = (place / width, place % width);
            let is_kept = kept.bits[row / WIDTH * width + feature] >> (row % WIDTH) & 1 == 1;
            assert_eq!(found, if is_kept { numbers[place] * 1.5 } else { 0.0 });
        }
    }
}

struct Case {
    heads: usize,
    width: usize,
    of_query: Vec<Range<usize>>,
    of_key: Vec<Range<usize>>,
    drops: bool,
}

impl Case {
    fn kept(&self) -> Vec<Kept> {
        let of = |sequence: usize| lines::panels(self.of_query[sequence].len()) * self.of_key[sequence].len();
        let all = (0..self.of_query.len() * self.heads).map(|task| kept(of(task / self.heads), task));
        if self.drops { all.collect() } else { Vec::new() }
    }

    fn exact(&self, [q, k, v]: [&[f64]; 3]) -> Vec<f64> {
        let (width, size, kept) = (self.width, self.width / self.heads, self.kept());
        let mut read = vec![0.0; q.len()];
        for (sequence, (queries, keys)) in self.of_query.iter().zip(&self.of_key).enumerate() {
            for head in 0..self.heads {
                let features = head * size..(head + 1) * size;
                for (row, query) in queries.clone().enumerate() {
                    let product = |key: usize| features.clone().map(|f| q[query * width + f] * k[key * width + f]).sum::<f64>();
                    let powers: Vec<f64> = keys.clone().map(|key| (product(key) / (size as f64).sqrt()).exp()).collect();
                    let total: f64 = powers.iter().sum();
                    for (column, key) in keys.clone().enumerate() {
                        let bits = kept.get(sequence * self.heads + head).map(|kept| kept.bits[row / WIDTH * keys.len() + column]);
                        let factor = bits.map_or(1.0, |bits| if bits >> (row % WIDTH) & 1 == 1 { 1.5 } else { 0.0 });
                        for f in features.clone() {
                            read[query * width + f] += powers[column] / total * factor * v[key * width + f];
                        }
                    }
                }
            }
        }
        read
    }
}

#[test]
fn attention_has_the_gradients_of_the_formula() {
    let cases = [
        Case { heads: 1, width: 2, of_query: vec![0..1], of_key: vec![0..1], drops: false },
        Case { heads: 2, width: 6, of_query: vec![0..3, 3..8], of_key: vec![0..3, 3..8], drops: true },
        Case { heads: 3, width: 12, of_query: vec![0..1, 1..1, 1..3], of_key: vec![0..17, 17..19, 19..24], drops: true },
        Case { heads: 2, width: 16, of_query: vec![0..20], of_key: vec![0..20], drops: true },
        Case { heads: 2, width: 40, of_query: vec![0..4], of_key: vec![0..4], drops: false },
    ];
    for isa in Isa::all() {
        for case in &cases {
            let width = case.width;
            let count = |ranges: &[Range<usize>]| ranges.last().map_or(0, |range| range.end);
            let (queries, keys) = (count(&case.of_query), count(&case.of_key));
            let [q, k, v, result] = [(1, queries), (2, keys), (3, keys), (4, queries)].map(|(seed, count)| random(seed, count * width));
            let [query, key, value, of_read] = [&q, &k, &v, &result].map(|rows| packed(rows, width));
            let dropped = case.kept();
            let (query, key) = (Sequences { panels: &query, rows: &case.of_query }, Sequences { panels: &key, rows: &case.of_key });
            let attention = Attention { heads: case.heads, width, query, key, value: &value, kept: &dropped };
            let (wide_q, wide_k, wide_v) = (wide(&q), wide(&k), wide(&v));
            let mut read = vec![Line::ZERO; of_read.len()];
            attention.read(isa, &mut read);
            check("read", &rows(&read, width, queries), &case.exact([&wide_q, &wide_k, &wide_v]), 1e-5);
            let mut found = [of_read.len(), value.len(), value.len()].map(|length| vec![Line::ZERO; length]);
            let [query, key, value] = &mut found;
            attention.back(isa, &of_read, AttentionGradients { query, key, value });
            check("queries", &unpacked(query, width, queries), &slopes(&q, &result, |q| case.exact([q, &wide_k, &wide_v])), 1e-4);
            check("keys", &unpacked(key, width, keys), &slopes(&k, &result, |k| case.exact([&wide_q, k, &wide_v])), 1e-4);
            check("values", &unpacked(value, width, keys), &slopes(&v, &result, |v| case.exact([&wide_q, &wide_k, v])), 1e-4);
        }
    }
}

#[test]
fn gradients_have_the_same_bits_on_any_number_of_threads() {
    let (count, width, out) = (300, 48, 100);
    let (x, y) = (random(1, count * width), random(2, count * out));
    let run = || {
        let (result, mut weight) = (panels(&y, out), vec![0.0; out * width]);
        of_weight(Isa::best(), &Sixteens::of_rows(&x, width), Matrix::Panels(&result), &mut weight);
        let (scale, mut gradient) = (random(3, width), panels(&x, width));
        let norm = Norm { weight: &scale, bias: &scale, eps: 1e-12 }.back(Isa::best(), &panels(&x, width), &mut gradient);
        (weight, of_bias(Isa::best(), &result, count), norm.weight, norm.bias, rows(&gradient, width, count))
    };
    let expected = run();
    for threads in [1, 3] {
        assert_eq!(on_threads(threads, run), expected);
    }
}

#[test]
fn rows_of_a_table_get_what_was_made_of_them() {
    assert_eq!(spread(&[2, 0, 2], &[1.0, 2.0, 10.0, 20.0, 100.0, 200.0], 2, vec![7.0; 6]), [10.0, 20.0, 0.0, 0.0, 101.0, 202.0]);
}
