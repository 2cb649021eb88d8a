//! From nothing to a model: a new encoder, its pretraining, and the training of all heads on it.

use std::path::{Path, PathBuf};

use bert_runtime::data::Documents;
use bert_runtime::data::pretraining::{Masking, Pretraining};
use bert_runtime::model::Sizes;
use bert_runtime::text::Vocabulary;
use bert_runtime::train::{Ending, Groups, Mix, Settings};
use bert_runtime::{Bert, BertFor, Device, DynamicHead, MultiTask, Result, Task, Trained};

use crate::corpus::Corpus;
use crate::heads::{PreTraining, Reader};
use crate::sets::{Examples, Set};

/// The heads that are pretrained, under the names that they have in [`Reader`].
#[derive(MultiTask)]
struct Pretrained {
    cls: PreTraining,
}

/// All that is trained on.
pub struct Data {
    pub corpus: Corpus,
    pub emotions: Set,
    pub tags: Set,
}

/// How the stages are run, and where they leave what they make.
pub struct Stages {
    pub out: PathBuf,
    pub vocabulary: usize,
    /// How often running text is read in the first training, and all sets in the second.
    pub epochs: [u64; 2],
    pub seed: u64,
}

/// The share of tokens that are hidden in training. It is more than the usual 0.15, which models are measured with: so each text teaches more.
const HIDDEN: f64 = 0.25;

/// What the encoder leaves out in the second training, which reads much that was read often.
const DROPOUT: f64 = 0.1;

/// The power of its number of examples that a set's share of the second training is as.
const ALPHA: f64 = 2.0;

impl Stages {
    /// A new encoder with a vocabulary of its own, if there is none yet.
    pub fn create(&self, data: &Data) -> Result<PathBuf> {
        let folder = self.out.join("encoder");
        if !folder.join("config.json").is_file() {
            let sizes = Sizes { hidden: 192, layers: 4, heads: 4, intermediate: 768, positions: 96, dropout: 0.0 };
            Bert::create(&folder, sizes, &self.learn(data)?, self.seed)?;
        }
        Ok(folder)
    }

    /// The vocabulary of running text and comments.
    fn learn(&self, data: &Data) -> Result<Vocabulary> {
        let running = data.corpus.running.train.sentences().map(|sentence| sentence.replace("[UNK]", ""));
        let comments = data.emotions.train.iter().flat_map(|(text, _)| text.segments()).map(|segment| segment.joined());
        Vocabulary::learn(running.chain(comments).collect::<Vec<_>>(), self.vocabulary)
    }

    /// Hidden words and the order of sentences, of running text. `None` where it was stopped.
    pub fn pretrain(&self, encoder: &Path, data: &Data) -> Result<Option<PathBuf>> {
        let bert = Bert::open(encoder, &Device::Cpu)?;
        let running = &data.corpus.running;
        let train = Mix::new().text("text", text(&bert, &running.train, self.seed)?.masking(self.masking(&bert)?));
        let dev = Mix::new().text("text", text(&bert, &running.held_out, self.seed)?);
        let settings = Settings { epochs: self.epochs[0], learning_rate: 1.5e-3, ..self.settings() };
        let trainer = bert.trainer::<Pretrained>().settings(settings).save_every(1000);
        self.saved(trainer.folder(self.out.join("pretraining")).resume().train_mix(train, dev)?, "pretrained")
    }

    /// All heads, while the pretrained ones go on, of all text. `None` where it was stopped.
    pub fn train(&self, pretrained: &Path, data: &Data) -> Result<Option<PathBuf>> {
        let bert = Bert::options().dropout(DROPOUT).open(pretrained, &Device::Cpu)?;
        let train = text(&bert, &data.corpus.train(), self.seed + 1)?.masking(self.masking(&bert)?);
        let train = mix(train, &data.emotions.train, &data.tags.train).alpha(ALPHA);
        let dev = mix(text(&bert, &data.corpus.held_out(), self.seed)?, &data.emotions.dev, &data.tags.dev);
        let groups = Groups { weight_decay: 0.1, ..Groups::default() };
        let settings = Settings { epochs: self.epochs[1], batch_size: 64, learning_rate: 1.4e-3, groups, ..self.settings() };
        let trainer = bert.trainer::<Reader>().extend_pretrained_head().settings(settings).save_every(1000);
        self.saved(trainer.folder(self.out.join("training")).resume().train_mix(train, dev)?, "trained")
    }

    /// What both trainings have in common.
    fn settings(&self) -> Settings {
        Settings { warm_up: 0.08, adam: (0.9, 0.98, 1e-6), seed: self.seed, ..Settings::default() }
    }

    fn masking(&self, bert: &Bert) -> Result<Masking> {
        Masking::new(bert.tokenizer()?, self.seed)?.share(HIDDEN)
    }

    fn saved<T: Task>(&self, trained: Trained<BertFor<T>>, name: &str) -> Result<Option<PathBuf>> {
        if trained.ending == Ending::Interrupted {
            return Ok(None);
        }
        let folder = self.out.join(name);
        trained.model.save_pretrained(&folder)?;
        Ok(Some(folder))
    }
}

/// Documents as the pretrained heads read them.
pub fn text<'b>(bert: &'b Bert, documents: &Documents, seed: u64) -> Result<Pretraining<'b>> {
    let head = DynamicHead::from_source(PreTraining::TEXT)?;
    Ok(Pretraining::new(&head, bert.tokenizer()?, documents.clone(), seed)?.within("cls"))
}

/// One set a head, and one for both of the pretrained.
pub fn mix<'d>(text: Pretraining<'d>, emotions: &Examples, tags: &Examples) -> Mix<'d, BertFor<Reader>> {
    Mix::new().text("text", text).set("emotions", emotions.clone()).set("tags", tags.clone())
}
