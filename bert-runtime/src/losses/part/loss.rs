//! The loss of a batch: its total, and each part by its name.

use std::ops::Deref;

use candle_core::Tensor;

use super::{Part, total};
use crate::error::Result;

/// What a model's training objective is on a batch: a part for each loss that the batch has targets for.
///
/// It is used as the list of its parts, in the order of the head's text.
///
/// ```
/// use bert_runtime::losses::{Loss, Part};
/// use candle_core::{Device, Tensor};
///
/// let part = |name: &str, sum: f32| Part { name: name.into(), weight: 1.0, sum: Tensor::new(sum, &Device::Cpu).unwrap(), count: 2.0 };
/// let loss = Loss::from(vec![part("intent", 1.0), part("slots", 4.0)]);
/// assert_eq!(loss.total()?.to_scalar::<f32>()?, 2.5);
/// assert_eq!(loss.part("slots").map(Part::mean).transpose()?.unwrap().to_scalar::<f32>()?, 2.0);
/// assert!(loss.part("topic").is_none());
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Debug, Clone)]
pub struct Loss(Vec<Part>);

impl Loss {
    /// What is trained: the sum of each part's mean times its weight, a scalar that gradients flow from.
    ///
    /// # Errors
    /// What candle says of the sum.
    pub fn total(&self) -> Result<Tensor> {
        total(&self.0)
    }

    /// The part of an output by its name; `None` where the batch has no targets for it.
    pub fn part(&self, output: &str) -> Option<&Part> {
        self.0.iter().find(|part| part.name == output)
    }

    /// The loss of this batch and another as if they were one: sums with sums, counts with counts, by the parts' names.
    ///
    /// # Errors
    /// What candle says of the sums.
    pub fn and(mut self, other: Self) -> Result<Self> {
        for part in other.0 {
            match self.0.iter_mut().find(|known| known.name == part.name) {
                Some(known) => {
                    known.sum = (&known.sum + &part.sum)?;
                    known.count += part.count;
                }
                None => self.0.push(part),
            }
        }
        Ok(self)
    }
}

impl From<Vec<Part>> for Loss {
    fn from(parts: Vec<Part>) -> Self {
        Self(parts)
    }
}

impl Deref for Loss {
    type Target = [Part];

    fn deref(&self) -> &[Part] {
        &self.0
    }
}

impl IntoIterator for Loss {
    type Item = Part;
    type IntoIter = std::vec::IntoIter<Part>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.into_iter()
    }
}

impl<'a> IntoIterator for &'a Loss {
    type Item = &'a Part;
    type IntoIter = std::slice::Iter<'a, Part>;

    fn into_iter(self) -> Self::IntoIter {
        self.0.iter()
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use candle_core::Device;

    use super::*;

    fn loss(parts: &[(&str, f32, f64)]) -> Loss {
        let part = |&(name, sum, count): &(&str, f32, f64)| {
            let sum = Tensor::new(sum, &Device::Cpu).unwrap();
            Part { name: name.into(), weight: 0.5, sum, count }
        };
        Loss::from(parts.iter().map(part).collect::<Vec<_>>())
    }

    #[test]
    fn small_batches_are_one_large_one_whatever_each_has() {
        let (first, second) = (loss(&[("intent", 3.0, 1.0)]), loss(&[("slots", 8.0, 4.0), ("intent", 5.0, 3.0)]));
        let both = first.and(second).unwrap();
        let means: Vec<(&str, f32)> = both.iter().map(|part| (part.name.as_str(), part.mean().unwrap().to_scalar().unwrap())).collect();
        assert_eq!(means, [("intent", 2.0), ("slots", 2.0)]);
        assert_eq!(both.total().unwrap().to_scalar::<f32>().unwrap(), 2.0);
    }
}
