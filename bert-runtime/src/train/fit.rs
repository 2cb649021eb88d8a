//! Whether a training does what it is meant to: every weight that trains is reached, by numbers that are finite.

use std::collections::BTreeSet;

use super::gradients::Gradients;
use super::model::Model;
use super::step::Step;
use crate::error::{Error, ErrorKind, Result};
use crate::freeze::{Part, part_of};
use crate::head::Purpose;
use crate::parameter::Parameter;

/// The names of the weights that train and that the head reads: layers above the highest that it reads have no part in it.
///
/// # Errors
/// No weight that trains.
pub(super) fn trained<M: Model>(model: &M) -> Result<BTreeSet<String>> {
    let depth = model.bert().facts().depth;
    let highest = model.head().demand(Purpose::Forward).highest(depth)?;
    let is_read = |parameter: &&Parameter| match part_of(parameter.name()) {
        Part::Layer(number) => highest.is_some_and(|highest| number < highest),
        Part::Embeddings | Part::Pooler | Part::Head => true,
    };
    let trains = |parameter: &&Parameter| parameter.var().is_some();
    let names: BTreeSet<String> =
        model.parameters().into_iter().filter(trains).filter(is_read).map(|parameter| parameter.name().to_owned()).collect();
    if names.is_empty() {
        let what = format!("nothing of `{}` trains: the head has no weights, and the encoder is frozen", model.name());
        return Err(Error::new(ErrorKind::Input, what));
    }
    Ok(names)
}

/// Refuses weights that no gradient has reached in a step that reaches all, since every loss counted something in it.
///
/// # Errors
/// The names of the weights.
pub(super) fn check_reached(unreached: &mut BTreeSet<String>, gradients: &Gradients, reaches_all: bool) -> Result<()> {
    unreached.retain(|name| gradients.get(name).is_none());
    if unreached.is_empty() || !reaches_all {
        return Ok(());
    }
    let names: Vec<&str> = unreached.iter().take(20).map(String::as_str).collect();
    let what = format!(
        "{} of the weights that train get no gradient, `{}`: freeze them, or use them in the head",
        unreached.len(),
        names.join("`, `")
    );
    Err(Error::new(ErrorKind::Tensor, what))
}

/// Refuses a loss or gradients that are not finite.
///
/// # Errors
/// The step, its examples, and the weights whose gradients are not finite.
pub(super) fn check_finite(step: u64, (set, examples): (&str, &[usize]), found: &Step, norm: f64, odd: &[&str]) -> Result<()> {
    if found.loss.is_finite() && norm.is_finite() {
        return Ok(());
    }
    let rows: Vec<String> = examples.iter().take(32).map(usize::to_string).collect();
    let subject = if found.loss.is_finite() {
        format!("the gradients of `{}` are not finite", odd.iter().take(8).copied().collect::<Vec<_>>().join("`, `"))
    } else {
        format!("the loss is {}", found.loss)
    };
    let what = format!(
        "in step {} {subject}; its examples are {} of `{set}`: look at them, or lower the learning rate. Checkpoints stay as they were",
        step + 1,
        rows.join(", ")
    );
    Err(Error::new(ErrorKind::Tensor, what))
}
