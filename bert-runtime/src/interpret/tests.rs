//! Heads in the language on given encoder outputs, with the values and gradients of PyTorch.
#![allow(clippy::unwrap_used, clippy::panic)]

use std::collections::{BTreeMap, HashMap};
use std::path::{Path, PathBuf};
use std::sync::Arc;

use candle_core::{D, DType, Device, Tensor, Var};

use super::*;
use crate::bind::Binder;
use crate::config::BertConfig;
use crate::context::Context;
use crate::decode::{Answer, Decoded, Reading};
use crate::encoder::{Batch, Encoded, Source};
use crate::head::{Head, Purpose, Target, Targets};
use crate::module::all_parameters;
use crate::padding::unpadded;
use crate::testing::vocabulary;
use crate::text::{Encoding, Tokenizer};
use crate::value::{Layout, Rows, Value};
use crate::weights::Checkpoint;

const CONFIG: &str = r#"{"model_type": "bert", "hidden_size": 6, "num_hidden_layers": 3, "num_attention_heads": 2, "intermediate_size": 8,
    "vocab_size": 9, "max_position_embeddings": 8, "type_vocab_size": 2, "hidden_act": "silu", "layer_norm_eps": 0.001,
    "tie_word_embeddings": false}"#;

/// A head's text and the tensors of its file.
struct Case {
    name: String,
    text: String,
    tensors: HashMap<String, Tensor>,
}

/// What a head makes of a case.
struct Found {
    outputs: Vec<Value>,
    padded: Vec<(String, Tensor)>,
    head: InterpretedHead,
    inputs: BTreeMap<String, Var>,
}

impl Case {
    fn open(path: &Path) -> Self {
        let tensors = candle_core::safetensors::load(path.with_extension("safetensors"), &Device::Cpu).unwrap();
        let wide = |tensor: Tensor| if tensor.dtype() == DType::F32 { tensor.to_dtype(DType::F64).unwrap() } else { tensor };
        let tensors = tensors.into_iter().map(|(name, tensor)| (name, wide(tensor))).collect();
        Self { name: path.file_stem().unwrap().to_str().unwrap().into(), text: std::fs::read_to_string(path).unwrap(), tensors }
    }

