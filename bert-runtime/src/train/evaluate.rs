//! What a model is worth on examples that it is not trained on.

use super::model::Model;
use super::samples::Samples;
use crate::error::Result;
use crate::metrics::Evaluation;

/// The mean loss and the metrics of the head's decodes over all examples, without dropout.
pub(super) fn evaluated<M: Model>(model: &M, samples: &Samples) -> Result<Evaluation> {
    let examples = samples.all().iter().map(|sample| (sample.question.clone(), sample.targets.clone()));
    model.bert().engine()?.evaluate(model.head(), examples, |question| Ok(question.clone()), |_| Ok(()))
}
