//! Masked tokens.

use crate::decode::Decoded;
use crate::head::Target;
use crate::metrics::measure::teller::Teller;
use crate::metrics::{Share, perplexity};

/// How many masked tokens are filled in rightly.
#[derive(Debug, Clone, Default)]
pub(super) struct Masks(Option<Share>);

impl Masks {
    /// Counts the mask tokens of an example that have a target; says whether it has such answers.
    pub(super) fn add(&mut self, decoded: &Decoded, target: &Target) -> bool {
        let (Decoded::Masked(masked), Target::Classes(classes)) = (decoded, target) else { return false };
        let share = self.0.get_or_insert_default();
        for token in masked {
            let wanted = classes.get(token.position).and_then(|class| u32::try_from(*class).ok());
            wanted.into_iter().for_each(|wanted| share.add(token.candidates.first().is_some_and(|best| best.id == wanted)));
        }
        true
    }

    /// Tells the accuracy, and the perplexity by the sum and the count of the loss.
    pub(super) fn tell(&self, loss: Option<(f64, f64)>, teller: &mut Teller<'_>) {
        let Some(share) = &self.0 else { return };
        teller.higher("masked_accuracy", share.value());
        if let Some((sum, count)) = loss {
            teller.lower("perplexity", perplexity(sum, count));
        }
    }
}
