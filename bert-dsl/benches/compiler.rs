//! How fast the compiler reads, checks and expands: `cargo bench -p bert-dsl`; with `--profile dev` as a macro runs in the
//! default profile.
//!
//! 999 heads of nine kinds in turn, in one file, and each alone as the macro has it. What is measured of `check` is the parsing too, and of `expand` all three.
#![allow(missing_docs, clippy::expect_used)]

use std::hint::black_box;

use bert_dsl::{Bare, CheckedHead, Fragment, Passes, Source, Target, check, expand, parse};
use criterion::{Criterion, Throughput, criterion_group, criterion_main};
use proc_macro2::TokenStream;

const HEADS: usize = 999;

macro_rules! pairs {
    ($($name:literal),*) => { [$(include_str!(concat!("../../examples/bench/compiler/pairs/", $name, ".head"))),*] };
}

/// Heads of all kinds, each with a name of its own.
fn heads() -> Vec<String> {
    let kinds = pairs!["answer", "assistant", "entities", "filler", "kind", "score", "themes", "topic", "vector"];
    let renamed = |number: usize| kinds[number % kinds.len()].replacen(" {", &format!("{number:03} {{"), 1);
    (0..HEADS).map(renamed).collect()
}

fn checked(source: &Source) -> Vec<CheckedHead> {
    check(source, Bare::Refused).heads().expect("the heads are right")
}

fn expanded(source: &Source) -> usize {
    let (krate, visibility) = (Fragment::text("::bert_runtime"), Fragment::default());
    let target = Target { krate, is_declared: false, visibility, places: source, passes: Passes::default() };
    checked(source).iter().map(|head| TokenStream::from(expand(head, &target)).into_iter().count()).sum()
}

fn stages(criterion: &mut Criterion) {
    let source = Source::new("heads", heads().concat());
    let each: Vec<Source> = heads().into_iter().map(|text| Source::new("head", text)).collect();
    let mut group = criterion.benchmark_group("heads");
    group.throughput(Throughput::Bytes(source.text().len() as u64));
    group.bench_function("parse", |b| b.iter(|| black_box(parse(&source))));
    group.bench_function("check", |b| b.iter_with_large_drop(|| checked(&source)));
    group.bench_function("check/each alone", |b| b.iter(|| each.iter().map(|head| checked(head).len()).sum::<usize>()));
    group.throughput(Throughput::Elements(HEADS as u64));
    group.sample_size(10);
    group.bench_function("expand", |b| b.iter(|| black_box(expanded(&source))));
}

criterion_group!(benches, stages);
criterion_main!(benches);
