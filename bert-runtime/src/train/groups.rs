//! What the optimizer does to each weight: its decay, and its share of the learning rate.

use serde::{Deserialize, Serialize};

use crate::freeze::{Part, part_of};

/// How weights are told apart by the optimizer.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct Groups {
    /// The decay of matrices. Vectors, which are biases and the weights of norms, have none.
    pub weight_decay: f64,
    /// What the rate is multiplied by from each layer to the one below it; 1 where all learn alike.
    ///
    /// Source: Clark et al. 2020, "ELECTRA", appendix; the head and the pooler have the full rate, and the embeddings the least.
    pub layer_decay: f64,
    /// What the rate of the head is multiplied by.
    pub head_rate: f64,
}

impl Default for Groups {
    fn default() -> Self {
        Self { weight_decay: 0.01, layer_decay: 1.0, head_rate: 1.0 }
    }
}

/// The decay of a weight, and its share of the learning rate.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Group {
    /// The weight decay.
    pub decay: f64,
    /// What the learning rate is multiplied by.
    pub rate: f64,
}

impl Groups {
    /// The group of a weight by its name and rank, on an encoder of so many layers.
    pub fn of(&self, name: &str, rank: usize, layers: usize) -> Group {
        let below = match part_of(name) {
            Part::Head | Part::Pooler => 0,
            Part::Layer(number) => layers.saturating_sub(number),
            Part::Embeddings => layers + 1,
        };
        let own = if part_of(name) == Part::Head { self.head_rate } else { 1.0 };
        let decay = if rank > 1 { self.weight_decay } else { 0.0 };
        Group { decay, rate: own * self.layer_decay.powi(below as i32) }
    }
}
