//! What `lstm` and `gru` share: their arguments, axes and parameters.

use super::{At, Weight};
use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::{Build, Fragment, quote};
use crate::ir::Init;
use crate::manual::{Argument, Takes};
use crate::shape::{Feature, Type};
use crate::source::Spanned;
use crate::tree::{Module, features};

/// A recurrent layer's sizes and directions.
#[derive(Debug, Clone, PartialEq)]
pub struct Recurrence {
    /// The size that it takes, if it is written.
    pub from: Option<Spanned<Feature>>,
    /// The size that it gives, both directions together.
    pub to: Spanned<Feature>,
    /// Whether it reads from both ends.
    pub bidirectional: bool,
    /// How many of them stand on one another.
    pub layers: usize,
}

/// What a recurrent layer can be given.
pub(super) const ARGUMENTS: &[Argument] = &[
    Argument::place("[FROM] -> TO", "the sizes of the feature axis before and after; TO is that of both directions together")
        .of(Takes::Sizes),
    Argument::flag("bidirectional", "whether it reads from both ends"),
    Argument::key("layers", "N", "how many of them stand on one another").or("1"),
];

/// The arguments of a recurrent layer.
pub(super) fn read(arguments: &mut Arguments<'_, '_>) -> Option<Recurrence> {
    let (from, to) = arguments.arrow()?;
    let bidirectional = arguments.flag("bidirectional", false);
    let layers = arguments.integer_of("layers");
    if let Some(bad) = layers.filter(|layers| !(1..=64).contains(&layers.node)) {
        arguments.error(Code::BadNumber, bad.span, format!("`layers` is from 1 to 64, and this is {}", bad.node));
        return None;
    }
    let odd = bidirectional && to.size.as_number().is_some_and(|size| size % 2 != 0);
    if odd {
        let message = format!("{} features cannot be shared by two directions", to.size);
        let help = "give an even size: it is that of both directions together";
        arguments.cx.report(Diagnostic::new(Code::BadSize, to.span, message).help(help));
        return None;
    }
    Some(Recurrence { from, to, bidirectional, layers: layers.map_or(1, |layers| layers.node as usize) })
}

impl Recurrence {
    /// The axes of its result.
    pub(super) fn infer(&self, at: &mut At<'_, '_>, input: &Type) -> Type {
        let (Some(_), Some(feature)) = (at.sequence(input), at.feature(input)) else { return Type::Unknown };
        if let Some(from) = &self.from {
            at.size(feature, &from.size, from.span);
        }
        at.cx.makes(self.to.span);
        input.with_feature(Some(self.to.node.clone()))
    }

    /// PyTorch's parameters for a layer with so many gates.
    pub(super) fn weights(&self, input: &Type, gates: i128) -> Vec<Weight> {
        let found = input.feature().map_or_else(Dim::hidden, |feature| feature.size.clone());
        let first = self.from.as_ref().map_or(found, |from| from.size.clone());
        let Ok(inner) = self.to.size.over(&Dim::number(if self.bidirectional { 2 } else { 1 })) else { return Vec::new() };
        let Ok(gated) = inner.times(&Dim::number(gates)) else { return Vec::new() };
        let mut weights = Vec::new();
        for (layer, end) in self.directions() {
            let takes = if layer == 0 { first.clone() } else { self.to.size.clone() };
            let weight = |kind: &str, shape: Vec<Dim>, init| Weight::new(format!("{kind}_l{layer}{end}"), shape, init);
            weights.push(weight("weight_ih", vec![gated.clone(), takes], Init::Normal));
            weights.push(weight("weight_hh", vec![gated.clone(), inner.clone()], Init::Normal));
            weights.push(weight("bias_ih", vec![gated.clone()], Init::Zeros));
            weights.push(weight("bias_hh", vec![gated.clone()], Init::Zeros));
        }
        weights
    }

    /// Each layer's number with the end of its parameters' names, such as `_reverse`, a direction at a time.
    pub fn directions(&self) -> impl Iterator<Item = (usize, &'static str)> + use<> {
        let ends: &[&str] = if self.bidirectional { &["", "_reverse"] } else { &[""] };
        (0..self.layers).flat_map(move |layer| ends.iter().map(move |end| (layer, *end)))
    }

    /// The expression of its parameters: layers of directions.
    pub(super) fn rust(&self, build: &Build<'_>) -> Fragment {
        let one = |(layer, end): (usize, &str)| {
            let weight = |kind: &str| build.weight(&format!("{kind}_l{layer}{end}"));
            let (weight_ih, weight_hh, bias_ih, bias_hh) = (weight("weight_ih"), weight("weight_hh"), weight("bias_ih"), weight("bias_hh"));
            quote!(p::Recurrent { weight_ih: #weight_ih, weight_hh: #weight_hh, bias_ih: #bias_ih, bias_hh: #bias_hh })
        };
        let all: Vec<Fragment> = self.directions().map(one).collect();
        let layers = all.chunks(if self.bidirectional { 2 } else { 1 }).map(|directions| quote!(p::vec![#(#directions),*]));
        quote!(p::vec![#(#layers),*])
    }

    /// How PyTorch prints it, by the name of its class.
    pub(super) fn module(&self, class: &str, input: &Type) -> Option<Module> {
        let from = self.from.as_ref().map_or_else(|| features(input), |from| from.size.clone());
        let inner = self.to.size.over(&Dim::number(if self.bidirectional { 2 } else { 1 })).ok()?;
        let layers = if self.layers == 1 { String::new() } else { format!(", num_layers={}", self.layers) };
        let directions = if self.bidirectional { ", bidirectional=True" } else { "" };
        Some(Module::leaf(format!("{class}({from}, {inner}{layers}, batch_first=True{directions})")))
    }

    /// What it does, after its name.
    pub(super) fn explain(&self, name: &str) -> String {
        let ends = if self.bidirectional { "from both ends" } else { "from the first token on" };
        format!("reads the tokens one after the other, {ends}, and gives {} features a token ({name})", self.to.size)
    }
}
