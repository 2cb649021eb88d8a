//! `span`.

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::cross_entropy::CrossEntropy;
use crate::losses::part::Part;
use crate::losses::targets::{Unit, classes, fault};
use crate::value::{Layout, Rows, Value};

/// The mean of two cross-entropies over tokens, of a span's first and last token, as transformers' question answering.
///
/// Values are `[batch, token]` each and a target is a token's position. One past the row's last token is ignored, since
/// the answer was cut off. Padding takes no part in the softmax.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Span;

/// Marks a target that is past the row's end; none is negative otherwise.
const PAST_THE_END: i64 = -1;

impl Span {
    /// The losses of the first and the last token, under the names of their outputs, each with half the weight: their
    /// [`total`](crate::losses::total) is `weight * (start + end) / 2`.
    ///
    /// # Errors
    /// [`ErrorKind::Target`] for targets that do not fit, with the example's number.
    pub fn parts(&self, names: [&str; 2], weight: f64, cx: &Context, values: [&Value; 2], targets: [&[Target]; 2]) -> Result<[Part; 2]> {
        let ([first, last], [first_value, last_value], [first_targets, last_targets]) = (names, values, targets);
        Ok([end(first, weight / 2.0, cx, first_value, first_targets)?, end(last, weight / 2.0, cx, last_value, last_targets)?])
    }
}

fn end(name: &str, weight: f64, cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
    if value.rows() != Rows::Token || value.has_features() {
        return Err(Error::new(
            ErrorKind::Target,
            format!("`span` wants `{name}` to be one number a token: read `tokens` and `split` into two outputs"),
        ));
    }
    let inside = within_rows(name, value.layout(), targets)?;
    let loss = CrossEntropy { ignore: PAST_THE_END, ..CrossEntropy::default() };
    loss.part(name, weight, cx, value, &inside)
}

/// The targets, those past their row's last token marked.
fn within_rows(name: &str, layout: &Layout, targets: &[Target]) -> Result<Vec<Target>> {
    let positions = classes(name, Unit::Sequence, layout, targets)?;
    let mut inside = vec![Vec::new(); layout.examples()];
    for (sequence, (position, place)) in positions.into_iter().zip(Unit::Sequence.places(layout)).enumerate() {
        if position < 0 {
            return Err(fault(
                name,
                place.example,
                format!("its position is {position}: give the position of a token, or one past the row's end for no answer"),
            ));
        }
        let columns = layout.positions(sequence);
        let past = columns.last().is_none_or(|&last| position > i64::from(last));
        if !past && !columns.iter().any(|&column| i64::from(column) == position) {
            return Err(fault(name, place.example, format!("position {position} is padding: give the position of a token")));
        }
        inside[place.example].push(if past { PAST_THE_END } else { position });
    }
    Ok(inside.into_iter().map(Target::Classes).collect())
}

impl LossRoom for bert_dsl::losses::SpanLoss {
    fn make(&self) -> Objective {
        Objective::Two(|names, weight, cx, values, targets| Span.parts(names, weight, cx, values, targets))
    }
}
