//! What opening a model takes of memory, as an allocator that keeps account of it sees it.
#![allow(clippy::unwrap_used, unsafe_code)]

use std::alloc::{GlobalAlloc, Layout, System};
use std::collections::HashMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use bert_runtime::bind::Binder;
use bert_runtime::config::BertConfig;
use bert_runtime::encoder::BertEncoder;
use bert_runtime::weights::Checkpoint;
use bert_runtime::{DType, Device, Module, Tensor, all_parameters};

static NOW: AtomicUsize = AtomicUsize::new(0);
static MOST: AtomicUsize = AtomicUsize::new(0);

struct Counting;

// SAFETY: every call is handed on to the system's allocator as it came.
unsafe impl GlobalAlloc for Counting {
    unsafe fn alloc(&self, layout: Layout) -> *mut u8 {
        MOST.fetch_max(NOW.fetch_add(layout.size(), Ordering::SeqCst) + layout.size(), Ordering::SeqCst);
        unsafe { System.alloc(layout) }
    }

    unsafe fn alloc_zeroed(&self, layout: Layout) -> *mut u8 {
        MOST.fetch_max(NOW.fetch_add(layout.size(), Ordering::SeqCst) + layout.size(), Ordering::SeqCst);
        unsafe { System.alloc_zeroed(layout) }
    }

    unsafe fn dealloc(&self, place: *mut u8, layout: Layout) {
        NOW.fetch_sub(layout.size(), Ordering::SeqCst);
        unsafe { System.dealloc(place, layout) }
    }
}

#[global_allocator]
static ALLOCATOR: Counting = Counting;

const CONFIG: &str = r#"{"model_type": "bert", "vocab_size": 30000, "hidden_size": 256, "num_hidden_layers": 2, "num_attention_heads": 4,
    "intermediate_size": 1024, "max_position_embeddings": 128, "type_vocab_size": 2, "hidden_act": "gelu"}"#;

/// A checkpoint of so many bytes of numbers, in this format.
fn written(folder: &std::path::Path, dtype: DType) -> usize {
    let config = BertConfig::parse(CONFIG.as_bytes(), "config.json").unwrap();
    let encoder = BertEncoder::load(&config, &mut Binder::from_scratch(&config, 1).unwrap(), false).unwrap();
    let tensor = |parameter: &bert_runtime::Parameter| (parameter.name().to_owned(), parameter.tensor().to_dtype(dtype).unwrap());
    let tensors: HashMap<String, Tensor> = all_parameters(&encoder as &dyn Module).into_iter().map(tensor).collect();
    candle_core::safetensors::save(&tensors, folder.join("model.safetensors")).unwrap();
    tensors.values().map(Tensor::elem_count).sum()
}

#[test]
fn opening_takes_the_weights_and_a_few_megabytes() {
    // Less than the largest tensor, which would be seen if it were there twice.
    const SLACK: usize = 12 << 20;
    for stored in [DType::F32, DType::F16] {
        let folder = tempfile::tempdir().unwrap();
        let numbers = written(folder.path(), stored);
        let before = NOW.load(Ordering::SeqCst);
        MOST.store(before, Ordering::SeqCst);
        let config = BertConfig::parse(CONFIG.as_bytes(), "config.json").unwrap();
        let checkpoint = Checkpoint::open(folder.path()).unwrap();
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap().on(&Device::Cpu);
        let encoder = BertEncoder::load(&config, &mut binder, false).unwrap();
        let taken = MOST.load(Ordering::SeqCst) - before;
        assert!(numbers * 4 < taken && taken < numbers * 4 + SLACK, "{stored:?}: {taken} bytes for {numbers} numbers");
        drop(encoder);
    }
}
