//! From a checked head to boxes, frames and the values between them.

use std::collections::HashMap;

use super::card::{Card, Kind, Role};
use super::graph::{Graphs, Level, Value};
use super::text::BOUND;
use crate::explain;
use crate::ir::{CheckedHead, GivenKind, Labels, LayerUse, Pipeline, Step};
use crate::layers::{Form, Layer};

/// A head as graphs.
pub(super) struct Drawing<'a> {
    head: &'a CheckedHead,
    pub graphs: Graphs,
    /// What each source gives, by its number; sources that are alike are one box.
    sources: Vec<Value>,
    /// What is given and what the current pipeline has named.
    named: HashMap<String, Value>,
    /// The boxes of outputs.
    pub outputs: Vec<usize>,
}

/// The width at which sentences are broken.
const SENTENCE: f64 = 190.0;

impl<'a> Drawing<'a> {
    /// Takes a whole head down.
    pub fn of(head: &'a CheckedHead) -> Self {
        let mut drawing = Self { head, graphs: Graphs::new(), sources: Vec::new(), named: HashMap::new(), outputs: Vec::new() };
        drawing.take_sources();
        drawing.take_givens();
        for pipeline in &head.pipelines {
            let given = drawing.named.clone();
            drawing.pipeline(pipeline);
            drawing.named = given;
        }
        drawing
    }

    fn take_sources(&mut self) {
        let reads = explain::reads(self.head);
        for (index, used) in reads.iter().enumerate() {
            let same = reads[..index].iter().position(|other| (&other.source, &other.shape) == (&used.source, &used.shape));
            let value = match same {
                Some(same) => self.sources[same],
                None => {
                    let mut card = Card::new(Kind::Source, &used.why).with(Role::Call, &used.source);
                    for part in explain::what(&self.head.sources[index]).split(": ") {
                        card = card.with(Role::Name, part);
                    }
                    self.graphs.card(0, card.with(Role::Axes, &used.shape), &[])
                }
            };
            self.sources.push(value);
        }
    }

    fn take_givens(&mut self) {
        for given in &self.head.givens {
            let what = match given.kind {
                GivenKind::Position => "a position".to_owned(),
                GivenKind::Features(count) => format!("{count} numbers"),
            };
            let card = Card::new(Kind::Given, "comes with the example").with(Role::Call, &given.name);
            let value = self.graphs.card(0, card.with(Role::Name, &format!("given: {what}")), &[]);
            self.named.insert(given.name.clone(), value);
        }
    }

    fn pipeline(&mut self, pipeline: &'a Pipeline) {
        let end = self.steps(&pipeline.steps, 0, &[], self.sources[pipeline.source]);
        let set = pipeline.set.and_then(|set| self.head.sets.get(set));
        let outputs: Vec<Value> = pipeline
            .outputs
            .iter()
            .map(|output| {
                let card = Card::new(Kind::Output, output.docs.join("\n")).with(Role::Call, &output.name);
                let card = set.map_or(card.clone(), |set| card.within(Role::Name, &labels(&set.name, &set.labels), SENTENCE));
                let value = self.graphs.card(0, card.with(Role::Axes, &output.ty.to_string()), &[end]);
                self.outputs.push(self.graphs.level(0).nodes.len() - 1);
                value
            })
            .collect();
        if let Some(used) = &pipeline.loss {
            let weight = if used.weight == 1.0 { String::new() } else { format!(", times {}", used.weight) };
            let mut card = Card::new(Kind::Loss, "in training").with(Role::Call, &format!("loss {}{weight}", used.loss.page()));
            card.training = true;
            self.graphs.card(0, card.within(Role::Name, &used.loss.room().explain(), SENTENCE), &outputs);
        }
        let card = Card::new(Kind::Decode, "in prediction").with(Role::Call, &format!("decode {}", pipeline.decode.page()));
        self.graphs.card(0, card.within(Role::Name, &pipeline.decode.explain(), SENTENCE), &outputs);
    }

    /// The steps of a block whose path is `prefix`, and what they make of `current`. Those of one scope get a frame.
    fn steps(&mut self, steps: &'a [Step], level: Level, prefix: &[String], mut current: Value) -> Value {
        let mut rest = steps;
        while let Some(first) = rest.first() {
            let scope = scope_of(first, prefix);
            let run = 1 + rest[1..]
                .iter()
                .take_while(|step| scope.len() > prefix.len() && is_within(step, &scope[..=prefix.len()], prefix))
                .count();
            let (together, after) = rest.split_at(run);
            current = match run {
                1 => self.step(first, level, prefix, current),
                _ => {
                    let common = common(together, prefix);
                    let inside =
                        self.graphs.frame(level, common[prefix.len()..].join("."), format!("the layers under `{}`", common.join(".")));
                    self.steps(together, inside, &common, current)
                }
            };
            rest = after;
        }
        current
    }

    fn step(&mut self, step: &'a Step, level: Level, prefix: &[String], current: Value) -> Value {
        match step {
            Step::Layer(used) => self.layer(used, level, prefix, current),
            Step::Block { layer, steps } => self.block(layer, steps, level, current),
            Step::Let { name, source, steps } => {
                let from = source.map_or(current, |source| self.sources[source]);
                let value = self.binding(name, steps, level, &scope_of(step, prefix), from);
                self.named.insert(name.clone(), value);
                current
            }
            Step::Select { rows } => {
                let card = Card::new(Kind::Plain, "no later step reads other rows").within(Role::Name, &format!("keeps {rows}"), SENTENCE);
                self.graphs.card(level, card, &[current])
            }
        }
    }

