//! A training at work.

use std::collections::BTreeSet;
use std::time::Instant;

use candle_core::DType;
use rayon::prelude::*;

use super::adamw::{AdamConstants, AdamW};
use super::cache::Cache;
use super::checkpoint::{self, Read, State};
use super::gradients::Gradients;
use super::lock::Lock;
use super::mix::{Data, Mix};
use super::model::Model;
use super::monitor::Monitor;
use super::order::{Parting, Reading};
use super::precision::{LossScale, Precision};
use super::report::{Log, Progress, Record, draw};
use super::samples::{Sample, names};
use super::settings::Settings;
use super::signals::Signals;
use super::step::{Step, Way};
use super::terms::Terms;
use super::trainer::{Ending, HeadStart, Resume, Trained, Trainer};
use super::{evaluate, fit};
use crate::context::Context;
use crate::disk;
use crate::error::{Error, ErrorKind, Result};
use crate::parameter::Parameter;

/// What adds up the seed of dropout, so that it has nothing of the seed of new weights.
const DROPOUT: u64 = 0x9E37_79B9_7F4A_7C15;

/// All that a training holds.
pub(super) struct Run<'t, 'd, M: Model> {
    trainer: &'t Trainer<M>,
    model: M,
    train: Data<'d>,
    parting: Parting,
    dev: Option<Data<'d>>,
    state: State,
    optimizer: AdamW,
    log: Option<Log>,
    records: Vec<Record>,
    warnings: Vec<String>,
    monitor: Monitor,
    cache: Option<Cache>,
    signals: Option<Signals>,
    context: Context,
    /// How many names of targets each set has.
    targets: Vec<usize>,
    /// The trained weights that no gradient has reached yet.
    unreached: BTreeSet<String>,
    _lock: Option<Lock>,
}

