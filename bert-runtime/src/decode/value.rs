//! Numbers.

use crate::decode::probability::sigmoid;
use crate::decode::rows::{Asked, by_row};
use crate::decode::{Decoded, FromDecoded, Reading};
use crate::error::Result;
use crate::interpret::room::{DecodeRoom, Outlet, Reader};
use crate::value::Value;

/// How an output stands to the number that is wanted.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Link {
    /// It is the number.
    Identity,
    /// It is the logit of the number, a probability.
    Logit,
}

/// Reads numbers: a [`Decoded::Number`], or [`Decoded::Numbers`] where there is a feature axis, for each example, choice or
/// word.
///
/// # Errors
/// Outputs that are not of the texts in `reading`, and what candle says of reading them.
pub fn decode_value(x: &Value, link: Link, reading: &Reading<'_>) -> Result<Vec<Decoded>> {
    let read = |output: &f32| match link {
        Link::Identity => *output,
        Link::Logit => sigmoid(*output),
    };
    by_row(x, reading, Asked::Words, |row, features| match row {
        [output] if !features => Decoded::Number(read(output)),
        outputs => Decoded::Numbers(outputs.iter().map(read).collect()),
    })
}

impl FromDecoded for f32 {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Number(number) => Ok(number),
            other => Err(other.is_not("a number")),
        }
    }
}

impl FromDecoded for Vec<f32> {
    fn from_decoded(decoded: Decoded) -> Result<Self> {
        match decoded {
            Decoded::Numbers(numbers) => Ok(numbers),
            other => Err(other.is_not("several numbers")),
        }
    }
}

impl DecodeRoom for bert_dsl::decode::Value {
    fn make(&self, _outlet: Outlet) -> Reader {
        let link = match self.link {
            bert_dsl::decode::Link::Identity => Link::Identity,
            bert_dsl::decode::Link::Logit => Link::Logit,
        };
        Box::new(move |outputs, reading| decode_value(&outputs[0], link, reading))
    }
}
