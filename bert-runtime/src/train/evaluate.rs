//! What a model is worth on examples that it is not trained on.

use super::mix::{Data, Mix};
use super::model::Model;
use crate::error::Result;
use crate::metrics::Evaluation;

impl<M: Model> Mix<'_, M> {
    /// How good a model is on all examples of all sets: the mean loss of each output, and the metrics of its decode, as
    /// [`BertFor::evaluate`](crate::BertFor::evaluate) has them. Running text is read as the first epoch draws it, so that every evaluation is
    /// of the same hidden words.
    ///
    /// ```no_run
    /// # use bert_runtime::{DynamicBert, data::pretraining::Pretraining, train::Mix};
    /// # fn example(model: &DynamicBert, text: Pretraining<'_>) -> bert_runtime::Result<()> {
    /// println!("{}", Mix::new().text("books", text).evaluate(model)?); // loss 3.1200, masked_accuracy 0.4100, ..
    /// # Ok(())
    /// # }
    /// ```
    ///
    /// # Errors
    /// Examples that do not fit the model, all of them at once; and no set.
    pub fn evaluate(self, model: &M) -> Result<Evaluation>
    where
        M::Input: Send,
        M::Target: Send,
    {
        evaluated(model, &self.read(model)?)
    }
}

/// The mean loss and the metrics of the head's decodes over all examples, without dropout.
pub(super) fn evaluated<M: Model>(model: &M, data: &Data<'_>) -> Result<Evaluation> {
    let sets = data.sets.iter().map(|(_, source)| source.drawn()).collect::<Result<Vec<_>>>()?;
    let sets = sets.into_iter().map(|samples| samples.into_iter().map(|sample| (sample.question, sample.targets)));
    model.bert().engine()?.evaluate_sets(model.head(), sets, |question| Ok(question.clone()), |_| Ok(()))
}
