//! Layers along a sequence and over pairs of tokens, against PyTorch's values and gradients.

use std::collections::HashMap;
use std::path::Path;

use candle_core::Var;

use super::*;
use crate::encoder::Batch;
use crate::padding::unpadded;

/// One fixture: its tensors, and its weights as variables.
struct Fixture {
    tensors: HashMap<String, Tensor>,
    parameters: HashMap<String, Parameter>,
    x: Var,
    layout: Arc<Layout>,
}

impl Fixture {
    fn open(name: &str) -> Self {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../tests/fixtures/sequences/{name}.safetensors"));
        let tensors = candle_core::safetensors::load(path, &Device::Cpu).unwrap();
        let wide = |tensor: &Tensor| tensor.to_dtype(DType::F64).unwrap();
        let mask: Vec<Vec<u32>> = tensors["in.attention_mask"].to_dtype(DType::U32).unwrap().to_vec2().unwrap();
        let layout = Batch::from_padded(&mask, &mask, &mask).unwrap().layout().clone();
        let trained = |(name, tensor): (&String, &Tensor)| {
            let name = name.strip_prefix("parameter.")?;
            Some((name.to_string(), Parameter::trained(name, Var::from_tensor(&wide(tensor)).unwrap())))
        };
        let x = Var::from_tensor(&unpadded(&wide(&tensors["in.x"]), &layout).unwrap()).unwrap();
        Self { parameters: tensors.iter().filter_map(trained).collect(), x, layout, tensors }
    }

    fn option(&self, name: &str) -> f64 {
        numbers(&self.tensors[&format!("option.{name}")])[0]
    }

    fn get(&self, name: &str) -> Parameter {
        self.parameters[name].clone()
    }

    fn input(&self) -> Value {
        Value::new(self.x.as_tensor().clone(), Rows::Token, self.layout.clone())
    }

    fn halves(&self) -> [Value; 2] {
        let x = self.input();
        [(0, 2), (2, 4)].map(|(start, width)| x.with_tensor(x.tensor().narrow(1, start, width).unwrap()))
    }

    /// Compares the padded result, and the gradients of the sum of `out * upstream`.
    fn check(&self, found: &Value) {
        let padded = found.to_padded().unwrap();
        assert_eq!(padded.dims(), self.tensors["out"].dims());
        assert_close(&numbers(&padded), &numbers(&self.tensors["out"]), 1e-5);
        let upstream = self.tensors["upstream"].to_dtype(DType::F64).unwrap();
        let gradients = (padded * upstream).unwrap().sum_all().unwrap().backward().unwrap();
        let expected = unpadded(&self.tensors["grad.x"], &self.layout).unwrap();
        assert_close(&numbers(gradients.get(self.x.as_tensor()).unwrap()), &numbers(&expected), 1e-5);
        for (name, parameter) in &self.parameters {
            let found = gradients.get(parameter.tensor()).unwrap_or_else(|| panic!("{name} has no gradient"));
            assert_close(&numbers(found), &numbers(&self.tensors[&format!("grad.{name}")]), 1e-5);
        }
    }

    fn recurrent(&self) -> Vec<Vec<Recurrent>> {
        let direction = |layer: usize, direction: usize| {
            let end = format!("l{layer}{}", ["", "_reverse"][direction]);
            let get = |name: &str| self.get(&format!("{name}_{end}"));
            Recurrent { weight_ih: get("weight_ih"), weight_hh: get("weight_hh"), bias_ih: get("bias_ih"), bias_hh: get("bias_hh") }
        };
        let directions = self.option("directions") as usize;
        (0..self.option("layers") as usize).map(|layer| (0..directions).map(|number| direction(layer, number)).collect()).collect()
    }

    fn attention(&self, prefix: &str) -> AttentionWeights {
        let get = |name: &str| self.get(&format!("{prefix}{name}"));
        AttentionWeights {
            in_proj_weight: get("in_proj_weight"),
            in_proj_bias: get("in_proj_bias"),
            out_proj_weight: get("out_proj.weight"),
            out_proj_bias: get("out_proj.bias"),
        }
    }
}

fn with_gradients() -> Context {
    eval().with_gradients()
}

#[test]
fn recurrences_are_pytorchs() {
    for name in ["lstm", "lstm_stacked"] {
        let fixture = Fixture::open(name);
        fixture.check(&Lstm::new(fixture.recurrent()).forward(&with_gradients(), &fixture.input()).unwrap());
    }
    for name in ["gru", "gru_stacked"] {
        let fixture = Fixture::open(name);
        fixture.check(&Gru::new(fixture.recurrent()).forward(&with_gradients(), &fixture.input()).unwrap());
    }
}

#[test]
fn convolutions_are_pytorchs() {
    for name in ["conv_odd", "conv_even", "conv_strided", "conv_without_padding"] {
        let fixture = Fixture::open(name);
        let padding = if fixture.option("padded") == 1.0 { Padding::Same } else { Padding::None };
        let conv = Conv::new(fixture.get("weight"), fixture.get("bias"), padding, fixture.option("stride") as usize);
        fixture.check(&conv.forward(&with_gradients(), &fixture.input()).unwrap());
    }
}

#[test]
fn attention_and_transformer_are_pytorchs() {
    let fixture = Fixture::open("attention");
    let attention = Attention::new(fixture.attention(""), fixture.option("heads") as usize);
    fixture.check(&attention.forward(&with_gradients(), &fixture.input()).unwrap());
    let fixture = Fixture::open("transformer");
    let get = |name: &str| fixture.get(name);
    let weights = TransformerWeights {
        attention: fixture.attention("self_attn."),
        linear1_weight: get("linear1.weight"),
        linear1_bias: get("linear1.bias"),
        linear2_weight: get("linear2.weight"),
        linear2_bias: get("linear2.bias"),
        norm1_weight: get("norm1.weight"),
        norm1_bias: get("norm1.bias"),
        norm2_weight: get("norm2.weight"),
        norm2_bias: get("norm2.bias"),
    };
    let layer = Transformer::new("t", weights, fixture.option("heads") as usize, Activation::Silu, fixture.option("eps"), 0.3);
    fixture.check(&layer.forward(&with_gradients(), &fixture.input()).unwrap());
}

#[test]
fn pairs_of_values_are_pytorchs() {
    let fixture = Fixture::open("bilinear");
    let [a, b] = fixture.halves();
    fixture.check(&Bilinear::new(fixture.get("weight"), fixture.get("bias")).forward(&with_gradients(), &[&a, &b]).unwrap());
    let fixture = Fixture::open("biaffine");
    let [a, b] = fixture.halves();
    fixture.check(&Biaffine::new(fixture.get("weight")).forward(&with_gradients(), &[&a, &b]).unwrap());
}
