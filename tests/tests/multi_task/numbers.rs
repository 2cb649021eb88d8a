//! Outputs, predictions, losses and gradients are those of each task alone.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicUsize, Ordering};

use bert_runtime::encoder::{Batch, Demand, Encoded, Encoder, EncoderFacts};
use bert_runtime::head::{Purpose, Targets};
use bert_runtime::targets::{Span, Tags, TokenTargets, collate_targets};
use bert_runtime::text::Encoding;
use bert_runtime::{BertFor, Context, Head, Label as _, Module, Parameter, Result, Task, Tensor};
use tests::numbers::{alike, furthest, relative};
use tests::proof::gradients;

use super::*;

struct Singles {
    intent: BertFor<Intent>,
    slots: BertFor<Slots>,
    fill: BertFor<Fill>,
    both: BertFor<Both>,
    place: BertFor<Where>,
    vector: BertFor<Vector>,
}

impl Singles {
    fn new(trainable: bool) -> Self {
        Self {
            intent: single(trainable),
            slots: single(trainable),
            fill: single(trainable),
            both: single(trainable),
            place: single(trainable),
            vector: single(trainable),
        }
    }

    fn joined(&self, trainable: bool) -> BertFor<Assistant> {
        let fields = [
            ("intent", self.intent.parameters()),
            ("slots", self.slots.parameters()),
            ("fill", self.fill.parameters()),
            ("both", self.both.parameters()),
            ("place", self.place.parameters()),
        ];
        opened(&folder(&fields), trainable)
    }
}

fn target(number: usize, text: &Encoding) -> AssistantTarget {
    let label = |word: usize| SlotsLabel::from_index((word + number) % 3);
    AssistantTarget {
        intent: IntentLabel::from_index(number % 3),
        slots: Some(Tags((0..text.words(0)).map(label).collect())),
        fill: Some(TokenTargets(text.ids().iter().map(|&id| (id % 3 == 0).then_some(id)).collect())),
        both: Some(BothTarget { marks: None, tone: BothTone::from_index(number % 2) }),
        place: Some(WhereTarget { first_last: Span { start: 0, end: number % 3 } }),
        vector: None,
    }
}

fn all_targets(model: &BertFor<Assistant>) -> Targets {
    let texts = texts(model.bert());
    collate_targets(texts.iter().enumerate().map(|(number, texts)| target(number, &texts[0])), &texts).unwrap()
}

fn close(what: &str, found: &Tensor, expected: &Tensor) {
    assert!(furthest(found, expected) < 1e-5, "{what}: {}", furthest(found, expected));
}

#[test]
fn outputs_are_those_of_each_task_alone() {
    let singles = Singles::new(false);
    let model = singles.joined(false);
    let batch = batch(model.bert());
    let found = model.forward(&batch).unwrap();
    close("intent", &found.intent.logits, &singles.intent.forward(&batch).unwrap().logits);
    close("slots", &found.slots.logits, &singles.slots.forward(&batch).unwrap().logits);
    close("fill", &found.fill.logits, &singles.fill.forward(&batch).unwrap().logits);
    close("marks", &found.both.marks, &singles.both.forward(&batch).unwrap().marks);
    close("tone", &found.both.tone, &singles.both.forward(&batch).unwrap().tone);
    close("last", &found.place.last, &singles.place.forward(&batch).unwrap().last);
    close("vector", &found.vector.embedding, &singles.vector.forward(&batch).unwrap().embedding);
}

#[test]
fn predictions_are_those_of_each_task_alone() {
    let singles = Singles::new(false);
    let model = singles.joined(false);
    for (text, found) in TEXTS.iter().zip(model.predict_many(TEXTS).unwrap()) {
        assert!(alike(&found.intent, &singles.intent.predict(*text).unwrap().into_inner(), 1e-5), "{text}");
        assert!(alike(&found.slots, &singles.slots.predict(*text).unwrap().into_inner(), 1e-5), "{text}");
        assert!(alike(&found.fill, &singles.fill.predict(*text).unwrap().into_inner(), 1e-5), "{text}");
        assert!(alike(&found.both, &singles.both.predict(*text).unwrap().into_inner(), 1e-5), "{text}");
        assert!(alike(&found.place, &singles.place.predict(*text).unwrap().into_inner(), 1e-5), "{text}");
        assert!(alike(&found.vector, &singles.vector.predict(*text).unwrap().into_inner(), 1e-5), "{text}");
    }
}

