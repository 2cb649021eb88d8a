//! Which tokens a head that works token by token has to see.

use std::sync::Arc;

use crate::encoder::RowChoice;
use crate::head::{Purpose, Target};

/// When a head can do with fewer tokens than all.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct When<'a> {
    /// A prediction reads the mask tokens alone.
    pub predict_masked: bool,
    /// The loss reads the tokens that the targets of this name label, alone.
    pub loss_labels: Option<&'a str>,
    /// The class that stands for no label.
    pub ignore: i64,
}

/// The tokens that are needed for this purpose, of a head that looks at each token by itself.
pub fn rows(purpose: Purpose<'_>, when: When<'_>) -> RowChoice {
    let labels = |targets: &Purpose<'_>| match targets {
        Purpose::Loss(targets) => when.loss_labels.and_then(|name| labelled(targets.get(name)?, when.ignore)),
        Purpose::Forward | Purpose::Predict => None,
    };
    match purpose {
        Purpose::Predict if when.predict_masked => RowChoice::Masked,
        Purpose::Forward | Purpose::Predict => RowChoice::All,
        Purpose::Loss(_) => labels(&purpose).map_or(RowChoice::All, |columns| RowChoice::At(Arc::new(columns))),
    }
}

/// For each sequence the columns that have a class; `None` where a target has none a column.
fn labelled(targets: &[Target], ignore: i64) -> Option<Vec<Vec<u32>>> {
    let columns = |target: &Target| match target {
        Target::Classes(classes) => Some((0..).zip(classes).filter(|(_, class)| **class != ignore).map(|(column, _)| column).collect()),
        _ => None,
    };
    targets.iter().map(columns).collect()
}
