//! Ten thousand random heads, interpreted.

use std::sync::Mutex;
use std::sync::atomic::{AtomicU64, Ordering};
use std::thread;

use bert_runtime::{Bert, DynamicHead};
use programs::{Drawn, head};
use tests::folders::Copy;
use tests::proof::announce;

use crate::{Lesson, SEED, open, registry, said};

const COUNT: u64 = 10_000;

fn lives(seed: u64, bert: &Bert) -> Result<(), String> {
    let text = head(seed, Drawn::ALL).text;
    let told = |fault: String| format!("head {seed}: {fault}\n{text}");
    let head = DynamicHead::with(&text, &registry()).map_err(said).map_err(told)?;
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
