//! The CPU's kernels beside candle's operations for the same work: `cargo bench -p bert-runtime --features bench`.
//!
//! Sizes are those of a layer of BERT-base. The throughput of products is in operations, a multiplication and an addition each.
#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use bert_runtime::__kernels::{Panels, gelu};
use bert_runtime::{Device, Tensor};
use criterion::{BenchmarkId, Criterion, Throughput, criterion_group, criterion_main};

const HIDDEN: usize = 768;
const INNER: usize = 3072;
const HEADS: usize = 12;

fn numbers(count: usize) -> Vec<f32> {
    (0..count).map(|i| ((i * 7919) % 2003) as f32 / 1001.0 - 1.0).collect()
}

fn tensor(numbers: &[f32], shape: &[usize]) -> Tensor {
    Tensor::from_slice(numbers, shape, &Device::Cpu).expect("as many numbers as the shape has")
}

fn products(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("product");
    for rows in [16, 128, 1024] {
        for (from, to) in [(HIDDEN, HIDDEN), (HIDDEN, INNER), (INNER, HIDDEN)] {
            let (x, weight, bias) = (numbers(rows * from), numbers(to * from), numbers(to));
            let (panels, mut y) = (Panels::new(&x, from), Panels::new(&numbers(rows * to), to));
            group.throughput(Throughput::Elements(2 * (rows * from * to) as u64));
            let case = format!("{rows}x{from}x{to}");
            group.bench_function(BenchmarkId::new("panels", &case), |b| b.iter(|| panels.product(&weight, &bias, false, &mut y)));
            let (x, weight, bias) = (tensor(&x, &[rows, from]), tensor(&weight, &[to, from]), tensor(&bias, &[to]));
            let candle = || x.matmul(&weight.t()?)?.broadcast_add(&bias);
            group.bench_function(BenchmarkId::new("candle", &case), |b| b.iter(|| black_box(candle())));
        }
    }
}

fn activations(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("gelu");
    let x = numbers(128 * INNER);
    group.throughput(Throughput::Elements(x.len() as u64));
    group.bench_function("panels", |b| b.iter(|| black_box(gelu(&x))));
    let x = tensor(&x, &[128, INNER]);
    group.bench_function("candle", |b| b.iter(|| black_box(x.gelu_erf())));
}

fn norms(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("layer_norm");
    let (x, weight, bias) = (numbers(1024 * HIDDEN), numbers(HIDDEN), numbers(HIDDEN));
    let mut panels = Panels::new(&x, HIDDEN);
    group.throughput(Throughput::Elements(x.len() as u64));
    group.bench_function("panels", |b| b.iter(|| panels.norm(&weight, &bias)));
    let (x, weight, bias) = (tensor(&x, &[1024, HIDDEN]), tensor(&weight, &[HIDDEN]), tensor(&bias, &[HIDDEN]));
    group.bench_function("candle", |b| b.iter(|| black_box(candle_nn::ops::layer_norm(&x, &weight, &bias, 1e-12))));
}

fn attention(criterion: &mut Criterion) {
    let mut group = criterion.benchmark_group("attention");
    for (sequences, length) in [(42, 24), (8, 128), (2, 512)] {
        let x = numbers(sequences * length * HIDDEN);
        let (panels, mut y) = (Panels::new(&x, HIDDEN), Panels::new(&x, HIDDEN));
        let case = format!("{sequences}x{length}");
        group.throughput(Throughput::Elements((4 * sequences * length * length * HIDDEN) as u64));
        group.bench_function(BenchmarkId::new("panels", &case), |b| b.iter(|| panels.attend(HEADS, length, &mut y)));
        let x = tensor(&x, &[sequences, length, HEADS, HIDDEN / HEADS]);
        group.bench_function(BenchmarkId::new("candle", &case), |b| b.iter(|| black_box(composed(&x))));
    }
}

fn composed(x: &Tensor) -> bert_runtime::Result<Tensor> {
    let heads = x.transpose(1, 2)?.contiguous()?;
    let scores = (heads.matmul(&heads.t()?)? * 0.125)?;
    Ok(candle_nn::ops::softmax_last_dim(&scores)?.matmul(&heads)?.transpose(1, 2)?.contiguous()?.flatten(2, 3)?)
}

criterion_group!(benches, products, activations, norms, attention);
criterion_main!(benches);
