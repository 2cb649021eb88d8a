//! Every label by itself.

use crate::decode::probability::sigmoid;
use crate::decode::rows::{Asked, by_row};
use crate::decode::{Decoded, Reading};
use crate::error::Result;
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::Value;

/// Takes the labels whose probability, the sigmoid of the logit, is above `threshold`: a [`Decoded::Labels`] an example,
/// a choice, or a word.
///
/// # Errors
/// Outputs that are not of the texts in `reading`, and what candle says of reading them.
pub fn decode_threshold(x: &Value, threshold: f32, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    by_row(x, reading, Asked::Words, |logits, _| {
        let scores: Vec<f32> = logits.iter().copied().map(sigmoid).collect();
        let above = (0..scores.len()).filter(|&label| scores[label] > threshold).collect();
        Decoded::Labels { above, scores }
    })
}

impl DecodeRoom for bert_dsl::decode::Threshold {
    fn make(&self, _outlet: Outlet) -> Reader {
        let threshold = self.threshold as f32;
        Box::new(move |outputs, reading| decode_threshold(&outputs[0], threshold, reading))
    }
}
