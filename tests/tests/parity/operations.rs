//! Single activations, layers and losses: values and gradients of PyTorch.

use std::collections::BTreeMap;
use std::sync::Arc;

use bert_runtime::head::Target;
use bert_runtime::layers::*;
use bert_runtime::losses::{Bce, Cosine, CrossEntropy, Focal, Huber, Kl, L1, Mse, Ordinal, Part, Span, Tree, Triplet, total};
use bert_runtime::{Context, Layout, Parameter, Rows, Value};
use candle_core::{DType, Device, Tensor, Var};
use tests::folders::{fixture, names_in};
use tests::numbers::{furthest, numbers, relative};
use tests::proof::{GRADIENTS, VALUES, announce, within};

/// The tensors of one operation's file, those that have gradients as variables.
struct Operation {
    name: String,
    tensors: BTreeMap<String, Tensor>,
    trained: BTreeMap<String, Parameter>,
}

impl Operation {
    fn open(folder: &str, name: &str) -> Self {
        let path = fixture(folder).join(format!("{name}.safetensors"));
        let tensors: BTreeMap<_, _> = candle_core::safetensors::load(path, &Device::Cpu).unwrap().into_iter().collect();
        let variable = |name: &str| {
            let tensor = tensors.get(&format!("in.{name}")).or(tensors.get(&format!("parameter.{name}"))).unwrap();
            (name.to_owned(), Parameter::trained(name, Var::from_tensor(tensor).unwrap()))
        };
        let trained = tensors.keys().filter_map(|key| key.strip_prefix("grad.")).map(variable).collect();
        Self { name: name.to_owned(), tensors, trained }
    }

    fn parameter(&self, name: &str) -> Parameter {
        self.trained[name].clone()
    }

    fn input(&self, name: &str) -> &Tensor {
        self.trained.get(name).map_or_else(|| &self.tensors[&format!("in.{name}")], Parameter::tensor)
    }

    fn option(&self, name: &str) -> Option<Vec<f64>> {
        self.tensors.get(&format!("option.{name}")).map(numbers)
    }

    fn number(&self, name: &str) -> f64 {
        self.option(name).unwrap()[0]
    }

    /// An input with a row a sequence, or a row a kept token where there is a mask.
    fn value(&self, name: &str) -> Value {
        let tensor = self.input(name);
        let value = match self.tensors.get("in.attention_mask") {
            Some(mask) => ragged(tensor, &mask.to_dtype(DType::U32).unwrap().to_vec2().unwrap()),
            None => sequences(tensor),
        };
        if tensor.rank() == 1 { value.without_features(tensor.clone()) } else { value }
    }

    fn sum_with_upstream(&self, out: &Tensor) -> Tensor {
        (out * &self.tensors["upstream"]).unwrap().sum_all().unwrap()
    }

    fn has_these_gradients(&self, loss: &Tensor) {
        let store = loss.backward().unwrap();
        for (name, parameter) in &self.trained {
            let found = store.get(parameter.tensor()).unwrap_or_else(|| panic!("{}: {name} has no gradient", self.name));
            self.close(&format!("the gradient of {name}"), relative(found, &self.tensors[&format!("grad.{name}")]), GRADIENTS);
        }
    }

    fn close(&self, what: &str, difference: f64, tolerance: f64) {
        within(&format!("{}: {what}", self.name), difference, tolerance).unwrap_or_else(|fault| panic!("{fault}"));
    }
}

fn sequences(tensor: &Tensor) -> Value {
    let columns = vec![[0u32]; tensor.dim(0).unwrap()];
    let layout = Layout::new(columns.iter().map(|columns| &columns[..]), 1).unwrap();
    Value::new(tensor.clone(), Rows::Sequence, Arc::new(layout))
}

/// The kept tokens of `[batch, token, features]`.
fn ragged(tensor: &Tensor, mask: &[Vec<u32>]) -> Value {
    let width = mask[0].len() as u32;
    let columns: Vec<Vec<u32>> = mask.iter().map(|row| (0..width).filter(|&column| row[column as usize] == 1).collect()).collect();
    let rows: Vec<u32> = (0..).zip(&columns).flat_map(|(row, columns)| columns.iter().map(move |column| row * width + column)).collect();
    let rows = Tensor::new(rows, &Device::Cpu).unwrap();
    let layout = Layout::new(columns.iter().map(Vec::as_slice), width as usize).unwrap();
    Value::new(tensor.flatten(0, 1).unwrap().index_select(&rows, 0).unwrap(), Rows::Token, Arc::new(layout))
}

