//! Running text as the examples of a head that is pretrained.

use bert_dsl::losses::Target as Kind;

use super::{Masking, SentencePairs};
use crate::data::Documents;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Target, name_in};
use crate::interpret::{DynamicHead, Wanted};
use crate::targets::IntoTarget;
use crate::text::{Encoding, Text, Tokenizer};

/// Texts with hidden words, for heads that find them, that say whether one sentence follows another, or both.
///
/// A head without a question about pairs reads the first sentence of each pair alone. Of a label for pairs number 0 is that the second
/// sentence follows, as in BERT's own head.
///
/// ```
/// # fn main() -> bert_runtime::Result<()> {
/// # let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tiny-bert");
/// use bert_runtime::DynamicHead;
/// use bert_runtime::data::pretraining::Pretraining;
/// use bert_runtime::data::{Documents, Plain};
/// use bert_runtime::text::Tokenizer;
///
/// let head = DynamicHead::from_source("labels is_next, not_next; input pooled; linear hidden -> labels; loss cross_entropy;")?;
/// let documents = Documents::parse("a.txt", "It rains.\nTake a coat.\n\nCats sleep.\nThey dream.\n", &Plain::lines())?;
/// let tokenizer = Tokenizer::open(folder)?;
/// let examples = Pretraining::new(&head, &tokenizer, documents, 7)?;
/// let (text, targets) = examples.get(0, 1, 64)?;
/// assert_eq!((examples.len(), text.sequences(), targets.len()), (2, 2, 1));
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
pub struct Pretraining<'t> {
    tokenizer: &'t Tokenizer,
    pairs: SentencePairs,
    masking: Masking,
    wanted: Vec<Wanted>,
}

impl<'t> Pretraining<'t> {
    /// The examples of some documents for a head, with the usual masking.
    ///
    /// # Errors
    /// As [`SentencePairs::new`] and [`Masking::new`]; and a head with other targets than hidden words and a label for pairs.
    pub fn new(head: &DynamicHead, tokenizer: &'t Tokenizer, documents: Documents, seed: u64) -> Result<Self> {
        let wanted = head.targets();
        let is_pair = |wanted: &Wanted| wanted.kind == Kind::Label && wanted.labels.count() == 2;
        let odd = wanted.iter().find(|wanted| wanted.kind != Kind::TokenIds && !is_pair(wanted));
        if wanted.is_empty() || odd.is_some() {
            let found = odd.map_or("nothing".to_owned(), |odd| format!("{} (`{}`)", odd.kind.explain(), odd.output));
            let what = format!(
                "`{}` is trained towards {found}: running text gives the hidden words of a loss over `vocab`, and whether one sentence follows another, one label of two",
                head.name()
            );
            return Err(Error::new(ErrorKind::Data, what));
        }
        Ok(Self { tokenizer, pairs: SentencePairs::new(documents, seed)?, masking: Masking::new(tokenizer, seed)?, wanted })
    }

    /// The same with another masking.
    #[must_use]
    pub fn masking(self, masking: Masking) -> Self {
        Self { masking, ..self }
    }

    /// The same with segments of several sentences, as BERT's own pretraining reads them, instead of single ones: as many sentences in front of
    /// the first and behind the second as fit into `tokens`, special tokens counted, and in one of ten examples fewer. Most of a text is then read several times
    /// an epoch, each time with other text around it.
    ///
    /// # Errors
    /// What the tokenizer says to a sentence.
    ///
    /// ```
    /// # fn main() -> bert_runtime::Result<()> {
    /// # let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tiny-bert");
    /// use bert_runtime::DynamicHead;
    /// use bert_runtime::data::pretraining::Pretraining;
    /// use bert_runtime::data::{Documents, Plain};
    /// use bert_runtime::text::Tokenizer;
    ///
    /// let head = DynamicHead::from_source("input tokens; linear hidden -> vocab; loss cross_entropy;")?;
    /// let documents = Documents::parse("a.txt", "It rains.\nTake a coat.\nWe go.\n\nCats sleep.\n", &Plain::lines())?;
    /// let tokenizer = Tokenizer::open(folder)?;
    /// let examples = Pretraining::new(&head, &tokenizer, documents, 7)?.segments(64)?;
    /// assert_eq!(examples.pairs().passage(0, 0).as_deref(), Some("It rains. Take a coat. We go."));
    /// # Ok(())
    /// # }
    /// ```
    pub fn segments(self, tokens: usize) -> Result<Self> {
        let special = self.tokenizer.special_count(self.wants(Kind::Label));
        let length = |sentence: &str| {
            let encoding = self.tokenizer.encode_whole(&Text::from(sentence))?;
            Ok(encoding.pieces().iter().filter(|piece| !piece.special).count())
        };
        let pairs = self.pairs.segments(tokens.saturating_sub(special), length)?;
        Ok(Self { pairs, ..self })
    }

