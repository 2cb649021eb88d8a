//! What each head is worth on what was held out, beside one that always says the same.

use std::fmt;

use bert_runtime::data::pretraining::Pretraining;
use bert_runtime::head::{IntoTargets, Target};
use bert_runtime::metrics::Evaluation;
use bert_runtime::train::Mix;
use bert_runtime::{BertFor, Result};

use crate::heads::Reader;
use crate::majority::Majority;
use crate::sets::Examples;
use crate::stages::{Data, mix, text};

/// A measure of a head.
pub struct Figure {
    pub head: &'static str,
    /// The part of its examples, where it is not all of them.
    pub part: Option<&'static str>,
    /// Its name among the scores.
    pub score: &'static str,
    pub value: f64,
    /// What the commonest answer of the same examples reaches.
    pub majority: f64,
    pub examples: usize,
}

/// The figures of all heads, those of text also by its parts, and everything that was measured.
pub fn measure(model: &BertFor<Reader>, data: &Data, seed: u64) -> Result<(Vec<Figure>, Evaluation)> {
    let (corpus, emotions, tags) = (&data.corpus, &data.emotions.test, &data.tags.test);
    let held_out = corpus.held_out();
    let parts = [
        (None, &held_out),
        (Some("of running text"), &corpus.running.held_out),
        (Some("of questions and comments"), &corpus.short.held_out),
    ];
    let of_parts = parts.map(|(part, documents)| of_text(model, part, text(model.bert(), documents, seed)?));
    let measured = mix(text(model.bert(), &held_out, seed)?, emotions, tags).evaluate(model)?;
    let of = |head, score, majority, examples| Figure { head, part: None, score, value: value(&measured, score), majority, examples };
    let others = [
        of("emotions", "emotions.f1_micro", of_set(emotions).f1_micro(), emotions.len()),
        of("tags", "tags.accuracy", of_set(tags).accuracy(), tags.len()),
    ];
    let mut figures: Vec<Figure> = of_parts.into_iter().collect::<Result<Vec<_>>>()?.into_iter().flatten().collect();
    figures.sort_by_key(|figure| figure.head);
    Ok((figures.into_iter().chain(others).collect(), measured))
}

/// How many hidden words of some texts are found, and how often it is said rightly whether sentences follow each other.
fn of_text(model: &BertFor<Reader>, part: Option<&'static str>, text: Pretraining<'_>) -> Result<[Figure; 2]> {
    let examples = text.len();
    let words = of_target(model, &text, "labels.cls.words")?.accuracy();
    let order = of_target(model, &text, "labels.cls.order")?.accuracy();
    let measured = Mix::new().text("text", text).evaluate(model)?;
    let of = |head, score, majority| Figure { head, part, score, value: value(&measured, score), majority, examples };
    Ok([of("masked words", "cls.words.masked_accuracy", words), of("next sentence", "cls.order.accuracy", order)])
}

fn value(measured: &Evaluation, score: &str) -> f64 {
    measured.get(score).unwrap_or(f64::NAN)
}

fn of_target(model: &BertFor<Reader>, text: &Pretraining<'_>, name: &str) -> Result<Majority> {
    let targets = |number| Ok(text.get(0, number, model.bert().max_length())?.1);
    let all = (0..text.len()).map(targets).collect::<Result<Vec<_>>>()?;
    Ok(Majority::of(all.into_iter().flatten().filter(|(own, _)| own == name).map(|(_, target)| target)))
}

fn of_set(examples: &Examples) -> Majority {
    let targets = |(_, target): &(_, crate::heads::ReaderTarget)| target.clone().into_targets();
    Majority::of(examples.iter().flat_map(targets).map(|(_, target): (_, Target)| target))
}

/// A row of a table.
impl fmt::Display for Figure {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let measure = self.score.rsplit('.').next().unwrap_or_default().replace('_', " ");
        let part = self.part.map_or(String::new(), |part| format!(" {part}"));
        write!(f, "| {}{part} | {measure} | {:.3} | {:.3} | {} |", self.head, self.value, self.majority, self.examples)
    }
}