impl<'t, 'd, M: Model> Run<'t, 'd, M> {
    /// Checks everything, and goes on from a checkpoint where it was told to.
    pub fn start(trainer: &'t Trainer<M>, train: Mix<'d, M>, dev: Option<Mix<'d, M>>) -> Result<Self>
    where
        M::Input: Send,
        M::Target: Send,
    {
        let settings = &trainer.settings;
        settings.check()?;
        check_format(settings.precision, trainer.bert.opened_with().dtype)?;
        let lock = trainer.folder.as_deref().map(Lock::take).transpose()?;
        let bert = trainer.bert.for_training(settings.freeze, trainer.head == HeadStart::Extended)?;
        let model = (trainer.make)(&bert, (trainer.head != HeadStart::Pretrained).then_some(settings.seed))?;
        let train = train.read(&model)?;
        let parting = Parting::new(&train, settings.batch_size, model.head());
        let dev = dev.map(|dev| dev.read(&model)).transpose()?;
        let terms = Terms::of(settings, &model, &train, dev.as_ref())?;
        let state = State { loss_scale: LossScale::new(settings.precision), ..State::new(terms) };
        let (beta1, beta2, eps) = settings.adam;
        let optimizer = AdamW::new(AdamConstants { beta1, beta2, eps });
        let monitor = Monitor::new(trainer.monitor.clone(), trainer.patience, dev.is_some())?;
        let signals = trainer.signals.then(Signals::listen).transpose()?;
        let (unreached, targets) = (fit::trained(&model)?, train.targets()?);
        let cache = trainer.cache_of(settings.freeze)?;
        let (log, records) = (None, Vec::new());
        let warnings = train.warnings(dev.as_ref(), &model.head().outcomes());
        let mut run = Self {
            trainer,
            model,
            train,
            parting,
            dev,
            state,
            optimizer,
            log,
            records,
            warnings,
            monitor,
            cache,
            signals,
            context: context(settings),
            targets,
            unreached,
            _lock: lock,
        };
        run.go_on()?;
        Ok(run)
    }

    /// Takes up the newest checkpoint, and the log up to it.
    fn go_on(&mut self) -> Result<()> {
        let Some(folder) = &self.trainer.folder else { return Ok(()) };
        checkpoint::remove_unfinished(folder)?;
        let there = checkpoint::numbers(folder)?;
        if self.trainer.resume == Resume::Refuse && !there.is_empty() {
            let what = format!("{} has checkpoints of a training: go on with `resume`, or choose another folder", folder.display());
            return Err(Error::new(ErrorKind::Io, what));
        }
        if let Some(read) = checkpoint::newest(folder, self.trainer.resume == Resume::NewestWhole)? {
            self.state.terms.check(&read.state.terms)?;
            self.take_up(read)?;
        }
        self.log = Some(Log::open(folder, self.state.step)?);
        Ok(())
    }

    fn take_up(&mut self, read: Read) -> Result<()> {
        let parameters = self.model.parameters();
        read.restore(&parameters)?;
        let (beta1, beta2, eps) = self.trainer.settings.adam;
        self.optimizer = read.optimizer(AdamConstants { beta1, beta2, eps }, &parameters)?;
        self.unreached.retain(|name| !read.state.moved.contains_key(name));
        self.state = read.state;
        Ok(())
    }

    /// Trains to the end.
    pub fn finish(mut self) -> Result<Trained<M>> {
        let steps = self.steps_an_epoch() * self.trainer.settings.epochs;
        let progress = Progress::new(steps, self.state.step, self.trainer.progress);
        self.warnings.iter().for_each(|warning| progress.say(&format!("warning: {warning}")));
        let ending = self.epochs(&progress, steps);
        progress.end();
        let ending = ending?;
        self.draw()?;
        if ending != Ending::Interrupted {
            self.monitor.restore(self.trainer.folder.as_deref(), &self.state, &self.model.parameters())?;
        }
        let records = self.log.map_or(self.records, Log::into_records);
        Ok(Trained { model: self.model, ending, best: self.state.best, records, warnings: self.warnings })
    }

    fn epochs(&mut self, progress: &Progress, steps: u64) -> Result<Ending> {
        while !self.state.ended {
            let readings = self.parting.epoch(self.trainer.settings.seed, self.state.epoch);
            let reading = |run: &Self| readings.get(run.state.step_in_epoch as usize).cloned().unwrap_or_default();
            while self.state.step_in_epoch < self.steps_an_epoch() {
                if self.is_to_stop() {
                    self.save()?;
                    return Ok(Ending::Interrupted);
                }
                self.step(&reading(self), steps, progress)?;
                if self.trainer.save_every.is_some_and(|every| self.state.step.is_multiple_of(every)) && !self.ends_epoch() {
                    self.save()?;
                }
            }
            self.end_epoch(progress)?;
        }
        let read_all = self.state.epoch >= self.trainer.settings.epochs;
        Ok(if read_all { Ending::Completed } else { Ending::Stopped })
    }

    fn steps_an_epoch(&self) -> u64 {
        self.parting.steps()
    }

    fn ends_epoch(&self) -> bool {
        self.state.step_in_epoch == self.steps_an_epoch()
    }

    fn is_to_stop(&self) -> bool {
        self.signals.as_ref().is_some_and(Signals::asked_to_stop) || self.trainer.stop_after.is_some_and(|steps| self.state.step >= steps)
    }

    fn step(&mut self, (set, numbers): &Reading, steps: u64, progress: &Progress) -> Result<()> {
        let start = Instant::now();
        let settings = &self.trainer.settings;
        let (name, source) = &self.train.sets[*set];
        let samples = numbers.par_iter().map(|&number| source.sample(self.state.epoch, number)).collect::<Result<Vec<_>>>()?;
        let samples: Vec<&Sample> = samples.iter().map(AsRef::as_ref).collect();
        let loss_scale = self.state.loss_scale.scale;
        let way = Way { cx: self.context.at_step(self.state.step), scale: loss_scale };
        let step = Step::of(&self.model, &samples, settings.accumulation, &way, self.cache.as_mut())?;
        let (norm, odd) = step.gradients.norm()?;
        let norm = norm / loss_scale;
        let is_skipped = step.loss.is_finite() && self.state.loss_scale.skips(settings.precision, norm);
        if !is_skipped {
            fit::check_finite(self.state.step, (name, numbers), &step, norm, &odd)?;
        }
        let reaches_all = self.train.sets.len() == 1 && step.counts && names(samples).len() == self.targets[*set];
        fit::check_reached(&mut self.unreached, &step.gradients, reaches_all)?;
        let scale = settings.clip.map_or(1.0, |most| (most / (norm + 1e-6)).min(1.0));
        let rate = settings.learning_rate * settings.schedule(steps).share(self.state.step);
        if !is_skipped {
            self.move_weights(&step, scale / loss_scale, rate)?;
        }
        self.state.step += 1;
        self.state.step_in_epoch += 1;
        self.state.epoch_loss += step.loss;
        let seconds = start.elapsed().as_secs_f64().max(1e-9);
        let record = Record {
            step: self.state.step,
            epoch: self.epochs_read(),
            loss: Some(step.loss),
            losses: if step.parts.len() > 1 { step.parts } else { Default::default() },
            learning_rate: Some(rate),
            gradient_norm: Some(norm).filter(|norm| norm.is_finite()),
            skipped: Some(self.state.loss_scale.skipped).filter(|&skipped| skipped > 0),
            tokens_per_second: Some(step.tokens as f64 / seconds),
            ..Record::default()
        };
        progress.step(record.epoch, self.state.epoch_loss / self.state.step_in_epoch as f64, step.tokens as f64 / seconds);
        self.record(record)
    }

    fn move_weights(&mut self, step: &Step, scale: f64, rate: f64) -> Result<()> {
        let layers = self.model.bert().config().num_hidden_layers;
        for parameter in self.model.parameters() {
            let (Some(var), Some(gradient)) = (parameter.var(), step.gradients.get(parameter.name())) else { continue };
            let group = self.trainer.settings.groups.of(parameter.name(), var.rank(), layers);
            self.optimizer.step(parameter.name(), var, gradient, scale, rate, group)?;
        }
        Ok(())
    }

    fn epochs_read(&self) -> f64 {
        self.state.epoch as f64 + self.state.step_in_epoch as f64 / self.steps_an_epoch() as f64
    }

    /// Measures, saves, and says whether there is another epoch.
    fn end_epoch(&mut self, progress: &Progress) -> Result<()> {
        if let Some(cache) = self.cache.as_ref().filter(|_| self.state.epoch == 0) {
            progress.say(&cache.to_string());
        }
        fit::check_reached(&mut self.unreached, &Gradients::default(), true)?;
        if let Some(dev) = &self.dev {
            let measured = evaluate::evaluated(&self.model, dev)?;
            progress.say(&format!("epoch {}: {measured}", self.state.epoch + 1));
            self.monitor.look(&mut self.state, &measured.scores, &self.model.parameters(), self.trainer.folder.is_none())?;
            let dev = measured.iter().map(|score| (score.name.clone(), score.value)).collect();
            self.record(Record { step: self.state.step, epoch: self.epochs_read(), dev, ..Record::default() })?;
        }
        self.state.epoch += 1;
        self.state.step_in_epoch = 0;
        self.state.epoch_loss = 0.0;
        self.state.ended = self.state.epoch >= self.trainer.settings.epochs || self.monitor.is_out_of_patience(&self.state);
        self.save()?;
        self.draw()
    }

    fn record(&mut self, record: Record) -> Result<()> {
        match &mut self.log {
            Some(log) => log.push(record),
            None => {
                self.records.push(record);
                Ok(())
            }
        }
    }

    fn save(&mut self) -> Result<()> {
        let Some(folder) = &self.trainer.folder else { return Ok(()) };
        self.state.moved = self.optimizer.moments().iter().map(|(name, moments)| (name.clone(), moments.steps)).collect();
        let parameters: Vec<&Parameter> = self.model.parameters();
        checkpoint::save(folder, &self.state, &parameters, &self.optimizer)?;
        checkpoint::thin_out(folder, self.state.best.as_ref().map(|best| best.step))
    }

    fn draw(&self) -> Result<()> {
        let (Some(folder), Some(log)) = (&self.trainer.folder, &self.log) else { return Ok(()) };
        disk::replace(&folder.join("curve.svg"), draw(log.records()).as_bytes())
    }
}

/// How every step's pass runs.
fn context(settings: &Settings) -> Context {
    let cx = Context::training(settings.seed ^ DROPOUT, 0).gathering();
    let cx = settings.freeze.layers().map_or(cx.clone(), |layers| cx.with_frozen_layers(layers));
    settings.precision.format().map_or(cx.clone(), |format| cx.computing_in(format))
}

/// Mixed precision is of weights in f32.
fn check_format(precision: Precision, weights: DType) -> Result<()> {
    if precision == Precision::Full || weights == DType::F32 {
        return Ok(());
    }
    let what = format!("the model is opened in {weights:?}, and mixed precision keeps weights in F32: open it in F32");
    Err(Error::new(ErrorKind::Input, what))
}
