//! Losses of the shared cases, from their outputs and targets.

use std::collections::HashMap;

use super::*;
use crate::testing::shared;

/// The tensors of a case; `None` where there is no shared test data.
fn case(name: &str) -> Option<HashMap<String, Tensor>> {
    let folder = shared(&format!("oracle/cases/{name}"))?;
    Some(candle_core::safetensors::load(folder.join("io.safetensors"), &Device::Cpu).unwrap())
}

fn class_rows(labels: &Tensor) -> Vec<Target> {
    let rows = labels.reshape((labels.dim(0).unwrap(), ())).unwrap().to_vec2::<i64>().unwrap();
    rows.into_iter().map(Target::Classes).collect()
}

fn assert_loss(parts: &[Part], case: &HashMap<String, Tensor>) {
    assert_close(&numbers(&total(parts).unwrap()), &numbers(&case["loss"]), 1e-6);
}

/// The rows of pairs of kept tokens in `[batch, token, token, ..]`.
fn pairs(x: &Tensor, mask: &Tensor) -> Value {
    let mask: Vec<Vec<i64>> = mask.to_vec2().unwrap();
    let columns: Vec<Vec<u32>> = mask.iter().map(|row| (0..row.iter().sum::<i64>() as u32).collect()).collect();
    let layout = Arc::new(Layout::new(columns.iter().map(Vec::as_slice), mask[0].len()).unwrap());
    let block = |(row, columns): (usize, &Vec<u32>)| {
        let length = columns.len();
        x.get(row).unwrap().narrow(0, 0, length).unwrap().narrow(1, 0, length).unwrap().contiguous().unwrap().flatten(0, 1).unwrap()
    };
    let rows = Tensor::cat(&columns.iter().enumerate().map(block).collect::<Vec<_>>(), 0).unwrap();
    let value = Value::new(rows.clone(), Rows::Pair, layout);
    if x.rank() == 3 { value.without_features(rows) } else { value }
}

#[test]
fn focal_is_that_of_the_shared_case() {
    let Some(case) = case("attention_pooling") else { return };
    let targets = class_rows(&case["in.labels"]);
    let part = Focal::default().part("logits", 1.0, &cx(), &sequences(&case["out.logits"]), &targets).unwrap();
    assert_loss(&[part], &case);
}

#[test]
fn ordinal_is_that_of_the_shared_case() {
    let Some(case) = case("ordinal") else { return };
    let part = Ordinal.part("logits", 1.0, &cx(), &sequences(&case["out.logits"]), &class_rows(&case["in.labels"])).unwrap();
    assert_loss(&[part], &case);
}

#[test]
fn tree_and_relations_are_those_of_the_shared_case() {
    let Some(case) = case("dependency") else { return };
    let mask = &case["in.attention_mask"];
    let (arc, relation) = (pairs(&case["out.arc"], mask), pairs(&case["out.relation"], mask));
    let arcs = Tree.part("arc", 1.0, &cx(), &arc, &class_rows(&case["in.labels.arc"])).unwrap();
    let relations = CrossEntropy::default().part("relation", 1.0, &cx(), &relation, &class_rows(&case["in.labels.relation"])).unwrap();
    assert_loss(&[arcs, relations], &case);
}
