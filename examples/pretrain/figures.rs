//! What each head is worth on what was held out, beside one that always says the same.

use std::fmt;

use bert_runtime::data::pretraining::Pretraining;
use bert_runtime::head::{IntoTargets, Target};
use bert_runtime::metrics::Evaluation;
use bert_runtime::{BertFor, Result};

use crate::heads::Reader;
use crate::majority::Majority;
use crate::sets::Examples;
use crate::stages::{Data, mix, text};

/// A measure of a head.
pub struct Figure {
    pub head: &'static str,
    /// Its name among the scores.
    pub score: &'static str,
    pub value: f64,
    /// What the commonest answer of the same examples reaches.
    pub majority: f64,
    pub examples: usize,
}

/// The figures of all heads, and everything that was measured.
pub fn measure(model: &BertFor<Reader>, data: &Data, seed: u64) -> Result<(Vec<Figure>, Evaluation)> {
    let held_out = || text(model.bert(), &data.corpus.held_out, seed);
    let measured = mix(held_out()?, &data.emotions.test, &data.tags.test).evaluate(model)?;
    let (words, order) = (of_text(model, &held_out()?, "labels.cls.words")?, of_text(model, &held_out()?, "labels.cls.order")?);
    let (emotions, tags) = (of_set(&data.emotions.test), of_set(&data.tags.test));
    let of = |head, score, majority, examples| Figure { head, score, value: measured.get(score).unwrap_or(f64::NAN), majority, examples };
    let (pairs, comments, sentences) = (held_out()?.len(), data.emotions.test.len(), data.tags.test.len());
    let figures = vec![
        of("masked words", "cls.words.masked_accuracy", words.accuracy(), pairs),
        of("next sentence", "cls.order.accuracy", order.accuracy(), pairs),
        of("emotions", "emotions.f1_micro", emotions.f1_micro(), comments),
        of("tags", "tags.accuracy", tags.accuracy(), sentences),
    ];
    Ok((figures, measured))
}

fn of_text(model: &BertFor<Reader>, text: &Pretraining<'_>, name: &str) -> Result<Majority> {
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
        write!(f, "| {} | {measure} | {:.3} | {:.3} | {} |", self.head, self.value, self.majority, self.examples)
    }
}
