//! Whole heads as PyTorch computed them, encoder and gradients included.

use std::collections::HashMap;

use candle_core::Var;

use super::*;
use crate::config::BertConfig;
use crate::encoder::{Batch, BertEncoder, Demand, Encoder, Pooler, RowChoice, Source, SourceDemand};
use crate::head::Target;
use crate::losses::{Bce, CrossEntropy, Part, total};
use crate::parameter::{Init, ParameterSource};

struct Case {
    io: HashMap<String, Tensor>,
    weights: HashMap<String, Parameter>,
    config: BertConfig,
}

struct Weights<'a>(&'a HashMap<String, Parameter>);

impl ParameterSource for Weights<'_> {
    fn parameter(&mut self, name: &str, _shape: &[usize], _init: Init) -> Parameter {
        self.0[name].clone()
    }
}

impl Case {
    fn open(name: &str) -> Option<Self> {
        let folder = crate::testing::shared(&format!("oracle/cases/{name}"))?;
        let load = |file: &str| candle_core::safetensors::load(folder.join(file), &Device::Cpu).unwrap();
        let trained = |(name, tensor): (String, Tensor)| (name.clone(), Parameter::trained(name, Var::from_tensor(&tensor).unwrap()));
        Some(Self {
            io: load("io.safetensors"),
            weights: load("model.safetensors").into_iter().map(trained).collect(),
            config: BertConfig::from_folder(&folder).unwrap(),
        })
    }

    fn get(&self, name: &str) -> Parameter {
        self.weights[name].clone()
    }

    fn linear(&self, path: &str) -> Linear {
        Linear::new(self.get(&format!("{path}.weight")), Some(self.get(&format!("{path}.bias"))))
    }

    fn table(&self, name: &str) -> Vec<Vec<i64>> {
        self.io[&format!("in.{name}")].to_vec2().unwrap()
    }

    fn list(&self, name: &str) -> Vec<i64> {
        self.io[&format!("in.{name}")].to_vec1().unwrap()
    }

    fn batch(&self) -> Batch {
        let ids = |name: &str| self.table(name).into_iter().map(|row| row.into_iter().map(|id| id as u32).collect()).collect::<Vec<_>>();
        Batch::from_padded(&ids("input_ids"), &ids("attention_mask"), &ids("token_type_ids")).unwrap()
    }

    fn read(&self, source: Source) -> Value {
        let encoder = BertEncoder::load(&self.config, &mut Weights(&self.weights), source == Source::Pooled).unwrap();
        if source == Source::Pooled {
            encoder.attach_pooler(Pooler::new(self.get("bert.pooler.dense.weight"), self.get("bert.pooler.dense.bias"))).unwrap();
        }
        let demand = Demand::of(vec![SourceDemand::new(source, RowChoice::All)]);
        encoder.encode(&cx(), &self.batch(), &demand).unwrap().output(0).unwrap()
    }

    fn rows_of_classes(&self, name: &str) -> Vec<Target> {
        self.table(name).into_iter().map(Target::Classes).collect()
    }

    fn one_class(&self, name: &str) -> Vec<Target> {
        self.list(name).into_iter().map(|class| Target::Classes(vec![class])).collect()
    }

    /// The output's rows that are no padding.
    fn check_output(&self, name: &str, found: &Value) {
        let padded = found.to_padded().unwrap();
        let expected = &self.io[&format!("out.{name}")];
        assert_eq!(padded.dims(), expected.dims());
        let ones = found.with_tensor(found.tensor().ones_like().unwrap()).to_padded().unwrap();
        assert_close(&numbers(&padded), &numbers(&(expected * ones).unwrap()), 1e-5);
    }

    /// The loss, and the gradient of every parameter that has one.
    fn check_loss(&self, loss: &Tensor) {
        assert_close(&numbers(loss), &numbers(&self.io["loss"]), 1e-5);
        let gradients = loss.backward().unwrap();
        let expected = self.io.iter().filter_map(|(name, tensor)| Some((name.strip_prefix("grad.")?, tensor)));
        let mut seen = 0;
        for (name, expected) in expected {
            let found = gradients.get(self.weights[name].tensor()).unwrap_or_else(|| panic!("{name} has no gradient"));
            assert_close(&numbers(found), &numbers(expected), 1e-4);
            seen += 1;
        }
        assert!(seen > 40, "{seen} gradients");
    }

