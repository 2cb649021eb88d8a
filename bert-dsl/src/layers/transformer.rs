//! `transformer heads=N, inner=M`: one more layer like the encoder's own.

use super::{At, Layer, Room, Row, Rust, Weight, attention};
use crate::check::Arguments;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::explain::Cost;
use crate::ir::Init;
use crate::tree::{Module, features};
use crate::shape::{Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// PyTorch's `TransformerEncoderLayer`, norm last, with the encoder's activation, epsilon and dropout.
#[derive(Debug, Clone, PartialEq)]
pub struct Transformer {
    /// How many heads share the features.
    pub heads: usize,
    /// The size between its two linear layers.
    pub inner: Spanned<Feature>,
}

pub(super) const ROW: Row = Row {
    words: &["transformer"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            attention::HEADS,
            Argument::key("inner", "M", "the size between its two linear layers").of(Takes::Sizes),
        ],
        about: "One more layer like the encoder's own: PyTorch's `TransformerEncoderLayer` with the norm last, and the encoder's \
            activation, epsilon and dropout (Vaswani et al. 2017, https://arxiv.org/abs/1706.03762).",
        example: "\
labels \"O\", \"B-PER\", \"I-PER\";
input tokens;
transformer heads=2, inner=32;
classifier: linear hidden -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let heads = attention::heads(arguments);
    let Some(inner) = arguments.size_of("inner") else {
        arguments.missing("the size between its linear layers, as in `inner=3072`,");
        return None;
    };
    Some(Layer::Transformer(Transformer { heads: heads?, inner: inner? }))
}

impl Room for Transformer {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        attention::attended(at, input, self.heads)
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let size = input.feature().map_or_else(Dim::hidden, |feature| feature.size.clone());
        let inner = self.inner.size.clone();
        let mut weights = attention::weights("self_attn.", &size);
        weights.extend([
            Weight::new("linear1.weight", vec![inner.clone(), size.clone()], Init::Normal),
            Weight::new("linear1.bias", vec![inner.clone()], Init::Zeros),
            Weight::new("linear2.weight", vec![size.clone(), inner], Init::Normal),
            Weight::new("linear2.bias", vec![size.clone()], Init::Zeros),
        ]);
        for norm in ["norm1", "norm2"] {
            weights.push(Weight::new(format!("{norm}.weight"), vec![size.clone()], Init::Ones));
            weights.push(Weight::new(format!("{norm}.bias"), vec![size.clone()], Init::Zeros));
        }
        weights
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let (path, heads, attention) = (build.path(), self.heads, attention::rust("self_attn.", build));
        let names = ["linear1.weight", "linear1.bias", "linear2.weight", "linear2.bias", "norm1.weight", "norm1.bias", "norm2.weight", "norm2.bias"];
        let [w1, b1, w2, b2, nw1, nb1, nw2, nb2] = names.map(|name| build.weight(name));
        let (none, activation) = (build.none(), build.binder(quote!(activation())));
        let (eps, dropout) = (build.binder(quote!(eps(#none))), build.binder(quote!(encoder_dropout())));
        let weights = quote! {
            p::TransformerWeights {
                attention: #attention,
                linear1_weight: #w1, linear1_bias: #b1, linear2_weight: #w2, linear2_bias: #b2,
                norm1_weight: #nw1, norm1_bias: #nb1, norm2_weight: #nw2, norm2_bias: #nb2,
            }
        };
        let new = quote!(p::Transformer::new(#path, #weights, #heads, #activation, #eps, #dropout));
        Rust { ty: build.ty("Transformer"), new }
    }

    fn cost(&self, input: &Type) -> Option<Cost> {
        attention::cost(&self.weights(input), input)
    }

    fn module(&self, input: &Type) -> Option<Module> {
        let (size, inner, norm) = (features(input), &self.inner.size, || Module::layer_norm(input, None));
        let dropout = || Module::dropout("hidden_dropout_prob");
        let parts = [
            ("self_attn", attention::module(input)),
            ("linear1", Module::linear(&size, inner, true)),
            ("dropout", dropout()),
            ("linear2", Module::linear(inner, &size, true)),
            ("norm1", norm()),
            ("norm2", norm()),
            ("dropout1", dropout()),
            ("dropout2", dropout()),
        ];
        Some(parts.into_iter().fold(Module::leaf("TransformerEncoderLayer"), |layer, (name, part)| layer.with(name, part)))
    }

    fn explain(&self) -> String {
        format!("adds one more layer like the encoder's own, with {} heads", self.heads)
    }
}
