//! An output layer whose weight is the encoder's word embeddings.

use candle_core::{DType, Tensor};

use super::take::{Ask, Origin, WORD_EMBEDDINGS, entry};
use super::{Binder, Size};
use crate::error::Result;
use crate::parameter::{Init, Parameter, ParameterSource};
use crate::weights::{Checkpoint, Entry, NoteKind, Outcome};

impl Binder<'_> {
    /// The weight of an output layer that is tied to the word embeddings, `[vocab, hidden]`, by transformers' rules.
    ///
    /// The checkpoint's own tensor of this path is taken if it is there. Where it is not, or is the same to the bit, the weight
    /// is the embeddings themselves, one variable for both. Where `tie_word_embeddings` is false, it must be there, and is
    /// new in a new head.
    pub fn tied_word_embeddings(&mut self, path: &str, shape: &[Size]) -> Parameter {
        let path = &self.scoped(path);
        let Some(shape) = self.shape(path, shape) else { return Parameter::fixed(path, self.stand_in(&vec![1; shape.len()])) };
        let embeddings = self.word_embeddings();
        let ask = Ask::new(path, &shape, Init::Normal);
        let has_own = self.seed.is_none() && self.checkpoint.is_some_and(|checkpoint| checkpoint.contains(path));
        match (self.config.tie_word_embeddings, has_own) {
            (false, _) => self.untied(ask),
            (true, false) => self.tie(ask, embeddings),
            (true, true) => self.tie_if_equal(ask, embeddings),
        }
    }

    fn word_embeddings(&mut self) -> Parameter {
        let shape = [self.facts.vocab, self.facts.hidden];
        match self.known.get(WORD_EMBEDDINGS) {
            Some(known) => known.clone(),
            None => ParameterSource::parameter(self, WORD_EMBEDDINGS, &shape, Init::Normal),
        }
    }

    fn untied(&mut self, ask: Ask<'_>) -> Parameter {
        let parameter = self.bind(ask, self.origin_of(ask.name, ask.aliases));
        if let Some(last) = self.report.entries.last_mut().filter(|last| last.name == ask.name && last.outcome != Outcome::Loaded) {
            last.detail = Some("not tied, since tie_word_embeddings is false".to_owned());
        }
        parameter
    }

    fn tie(&mut self, ask: Ask<'_>, embeddings: Parameter) -> Parameter {
        if embeddings.tensor().dims() != ask.shape {
            self.fault(format!(
                "`{}` is wanted as {:?}, and the word embeddings that it is tied to are {:?}",
                ask.name,
                ask.shape,
                embeddings.tensor().dims()
            ));
            return Parameter::fixed(ask.name, self.stand_in(ask.shape));
        }
        self.asked.insert(ask.name.to_owned());
        let tied = entry(ask.name, Outcome::Tied, Some(ask.shape), None, self.site.clone());
        self.report.entries.push(Entry { detail: Some(format!("is `{}`", embeddings.name())), ..tied });
        embeddings
    }

    fn tie_if_equal(&mut self, ask: Ask<'_>, embeddings: Parameter) -> Parameter {
        let checkpoint = self.checkpoint.filter(|checkpoint| checkpoint.fits(ask.name, ask.shape));
        let same = checkpoint.map(|checkpoint| equal(checkpoint, ask.name, self.dtype, embeddings.tensor()));
        match same {
            Some(Ok(true)) => return self.tie(ask, embeddings),
            Some(Ok(false)) => {
                let text = format!(
                    "`{}` differs from the word embeddings, although tie_word_embeddings is true: its own numbers are used",
                    ask.name
                );
                self.note(NoteKind::UntiedDecoder, text);
            }
            Some(Err(_)) | None => {}
        }
        self.bind(ask, Origin::Checkpoint)
    }
}

fn equal(checkpoint: &Checkpoint, name: &str, dtype: DType, embeddings: &Tensor) -> Result<bool> {
    let own = checkpoint.read(name, embeddings.device(), dtype)?;
    if own.dims() != embeddings.dims() {
        return Ok(false);
    }
    let furthest = (own - embeddings)?.abs()?.max_all()?;
    Ok(furthest.to_dtype(DType::F32)?.to_scalar::<f32>()? == 0.0)
}