    fn named<'a>(&'a self, prefix: &'a str) -> impl Iterator<Item = (&'a str, &'a Tensor)> {
        self.tensors.iter().filter_map(move |(name, tensor)| Some((name.strip_prefix(prefix)?, tensor)))
    }

    fn layout(&self) -> Arc<Layout> {
        let mask: Vec<Vec<u32>> = match (self.tensors.get("in.attention_mask"), self.tensors.get("in.pooled")) {
            (Some(mask), _) => mask.to_dtype(DType::U32).unwrap().to_vec2().unwrap(),
            (None, pooled) => vec![vec![1]; pooled.unwrap_or_else(|| &self.tensors["in.cls"]).elem_count() / 6],
        };
        let batch = Batch::from_padded(&mask, &mask, &mask).unwrap();
        let choices =
            self.tensors.get("in.pooled").filter(|pooled| pooled.rank() == 3).map(|pooled| vec![pooled.dims()[1]; pooled.dims()[0]]);
        choices.map_or(batch.clone(), |counts| batch.with_choices(&counts).unwrap()).layout().clone()
    }

    fn bind(&self) -> InterpretedHead {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(folder.path().join("config.json"), CONFIG).unwrap();
        let mut weights: HashMap<String, Tensor> =
            self.named("parameter.").map(|(name, tensor)| (name.to_owned(), tensor.clone())).collect();
        let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F64, &Device::Cpu).unwrap();
        weights.insert("bert.pooler.dense.weight".into(), zeros(&[6, 6]));
        weights.insert("bert.pooler.dense.bias".into(), zeros(&[6]));
        weights.insert("bert.embeddings.word_embeddings.weight".into(), zeros(&[9, 6]));
        candle_core::safetensors::save(&weights, folder.path().join("model.safetensors")).unwrap();
        let (config, checkpoint) = (BertConfig::from_folder(folder.path()).unwrap(), Checkpoint::open(folder.path()).unwrap());
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap().with_dtype(DType::F64).trainable(true);
        let head = DynamicHead::from_source(&self.text).unwrap().bind(&mut binder).unwrap();
        binder.finish().unwrap_or_else(|error| panic!("{}: {error}", self.name));
        head
    }

    /// The head on the given encoder outputs, which are variables.
    fn run(&self, cx: &Context) -> Found {
        let (head, layout) = (self.bind(), self.layout());
        let is_float = |(name, tensor): &(&str, &Tensor)| tensor.dtype() == DType::F64 && !name.starts_with("labels");
        let inputs: BTreeMap<String, Var> =
            self.named("in.").filter(is_float).map(|(name, tensor)| (name.to_owned(), Var::from_tensor(tensor).unwrap())).collect();
        let value = |source| match source {
            Source::Pooled | Source::Cls => whole(&inputs[if source == Source::Cls { "cls" } else { "pooled" }], &layout),
            Source::Tokens | Source::Words(_) => Value::new(unpadded(&inputs["tokens"], &layout).unwrap(), Rows::Token, layout.clone()),
            Source::Layers => layers(&inputs["layers"], &layout),
        };
        let demand = head.demand(Purpose::Forward);
        let outputs = demand.sources.iter().map(|demand| value(demand.source)).collect();
        let given = inputs.iter().filter(|(name, _)| name.as_str() == "account").map(|(name, var)| (name.clone(), whole(var, &layout)));
        let positions = self.named("in.").filter(|(name, _)| *name == "place");
        let positions =
            positions.map(|(name, tensor)| (name.to_owned(), tensor.to_dtype(DType::U32).unwrap().to_vec1().unwrap())).collect();
        let encoded = Encoded::new(outputs, Arc::new(given.collect()))
            .with_positions(Arc::new(positions))
            .with_selections(demand.selections, Arc::default());
        let outputs = head.forward(cx, &encoded).unwrap_or_else(|error| panic!("{}: {error}", self.name));
        let lone = outputs.len() == 1;
        let key = |name: &str| if lone { "out".to_owned() } else { name.to_owned() };
        let padded = head.outputs().into_iter().map(key).zip(outputs.iter().map(|output| output.to_padded().unwrap())).collect();
        Found { outputs, padded, head, inputs }
    }

    fn targets(&self) -> Targets {
        let one = |row: Tensor| match row.dtype() {
            DType::I64 => Target::Classes(row.flatten_all().unwrap().to_vec1().unwrap()),
            _ => Target::Numbers(row.to_dtype(DType::F32).unwrap().flatten_all().unwrap().to_vec1().unwrap()),
        };
        let each = |tensor: &Tensor| (0..tensor.dims()[0]).map(|row| one(tensor.get(row).unwrap())).collect();
        self.named("in.")
            .filter(|(name, _)| name.starts_with("labels"))
            .fold(Targets::new(), |all, (name, tensor)| all.with(name, each(tensor)))
    }

    /// The loss, or the sum of the outputs times what stands for a loss behind them.
    fn total(&self, cx: &Context, found: &Found) -> Tensor {
        if self.named("upstream.").next().is_none() {
            let parts = found.head.loss(cx, &found.outputs, &self.targets()).unwrap_or_else(|error| panic!("{}: {error}", self.name));
            return crate::losses::total(&parts).unwrap();
        }
        let sums = found.padded.iter().map(|(name, out)| (out * &self.tensors[&format!("upstream.{name}")]).unwrap().sum_all().unwrap());
        sums.reduce(|a, b| (a + b).unwrap()).unwrap()
    }

    fn close(&self, what: &str, found: &Tensor, expected: &Tensor, tolerance: f64) {
        let flat = |tensor: &Tensor| tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1::<f64>().unwrap();
        let (found, expected) = (flat(found), flat(expected));
        assert_eq!(found.len(), expected.len(), "{}: {what}", self.name);
        let scale = expected.iter().fold(1f64, |most, number| most.max(number.abs()));
        let furthest = found
            .iter()
            .zip(&expected)
            .map(|(a, b)| (a - b).abs())
            .fold(0f64, |most, far| if far.is_nan() { f64::NAN } else { most.max(far) });
        assert!(furthest <= tolerance * scale, "{}: {what} differs by {furthest:e}", self.name);
    }

    /// One sequence of the case, alone.
    fn alone(&self, row: usize) -> Self {
        let axis = |name: &str| usize::from(name == "in.layers");
        let part = |(name, tensor): (&String, &Tensor)| {
            let is_by_row = name.starts_with("in.") && !name.starts_with("in.labels");
            (name.clone(), if is_by_row { tensor.narrow(axis(name), row, 1).unwrap() } else { tensor.clone() })
        };
        Self { name: format!("{} row {row}", self.name), text: self.text.clone(), tensors: self.tensors.iter().map(part).collect() }
    }

    /// The case with two more columns of padding.
    fn wider(&self) -> Self {
        let axis = |name: &str| match name {
            "in.tokens" | "in.attention_mask" => Some(1),
            "in.layers" => Some(2),
            _ => None,
        };
        let part = |(name, tensor): (&String, &Tensor)| {
            (name.clone(), axis(name).map_or(tensor.clone(), |axis| tensor.pad_with_zeros(axis, 0, 2).unwrap()))
        };
        Self { name: format!("{} with more padding", self.name), text: self.text.clone(), tensors: self.tensors.iter().map(part).collect() }
    }
}

