//! `rms_norm eps=E`.

use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::layer_norm::over_root_mean_square;
use crate::layers::{python_float, wide};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// `x / sqrt(mean(x^2) + eps) * weight` over the feature axis, as PyTorch's `RMSNorm`.
#[derive(Debug, Clone)]
pub struct RmsNorm {
    weight: Parameter,
    eps: f64,
}

impl RmsNorm {
    /// A norm with `weight` `[features]`.
    pub fn new(weight: Parameter, eps: f64) -> Self {
        Self { weight, eps }
    }

    /// The same shape `[.., features]`.
    ///
    /// # Errors
    /// A feature axis of another size than the weight's.
    pub fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        let scaled = over_root_mean_square(&wide(x.tensor())?, self.eps)?;
        let weighted = scaled.broadcast_mul(&wide(&self.weight.get(cx))?)?;
        Ok(x.with_tensor(weighted.to_dtype(x.tensor().dtype())?))
    }
}

impl Module for RmsNorm {
    fn class(&self) -> Option<String> {
        let (size, eps) = (self.weight.tensor().elem_count(), python_float(self.eps));
        Some(format!("RMSNorm(({size},), eps={eps}, elementwise_affine=True)"))
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight]
    }
}

impl LayerRoom for bert_dsl::layers::RmsNorm {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let weight = maker.weight("weight");
        Node::unary(RmsNorm::new(weight, maker.binder().eps(self.eps)), RmsNorm::forward)
    }
}
