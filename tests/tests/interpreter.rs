//! Heads that are read when the program runs.

#![allow(clippy::unwrap_used)]

use bert_runtime::bind::LayerBinder;
use bert_runtime::decode::Decoded;
use bert_runtime::head::Target;
use bert_runtime::interpret::{DynamicInput, DynamicPrediction};
use bert_runtime::layers::CustomLayer;
use bert_runtime::text::Position;
use bert_runtime::{
    Bert, BertFor, Choices, Context, Device, DynamicBert, DynamicHead, ErrorKind, Init, Label, Module, Parameter, Registry, Result, Task,
    Value,
};
use serde_json::json;
use tests::agreement::predict_alike;
use tests::folders::Copy;
use tests::samples::Sample;

const SENTIMENT: &str = "labels negative, positive; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy;";

fn bert() -> Bert {
    Bert::open(Copy::of_tiny_bert().path(), &Device::Cpu).unwrap()
}

fn model(text: &str) -> DynamicBert {
    bert().fresh_dynamic(&DynamicHead::from_source(text).unwrap(), 11).unwrap()
}

fn refusal(text: &str) -> String {
    DynamicHead::from_source(text).unwrap_err().to_string()
}

/// A compiled head and the interpreted one of its text, with the same new weights.
fn predicts_as_compiled<T: Sample<Input: Into<Text>>, Text>()
where
    DynamicInput: From<Text>,
{
    let bert = bert();
    let (compiled, interpreted) =
        (bert.fresh::<T>(11).unwrap(), bert.fresh_dynamic(&DynamicHead::from_source(T::TEXT).unwrap(), 11).unwrap());
    let inputs: Vec<DynamicInput> = T::inputs().into_iter().map(|input| DynamicInput::from(input.into())).collect();
    predict_alike(&compiled, &interpreted, &inputs).unwrap();
}

#[test]
fn predictions_are_those_of_compiled_heads() {
    use bert_runtime::Text;
    use tests::heads::*;
    predicts_as_compiled::<MaskedLm, Text>();
    predicts_as_compiled::<NextSentence, Text>();
    predicts_as_compiled::<PreTraining, Text>();
    predicts_as_compiled::<SequenceClassification, Text>();
    predicts_as_compiled::<Similarity, Text>();
    predicts_as_compiled::<Emotions, Text>();
    predicts_as_compiled::<Ner, Text>();
    predicts_as_compiled::<QuestionAnswering, Text>();
    predicts_as_compiled::<MultipleChoice, Choices>();
}

#[test]
fn long_texts_are_read_in_windows_too() {
    let bert = bert();
    let text = "Anna walked to the bank in Paris. ".repeat(60);
    let interpreted = bert.fresh_dynamic(&DynamicHead::from_source(tests::heads::Ner::TEXT).unwrap(), 11).unwrap();
    let prediction = interpreted.predict(text.as_str()).unwrap();
    assert!(prediction.windows() > 1 && prediction.truncation().is_none(), "{}", prediction.windows());
    predict_alike(&bert.fresh::<tests::heads::Ner>(11).unwrap(), &interpreted, &[DynamicInput::from(text)]).unwrap();
}

/// What a compiled head predicts and what the interpreted one does, as JSON.
fn json_of<T: Sample<Prediction: serde::Serialize, Input: Into<DynamicInput>>>() -> Vec<(String, String)> {
    let bert = bert();
    let compiled: BertFor<T> = bert.fresh(11).unwrap();
    let interpreted = bert.fresh_dynamic(&DynamicHead::from_source(T::TEXT).unwrap(), 11).unwrap();
    let both = |input: T::Input| {
        let typed = serde_json::to_string(&compiled.predict(input.clone()).unwrap().into_inner()).unwrap();
        (typed, interpreted.predict(input).unwrap().into_inner().to_string())
    };
    T::inputs().into_iter().map(both).collect()
}

#[test]
fn predictions_are_written_as_typed_ones_are() {
    use tests::heads::*;
    let all = [
        json_of::<Ner>(),
        json_of::<Emotions>(),
        json_of::<SequenceClassification>(),
        json_of::<QuestionAnswering>(),
        json_of::<MaskedLm>(),
    ];
    assert!(all.concat().iter().all(|(typed, dynamic)| typed == dynamic), "{all:?}");
    assert!(
        json_of::<NextSentence>()[0].1.contains(r#""label":"is_next""#) || json_of::<NextSentence>()[0].1.contains(r#""label":"not_next""#)
    );
}

#[test]
fn errors_are_those_of_the_compiler() {
    let error = DynamicHead::from_source("labels \"O\", \"B-PER\"; input pooled; linear -> labels; loss cross_entropy;").unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Head);
    assert!(error.to_string().contains("H070") && error.to_string().contains("write `input tokens;`"), "{error}");
    assert!(refusal("head A { input cls; } head B { input cls; }").contains("`A`, `B`"));
    assert!(DynamicHead::from_file("heads/nowhere.head").unwrap_err().to_string().contains("nowhere.head"));
}