    /// The same for a head that is a field of a [`MultiTask`](crate::MultiTask): targets have the names that it gives them.
    ///
    /// ```
    /// # fn main() -> bert_runtime::Result<()> {
    /// # let folder = std::path::Path::new(env!("CARGO_MANIFEST_DIR")).join("../tests/fixtures/tiny-bert");
    /// use bert_runtime::data::pretraining::Pretraining;
    /// use bert_runtime::data::{Documents, Plain};
    /// use bert_runtime::text::Tokenizer;
    /// use bert_runtime::{DynamicHead, MultiTask, Task, head};
    ///
    /// head! { head Order { labels is_next, not_next; input pooled; linear hidden -> labels; loss cross_entropy; } }
    ///
    /// #[derive(MultiTask)]
    /// struct Reader {
    ///     order: Order,
    /// }
    ///
    /// let documents = Documents::parse("a.txt", "It rains.\nTake a coat.\n\nCats sleep.\nThey dream.\n", &Plain::lines())?;
    /// let tokenizer = Tokenizer::open(folder)?;
    /// let examples = Pretraining::new(&DynamicHead::from_source(Order::TEXT)?, &tokenizer, documents, 7)?.within("order");
    /// assert_eq!(examples.get(0, 1, 64)?.1[0].0, "labels.order");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use]
    pub fn within(mut self, field: &str) -> Self {
        let names = self.wanted.iter_mut().flat_map(|wanted| &mut wanted.names);
        names.for_each(|name| *name = name_in(field, name));
        self
    }

    /// How many examples an epoch has.
    pub fn len(&self) -> usize {
        self.pairs.len()
    }

    /// Whether there is none, which cannot be.
    pub fn is_empty(&self) -> bool {
        self.pairs.is_empty()
    }

    /// The sentences.
    pub fn pairs(&self) -> &SentencePairs {
        &self.pairs
    }

    /// An example of an epoch, of `max_length` tokens at most, with its targets by their names.
    ///
    /// # Errors
    /// A number past the end, and what the tokenizer says.
    pub fn get(&self, epoch: u64, index: usize, max_length: usize) -> Result<(Encoding, Vec<(String, Target)>)> {
        let past = || Error::new(ErrorKind::Data, format!("there is no example {index}: an epoch has {}", self.len()));
        let (text, follows) = self.text(epoch, index).ok_or_else(past)?;
        let mut encoding = self.tokenizer.encode(&text, max_length)?;
        let masked = self.wants(Kind::TokenIds).then(|| self.masking.mask(&encoding, epoch, index as u64));
        let hidden = masked.map(|masked| {
            encoding = masked.encoding;
            masked.targets.into_target()
        });
        let target = |wanted: &Wanted| match (wanted.kind, &hidden) {
            (Kind::TokenIds, Some(hidden)) => hidden.clone(),
            _ => usize::from(!follows).into_target(),
        };
        let named = self.wanted.iter().filter_map(|wanted| Some((wanted.names.first()?.clone(), target(wanted))));
        let targets = named.collect();
        Ok((encoding, targets))
    }

    /// What an example reads, and whether its second sentence follows: a pair for a head that asks about pairs, and one passage for another.
    fn text(&self, epoch: u64, index: usize) -> Option<(Text, bool)> {
        if self.wants(Kind::Label) {
            let pair = self.pairs.get(epoch, index)?;
            return Some((pair.text(), pair.is_next));
        }
        Some((Text::from(self.pairs.passage(epoch, index)?.as_ref()), true))
    }

    fn wants(&self, kind: Kind) -> bool {
        self.wanted.iter().any(|wanted| wanted.kind == kind)
    }
}