fn cx() -> Context {
    Context::evaluation().with_gradients()
}

fn activation(name: &str) -> Activation {
    match name {
        "softmax" => Activation::Softmax,
        "log_softmax" => Activation::LogSoftmax,
        "log1p" => Activation::Log1p,
        "abs" => Activation::Abs,
        "softplus" => Activation::Softplus,
        "elu" => Activation::Elu,
        hidden_act => Activation::from_hidden_act(hidden_act).unwrap_or_else(|| panic!("{hidden_act} is not known")),
    }
}

/// What a layer makes of its inputs, as PyTorch's tensor.
fn layer(operation: &Operation, cx: &Context) -> Tensor {
    let value = |name| operation.value(name);
    let (a, b) = if operation.trained.contains_key("a") { (value("a"), value("b")) } else { (value("x"), value("x")) };
    let weight = || operation.parameter("weight");
    let bias = || operation.parameter("bias");
    let made = match operation.name.as_str() {
        "linear" => Linear::new(weight(), Some(bias())).forward(cx, &a),
        "linear_without_bias" => Linear::new(weight(), None).forward(cx, &a),
        "layer_norm" | "layer_norm_small_eps" => LayerNorm::new(weight(), bias(), operation.number("eps")).forward(cx, &a),
        "rms_norm" => RmsNorm::new(weight(), operation.number("eps")).forward(cx, &a),
        "normalize" => Normalize.forward(cx, &a),
        "scale" => Scale::fixed(operation.number("factor")).forward(cx, &a),
        "scale_learned" => Scale::learned(weight()).forward(cx, &a),
        "squeeze" => Squeeze.forward(cx, &a),
        "residual" => {
            let block = Linear::new(weight(), Some(bias())).forward(cx, &a).unwrap();
            residual(&a, &Activation::Relu.forward(cx, &block).unwrap())
        }
        "concat" => Concat.forward(cx, &[&a, &b, &value("c")]),
        "add" => Add.forward(cx, &[&a, &b]),
        "sub" => Sub.forward(cx, &[&a, &b]),
        "mul" => Mul.forward(cx, &[&a, &b]),
        "pool_attention" => PoolAttention::new(weight(), bias()).forward(cx, &a),
        "split" => return split(&a, cx),
        pool => pool_of(pool).forward(cx, &a),
    };
    made.unwrap().tensor().clone()
}

fn split(x: &Value, cx: &Context) -> Tensor {
    let parts = Split::new(3).forward(cx, x).unwrap();
    Tensor::stack(&parts.iter().map(Value::tensor).collect::<Vec<_>>(), 0).unwrap()
}

fn pool_of(name: &str) -> Pool {
    match name {
        "pool_mean" => Pool::Mean,
        "pool_max" => Pool::Max,
        "pool_first" => Pool::First,
        "pool_last" => Pool::Last,
        "pool_sum" => Pool::Sum,
        "pool_mean_sqrt" => Pool::MeanSqrt,
        other => panic!("{other} is no layer"),
    }
}

/// The targets of each example, the first axis of a tensor.
fn targets(operation: &Operation, name: &str) -> Vec<Target> {
    let tensor = &operation.tensors[&format!("in.{name}")];
    let one = |row: Tensor| match row.dtype() {
        DType::I64 => Target::Classes(row.flatten_all().unwrap().to_vec1().unwrap()),
        _ => Target::Numbers(row.flatten_all().unwrap().to_vec1().unwrap()),
    };
    (0..tensor.dim(0).unwrap()).map(|row| one(tensor.get(row).unwrap())).collect()
}

fn floats(operation: &Operation, name: &str) -> Option<Vec<f32>> {
    operation.option(name).map(|numbers| numbers.into_iter().map(|number| number as f32).collect())
}

