//! A layer that the language does not have.

use bert_runtime::bind::{LayerBinder, Setting};
use bert_runtime::layers::CustomLayer;
use bert_runtime::{Context, Init, Module, Parameter, Result, Tensor, Value};

/// A linear layer behind a gate, after Srivastava et al. 2015: `sigmoid(G x)^gates * tanh(W x)`, squashed once more if `deep`.
#[derive(Debug, Clone)]
pub struct Highway {
    weight: Parameter,
    gate: Parameter,
    gates: usize,
    deep: bool,
}

impl Module for Highway {
    fn class(&self) -> Option<String> {
        Some("Highway()".into())
    }

    fn parameters(&self) -> Vec<&Parameter> {
        vec![&self.weight, &self.gate]
    }
}

impl CustomLayer for Highway {
    fn bind(binder: &mut LayerBinder<'_, '_>) -> Self {
        let shape = [binder.to(), binder.from()];
        let gates = if let Some(Setting::Number(gates)) = binder.setting("gates") { gates as usize } else { 1 };
        let deep = matches!(binder.setting("deep"), Some(Setting::Flag(true)));
        if !matches!(binder.setting("mode"), None | Some(Setting::Text("soft"))) {
            binder.fault("the one mode is `soft`");
        }
        let [weight, gate] = ["weight", "gate"].map(|name| binder.parameter(name, &shape, Init::Normal));
        Self { weight, gate, gates, deep }
    }

    fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
        let through = |weight: &Parameter| -> Result<Tensor> { Ok(x.tensor().broadcast_matmul(&weight.get(cx).t()?)?) };
        let mut y = through(&self.weight)?.tanh()?;
        if self.deep {
            y = y.tanh()?;
        }
        // The sigmoid by `tanh`, which has a gradient everywhere.
        let gate = (((through(&self.gate)? * 0.5)?.tanh()? + 1.0)? * 0.5)?;
        for _ in 0..self.gates {
            y = (y * &gate)?;
        }
        Ok(x.with_tensor(y))
    }
}
