//! The example on every page of the documentation runs.

use bert_dsl::pages::pages;
use bert_runtime::{Bert, DynamicHead};
use tests::folders::Copy;
use tests::proof::announce;

use crate::{Lesson, SEED, open, registry, said};

fn lives(text: &str, bert: &Bert) -> Result<(), String> {
    let head = DynamicHead::with(text, &registry()).map_err(said)?;
    let model = bert.fresh_dynamic(&head, SEED).map_err(said)?;
    Lesson::of(head.checked(), &model)?.lives(&model)
}

#[test]
fn every_example_binds_runs_trains_and_predicts() {
    let (bert, pages) = (open(&Copy::of_wide_bert(4)), pages());
    let told = |page: &bert_dsl::pages::Page| lives(page.example, &bert).err().map(|fault| format!("{}: {fault}", page.path()));
    let faults: Vec<String> = pages.iter().filter_map(told).collect();
    announce(&format!("pages {}/{}", pages.len() - faults.len(), pages.len()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}