fn whole(var: &Var, layout: &Arc<Layout>) -> Value {
    let rows = var.reshape(((), var.dim(D::Minus1).unwrap())).unwrap();
    Value::new(rows, Rows::Sequence, layout.clone())
}

fn layers(var: &Var, layout: &Arc<Layout>) -> Value {
    let each: Vec<Tensor> = (0..var.dims()[0]).map(|layer| unpadded(&var.get(layer).unwrap(), layout).unwrap()).collect();
    Value::with_layers(Tensor::stack(&each, 1).unwrap(), Rows::Token, layout.clone())
}

fn cases() -> Vec<Case> {
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/cases");
    let mut paths: Vec<PathBuf> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "head"));
    paths.sort();
    paths.iter().map(|path| Case::open(path)).collect()
}

/// Runs a check on every case, prints how many pass, and tells all that fail.
fn each(what: &str, check: impl Fn(&Case)) {
    let fails = |case: &Case| std::panic::catch_unwind(std::panic::AssertUnwindSafe(|| check(case))).is_err();
    let failed: Vec<String> = cases().iter().filter(|case| fails(case)).map(|case| case.name.clone()).collect();
    let total = cases().len();
    println!("\n{what} {}/{total}", total - failed.len());
    assert!(failed.is_empty(), "these cases failed, each with what it said above: {}", failed.join(", "));
}

#[test]
fn outputs_losses_and_gradients_are_pytorchs() {
    let cx = Context::evaluation().with_gradients();
    each("cases", |case| {
        let found = case.run(&cx);
        for (name, out) in &found.padded {
            case.close(name, out, &case.tensors[&format!("out.{name}")], 1e-5);
        }
        let total = case.total(&cx, &found);
        case.close("the total", &total, &case.tensors["total"], 1e-5);
        let store = total.backward().unwrap();
        let weights: BTreeMap<_, _> =
            all_parameters(&found.head).into_iter().map(|parameter| (parameter.name(), parameter.tensor())).collect();
        for (name, expected) in case.named("grad.") {
            let tensor = found.inputs.get(name).map_or_else(|| weights[name], |var| var.as_tensor());
            let gradient = store.get(tensor).unwrap_or_else(|| panic!("{}: {name} has no gradient", case.name));
            case.close(&format!("the gradient of {name}"), gradient, expected, 1e-4);
        }
    });
}

