//! What trains a model: its settings, where it saves, and what is seen of it.

use std::fmt;
use std::path::PathBuf;

use super::cache::Cache;
use super::checkpoint::Best;
use super::groups::Groups;
use super::memory::Kept;
use super::mix::Mix;
use super::model::Model;
use super::precision::Precision;
use super::report::{Record, table};
use super::run::Run;
use super::schedule::Decay;
use super::settings::Settings;
use crate::error::Result;
use crate::freeze::Freeze;
use crate::head::Task;
use crate::interpret::DynamicHead;
use crate::model::{Bert, BertFor, DynamicBert};

/// Makes a model on an encoder whose weights train: with a new head by a seed, or from the checkpoint.
type Make<M> = Box<dyn Fn(&Bert, Option<u64>) -> Result<M> + Send + Sync>;

/// Trains a head, and the encoder with it: made by [`Bert::trainer`] and [`Bert::dynamic_trainer`].
///
/// ```no_run
/// use bert_runtime::{Bert, Device, head};
///
/// head! { head Sentiment { labels negative, positive; input pooled; linear hidden -> labels; loss cross_entropy; } }
///
/// let bert = Bert::open("path/to/a/model", &Device::Cpu)?;
/// let examples = [("What a film!", SentimentLabel::Positive), ("What a bore.", SentimentLabel::Negative)];
/// let examples = examples.map(|(text, label)| (text.into(), label));
/// let trained = bert.trainer::<Sentiment>().epochs(3).batch_size(2).folder("sentiment").train(examples, None)?;
/// println!("{}", trained.model.predict("What a day!")?.label);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
pub struct Trainer<M: Model> {
    pub(super) settings: Settings,
    pub(super) bert: Bert,
    pub(super) make: Make<M>,
    pub(super) head: HeadStart,
    pub(super) folder: Option<PathBuf>,
    pub(super) resume: Resume,
    pub(super) save_every: Option<u64>,
    pub(super) monitor: Option<String>,
    pub(super) patience: Option<u64>,
    pub(super) stop_after: Option<u64>,
    pub(super) most_cached: u64,
    pub(super) progress: bool,
    pub(super) signals: bool,
}

/// What is done with checkpoints that are in the folder already.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Resume {
    /// The folder is refused.
    Refuse,
    /// The training goes on from the newest.
    Newest,
    /// The training goes on from the newest that is whole.
    NewestWhole,
}

/// Where the weights of the head come from before the first step.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum HeadStart {
    /// All are new.
    New,
    /// All are the checkpoint's.
    Pretrained,
    /// They are the checkpoint's where it has them, and else new.
    Extended,
}

/// How a training came to its end.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ending {
    /// All epochs were read.
    Completed,
    /// The evaluations did not get better for as long as the trainer was patient.
    Stopped,
    /// Somebody asked the process to end, or so many steps were taken as [`Trainer::stop_after`] said: it can be resumed.
    Interrupted,
}

/// A trained model, and how it came to be.
#[derive(Debug, Clone)]
pub struct Trained<M> {
    /// The model, whose weights are those of the best evaluation where there were any.
    pub model: M,
    /// How the training ended.
    pub ending: Ending,
    /// The best evaluation.
    pub best: Option<Best>,
    /// What was known after each step and of each evaluation.
    pub records: Vec<Record>,
    /// What is odd about the targets and no fault: all alike, or with classes that the other set has none of.
    pub warnings: Vec<String>,
}

impl Bert {
    /// A trainer of a task on this encoder, whose head is new.
    pub fn trainer<T: Task>(&self) -> Trainer<BertFor<T>> {
        Trainer::new(self, Box::new(|bert, seed| seed.map_or_else(|| bert.bind(), |seed| bert.fresh(seed))))
    }