    fn check_cross_entropy(&self, logits: &Value, targets: &[Target]) {
        self.check_loss(&total(&[self.cross_entropy("logits", logits, targets)]).unwrap());
    }

    fn cross_entropy(&self, name: &str, logits: &Value, targets: &[Target]) -> Part {
        self.check_output(name, logits);
        CrossEntropy::default().part(name, 1.0, &cx(), logits, targets).unwrap()
    }
}

fn cx() -> Context {
    eval().with_gradients()
}

#[test]
fn text_cnn() {
    let Some(case) = Case::open("text_cnn") else { return };
    let x = case.read(Source::Tokens);
    let branch = |name: &str| {
        let conv = Conv::new(case.get(&format!("{name}.conv.weight")), case.get(&format!("{name}.conv.bias")), Padding::Same, 1);
        let found = Activation::Relu.forward(&cx(), &conv.forward(&cx(), &x).unwrap()).unwrap();
        Pool::Max.forward(&cx(), &found).unwrap()
    };
    let joined = Concat.forward(&cx(), &[&branch("three"), &branch("four"), &branch("five")]).unwrap();
    let logits = case.linear("classifier").forward(&cx(), &joined).unwrap();
    case.check_cross_entropy(&logits, &case.one_class("labels"));
}

#[test]
fn lstm_crf_ner() {
    let Some(case) = Case::open("lstm_crf_ner") else { return };
    let direction = |end: &str| {
        let get = |name: &str| case.get(&format!("lstm.{name}_l0{end}"));
        Recurrent { weight_ih: get("weight_ih"), weight_hh: get("weight_hh"), bias_ih: get("bias_ih"), bias_hh: get("bias_hh") }
    };
    let lstm = Lstm::new(vec![vec![direction(""), direction("_reverse")]]);
    let logits = case.linear("classifier").forward(&cx(), &lstm.forward(&cx(), &case.read(Source::Tokens)).unwrap()).unwrap();
    case.check_output("logits", &logits);
    let crf = Crf::new(case.get("crf.start_transitions"), case.get("crf.end_transitions"), case.get("crf.transitions"));
    let part = crf.part("logits", 1.0, &cx(), &logits, &case.rows_of_classes("labels")).unwrap();
    case.check_loss(&total(&[part]).unwrap());

    let kept: Vec<Vec<u32>> = case
        .table("token_mask")
        .iter()
        .map(|row| (0..).zip(row).filter(|(_, kept)| **kept == 1).map(|(column, _)| column).collect())
        .collect();
    let expected: Vec<Vec<i64>> = case.io["decoded.path"].to_vec2().unwrap();
    for ((found, columns), row) in crf.viterbi(&logits, &kept).unwrap().iter().zip(&kept).zip(&expected) {
        assert_eq!(
            found.iter().map(|&label| label as i64).collect::<Vec<_>>(),
            columns.iter().map(|&column| row[column as usize]).collect::<Vec<_>>()
        );
    }
}

#[test]
fn scalar_mix() {
    let Some(case) = Case::open("scalar_mix") else { return };
    let mixed = Mix::new(case.get("mix.weights"), case.get("mix.gamma")).forward(&cx(), &case.read(Source::Layers)).unwrap();
    let logits = case.linear("classifier").forward(&cx(), &mixed).unwrap();
    case.check_cross_entropy(&logits, &case.rows_of_classes("labels"));
}

#[test]
fn last_two() {
    let Some(case) = Case::open("last_two") else { return };
    let taken = Take::range(Some(-2), None).forward(&cx(), &case.read(Source::Layers)).unwrap();
    let logits = case.linear("classifier").forward(&cx(), &Flatten.forward(&cx(), &taken).unwrap()).unwrap();
    case.check_cross_entropy(&logits, &case.rows_of_classes("labels"));
}

