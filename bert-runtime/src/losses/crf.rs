//! `crf`.

use crate::context::Context;
use crate::error::Result;
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::layers::{Crf, Labelled};
use crate::losses::part::Part;
use crate::losses::targets::{Unit, classes, fault};
use crate::value::Value;

/// The class of a token that is in no chain.
const IGNORED: i64 = -100;

impl Crf {
    /// `-log p(labels)` of each sequence's chain over its labelled tokens alone, reported under the name of its output.
    ///
    /// The count is the number of sequences that have a labelled token; one without adds nothing.
    ///
    /// # Errors
    /// [`ErrorKind::Target`](crate::ErrorKind::Target) for targets that do not fit, with the example's number, and emissions that are not
    /// `[batch, token, labels]`.
    pub fn part(&self, name: &str, weight: f64, cx: &Context, emissions: &Value, targets: &[Target]) -> Result<Part> {
        self.check(emissions)?;
        let chains = chains(name, emissions, targets)?;
        let count = chains.iter().filter(|chain| !chain.is_empty()).count();
        if count == 0 {
            return Part::nothing(name, weight, emissions.tensor().device());
        }
        let sum = self.negative_log_likelihood(cx, emissions, &chains)?;
        Ok(Part { name: name.into(), weight, sum, count: count as f64 })
    }
}

/// The labelled tokens of each sequence, checked.
fn chains(name: &str, emissions: &Value, targets: &[Target]) -> Result<Vec<Vec<Labelled>>> {
    let (layout, labels) = (emissions.layout(), emissions.width());
    let found = classes(name, Unit::Token, layout, targets)?;
    let places = Unit::Token.places(layout);
    let label = |row: usize| {
        let known = u32::try_from(found[row]).ok().filter(|&label| (label as usize) < labels);
        let what =
            || format!("its label is {}, and there are {labels}: give a number from 0, below {labels}, or {IGNORED} for none", found[row]);
        known.map(|label| (row as u32, label)).ok_or_else(|| fault(name, places[row].example, what()))
    };
    let chain = |sequence| layout.rows(sequence).filter(|&row| found[row] != IGNORED).map(label).collect();
    (0..layout.sequences()).map(chain).collect()
}

impl LossRoom for bert_dsl::losses::CrfLoss {
    fn make(&self) -> Objective {
        Objective::Chain
    }
}