    /// A trainer of a head that is read when the program runs.
    pub fn dynamic_trainer(&self, head: &DynamicHead) -> Trainer<DynamicBert> {
        let head = head.clone();
        Trainer::new(
            self,
            Box::new(move |bert, seed| seed.map_or_else(|| bert.bind_dynamic(&head), |seed| bert.fresh_dynamic(&head, seed))),
        )
    }
}

impl<M: Model> Trainer<M> {
    fn new(bert: &Bert, make: Make<M>) -> Self {
        Self {
            settings: Settings::default(),
            bert: bert.clone(),
            make,
            head: HeadStart::New,
            folder: None,
            resume: Resume::Refuse,
            save_every: None,
            monitor: None,
            patience: None,
            stop_after: None,
            most_cached: 8 << 30,
            progress: true,
            signals: true,
        }
    }

    /// All settings at once.
    #[must_use]
    pub fn settings(mut self, settings: Settings) -> Self {
        self.settings = settings;
        self
    }

    /// The head's weights are the checkpoint's, and not new.
    #[must_use]
    pub fn from_pretrained_head(mut self) -> Self {
        self.head = HeadStart::Pretrained;
        self
    }

    /// The head's weights are the checkpoint's where it has them, and new where it has not: so a model that was trained with some heads is
    /// trained on with more of them.
    #[must_use]
    pub fn extend_pretrained_head(mut self) -> Self {
        self.head = HeadStart::Extended;
        self
    }

    /// How often all examples are read.
    #[must_use]
    pub fn epochs(mut self, epochs: u64) -> Self {
        self.settings.epochs = epochs;
        self
    }

    /// How many examples a step reads.
    #[must_use]
    pub fn batch_size(mut self, examples: usize) -> Self {
        self.settings.batch_size = examples;
        self
    }

    /// In how many runs a step reads its examples, to take less memory; the step is the same.
    #[must_use]
    pub fn accumulation(mut self, runs: usize) -> Self {
        self.settings.accumulation = runs;
        self
    }

    /// The highest learning rate.
    #[must_use]
    pub fn learning_rate(mut self, rate: f64) -> Self {
        self.settings.learning_rate = rate;
        self
    }

    /// The share of all steps in which the rate rises from zero.
    #[must_use]
    pub fn warm_up(mut self, share: f64) -> Self {
        self.settings.warm_up = share;
        self
    }

    /// How the rate falls after that.
    #[must_use]
    pub fn decay(mut self, decay: Decay) -> Self {
        self.settings.decay = decay;
        self
    }

    /// The norm that gradients are cut down to; `None` leaves them.
    #[must_use]
    pub fn clip(mut self, norm: impl Into<Option<f64>>) -> Self {
        self.settings.clip = norm.into();
        self
    }

    /// What the optimizer does to which weights.
    #[must_use]
    pub fn groups(mut self, groups: Groups) -> Self {
        self.settings.groups = groups;
        self
    }

    /// The part of the encoder that does not train.
    #[must_use]
    pub fn freeze(mut self, freeze: Freeze) -> Self {
        self.settings.freeze = freeze;
        self
    }

    /// What the encoder computes in while its weights stay in f32, which the model must be opened in: BF16 and F16 take half the memory for what a
    /// step keeps, and are faster on a GPU.
    #[must_use]
    pub fn precision(mut self, precision: Precision) -> Self {
        self.settings.precision = precision;
        self
    }