#[test]
fn attention_pooling() {
    let Some(case) = Case::open("attention_pooling") else { return };
    let pool = PoolAttention::new(case.get("pool.weight"), case.get("pool.bias"));
    let pooled = pool.forward(&cx(), &case.read(Source::Tokens)).unwrap();
    let down = case.linear("residual.down").forward(&cx(), &pooled).unwrap();
    let up = case.linear("residual.up").forward(&cx(), &Activation::Relu.forward(&cx(), &down).unwrap()).unwrap();
    let norm = LayerNorm::new(case.get("layer_norm.weight"), case.get("layer_norm.bias"), case.config.layer_norm_eps);
    let normed = norm.forward(&cx(), &residual(&pooled, &up).unwrap()).unwrap();
    let logits = case.linear("classifier").forward(&cx(), &normed).unwrap();
    case.check_output("logits", &logits);
    let classes: Vec<u32> = case.list("labels").into_iter().map(|class| class as u32).collect();
    let logs = crate::layers::log_softmax(logits.tensor()).unwrap();
    let logs = logs.gather(&Tensor::from_vec(classes.clone(), (classes.len(), 1), &Device::Cpu).unwrap(), 1).unwrap();
    let missed = (logs.exp().unwrap().neg().unwrap() + 1.0).unwrap().sqr().unwrap();
    case.check_loss(&(missed * logs).unwrap().neg().unwrap().mean_all().unwrap());
}

#[test]
fn relation() {
    let Some(case) = Case::open("relation") else { return };
    let columns = |name: &str| case.list(name).into_iter().map(|column| column as u32).collect::<Vec<_>>();
    let batch = case.batch().with_positions("subject", columns("subject")).unwrap().with_positions("object", columns("object")).unwrap();
    let encoder = BertEncoder::load(&case.config, &mut Weights(&case.weights), false).unwrap();
    let demand = Demand::of(vec![SourceDemand::new(Source::Tokens, RowChoice::All)]);
    let encoded = encoder.encode(&cx(), &batch, &demand).unwrap();
    let at = |name: &str| At.forward(&cx(), &encoded.output(0).unwrap(), &encoded.position(name).unwrap()).unwrap();
    let logits = case.linear("classifier").forward(&cx(), &Concat.forward(&cx(), &[&at("subject"), &at("object")]).unwrap()).unwrap();
    case.check_cross_entropy(&logits, &case.one_class("labels"));
    assert!(encoded.position("verb").unwrap_err().to_string().contains("`verb`"));
}

#[test]
fn dependency() {
    let Some(case) = Case::open("dependency") else { return };
    let x = case.read(Source::Tokens);
    let dense = |name: &str| {
        let projected = case.linear(&format!("{name}.dense")).forward(&cx(), &x).unwrap();
        Activation::Relu.forward(&cx(), &projected).unwrap()
    };
    let arc = Biaffine::new(case.get("arc.weight")).forward(&cx(), &[&dense("child"), &dense("parent")]).unwrap();
    let arc = Squeeze.forward(&cx(), &arc).unwrap();
    let relation = Biaffine::new(case.get("rel.weight")).forward(&cx(), &[&dense("rel_child"), &dense("rel_parent")]).unwrap();
    let relations: Vec<Vec<Vec<i64>>> = case.io["in.labels.relation"].to_vec3().unwrap();
    let relations: Vec<Target> = relations.into_iter().map(|square| Target::Classes(square.concat())).collect();
    let parts =
        [case.cross_entropy("arc", &arc, &case.rows_of_classes("labels.arc")), case.cross_entropy("relation", &relation, &relations)];
    case.check_loss(&total(&parts).unwrap());
}

#[test]
fn ordinal() {
    let Some(case) = Case::open("ordinal") else { return };
    let classifier = case.linear("multi_dropout.classifier");
    let block = MultiDropout::new("multi_dropout", 5, 0.3);
    let logits = block.forward(&cx(), &case.read(Source::Pooled), |cx, x| classifier.forward(cx, x)).unwrap();
    case.check_output("logits", &logits);
    let passed = |rank: i64| Target::Numbers((0..4).map(|threshold| f32::from(rank > threshold)).collect());
    let targets: Vec<Target> = case.list("labels").into_iter().map(passed).collect();
    case.check_loss(&total(&[Bce::default().part("logits", 1.0, &cx(), &logits, &targets).unwrap()]).unwrap());
}
