//! What a room needs to make its layer: the twin of what generated code is made with.

use bert_dsl::dim::{Dim, Symbol};
use bert_dsl::ir::{self, CheckedHead, LayerUse};

use crate::bind::{Binder, Size};
use crate::interpret::Registry;
use crate::interpret::node::Node;
use crate::parameter::{Init, Parameter};

/// A layer in its place, and where its weights come from.
pub(crate) struct Maker<'m, 'b> {
    pub(super) binder: &'m mut Binder<'b>,
    pub(super) head: &'m CheckedHead,
    pub(super) registry: &'m Registry,
    pub(super) layer: &'m LayerUse,
}

impl<'m, 'b> Maker<'m, 'b> {
    /// The layer's path.
    pub(crate) fn path(&self) -> String {
        self.layer.path.join(".")
    }

    /// Where weights come from, and what is known of the encoder.
    pub(crate) fn binder(&mut self) -> &mut Binder<'b> {
        self.binder
    }

    /// The layers of a user's own.
    pub(crate) fn registry(&self) -> &'m Registry {
        self.registry
    }

    /// The parameter whose name ends so.
    pub(crate) fn weight(&mut self, name: &str) -> Parameter {
        match self.head.parameter_of(self.layer, name) {
            Some(parameter) => self.parameter(parameter),
            None => self.binder.parameter(&format!("{}.{name}", self.path()), &[], Init::Zeros),
        }
    }

    /// A size of the layer.
    pub(crate) fn size(&self, dim: &Dim) -> Size {
        size(dim, self.head, self.registry, self.binder)
    }

    /// The feature size of what the layer reads.
    pub(crate) fn input_size(&self) -> Size {
        self.layer.input.feature().map_or_else(|| Size::from(1u64), |feature| self.size(&feature.size))
    }

    fn parameter(&mut self, parameter: &ir::Parameter) -> Parameter {
        let shape: Vec<Size> = parameter.shape.iter().map(|dim| self.size(dim)).collect();
        if parameter.tied {
            return self.binder.tied_word_embeddings(&parameter.path, &shape);
        }
        let aliases: Vec<&str> = parameter.aliases.iter().map(String::as_str).collect();
        self.binder.parameter_or(&parameter.path, &aliases, &shape, init(parameter.init))
    }

    /// Tells the binder what must hold for the layer.
    pub(super) fn check(&mut self) {
        for (found, wanted) in &self.layer.requires {
            let (found_size, wanted_size) = (self.size(found), self.size(wanted));
            self.binder.require(found_size, wanted_size, &format!("{found} = {wanted}"));
        }
        for (found, least) in &self.layer.at_least {
            let size = self.size(found);
            self.binder.at_least(size, *least as u64, &format!("{found} of {least} at least"));
        }
    }

    /// The layer, by its room.
    pub(super) fn make(&mut self) -> Node {
        let layer = self.layer;
        super::room::layer(&layer.layer).make(self)
    }
}

fn init(init: ir::Init) -> Init {
    match init {
        ir::Init::Normal => Init::Normal,
        ir::Init::Zeros => Init::Zeros,
        ir::Init::Ones => Init::Ones,
        ir::Init::Uniform(bound) => Init::Uniform(bound),
    }
}

/// A size, by what the binder knows of the encoder and the registry of the labels.
fn size(dim: &Dim, head: &CheckedHead, registry: &Registry, binder: &Binder<'_>) -> Size {
    let symbol = |symbol| match symbol {
        Symbol::Hidden => binder.hidden(),
        Symbol::Vocab => binder.vocab(),
        Symbol::Depth => binder.depth(),
        Symbol::Labels(set) => Size::from(head.sets.get(usize::from(set)).map_or(0, |set| registry.count_of(set))),
    };
    let (parts, divisor) = dim.parts();
    let product = |factor: i128, symbols: Vec<Symbol>| {
        symbols.into_iter().fold(Size::from(factor.unsigned_abs() as u64), |product, factor| product * symbol(factor))
    };
    // A size is never below zero, so what is taken away comes last.
    let (added, taken): (Vec<_>, Vec<_>) = parts.partition(|(factor, _)| *factor > 0);
    let sum = added.into_iter().fold(Size::from(0u64), |sum, (factor, symbols)| sum + product(factor, symbols));
    let rest = taken.into_iter().fold(sum, |sum, (factor, symbols)| sum - product(factor, symbols));
    rest / u64::try_from(divisor).unwrap_or(1)
}
