//! What a training is told.

use serde::{Deserialize, Serialize};

use super::groups::Groups;
use super::precision::Precision;
use super::schedule::{Decay, Schedule};
use crate::error::{Error, ErrorKind, Result};
use crate::freeze::Freeze;

/// How a model is trained. All of it decides the weights that come out: a training resumes under the same settings alone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Settings {
    /// How often all examples are read.
    pub epochs: u64,
    /// How many examples a step reads.
    pub batch_size: usize,
    /// In how many runs a step reads them, one after the other: more of them take less memory, and give the same step.
    pub accumulation: usize,
    /// The highest learning rate.
    pub learning_rate: f64,
    /// The share of all steps in which the rate rises to it, from 0 to 1.
    pub warm_up: f64,
    /// How the rate falls from there.
    pub decay: Decay,
    /// The norm that the gradients of a step together are cut down to; `None` leaves them as they are.
    pub clip: Option<f64>,
    /// What the optimizer does to which weights.
    pub groups: Groups,
    /// How much of the mean of gradients AdamW keeps from step to step, of the mean of their squares, and what keeps its quotient finite.
    pub adam: (f64, f64, f64),
    /// The part of the encoder that does not train.
    pub freeze: Freeze,
    /// What the encoder computes in.
    pub precision: Precision,
    /// What dropout, the order of the examples and new weights follow from.
    pub seed: u64,
}

impl Default for Settings {
    fn default() -> Self {
        Self {
            epochs: 3,
            batch_size: 32,
            accumulation: 1,
            learning_rate: 3e-5,
            warm_up: 0.06,
            decay: Decay::Linear,
            clip: Some(1.0),
            groups: Groups::default(),
            adam: (0.9, 0.999, 1e-8),
            freeze: Freeze::Nothing,
            precision: Precision::Full,
            seed: 42,
        }
    }
}

impl Settings {
    /// The rates of so many steps.
    pub(super) fn schedule(&self, steps: u64) -> Schedule {
        Schedule { warm_up: (self.warm_up * steps as f64).ceil() as u64, steps, decay: self.decay }
    }

    /// Refuses what cannot be meant.
    pub(super) fn check(&self) -> Result<()> {
        let (beta1, beta2, eps) = self.adam;
        let is_share = |share: f64| (0.0..1.0).contains(&share);
        let Groups { weight_decay, layer_decay, head_rate } = self.groups;
        let rules = [
            (self.epochs > 0, "`epochs`", self.epochs.to_string(), "1 or more"),
            (self.batch_size > 0, "`batch_size`", self.batch_size.to_string(), "1 or more"),
            (self.accumulation > 0, "`accumulation`", self.accumulation.to_string(), "1 or more"),
            (
                self.learning_rate > 0.0 && self.learning_rate <= 1.0,
                "`learning_rate`",
                self.learning_rate.to_string(),
                "above 0 and 1 at most",
            ),
            ((0.0..=1.0).contains(&self.warm_up), "`warm_up`", self.warm_up.to_string(), "a share of the steps, from 0 to 1"),
            (self.clip.is_none_or(|clip| clip > 0.0 && clip.is_finite()), "`clip`", format!("{:?}", self.clip), "a norm above 0, or none"),
            (is_share(weight_decay), "`weight_decay`", weight_decay.to_string(), "from 0 to less than 1"),
            (layer_decay > 0.0 && layer_decay <= 1.0, "`layer_decay`", layer_decay.to_string(), "above 0 and 1 at most"),
            (head_rate > 0.0 && head_rate.is_finite(), "`head_rate`", head_rate.to_string(), "above 0"),
            (is_share(beta1) && is_share(beta2), "`adam`", format!("{beta1}, {beta2}"), "two shares, from 0 to less than 1"),
            (eps > 0.0 && eps.is_finite(), "`adam`", eps.to_string(), "a number above 0 behind its shares"),
        ];
        match rules.iter().find(|(holds, ..)| !holds) {
            Some((_, name, found, wanted)) => Err(Error::new(ErrorKind::Input, format!("{name} is {found}: give {wanted}"))),
            None => Ok(()),
        }
    }
}