    fn layer(&mut self, used: &'a LayerUse, level: Level, prefix: &[String], current: Value) -> Value {
        let (_, call) = self.written(used);
        let name = used.path.get(prefix.len()..).unwrap_or(&used.path).join(".");
        let mut card = self.card(used).with(Role::Call, &call);
        if call.split([' ', BOUND]).next() != Some(name.as_str()) {
            card = card.with(Role::Name, &name);
        }
        let operands = used.operands.iter().filter_map(|operand| self.named.get(&operand.name)).copied();
        let reads: Vec<Value> = match used.layer.form() {
            Form::Combined => operands.collect(),
            Form::Unary | Form::Block | Form::Sampled | Form::Positioned | Form::Several => {
                std::iter::once(current).chain(operands).collect()
            }
        };
        self.graphs.card(level, card.with(Role::Axes, &used.output.to_string()), &unique(reads))
    }

    /// A layer around a block: a frame, in which the layer itself stands on top.
    fn block(&mut self, used: &'a LayerUse, steps: &'a [Step], level: Level, current: Value) -> Value {
        let (name, call) = self.written(used);
        let title = name.map_or_else(|| call.clone(), |name| format!("{name}: {call}"));
        let inside = self.graphs.frame(level, title, used.layer.room().explain());
        let result = self.steps(steps, inside, &used.path, current);
        let (does, reads) = match &used.layer {
            Layer::MultiDropout(layer) => (format!("mean of {}", layer.count), vec![result]),
            _ => ("x + block(x)".to_owned(), vec![result, current]),
        };
        let card = self.card(used).with(Role::Call, &does).with(Role::Axes, &used.output.to_string());
        self.graphs.card(inside, card, &unique(reads))
    }

    /// A named value: a frame with what computes it, or a box with its name alone.
    fn binding(&mut self, name: &str, steps: &'a [Step], level: Level, scope: &[String], from: Value) -> Value {
        if steps.is_empty() {
            return self.graphs.card(level, Card::new(Kind::Plain, "a name for this value").with(Role::Name, name), &[from]);
        }
        let inside = self.graphs.frame(level, name.to_owned(), format!("the value `{name}`"));
        let path: Vec<String> = scope.iter().cloned().chain([name.to_owned()]).collect();
        self.steps(steps, inside, &path, from)
    }

    /// A layer's box, without text.
    fn card(&self, used: &LayerUse) -> Card {
        let parameters = self.head.parameters.get(used.parameters.clone()).unwrap_or_default();
        let learned = !parameters.is_empty() || matches!(used.layer, Layer::Custom(_));
        let told = parameters.iter().map(|parameter| format!("\n{} {}", parameter.path, explain::shape_of(&parameter.shape)));
        let mut card =
            Card::new(if learned { Kind::Learned } else { Kind::Plain }, used.layer.room().explain() + &told.collect::<String>());
        card.path = Some(used.path.join("."));
        card.training = used.layer.room().is_training_only();
        card
    }

    /// The name under which a layer is written, if it has one, and its call.
    fn written(&self, used: &LayerUse) -> (Option<String>, String) {
        let (name, call) = explain::name_and_call(&self.head.excerpt(used.span));
        (name, call.replace(" -> ", "->").replace("->", "\u{a0}\u{2192}\u{a0}").trim().to_owned())
    }
}

/// The first labels of a set.
fn labels(name: &str, labels: &Labels) -> String {
    const SHOWN: usize = 6;
    match labels {
        Labels::Count(count) => format!("one of {count} {name}"),
        Labels::Enum(path) => format!("{name}: {path}"),
        Labels::Named(labels) => {
            let mut names: Vec<&str> = labels.iter().take(SHOWN).map(|label| label.name.as_str()).collect();
            let more = format!("and {} more", labels.len().saturating_sub(SHOWN));
            names.extend((labels.len() > SHOWN).then_some(more.as_str()));
            format!("{name}: {}", names.join(", "))
        }
    }
}

fn unique(values: Vec<Value>) -> Vec<Value> {
    let mut found = Vec::new();
    for value in values {
        if !found.contains(&value) {
            found.push(value);
        }
    }
    found
}

/// The scope that a step stands in; `prefix` where nothing in it says.
fn scope_of(step: &Step, prefix: &[String]) -> Vec<String> {
    match step {
        Step::Layer(used) | Step::Block { layer: used, .. } => used.path[..used.path.len() - 1].to_vec(),
        Step::Let { name, steps, .. } => {
            let path = steps.iter().map(|step| scope_of(step, prefix)).find(|path| path.len() > prefix.len()).unwrap_or_default();
            let own = path.iter().skip(prefix.len()).position(|segment| segment == name);
            own.map_or_else(|| prefix.to_vec(), |own| path[..prefix.len() + own].to_vec())
        }
        Step::Select { .. } => prefix.to_vec(),
    }
}

/// Whether a step stands in a scope.
fn is_within(step: &Step, scope: &[String], prefix: &[String]) -> bool {
    scope_of(step, prefix).starts_with(scope)
}

/// The longest scope that all these steps stand in.
fn common(steps: &[Step], prefix: &[String]) -> Vec<String> {
    let mut scopes = steps.iter().map(|step| scope_of(step, prefix));
    let mut common = scopes.next().unwrap_or_default();
    for scope in scopes {
        let same = common.iter().zip(&scope).take_while(|(one, other)| one == other).count();
        common.truncate(same);
    }
    common
}
