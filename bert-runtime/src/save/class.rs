//! The class of transformers that a head is, and what kind of problem it answers.

use std::collections::BTreeSet;

use bert_dsl::ir::{CheckedHead, Pipeline, Source};
use bert_dsl::losses::Loss;
use bert_dsl::{Bare, check};

use super::Saved;
use crate::freeze::{Part, part_of};

/// What is known of a head from its text.
pub(super) struct Known {
    /// The class of transformers whose weights these are; none where it has no such class.
    pub class: Option<&'static str>,
    /// `problem_type`, of a head with one answer a text.
    pub problem: Option<&'static str>,
    /// The `pipeline_tag` of a model card.
    pub tag: Option<&'static str>,
}

/// Where a class reads, and which weights it has.
struct Class {
    name: &'static str,
    tag: &'static str,
    sources: &'static [Source],
    per_choice: bool,
    /// In groups, each in order.
    weights: &'static [&'static [&'static str]],
}

const CLASSIFIER: &[&str] = &["classifier.bias", "classifier.weight"];
const PREDICTIONS: &[&str] = &[
    "cls.predictions.bias",
    "cls.predictions.decoder.weight",
    "cls.predictions.transform.LayerNorm.bias",
    "cls.predictions.transform.LayerNorm.weight",
    "cls.predictions.transform.dense.bias",
    "cls.predictions.transform.dense.weight",
];
const ORDER: &[&str] = &["cls.seq_relationship.bias", "cls.seq_relationship.weight"];

/// The heads of transformers' `modeling_bert.py`.
const CLASSES: [Class; 7] = [
    class("BertForSequenceClassification", "text-classification", &[Source::Pooled], false, &[CLASSIFIER]),
    class("BertForMultipleChoice", "multiple-choice", &[Source::Pooled], true, &[CLASSIFIER]),
    class("BertForTokenClassification", "token-classification", &[Source::Tokens], false, &[CLASSIFIER]),
    class("BertForQuestionAnswering", "question-answering", &[Source::Tokens], false, &[&["qa_outputs.bias", "qa_outputs.weight"]]),
    class("BertForMaskedLM", "fill-mask", &[Source::Tokens], false, &[PREDICTIONS]),
    class("BertForNextSentencePrediction", "text-classification", &[Source::Pooled], false, &[ORDER]),
    class("BertForPreTraining", "fill-mask", &[Source::Tokens, Source::Pooled], false, &[PREDICTIONS, ORDER]),
];

const fn class(
    name: &'static str,
    tag: &'static str,
    sources: &'static [Source],
    per_choice: bool,
    weights: &'static [&'static [&'static str]],
) -> Class {
    Class { name, tag, sources, per_choice, weights }
}

impl Known {
    /// What a head's text says; nothing of a task that is written by hand, or made of several.
    pub fn of(saved: &Saved<'_>) -> Self {
        let source = bert_dsl::Source::new(saved.name, saved.text);
        let heads = check(&source, Bare::Named(saved.name)).heads().unwrap_or_default();
        let [head] = heads.as_slice() else { return Self { class: None, problem: None, tag: None } };
        if !has_own_names(head, saved) {
            return Self { class: None, problem: None, tag: tag(head) };
        }
        let found = CLASSES.iter().find(|class| class.is_of(head));
        let problem = match head.pipelines.as_slice() {
            [only] => problem(only),
            _ => None,
        };
        Self { class: found.map(|class| class.name), problem, tag: found.map(|class| class.tag).or_else(|| tag(head)) }
    }
}

impl Class {
    fn is_of(&self, head: &CheckedHead) -> bool {
        let weights: BTreeSet<&str> = head.parameters.iter().map(|parameter| parameter.path.as_str()).collect();
        let reads = head.sources.iter().map(|source| source.source).eq(self.sources.iter().copied());
        let alike = head.sources.iter().all(|source| source.per_choice == self.per_choice && !source.fresh);
        reads && alike && weights.into_iter().eq(self.weights.iter().copied().flatten().copied())
    }
}

/// Whether the weights have the names of the head's text, and no field's in front.
fn has_own_names(head: &CheckedHead, saved: &Saved<'_>) -> bool {
    let own = saved.parameters.iter().filter(|parameter| part_of(parameter.name()) == Part::Head);
    let paths: BTreeSet<&str> = head.parameters.iter().map(|parameter| parameter.path.as_str()).collect();
    own.into_iter().all(|parameter| paths.contains(parameter.name()))
}

/// What transformers calls the problem of a pipeline with one answer a text.
fn problem(pipeline: &Pipeline) -> Option<&'static str> {
    let loss = &pipeline.loss.as_ref()?.loss;
    match loss {
        _ if pipeline.result.tokens() > 0 => None,
        Loss::CrossEntropy(_) | Loss::Focal(_) => Some("single_label_classification"),
        Loss::Bce(_) if pipeline.set.is_some() => Some("multi_label_classification"),
        Loss::Mse(_) | Loss::L1(_) | Loss::Huber(_) => Some("regression"),
        _ => None,
    }
}

/// The tag of a head that transformers has no class for, by what it answers.
fn tag(head: &CheckedHead) -> Option<&'static str> {
    let first = head.pipelines.first()?;
    match &first.loss.as_ref()?.loss {
        Loss::Ranking(_) | Loss::Cosine(_) | Loss::Triplet(_) => Some("sentence-similarity"),
        Loss::CrfLoss(_) => Some("token-classification"),
        Loss::SpanLoss(_) => Some("question-answering"),
        _ if first.result.tokens() > 0 => Some("token-classification"),
        _ => Some("text-classification"),
    }
}
