//! The later losses against values and gradients that PyTorch gave.

use std::collections::HashMap;
use std::path::{Path, PathBuf};

use super::*;

const LATER: [&str; 8] = ["focal", "l1", "huber", "ordinal", "cosine", "triplet", "kl", "tree"];

fn files() -> Vec<PathBuf> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/losses");
    let Ok(entries) = std::fs::read_dir(&folder) else {
        eprintln!("skipped: {} is not there", folder.display());
        return Vec::new();
    };
    let mut files: Vec<PathBuf> = entries.map(|entry| entry.unwrap().path()).filter(|path| LATER.contains(&kind(path).as_str())).collect();
    files.sort();
    assert!(files.len() >= 15, "{files:?}");
    files
}

fn kind(path: &Path) -> String {
    path.file_stem().unwrap().to_string_lossy().split('_').next().unwrap().to_owned()
}

/// Rows of kept tokens, or of pairs of them, of a rectangle.
fn ragged(x: &Tensor, mask: &Tensor) -> Value {
    let mask: Vec<Vec<i64>> = mask.to_vec2().unwrap();
    let width = mask[0].len() as u32;
    let columns: Vec<Vec<u32>> = mask.iter().map(|row| (0..width).filter(|&column| row[column as usize] == 1).collect()).collect();
    let layout = Arc::new(Layout::new(columns.iter().map(Vec::as_slice), width as usize).unwrap());
    let cells = (0..).zip(&columns).flat_map(|(row, columns)| columns.iter().map(move |&column| (row, column)));
    let is_pair = x.dims() == [mask.len(), width as usize, width as usize];
    let places: Vec<u32> = match is_pair {
        false => cells.map(|(row, column)| row * width + column).collect(),
        true => cells.flat_map(|(row, i)| columns[row as usize].iter().map(move |j| (row * width + i) * width + j)).collect(),
    };
    let flat = if is_pair { x.flatten_all() } else { x.flatten(0, 1) }.unwrap();
    let rows = flat.index_select(&Tensor::new(places, &Device::Cpu).unwrap(), 0).unwrap();
    if is_pair { Value::new(rows.clone(), Rows::Pair, layout).without_features(rows) } else { Value::new(rows, Rows::Token, layout) }
}

fn targets(labels: &Tensor) -> Vec<Target> {
    let one = |row: Tensor| match row.dtype() {
        DType::I64 => Target::Classes(row.flatten_all().unwrap().to_vec1().unwrap()),
        _ => Target::Numbers(row.flatten_all().unwrap().to_vec1().unwrap()),
    };
    (0..labels.dim(0).unwrap()).map(|row| one(labels.get(row).unwrap())).collect()
}

fn part(kind: &str, value: &Value, targets: &[Target], option: impl Fn(&str) -> Option<Vec<f64>>) -> Part {
    let cx = cx().with_gradients();
    let first = |name| option(name).unwrap()[0];
    let class_weights = option("class_weights").map(|weights| weights.iter().map(|&weight| weight as f32).collect());
    match kind {
        "focal" => Focal { gamma: first("gamma"), ignore: -100, class_weights }.part("x", 1.0, &cx, value, targets),
        "l1" => L1.part("x", 1.0, &cx, value, targets),
        "huber" => Huber { delta: first("delta") }.part("x", 1.0, &cx, value, targets),
        "ordinal" => Ordinal.part("x", 1.0, &cx, value, targets),
        "cosine" => Cosine.part("x", 1.0, &cx, value, targets),
        "triplet" => Triplet { margin: first("margin") }.part("x", 1.0, &cx, value),
        "kl" => Kl.part("x", 1.0, &cx, value, targets),
        _ => Tree.part("x", 1.0, &cx, value, targets),
    }
    .unwrap()
}

#[test]
fn later_losses_are_pytorchs() {
    for path in files() {
        let tensors: HashMap<String, Tensor> = candle_core::safetensors::load(&path, &Device::Cpu).unwrap();
        let logits = Var::from_tensor(&tensors["in.logits"]).unwrap();
        let value = match tensors.get("in.attention_mask") {
            Some(mask) => ragged(logits.as_tensor(), mask),
            None if logits.rank() == 1 => sequences(logits.as_tensor()).without_features(logits.as_tensor().clone()),
            None => sequences(logits.as_tensor()),
        };
        let targets = tensors.get("in.labels").map(targets).unwrap_or_default();
        let part = part(&kind(&path), &value, &targets, |name| tensors.get(&format!("option.{name}")).map(numbers));
        eprintln!("{}", path.display());
        assert_close(&[sum(&part), part.count], &[numbers(&tensors["sum"])[0], numbers(&tensors["count"])[0]], 2e-6);
        let gradients = part.mean().unwrap().backward().unwrap();
        assert_close(&numbers(gradients.get(&logits).unwrap()), &numbers(&tensors["grad.logits"]), 2e-6);
    }
}
