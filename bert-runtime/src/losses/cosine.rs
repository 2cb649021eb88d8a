//! `cosine`.

use candle_core::{D, Tensor};

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::groups::groups;
use crate::losses::part::Part;
use crate::losses::targets::fault;
use crate::value::Value;

/// What a product of lengths is at least, as in `torch.nn.functional.cosine_similarity`.
const EPSILON: f64 = 1e-8;

/// Rows 2i and 2i+1 are as near as their target says: the mean of `(cos - t)^2` over pairs.
///
/// The cosine similarity loss of sentence-transformers. The targets are one number a pair, from -1 to 1, so half as many as
/// there are rows. The count is the number of pairs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Cosine;

impl Cosine {
    /// The loss of a value `[batch, D]`, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`] for an odd number of rows, a value with other axes, and targets that are not one number from
    /// -1 to 1 a pair.
    pub fn part(&self, name: &str, weight: f64, _cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        let Some([first, second]) = groups(name, value, "a text and its partner")? else {
            return Part::nothing(name, weight, value.tensor().device());
        };
        let wanted = likenesses(name, first.dim(0)?, targets)?;
        let count = wanted.len() as f64;
        let wanted = Tensor::from_vec(wanted, first.dim(0)?, first.device())?.to_dtype(first.dtype())?;
        let sum = (cosines(&first, &second)? - wanted)?.sqr()?.sum_all()?;
        Ok(Part { name: name.into(), weight, sum, count })
    }
}

/// The cosine of each row of one with the same row of the other: `[pairs]`. That of a row without length is 0.
fn cosines(first: &Tensor, second: &Tensor) -> Result<Tensor> {
    let length = |rows: &Tensor| rows.sqr()?.sum(D::Minus1)?.maximum(EPSILON * EPSILON)?.sqrt();
    Ok((((first * second)?.sum(D::Minus1)? / length(first)?)? / length(second)?)?)
}

fn likenesses(name: &str, pairs: usize, targets: &[Target]) -> Result<Vec<f32>> {
    if targets.len() != pairs {
        let have = targets.len();
        return Err(Error::new(
            ErrorKind::Target,
            format!("`{name}` has {have} targets, and the batch has {pairs} pairs: give one a pair"),
        ));
    }
    let likeness = |(pair, target): (usize, &Target)| match target {
        Target::Numbers(numbers) => match numbers[..] {
            [number] if (-1.0..=1.0).contains(&number) => Ok(number),
            [number] => Err(fault(name, pair, format!("it is {number}, and a cosine is a number from -1 to 1"))),
            _ => Err(fault(name, pair, format!("it has {} entries, and 1 is wanted", numbers.len()))),
        },
        _ => Err(fault(name, pair, "it is classes, and this loss wants a number")),
    };
    targets.iter().enumerate().map(likeness).collect()
}

impl LossRoom for bert_dsl::losses::Cosine {
    fn make(&self) -> Objective {
        Objective::one(Cosine, Cosine::part)
    }
}
