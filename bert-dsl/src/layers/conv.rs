//! `conv A->B, width=W`: each token with its neighbours.

use super::{At, Layer, Room, Row, Rust, Weight};
use crate::check::Arguments;
use crate::codes::Code;
use crate::dim::Dim;
use crate::emit::{Build, quote};
use crate::ir::Init;
use crate::tree::{Module, features};
use crate::shape::{Axis, Feature, Type};
use crate::source::Spanned;
use crate::manual::{Argument, Manual, Takes};

/// A convolution over the tokens.
#[derive(Debug, Clone, PartialEq)]
pub struct Conv {
    /// The size that it takes, if it is written.
    pub from: Option<Spanned<Feature>>,
    /// The size that it gives.
    pub to: Spanned<Feature>,
    /// How many tokens it sees at once.
    pub width: usize,
    /// Whether zeros stand at both ends, so that every token has a result.
    pub same: bool,
    /// How many tokens it goes on by.
    pub stride: usize,
}

pub(super) const ROW: Row = Row {
    words: &["conv"],
    block: false,
    read,
    manual: Manual {
        arguments: &[
            Argument::place("[FROM] -> TO", "the sizes of the feature axis before and after").of(Takes::Sizes),
            Argument::key("width", "W", "how many tokens it sees at once"),
            Argument::key("padding", "same", "whether zeros stand at both ends, so that every token has a result").one_of(&["same", "none"]).or("same"),
            Argument::key("stride", "S", "how many tokens it goes on by").or("1"),
        ],
        about: "A convolution over the tokens, as PyTorch's `Conv1d` (Kim 2014, https://arxiv.org/abs/1408.5882). Padded tokens count \
            as zeros, and an even width pads one more at the right. After `padding=none` or a stride above 1 there are no tokens \
            to label or to point at.",
        example: "\
labels negative, positive;
input tokens;
conv hidden -> 16, width=3;
relu;
pool max;
classifier: linear 16 -> labels;
loss cross_entropy;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Layer> {
    let (from, to) = arguments.arrow()?;
    let (width, stride) = (arguments.integer_of("width"), arguments.integer_of("stride"));
    let same = padding(arguments)?;
    let Some(width) = width else {
        arguments.missing("how many tokens it sees at once, as in `width=3`,");
        return None;
    };
    if let Some(number) = [Some(width), stride].into_iter().flatten().find(|number| !(1..=1024).contains(&number.node)) {
        arguments.error(Code::BadNumber, number.span, format!("this is from 1 to 1024, and not {}", number.node));
        return None;
    }
    let stride = stride.map_or(1, |stride| stride.node as usize);
    Some(Layer::Conv(Conv { from, to, width: width.node as usize, same, stride }))
}

fn padding(arguments: &mut Arguments<'_, '_>) -> Option<bool> {
    match arguments.word_of("padding").map(|word| (word.node, word.span)) {
        None | Some(("same", _)) => Some(true),
        Some(("none", _)) => Some(false),
        Some((other, span)) => {
            arguments.error(Code::BadArgument, span, format!("`padding` is `same` or `none`, and not `{other}`"));
            None
        }
    }
}

impl Room for Conv {
    fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let (Some(axis), Some(feature)) = (at.sequence(input), at.feature(input)) else { return Type::Unknown };
        if let Some(from) = &self.from {
            at.size(feature, &from.size, from.span);
        }
        at.cx.makes(self.to.span);
        let kept = if self.same && self.stride == 1 { axis.clone() } else { Axis::Step };
        input.replacing(&axis, Some(kept)).with_feature(Some(self.to.node.clone()))
    }

    fn weights(&self, input: &Type) -> Vec<Weight> {
        let found = input.feature().map_or_else(Dim::hidden, |feature| feature.size.clone());
        let (from, to) = (self.from.as_ref().map_or(found, |from| from.size.clone()), self.to.size.clone());
        let weight = vec![to.clone(), from, Dim::number(self.width as i128)];
        vec![Weight::new("weight", weight, Init::Normal), Weight::new("bias", vec![to], Init::Zeros)]
    }

    fn is_row_wise(&self) -> bool {
        false
    }

    fn rust(&self, build: &Build<'_>) -> Rust {
        let stride = self.stride;
        let (weight, bias) = (build.weight("weight"), build.weight("bias"));
        let padding = if self.same { quote!(p::Padding::Same) } else { quote!(p::Padding::None) };
        Rust { ty: build.ty("Conv"), new: quote!(p::Conv::new(#weight, #bias, #padding, #stride)) }
    }

    fn module(&self, input: &Type) -> Option<Module> {
        let from = self.from.as_ref().map_or_else(|| features(input), |from| from.size.clone());
        let padding = if self.same { ", padding=same" } else { "" };
        let (to, width, stride) = (&self.to.size, self.width, self.stride);
        Some(Module::leaf(format!("Conv1d({from}, {to}, kernel_size=({width},), stride=({stride},){padding})")))
    }

    fn explain(&self) -> String {
        format!("looks at {} tokens at once, and gives {} features", self.width, self.to.size)
    }
}
