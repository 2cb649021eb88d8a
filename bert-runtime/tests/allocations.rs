//! A pass asks the system for nothing large but its outputs: what a counting allocator sees.
#![allow(clippy::unwrap_used, unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::sync::atomic::{AtomicUsize, Ordering};

use bert_runtime::bind::Binder;
use bert_runtime::config::BertConfig;
use bert_runtime::encoder::{Batch, BertEncoder, Demand, Encoder, RowChoice, Source, SourceDemand};
use bert_runtime::{Context, DType, Device, Tensor};

/// What is larger than this is counted, in bytes.
const LARGE: usize = 64 << 10;

static COUNT: AtomicUsize = AtomicUsize::new(0);
static BYTES: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        if layout.size() > LARGE {
            COUNT.fetch_add(1, Ordering::SeqCst);
            BYTES.fetch_add(layout.size(), Ordering::SeqCst);
        }
        unsafe { System.alloc(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

/// How many large pieces were asked for meanwhile, and their bytes.
fn counted(work: impl FnOnce()) -> (usize, usize) {
    let before = (COUNT.load(Ordering::SeqCst), BYTES.load(Ordering::SeqCst));
    work();
    (COUNT.load(Ordering::SeqCst) - before.0, BYTES.load(Ordering::SeqCst) - before.1)
}

fn encoder() -> BertEncoder {
    let config = r#"{"model_type": "bert", "vocab_size": 500, "hidden_size": 192, "num_hidden_layers": 3, "num_attention_heads": 6,
        "intermediate_size": 768, "max_position_embeddings": 512, "type_vocab_size": 2, "hidden_act": "gelu"}"#;
    let config = BertConfig::parse(config.as_bytes(), "config.json").unwrap();
    BertEncoder::load(&config, &mut Binder::from_scratch(&config, 1).unwrap(), false).unwrap()
}

fn batch(lengths: &[usize]) -> Batch {
    let width = *lengths.iter().max().unwrap();
    let row =
        |of: fn(usize) -> u32| lengths.iter().map(|&length| (0..width).map(|i| if i < length { of(i) } else { 0 }).collect()).collect();
    let [ids, mask, types]: [Vec<Vec<u32>>; 3] = [row(|i| i as u32 % 500), row(|_| 1), row(|_| 0)];
    Batch::from_padded(&ids, &mask, &types).unwrap()
}

fn demand(source: Source) -> Demand {
    Demand::of(vec![SourceDemand::new(source, RowChoice::All)])
}

#[test]
fn a_steady_pass_allocates_its_outputs_alone() {
    let seen = counted(|| drop(Tensor::zeros((65, 256), DType::F32, &Device::Cpu)));
    assert_eq!(seen, (1, 65 * 256 * 4), "the counter sees what is large");
    let (encoder, cx) = (encoder(), Context::evaluation());
    let batches = [batch(&[300, 17, 120, 4, 99]), batch(&[512, 512]), batch(&[30; 20])];
    let pass = |source| batches.iter().for_each(|batch| assert!(encoder.encode(&cx, batch, &demand(source)).is_ok()));
    for _ in 0..3 {
        pass(Source::Cls);
        pass(Source::Tokens);
        pass(Source::Layers);
    }
    assert_eq!(counted(|| pass(Source::Cls)), (0, 0), "first tokens are small");
    let rows: usize = batches.iter().map(|batch| batch.layout().total()).sum();
    assert_eq!(counted(|| pass(Source::Tokens)), (3, rows * 192 * 4), "a tensor a batch");
}
