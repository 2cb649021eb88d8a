//! How far a training is.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use crate::train::precision::LossScale;
use crate::train::terms::Terms;

/// The form of checkpoints that this version writes and reads.
pub(super) const FORMAT: u32 = 1;

/// Everything that a training goes on from, beside weights and the optimizer's means.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub(in crate::train) struct State {
    pub format: u32,
    /// How many steps were taken.
    pub step: u64,
    /// The number of the epoch, from 0, and how many of its steps were taken.
    pub epoch: u64,
    pub step_in_epoch: u64,
    /// The sum of the losses of this epoch's steps.
    pub epoch_loss: f64,
    /// Whether the training came to its end.
    pub ended: bool,
    /// The best evaluation so far, and how many were not better since.
    pub best: Option<Best>,
    pub worse: u64,
    /// In how many steps the optimizer moved each weight.
    pub moved: BTreeMap<String, u64>,
    /// What the loss is scaled by in mixed precision.
    #[serde(default)]
    pub loss_scale: LossScale,
    pub terms: Terms,
}

/// The best evaluation.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Best {
    /// The name of what was measured.
    pub metric: String,
    /// Its value.
    pub value: f64,
    /// After how many steps.
    pub step: u64,
}

impl State {
    pub fn new(terms: Terms) -> Self {
        Self {
            format: FORMAT,
            step: 0,
            epoch: 0,
            step_in_epoch: 0,
            epoch_loss: 0.0,
            ended: false,
            best: None,
            worse: 0,
            moved: BTreeMap::new(),
            loss_scale: LossScale::default(),
            terms,
        }
    }
}
