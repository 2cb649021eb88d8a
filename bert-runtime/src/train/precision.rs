//! Mixed precision: weights in f32, and an encoder that computes in a 16-bit format.

use candle_core::DType;
use serde::{Deserialize, Serialize};

/// What the encoder computes in while its weights and the optimizer's means are in f32. The head and the loss are in f32 in any case.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "lowercase")]
pub enum Precision {
    /// In the format of the weights.
    #[default]
    Full,
    /// In BF16, which has the range of f32.
    BF16,
    /// In F16. The loss is scaled so that small gradients are not lost, and a step whose gradients are too large for it is skipped.
    F16,
}

impl Precision {
    /// The encoder's format, where it is not that of the weights.
    pub(super) fn format(self) -> Option<DType> {
        match self {
            Self::Full => None,
            Self::BF16 => Some(DType::BF16),
            Self::F16 => Some(DType::F16),
        }
    }
}

/// What the loss is multiplied by before the way back, and its gradients divided by after it.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub(super) struct LossScale {
    pub scale: f64,
    /// How many steps since it changed last.
    since: u64,
    /// How many steps were skipped in all.
    pub skipped: u64,
}

/// A scale is doubled after so many steps without infinite gradients, as in PyTorch.
const PATIENCE: u64 = 2000;

/// Below this, gradients are not too large for the format but not finite at all.
const LEAST: f64 = 1.0;

impl LossScale {
    pub fn new(precision: Precision) -> Self {
        let scale = if precision == Precision::F16 { 65536.0 } else { 1.0 };
        Self { scale, since: 0, skipped: 0 }
    }

    /// Whether a step with gradients of this norm is skipped; the next one has a scale half as large then.
    pub fn skips(&mut self, precision: Precision, norm: f64) -> bool {
        if precision != Precision::F16 {
            return false;
        }
        if !norm.is_finite() && self.scale > LEAST {
            (self.scale, self.since, self.skipped) = (self.scale / 2.0, 0, self.skipped + 1);
            return true;
        }
        self.since += 1;
        if self.since >= PATIENCE {
            (self.scale, self.since) = (self.scale * 2.0, 0);
        }
        false
    }
}

impl Default for LossScale {
    fn default() -> Self {
        Self::new(Precision::Full)
    }
}
