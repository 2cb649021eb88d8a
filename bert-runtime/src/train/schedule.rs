//! How the learning rate changes from step to step.

use std::f64::consts::PI;

use serde::{Deserialize, Serialize};

/// What follows the warm-up.
///
/// The formulas are those of transformers' `get_linear_schedule_with_warmup` and its siblings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Decay {
    /// From the full rate in a straight line to zero.
    #[default]
    Linear,
    /// Half a period of a cosine, from the full rate to zero.
    Cosine,
    /// The full rate to the end.
    Constant,
}

/// The share of the learning rate at each step.
///
/// ```
/// use bert_runtime::train::{Decay, Schedule};
///
/// let schedule = Schedule { warm_up: 2, steps: 6, decay: Decay::Linear };
/// let shares: Vec<f64> = (0..6).map(|step| schedule.share(step)).collect();
/// assert_eq!(shares, [0.0, 0.5, 1.0, 0.75, 0.5, 0.25]);
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Schedule {
    /// In how many steps the rate rises in a straight line from zero to the full rate.
    pub warm_up: u64,
    /// How many steps there are.
    pub steps: u64,
    /// What follows the warm-up.
    pub decay: Decay,
}

impl Schedule {
    /// What the learning rate is multiplied by at the step of this number, from 0.
    pub fn share(&self, step: u64) -> f64 {
        if step < self.warm_up {
            return step as f64 / self.warm_up as f64;
        }
        let done = step.saturating_sub(self.warm_up) as f64 / self.steps.saturating_sub(self.warm_up).max(1) as f64;
        match self.decay {
            Decay::Linear => (1.0 - done).max(0.0),
            Decay::Cosine => (0.5 * (1.0 + (PI * done).cos())).max(0.0),
            Decay::Constant => 1.0,
        }
    }
}
