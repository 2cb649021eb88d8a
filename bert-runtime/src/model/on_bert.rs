//! A head on its encoder: what typed and interpreted models share.

use std::borrow::Cow;
use std::sync::Arc;

use candle_core::Device;

use crate::bind::Binder;
use crate::context::Context;
use crate::decode::Decoded;
use crate::encoder::{Batch, Source};
use crate::error::Result;
use crate::head::{Head, Purpose, Targets};
use crate::losses::Loss;
use crate::metrics::Evaluation;
use crate::model::bert::no_answer;
use crate::model::engine::{Answer, encode};
use crate::model::evaluate::Sample;
use crate::model::files::{Files, wanted_pooler};
use crate::model::question::Question;
use crate::model::{Bert, BertOptions, Predicted};
use crate::module::all_parameters;
use crate::parameter::Parameter;
use crate::targets::at_tokens;
use crate::value::Value;
use crate::weights::Report;

/// An encoder with one head. Clones share both.
pub(super) struct OnBert<H> {
    pub(super) bert: Bert,
    bound: Arc<Bound<H>>,
}

struct Bound<H> {
    head: H,
    seed: Option<u64>,
    report: Report,
}

impl<H: Head> OnBert<H> {
    /// Opens an encoder and binds a head to it; what does not fit of both is told in one report.
    pub(super) fn open(
        files: Files,
        options: &BertOptions,
        device: &Device,
        seed: Option<u64>,
        make: impl FnOnce(&mut Binder<'_>) -> Result<H>,
    ) -> Result<Self> {
        let mut binder = options.binder(&files, seed, device)?;
        let encoder = files.encoder(&mut binder)?;
        let head = make(&mut binder)?;
        let pooler = wanted_pooler(&head, &encoder, &mut binder);
        let (_, report) = binder.finish()?;
        pooler.map(|pooler| encoder.attach_pooler(pooler)).transpose()?;
        let bert = Bert::assemble(files, encoder, options, device, report.clone())?;
        Ok(Self { bert, bound: Arc::new(Bound { head, seed, report }) })
    }

    /// Binds a head to an encoder that is open.
    pub(super) fn bind(bert: &Bert, seed: Option<u64>, make: impl FnOnce(&mut Binder<'_>) -> Result<H>) -> Result<Self> {
        let bound = bert.while_binding(|| {
            let (files, options, encoder) = (bert.files(), bert.opened_with(), bert.encoder());
            let mut binder = options.binder(files, seed, bert.device())?.with_encoder(encoder);
            let head = make(&mut binder)?;
            let pooler = wanted_pooler(&head, encoder, &mut binder);
            let (_, report) = binder.finish()?;
            pooler.map(|pooler| encoder.attach_pooler(pooler)).transpose()?;
            Ok(Bound { head, seed, report })
        })?;
        Ok(Self { bert: bert.clone(), bound: Arc::new(bound) })
    }

    /// What each pipeline's decode says of one question, made into a prediction.
    pub(super) fn answer<P>(&self, question: Question, typed: impl Fn(Vec<Decoded>) -> Result<P>) -> Result<Predicted<P>> {
        let answers = self.bert.engine()?.answer(&[self.head()], &[question])?;
        predictions(answers, typed)?.pop().ok_or_else(no_answer)
    }

    /// The same of many examples, which are tokenized while others are read.
    pub(super) fn answer_many<E: Send, P>(
        &self,
        examples: impl Iterator<Item = E>,
        question: impl Fn(&E) -> Result<Question> + Sync,
        typed: impl Fn(Vec<Decoded>) -> Result<P>,
    ) -> Result<Vec<Predicted<P>>> {
        predictions(self.bert.engine()?.answer_many(&[self.head()], examples, question)?, typed)
    }

    /// The scores of examples with their targets; `each` gets what is predicted of every one, in their order.
    pub(super) fn evaluate<E: Send, P>(
        &self,
        examples: impl Iterator<Item = Sample<E>>,
        question: impl Fn(&E) -> Result<Question> + Sync,
        typed: impl Fn(Vec<Decoded>) -> Result<P>,
        mut each: Option<&mut dyn FnMut(usize, Predicted<P>)>,
    ) -> Result<Evaluation> {
        let mut number = 0;
        let told = |answer: Predicted<Vec<Decoded>>| {
            if let Some(each) = &mut each {
                each(number, answer.try_map(&typed)?);
                number += 1;
            }
            Ok(())
        };
        self.bert.engine()?.evaluate(self.head(), examples, question, told)
    }

    pub(super) fn outputs(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>> {
        let (encoded, _) = encode(self.bert.encoder(), cx, batch, &[self.head()], Purpose::Forward)?;
        self.head().forward(cx, &encoded)
    }

    pub(super) fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Loss> {
        let targets = at_rows(self.head(), targets, batch)?;
        let (encoded, _) = encode(self.bert.encoder(), cx, batch, &[self.head()], Purpose::Loss(&targets))?;
        let outputs = self.head().forward(cx, &encoded)?;
        self.head().loss(cx, &outputs, &targets).map(Loss::from)
    }

    pub(super) fn head(&self) -> &H {
        &self.bound.head
    }

    pub(super) fn report(&self) -> &Report {
        &self.bound.report
    }

    pub(super) fn is_fresh(&self) -> bool {
        self.bound.seed.is_some()
    }

    pub(super) fn parameters(&self) -> Vec<&Parameter> {
        let mut names = std::collections::BTreeSet::new();
        let all = all_parameters(self.bert.encoder()).into_iter().chain(all_parameters(self.head()));
        all.filter(|parameter| names.insert(parameter.name())).collect()
    }
}

/// The targets as the head's losses read them: of words where it reads words, and else at the first token of each.
pub(crate) fn at_rows<'t>(head: &dyn Head, targets: &'t Targets, batch: &Batch) -> Result<Cow<'t, Targets>> {
    let demand = head.demand(Purpose::Forward);
    let reads_words = demand.sources.iter().any(|wanted| matches!(wanted.source, Source::Words(_)));
    if reads_words { Ok(Cow::Borrowed(targets)) } else { at_tokens(targets, batch.layout()).map(Cow::Owned) }
}

fn predictions<P>(answers: Vec<Predicted<Answer>>, typed: impl Fn(Vec<Decoded>) -> Result<P>) -> Result<Vec<Predicted<P>>> {
    let own = |heads: Answer| typed(heads.into_iter().next().unwrap_or_default());
    answers.into_iter().map(|answer| answer.try_map(own)).collect()
}

impl<H> Clone for OnBert<H> {
    fn clone(&self) -> Self {
        Self { bert: self.bert.clone(), bound: self.bound.clone() }
    }
}
