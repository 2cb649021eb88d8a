//! The layers of an interpreted head by their scopes.

use std::collections::HashMap;
use std::sync::Arc;

use bert_dsl::ir::{CheckedHead, LayerUse};
use bert_dsl::scope::{Part, Scope};

use crate::bind::Binder;
use crate::encoder::Pooler;
use crate::interpret::Registry;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::module::Module;

/// A scope with what is in it.
#[derive(Debug)]
pub(super) struct Modules {
    class: String,
    pooler: Option<Pooler>,
    parts: Vec<(String, Inside)>,
}

#[derive(Debug)]
enum Inside {
    Layer(Arc<Node>),
    Scope(Modules),
}

/// The layers of a head by their paths.
pub(super) type Nodes = HashMap<Vec<String>, Arc<Node>>;

/// Makes the layers of a head, in the order in which generated code makes them.
pub(super) struct Builder<'m, 'b> {
    pub(super) binder: &'m mut Binder<'b>,
    pub(super) head: &'m CheckedHead,
    pub(super) registry: &'m Registry,
    /// The line of a place in the head's text.
    pub(super) line: &'m dyn Fn(bert_dsl::Span) -> u32,
    pub(super) nodes: Nodes,
}

impl Builder<'_, '_> {
    /// The whole head.
    pub(super) fn modules(&mut self) -> Modules {
        let fresh = self.head.sources.iter().find(|source| source.fresh);
        let pooler = fresh.map(|source| {
            self.at(source.span);
            self.binder.fresh_pooler()
        });
        Modules { class: self.head.name.clone(), pooler, ..self.scope(&Scope::of(self.head)) }
    }

    fn scope(&mut self, scope: &Scope<'_>) -> Modules {
        if let Some(around) = scope.layer() {
            self.layer(around);
        }
        let part = |(name, part): &(String, Part<'_>)| {
            let inside = match part {
                Part::Layer(layer) => Inside::Layer(self.layer(layer)),
                Part::Scope(scope) => Inside::Scope(self.scope(scope)),
            };
            (name.clone(), inside)
        };
        Modules { class: scope.class(), pooler: None, parts: scope.parts().iter().map(part).collect() }
    }

    /// A layer, which is known by its path from then on.
    fn layer(&mut self, layer: &LayerUse) -> Arc<Node> {
        self.at(layer.span);
        let mut maker = Maker { binder: self.binder, head: self.head, registry: self.registry, layer };
        maker.check();
        let node = Arc::new(maker.make());
        self.nodes.insert(layer.path.clone(), node.clone());
        node
    }

    /// Tells the binder which part of the head asks for what follows.
    pub(super) fn at(&mut self, span: bert_dsl::Span) {
        self.binder.at((self.line)(span), &self.head.excerpt(span));
    }
}

impl Modules {
    /// The head's own pooler, of `pooled fresh`.
    pub(super) fn pooler(&self) -> Option<&Pooler> {
        self.pooler.as_ref()
    }
}

impl Module for Modules {
    fn class(&self) -> Option<String> {
        Some(self.class.clone())
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        let pooler = self.pooler.iter().map(|pooler| ("bert.pooler", pooler as &dyn Module));
        let inside = self.parts.iter().map(|(name, inside)| match inside {
            Inside::Layer(node) => (name.as_str(), node.as_ref() as &dyn Module),
            Inside::Scope(scope) => (name.as_str(), scope as &dyn Module),
        });
        pooler.chain(inside).collect()
    }
}