/// The loss of a single model on its own targets, and its gradients.
fn alone<T: Task>(model: &BertFor<T>, targets: impl Fn(AssistantTarget) -> T::Target) -> (f64, BTreeMap<String, Tensor>) {
    let (texts, batch) = (texts(model.bert()), batch(model.bert()));
    let own = collate_targets(texts.iter().enumerate().map(|(number, texts)| targets(target(number, &texts[0]))), &texts).unwrap();
    let total = model.loss(&Context::evaluation().with_gradients(), &batch, &own).unwrap().total().unwrap();
    (f64::from(total.to_scalar::<f32>().unwrap()), gradients(model, &total))
}

#[test]
fn losses_and_gradients_are_the_sums_of_each_task_alone() {
    let singles = Singles::new(true);
    let model = singles.joined(true);
    let loss = model.loss(&Context::evaluation().with_gradients(), &batch(model.bert()), &all_targets(&model)).unwrap();
    let names: Vec<&str> = loss.iter().map(|part| part.name.as_str()).collect();
    assert_eq!(names, ["intent", "slots", "fill", "both.tone", "place.first", "place.last"]);
    let found = gradients(&model, &loss.total().unwrap());
    let each = [
        ("intent", alone(&singles.intent, |all| all.intent.unwrap())),
        ("slots", alone(&singles.slots, |all| all.slots.unwrap())),
        ("fill", alone(&singles.fill, |all| all.fill.unwrap())),
        ("both", alone(&singles.both, |all| all.both.unwrap())),
        ("place", alone(&singles.place, |all| all.place.unwrap())),
    ];
    let sum: f64 = each.iter().map(|(_, (loss, _))| loss).sum();
    assert!((f64::from(loss.total().unwrap().to_scalar::<f32>().unwrap()) - sum).abs() < 1e-4);
    let mut expected: BTreeMap<String, Tensor> = BTreeMap::new();
    for (field, (_, gradients)) in each {
        for (name, gradient) in gradients {
            let name = if name.starts_with("bert.") { name } else { format!("{field}.{name}") };
            let sum = expected.remove(&name).map_or_else(|| gradient.clone(), |before| (before + &gradient).unwrap());
            expected.insert(name, sum);
        }
    }
    assert_eq!(found.keys().collect::<Vec<_>>(), expected.keys().collect::<Vec<_>>());
    for (name, expected) in &expected {
        assert!(relative(&found[name], expected) < 1e-4, "{name}: {}", relative(&found[name], expected));
    }
}

/// An encoder that counts how often it is asked.
struct Counted<'a>(&'a dyn Encoder, AtomicUsize);

impl Module for Counted<'_> {
    fn class(&self) -> Option<String> {
        self.0.class()
    }
}

impl Encoder for Counted<'_> {
    fn facts(&self) -> &EncoderFacts {
        self.0.facts()
    }

    fn word_embeddings(&self) -> &Parameter {
        self.0.word_embeddings()
    }

    fn encode(&self, cx: &Context, batch: &Batch, demand: &Demand) -> Result<Encoded> {
        self.1.fetch_add(1, Ordering::Relaxed);
        self.0.encode(cx, batch, demand)
    }
}

#[test]
fn one_encoder_pass_answers_all_tasks() {
    let model: BertFor<Assistant> = single(false);
    let (batch, cx) = (batch(model.bert()), Context::evaluation());
    let encoder = Counted(model.bert().encoder(), AtomicUsize::new(0));
    let demand = model.head().demand(Purpose::Forward);
    let outputs = model.head().forward(&cx, &encoder.encode(&cx, &batch, &demand).unwrap()).unwrap();
    assert_eq!((encoder.1.into_inner(), demand.sources.len(), outputs.len()), (1, 7, 8));
    let found = Assistant::output(outputs).unwrap();
    close("vector", &found.vector.embedding, &model.forward(&batch).unwrap().vector.embedding);
}