fn loss(operation: &Operation, cx: &Context) -> Vec<Part> {
    let (value, labels) = (|name| operation.value(name), |name| targets(operation, name));
    match operation.name.split('_').next().unwrap() {
        "cross" => {
            let ignore = operation.option("ignore").map_or(-100, |numbers| numbers[0] as i64);
            let smoothing = operation.option("smoothing").map_or(0.0, |numbers| numbers[0]);
            let loss = CrossEntropy { ignore, class_weights: floats(operation, "class_weights"), smoothing };
            vec![loss.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()]
        }
        "bce" => {
            let loss = Bce { pos_weight: floats(operation, "pos_weight") };
            vec![loss.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()]
        }
        "mse" => vec![Mse.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()],
        "span" => {
            let [start, end] = [tokens(&operation.value("start")), tokens(&operation.value("end"))];
            let [starts, ends] = [labels("start_labels"), labels("end_labels")];
            Span.parts(["start", "end"], 1.0, cx, [&start, &end], [&starts, &ends]).unwrap().into()
        }
        "focal" => {
            let loss = Focal { gamma: operation.number("gamma"), ignore: -100, class_weights: floats(operation, "class_weights") };
            vec![loss.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()]
        }
        "l1" => vec![L1.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()],
        "huber" => {
            let loss = Huber { delta: operation.number("delta") };
            vec![loss.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()]
        }
        "ordinal" => vec![Ordinal.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()],
        "cosine" => vec![Cosine.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()],
        "triplet" => vec![Triplet { margin: operation.number("margin") }.part("logits", 1.0, cx, &value("logits")).unwrap()],
        "kl" => vec![Kl.part("logits", 1.0, cx, &value("logits"), &labels("labels")).unwrap()],
        "tree" => vec![Tree.part("logits", 1.0, cx, &pairs(&operation.value("logits")), &labels("labels")).unwrap()],
        other => panic!("{other} is no loss"),
    }
}

/// `[batch, token, token]`, a row a token with a score for every column, as a value with a row a pair of tokens.
fn pairs(scores: &Value) -> Value {
    let layout = scores.layout();
    let row =
        |sequence: usize| layout.rows(sequence).flat_map(move |row| layout.positions(sequence).iter().map(move |&column| (row, column)));
    let width = layout.width() as u32;
    let places: Vec<u32> = (0..layout.sequences()).flat_map(row).map(|(row, column)| row as u32 * width + column).collect();
    let places = Tensor::new(places, &Device::Cpu).unwrap();
    let rows = scores.tensor().flatten_all().unwrap().index_select(&places, 0).unwrap();
    Value::new(rows.clone(), Rows::Pair, layout.clone()).without_features(rows)
}

/// `[batch, token]` as a value with a row a token.
fn tokens(scores: &Value) -> Value {
    let (batch, width) = scores.tensor().dims2().unwrap();
    let rows = ragged(&scores.tensor().unsqueeze(2).unwrap(), &vec![vec![1; width]; batch]);
    rows.without_features(rows.tensor().squeeze(1).unwrap())
}

fn each(folder: &str, check: impl Fn(&Operation)) {
    let files = names_in(&fixture(folder), |name| name.ends_with(".safetensors"));
    for file in &files {
        check(&Operation::open(folder, file.strip_suffix(".safetensors").unwrap()));
    }
    announce(&format!("{folder} {}/{}", files.len(), files.len()));
}

#[test]
fn activations_are_pytorchs() {
    each("activations", |operation| {
        let out = activation(&operation.name).forward(&cx(), &operation.value("x")).unwrap();
        operation.close("the value", relative(out.tensor(), &operation.tensors["out"]), VALUES);
        operation.has_these_gradients(&operation.sum_with_upstream(out.tensor()));
    });
}

#[test]
fn layers_are_pytorchs() {
    each("layers", |operation| {
        let out = layer(operation, &cx());
        operation.close("the value", furthest(&out, &operation.tensors["out"]), VALUES);
        operation.has_these_gradients(&operation.sum_with_upstream(&out));
    });
}

#[test]
fn losses_are_pytorchs() {
    each("losses", |operation| {
        let parts = loss(operation, &cx());
        let total = total(&parts).unwrap();
        let expected = |name: &str| numbers(&operation.tensors[name])[0];
        operation.close("the loss", (numbers(&total)[0] - expected("loss")).abs(), VALUES);
        assert!(parts.iter().all(|part| (part.count - expected("count")).abs() < 1e-6), "{}", operation.name);
        let sum: f64 = parts.iter().map(|part| part.weight * numbers(&part.sum)[0]).sum();
        operation.close("the sum", (sum - expected("sum")).abs() / expected("sum").abs().max(1.0), VALUES);
        operation.has_these_gradients(&total);
    });
}