#[test]
fn what_a_head_is_given_is_checked_by_name() {
    let model = model("given who: position; given size: features 2; input tokens; let a = { at who; } concat a, size; decode embedding;");
    let said = |input: DynamicInput| model.predict(input).unwrap_err().to_string();
    let text = || DynamicInput::from("Anna walked.");
    assert!(said(text()).contains("`who`"));
    assert!(said(text().with_position("who", Position::Word(0))).contains("with_numbers"));
    assert!(said(text().with_position("who", Position::Word(0)).with_numbers("size", vec![1.0])).contains("is 2 numbers"));
    let full = || text().with_position("who", Position::Word(0)).with_numbers("size", vec![0.25, 4.0]);
    assert!(said(full().with_numbers("more", vec![])).contains("not given `more`"));
    assert!(said(DynamicInput::from(Choices::from(["a", "b"]))).contains("choices"));
    let prediction = model.predict(full()).unwrap();
    let Decoded::Embedding(vector) = &prediction.answers()[0].decoded else { panic!("{prediction:?}") };
    assert_eq!(vector[vector.len() - 2..], [0.25, 4.0]);
}

#[test]
fn targets_are_read_from_plain_values() {
    let read = |text: &str, value| DynamicHead::from_source(text).unwrap().targets()[0].read(&value);
    let one = |text: &str, value| read(text, value).unwrap()[0].1.clone();
    assert_eq!(one(SENTIMENT, json!("positive")), Target::Classes(vec![1]));
    assert!(read(SENTIMENT, json!("good")).unwrap_err().to_string().contains("`negative`, `positive`"));
    let tags = "labels \"O\", \"B-X\"; input tokens; linear -> labels; loss cross_entropy;";
    assert_eq!(one(tags, json!(["O", null, "B-X"])), Target::Words(vec![Some(0), None, Some(1)]));
    let set = "labels a, b, c; input pooled; linear -> labels; loss bce;";
    assert_eq!(one(set, json!(["c", "a"])), Target::Numbers(vec![1.0, 0.0, 1.0]));
    let span = "input tokens; linear -> 2; split first, last; loss span;";
    let names: Vec<String> = read(span, json!({"start": 2, "end": 4})).unwrap().into_iter().map(|(name, _)| name).collect();
    assert_eq!(names, ["labels.first", "labels.last"]);
    let shares = "labels a, b; input pooled; linear -> labels; loss kl;";
    assert_eq!(one(shares, json!({"b": 0.75, "a": 0.25})), Target::Numbers(vec![0.25, 0.75]));
}

#[test]
fn several_heads_are_answered_in_one_pass() {
    let bert = bert();
    let heads =
        Registry::new().heads(&format!("head A {{ {SENTIMENT} }} head B {{ input tokens; pool mean; decode embedding; }}")).unwrap();
    let models: Vec<DynamicBert> = heads.iter().map(|head| bert.fresh_dynamic(head, 3).unwrap()).collect();
    let together = bert.predict_with::<DynamicInput, _>(models.as_slice(), "A film.").unwrap().into_inner();
    let alone: Vec<DynamicPrediction> = models.iter().map(|model| model.predict("A film.").unwrap().into_inner()).collect();
    assert_eq!(format!("{together:?}"), format!("{alone:?}"));
}

/// Times a learned number a feature.
#[derive(Debug, Clone)]
struct Gate(Parameter);

impl Module for Gate {
    fn class(&self) -> Option<String> {
        Some("Gate()".into())
    }
    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.0]
    }
}

impl CustomLayer for Gate {
    fn bind(binder: &mut LayerBinder<'_, '_>) -> Self {
        Self(binder.parameter("weight", &[binder.to()], Init::Ones))
    }
    fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        Ok(x.with_tensor(x.tensor().broadcast_mul(&self.0.get(cx))?))
    }
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
struct Topic(usize);

impl Label for Topic {
    const NAMES: &'static [&'static str] = &["sport", "art", "trade"];
    const COUNT: usize = 3;
    fn from_index(index: usize) -> Option<Self> {
        (index < 3).then_some(Self(index))
    }
    fn index(self) -> usize {
        self.0
    }
}

#[test]
fn a_users_own_types_come_from_the_registry() {
    let text = "labels crate::Topic; input pooled; gate: crate::layers::Gate hidden -> hidden; linear -> labels; loss cross_entropy;";
    let error = refusal(text);
    assert!(
        error.contains("Registry::layer::<..>(\"crate::layers::Gate\")") && error.contains("labels::<..>(\"crate::Topic\")"),
        "{error}"
    );
    let registry = Registry::new().layer::<Gate>("crate::layers::Gate").labels::<Topic>("crate::Topic");
    let model = bert().fresh_dynamic(&DynamicHead::with(text, &registry).unwrap(), 5).unwrap();
    assert!(model.tree().starts_with("(gate): Gate()\n(linear): Linear(in_features=32, out_features=3, bias=True)"), "{}", model.tree());
    let weighted = format!("{} class_weights=[1, 2];", text.trim_end_matches(';'));
    let error = DynamicHead::with(&weighted, &registry).unwrap_err().to_string();
    assert!(error.contains("found 2, expected") || error.contains("found 3, expected 2"), "{error}");
    let label = model.predict("A match.").unwrap().answers()[0].label().unwrap();
    assert!(Topic::NAMES.contains(&label.as_str()));
}

#[test]
fn a_size_that_does_not_fit_the_encoder_is_told_at_its_line() {
    let text = "input tokens;\nresidual { linear -> 768; }\npool mean;";
    let head = DynamicHead::from_source(text).unwrap();
    let error = bert().fresh_dynamic(&head, 1).unwrap_err().to_string();
    assert!(error.contains("hidden = 768") && error.contains("line 2"), "{error}");
}