    /// What all random numbers follow from.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.settings.seed = seed;
        self
    }

    /// Where checkpoints, `metrics.jsonl` and `curve.svg` go, after each epoch; without a folder nothing is saved.
    #[must_use]
    pub fn folder(mut self, folder: impl Into<PathBuf>) -> Self {
        self.folder = Some(folder.into());
        self
    }

    /// Goes on from the newest checkpoint in the folder, if there is one: bit for bit as if nothing had happened.
    #[must_use]
    pub fn resume(mut self) -> Self {
        self.resume = Resume::Newest;
        self
    }

    /// Goes on from the newest checkpoint that is whole, where the very newest is not.
    #[must_use]
    pub fn fall_back(mut self) -> Self {
        self.resume = Resume::NewestWhole;
        self
    }

    /// Saves after so many steps too, and not after epochs alone.
    #[must_use]
    pub fn save_every(mut self, steps: u64) -> Self {
        self.save_every = Some(steps);
        self
    }

    /// What evaluations are compared by, as `metrics.jsonl` calls it; the dev examples' loss unless said otherwise.
    #[must_use]
    pub fn monitor(mut self, metric: impl Into<String>) -> Self {
        self.monitor = Some(metric.into());
        self
    }

    /// Stops when so many evaluations in a row were not better than the best.
    #[must_use]
    pub fn patience(mut self, evaluations: u64) -> Self {
        self.patience = Some(evaluations);
        self
    }

    /// Saves and stops after so many steps in all, to be resumed.
    #[must_use]
    pub fn stop_after(mut self, steps: u64) -> Self {
        self.stop_after = Some(steps);
        self
    }

    /// How many bytes of the outputs of frozen layers are kept on the disk at most, 8 GiB unless said otherwise. They are computed once, in the
    /// first epoch; those that find no room are computed in each. They lie in the training's folder, else where the system has temporary files.
    #[must_use]
    pub fn cache(mut self, bytes: u64) -> Self {
        self.most_cached = bytes;
        self
    }

    /// The cache of a training with frozen layers.
    pub(super) fn cache_of(&self, freeze: Freeze) -> Result<Option<Cache>> {
        if freeze.layers().is_none() || self.most_cached == 0 {
            return Ok(None);
        }
        let folder = self.folder.as_ref().map_or_else(std::env::temp_dir, |folder| folder.join("cache"));
        Cache::new(&folder, self.most_cached).map(Some)
    }

    /// Whether a bar is drawn, where standard error is a terminal.
    #[must_use]
    pub fn progress(mut self, progress: bool) -> Self {
        self.progress = progress;
        self
    }

    /// Whether Ctrl-C saves and stops, and a second one stops at once with the exit code 130.
    #[must_use]
    pub fn signals(mut self, signals: bool) -> Self {
        self.signals = signals;
        self
    }

    /// Trains on examples with their targets, and measures on others after each epoch.
    ///
    /// On Linux with glibc its allocator is told (`mallopt`) to keep what is freed, since each step asks for the same buffers again. At the end free
    /// memory goes back to the system, and the thresholds stay as they are. Another allocator is left alone.
    ///
    /// # Errors
    /// Settings that cannot be meant; examples that cannot be trained on, all of them at once; a folder that another training
    /// holds or has used; a weight that no gradient reaches; a loss or gradients that are not finite; and what the disk says: checkpoints stay as they were.
    pub fn train(
        self,
        train: impl IntoIterator<Item = (M::Input, M::Target)>,
        dev: impl Into<Option<Vec<(M::Input, M::Target)>>>,
    ) -> Result<Trained<M>>
    where
        M::Input: Send,
        M::Target: Send,
    {
        self.train_mix(Mix::new().set("train", train), dev.into().map(|dev| Mix::new().set("dev", dev)))
    }

    /// The same on several data sets, of which each step reads one. The dev sets are read whole, whatever their `alpha`, and running text among
    /// them as the first epoch draws it.
    ///
    /// # Errors
    /// As [`Trainer::train`].
    pub fn train_mix<'d>(self, train: Mix<'d, M>, dev: impl Into<Option<Mix<'d, M>>>) -> Result<Trained<M>>
    where
        M::Input: Send,
        M::Target: Send,
    {
        let _kept = Kept::new();
        Run::start(&self, train, dev.into())?.finish()
    }
}

impl<M> Trained<M> {
    /// The evaluations, a row each.
    pub fn table(&self) -> String {
        table(&self.records)
    }
}

impl<M: Model> fmt::Debug for Trainer<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Trainer").field("settings", &self.settings).field("folder", &self.folder).finish_non_exhaustive()
    }
}
