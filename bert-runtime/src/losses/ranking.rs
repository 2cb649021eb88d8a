//! `ranking`.

use candle_core::{D, DType, Tensor};

use crate::context::Context;
use crate::error::Result;
use crate::interpret::room::{LossRoom, Objective};
use crate::layers::log_softmax;
use crate::losses::groups::groups;
use crate::losses::part::Part;
use crate::value::Value;

/// Rows 2i and 2i+1 belong together: each first row should be nearer to its partner than to any other second row.
///
/// The dot products of every first row with every second one, times `scale`, under cross-entropy in that one direction:
/// the multiple-negatives ranking loss of Henderson et al. (2017), as sentence-transformers computes it. The count is the
/// number of pairs; the other pairs of a batch are what a pair is told from, so a batch that is cut in two has another loss.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Ranking {
    /// What the dot products are multiplied by.
    pub scale: f64,
}

impl Ranking {
    /// The loss of a value `[batch, D]`, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for an odd number of rows, and for a value with other axes.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value) -> Result<Part> {
        let Some([first, second]) = groups(name, value, "a text and its partner")? else {
            return Part::nothing(name, weight, value.tensor().device());
        };
        let pairs = first.dim(0)?;
        let logits = (first.contiguous()?.matmul(&second.contiguous()?.t()?)? * self.scale)?;
        let partner = Tensor::eye(pairs, DType::F32, logits.device())?.to_dtype(logits.dtype())?;
        let sum = (log_softmax(&logits)? * partner)?.sum(D::Minus1)?.sum_all()?.neg()?;
        Ok(Part { name: name.into(), weight, sum, count: pairs as f64 })
    }
}

impl LossRoom for bert_dsl::losses::Ranking {
    fn make(&self) -> Objective {
        Objective::alone(Ranking { scale: self.scale }, Ranking::part)
    }
}
