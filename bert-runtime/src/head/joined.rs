//! Heads on one encoder pass that are one head together: what each asks and gives, one after the other.

use std::ops::Range;

use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::encoder::{Demand, Encoded};
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Outcome, Purpose, Targets};
use crate::losses::{Part, some_parts};
use crate::value::Value;

/// The names of all outputs.
pub fn outputs<'h>(heads: &[&'h dyn Head]) -> Vec<&'h str> {
    heads.iter().flat_map(|head| head.outputs()).collect()
}

/// All that the heads ask of the encoder.
pub fn demand(heads: &[&dyn Head], purpose: Purpose<'_>) -> Demand {
    heads.iter().fold(Demand::default(), |mut all, head| {
        all.join(head.demand(purpose));
        all
    })
}

/// All outputs.
///
/// # Errors
/// As [`Head::forward`].
pub fn forward(heads: &[&dyn Head], cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
    let (mut all, mut outputs) = (Demand::default(), Vec::new());
    for head in heads {
        let share = all.join(head.demand(Purpose::Forward));
        outputs.extend(head.forward(cx, &encoded.part(&share))?);
    }
    Ok(outputs)
}

/// The losses that the batch has targets for; one at least.
///
/// # Errors
/// As [`Head::loss`]; and targets of which no head knows any.
pub fn loss(heads: &[&dyn Head], cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
    let mut parts = Vec::new();
    for (head, own) in heads.iter().zip(ranges(heads, |head| head.outputs().len())) {
        parts.extend(head.loss(cx, some(outputs, own)?, targets)?);
    }
    some_parts(parts, targets)
}

/// Whether any of the heads has a loss that reads the batch alone.
pub fn trains_without_targets(heads: &[&dyn Head]) -> bool {
    heads.iter().any(|head| head.trains_without_targets())
}

/// How many outputs each pipeline has, where all of the heads can join windows.
pub fn windowed(heads: &[&dyn Head]) -> Option<Vec<usize>> {
    heads.iter().map(|head| head.windowed()).collect::<Option<Vec<_>>>().map(|counts| counts.concat())
}

/// What all answers are about.
pub fn outcomes(heads: &[&dyn Head]) -> Vec<Outcome> {
    heads.iter().flat_map(|head| head.outcomes()).collect()
}

/// What all decodes say.
///
/// # Errors
/// As [`Head::decode`].
pub fn decode(heads: &[&dyn Head], outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
    let mut answers = Vec::new();
    for (head, own) in heads.iter().zip(ranges(heads, |head| head.outputs().len())) {
        answers.extend(head.decode(some(outputs, own)?, reading)?);
    }
    Ok(answers)
}

/// Which of all numbers are whose.
fn ranges(heads: &[&dyn Head], count: impl Fn(&dyn Head) -> usize) -> Vec<Range<usize>> {
    let next = |start: &mut usize, head: &&dyn Head| {
        let range = *start..*start + count(*head);
        *start = range.end;
        Some(range)
    };
    heads.iter().scan(0, next).collect()
}

fn some(outputs: &[Value], own: Range<usize>) -> Result<&[Value]> {
    let found = outputs.len();
    outputs.get(own).ok_or_else(|| Error::new(ErrorKind::Input, format!("{found} outputs are fewer than the heads give together")))
}
