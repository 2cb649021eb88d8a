//! The last head of ten thousand random programs, interpreted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use bert_runtime::Bert;
use programs::{Drawn, file};
use tests::folders::Copy;
use tests::proof::announce;

use crate::{Lesson, SEED, open, registry, said};

const COUNT: u64 = 10_000;

fn lives(seed: u64, bert: &Bert) -> Result<(), String> {
    let text = file(seed, Drawn::ALL);
    let told = |fault: String| format!("program {seed}: {fault}\n{text}");
    let mut heads = registry().heads(&text).map_err(said).map_err(told)?;
    let head = heads.pop().ok_or_else(|| told("no head".to_owned()))?;
    let model = bert.fresh_dynamic(&head, SEED).map_err(said).map_err(told)?;
    Lesson::of(head.checked(), &model).and_then(|lesson| lesson.lives(&model)).map_err(told)
}

#[test]
fn random_heads_are_interpreted() {
    let bert = open(&Copy::of_tiny_bert());
    let (next, faults) = (AtomicU64::new(0), Mutex::new(Vec::new()));
    let work = || {
        while let Some(seed) = Some(next.fetch_add(1, Ordering::Relaxed)).filter(|seed| *seed < COUNT) {
            if let Err(fault) = lives(seed, &bert) {
                faults.lock().unwrap().push(fault);
            }
        }
    };
    thread::scope(|scope| (0..thread::available_parallelism().map_or(2, usize::from)).for_each(|_| drop(scope.spawn(work))));
    let faults = faults.into_inner().unwrap();
    announce(&format!("interpreted {}/{COUNT}", COUNT as usize - faults.len()));
    assert!(faults.is_empty(), "{}", faults[..faults.len().min(5)].join("\n"));
}