#[test]
fn a_row_depends_neither_on_its_neighbours_nor_on_its_padding() {
    let cx = Context::evaluation();
    each("cases-rows", |case| {
        let rows = case.run(&cx).padded;
        for row in 0..rows[0].1.dims()[0] {
            for ((name, whole), (_, alone)) in rows.iter().zip(case.alone(row).run(&cx).padded) {
                case.close(&format!("{name} of row {row} alone"), &alone, &whole.get(row).unwrap(), 1e-6);
            }
        }
        for ((name, narrow), (_, wide)) in rows.iter().zip(case.wider().run(&cx).padded) {
            let cut = (0..narrow.rank()).fold(wide, |wide, axis| wide.narrow(axis, 0, narrow.dims()[axis]).unwrap());
            case.close(&format!("{name} with more padding"), &cut, narrow, 1e-6);
        }
    });
}

/// A decoded answer as numbers: a class or rank, a flag a label, a number, a class or parent a column, the ends of each answer.
fn as_numbers(decoded: &Decoded, width: usize) -> Vec<f64> {
    match decoded {
        Decoded::Class { best: number, .. } | Decoded::Rank { rank: number, .. } => vec![*number as f64],
        Decoded::Labels { above, scores } => (0..scores.len()).map(|label| f64::from(above.contains(&label))).collect(),
        Decoded::Number(number) => vec![f64::from(*number)],
        Decoded::Tokens(words) => {
            let mut columns = vec![-1.0; width];
            for word in words {
                columns[word.token] = match &word.value {
                    Decoded::Parent { index, .. } => index.map_or(word.token, |index| words[index].token) as f64,
                    other => as_numbers(other, width)[0],
                };
            }
            columns
        }
        Decoded::Masked(masked) => {
            let count = masked.first().map_or(0, |mask| mask.candidates.len());
            let mut columns = vec![-1.0; width * count];
            for mask in masked {
                for (rank, candidate) in mask.candidates.iter().enumerate() {
                    columns[mask.position * count + rank] = f64::from(candidate.id);
                }
            }
            columns
        }
        Decoded::Answers(answers) => ends(answers),
        // The first token stands for no answer, before what is less likely.
        Decoded::PossibleAnswers { answers, no_answer } => {
            let (above, below) = answers.split_at(answers.iter().filter(|answer| answer.score > *no_answer).count());
            [ends(above), vec![0.0, 0.0], ends(below)].concat()
        }
        other => panic!("{other:?} has no numbers"),
    }
}

fn ends(answers: &[Answer]) -> Vec<f64> {
    answers.iter().flat_map(|answer| [answer.tokens.start as f64, answer.tokens.end as f64 - 1.0]).collect()
}

#[test]
fn predictions_are_those_of_a_naive_decode() {
    let tokenizer = Tokenizer::open(vocabulary(&[]).path()).unwrap();
    each("cases-decoded", |case| {
        let Some(expected) = case.tensors.get("decoded") else { return };
        for row in 0..expected.dims()[0] {
            let (alone, expected) = (case.alone(row), expected.get(row).unwrap());
            let (found, layout) = (alone.run(&Context::evaluation()), alone.layout());
            let points = found.outputs.len() == 2;
            if points && layout.positions(0).first() != Some(&0) {
                continue; // A span is read of texts that begin with `[CLS]`.
            }
            let encoding = Encoding::of_words(layout.width(), points);
            let decoded = found.head.decode(&found.outputs, &Reading::new(&[encoding]).with_tokenizer(&tokenizer)).unwrap();
            let mut numbers = as_numbers(&decoded[0][0], layout.width());
            numbers.resize(expected.elem_count(), -1.0);
            let found = Tensor::from_vec(numbers, expected.elem_count(), &Device::Cpu).unwrap();
            case.close(&format!("the prediction of row {row}"), &found, &expected, 1e-5);
        }
    });
}
