//! Attention beside the layers' own, which is composed of operations in f64, dropout included.

use std::sync::Arc;

use candle_core::{DType, Tensor};

use super::{FORMATS, compare, device, pair};
use crate::context::Context;
use crate::gpu::emulated::{backwards, emulated};
use crate::gpu::{Asked, Cells, Heads, Placement, attended};
use crate::layers::Dropout;
use crate::layers::heads;
use crate::layers::testing::numbers;
use crate::value::{Layout, Rows, Value};

/// Sequences of these lengths, with a hole before each token.
fn layout(lengths: &[u32]) -> Arc<Layout> {
    let columns: Vec<Vec<u32>> = lengths.iter().map(|&length| (0..length).map(|number| 2 * number + 1).collect()).collect();
    Arc::new(Layout::new(columns.iter().map(Vec::as_slice), 1000).unwrap().with_first_sequence(3))
}

/// Every sequence's first and last rows.
fn some(all: &Arc<Layout>) -> (Arc<Layout>, Vec<u32>) {
    let ends = |sequence| {
        let mut ends = vec![all.positions(sequence)[0], all.positions(sequence)[all.length(sequence) - 1]];
        ends.dedup();
        ends
    };
    let (layout, rows) = all.select(&(0..all.sequences()).map(ends).collect::<Vec<_>>()).unwrap();
    (Arc::new(layout), rows)
}

struct Case {
    count: usize,
    width: usize,
    lengths: &'static [u32],
    dropout: f64,
    dtype: DType,
    tolerance: f64,
}

/// Both at once: kernels in the case's format, and operations in f64.
fn check(case: &Case, has_own_queries: bool) {
    let Case { count, width, lengths, dropout, dtype, tolerance } = *case;
    let (hidden, rows) = (count * width, layout(lengths));
    let asking = if has_own_queries { some(&rows).0 } else { rows.clone() };
    let dropout = Dropout::new("attention.dropout", dropout);
    let cx = Context::training(5, 2);
    let query = pair(1, &[asking.total(), hidden], dtype);
    let both = pair(2, &[rows.total(), 2 * hidden], dtype);
    let bias = pair(3, &[3 * hidden], dtype);

    let heads = Heads::new(count, width, dtype, &device());
    let placement = Placement::new(&rows, heads.step(), &device()).unwrap();
    let of_asking = placement.of(&asking).unwrap();
    let kept = Cells::of(&cx, &dropout, count, &of_asking, &placement).unwrap();
    let all = Tensor::cat(&[query.0.as_tensor(), both.0.as_tensor()], usize::from(!has_own_queries));
    let asked = match &all {
        Ok(all) if !has_own_queries => Asked::All(all),
        _ => Asked::Some(&query.0, &both.0),
    };
    let found = attended(heads, &asked, &bias.0, (&of_asking, &placement), kept, true).unwrap();

    let part = |from: &Tensor, number: usize| {
        let part = from.narrow(1, number * hidden, hidden).unwrap();
        let added = bias.1.narrow(0, (number + usize::from(from.dim(1).unwrap() > hidden)) * hidden, hidden).unwrap();
        part.broadcast_add(&added).unwrap()
    };
    let value = |tensor: Tensor, layout: &Arc<Layout>| Value::new(tensor, Rows::Token, layout.clone());
    let exact = heads::Heads { count, dropout: &dropout };
    let (key, of_value) = (value(part(&both.1, 0), &rows), value(part(&both.1, 1), &rows));
    let exact = exact.read(&cx, &value(part(&query.1, 0), &asking), &key, &of_value).unwrap();
    let what = format!("{dtype:?}, {count} heads of {width}, {lengths:?}, own queries {has_own_queries}");
    compare(&what, tolerance, (&found, exact.tensor()), &[(&query.0, &query.1), (&both.0, &both.1), (&bias.0, &bias.1)]);
}

#[test]
fn attention_and_its_gradients_are_those_of_operations_in_f64() {
    emulated(|| {
        for (dtype, tolerance) in FORMATS {
            for (width, lengths) in [(5, &[1, 3, 40][..]), (32, &[1, 64, 7, 65]), (64, &[130, 1, 2])] {
                for has_own_queries in [false, true] {
                    let dropout = if width == 64 { 0.0 } else { 0.3 };
                    check(&Case { count: 2, width, lengths, dropout, dtype, tolerance }, has_own_queries);
                }
            }
        }
    });
}

#[test]
fn scores_of_hundreds_give_no_nan() {
    emulated(|| {
        for (dtype, _) in FORMATS {
            let rows = layout(&[1, 70, 3]);
            let heads = Heads::new(1, 64, dtype, &device());
            let all = (pair(4, &[rows.total(), 192], DType::F32).0.as_tensor() * 40.0).unwrap().to_dtype(dtype).unwrap();
            let bias = Tensor::zeros(192, dtype, &device()).unwrap();
            let placement = Placement::new(&rows, heads.step(), &device()).unwrap();
            let read = attended(heads, &Asked::All(&all), &bias, (&placement, &placement), None, false).unwrap();
            assert!(numbers(&read).iter().all(|x| x.is_finite() && x.abs() <= 80.0), "{dtype:?}");
        }
    });
}

/// Threads that raced would give something else.
#[test]
fn the_order_of_threads_does_not_matter() {
    emulated(|| {
        let rows = layout(&[66, 1]);
        let run = |dtype: DType| {
            let heads = Heads::new(1, 32, dtype, &device());
            let (all, bias) = (pair(6, &[rows.total(), 96], dtype).0, pair(7, &[96], dtype).0);
            let placement = Placement::new(&rows, heads.step(), &device()).unwrap();
            let read = attended(heads, &Asked::All(&all), &bias, (&placement, &placement), None, true).unwrap();
            let gradients = read.sqr().unwrap().sum_all().unwrap().backward().unwrap();
            [numbers(&read), numbers(gradients.get(&all).unwrap()), numbers(gradients.get(&bias).unwrap())]
        };
        for dtype in [DType::F32, DType::BF16] {
            assert_eq!(run(dtype), backwards(|| run(dtype)), "{dtype:?}");
        }
    });
}
