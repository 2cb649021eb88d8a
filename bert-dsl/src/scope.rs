//! The layers of a head by their scopes: the tree of its modules.

use std::collections::HashMap;

use crate::ir::{CheckedHead, LayerUse};
use crate::layers::Form;
use crate::rust_names::camel;

/// A scope with its layers and scopes, in the order of the text.
#[derive(Debug, Default)]
pub struct Scope<'a> {
    path: Vec<String>,
    layer: Option<&'a LayerUse>,
    parts: Vec<(String, Part<'a>)>,
    /// The numbers of the parts that are scopes.
    scopes: HashMap<String, usize>,
}

/// What a scope holds.
#[derive(Debug)]
pub enum Part<'a> {
    /// A layer.
    Layer(&'a LayerUse),
    /// A scope: one of the text, or what stands in a layer's block.
    Scope(Scope<'a>),
}

impl<'a> Scope<'a> {
    /// The scope that is the whole head.
    pub fn of(head: &'a CheckedHead) -> Self {
        let mut root = Self::default();
        for layer in head.layers() {
            root.insert(layer, 0);
        }
        root
    }

    /// The path of the scope; nothing for the whole head.
    pub fn path(&self) -> &[String] {
        &self.path
    }

    /// The layer whose block it is, if it is one.
    pub fn layer(&self) -> Option<&'a LayerUse> {
        self.layer
    }

    /// What is in it, by name.
    pub fn parts(&self) -> &[(String, Part<'a>)] {
        &self.parts
    }

    /// This scope and those inside, each before what it holds.
    pub fn all(&self) -> Vec<&Scope<'a>> {
        let inner = self.parts.iter().flat_map(|(_, part)| match part {
            Part::Scope(scope) => scope.all(),
            Part::Layer(_) => Vec::new(),
        });
        std::iter::once(self).chain(inner).collect()
    }

    /// The class that transformers gives a scope of this path and these contents, or its own name in CamelCase.
    pub fn class(&self) -> String {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let class = match path.as_slice() {
            ["cls"] if self.holds(&["predictions"]) => "BertOnlyMLMHead",
            ["cls"] if self.holds(&["seq_relationship"]) => "BertOnlyNSPHead",
            ["cls"] if self.holds(&["predictions", "seq_relationship"]) => "BertPreTrainingHeads",
            ["cls", "predictions"] if self.holds(&["transform", "decoder"]) => "BertLMPredictionHead",
            ["cls", "predictions", "transform"] if self.holds(&["dense", "transform_act_fn", "LayerNorm"]) => "BertPredictionHeadTransform",
            _ => return self.path.last().map_or_else(String::new, |name| camel(name)),
        };
        class.to_owned()
    }

    fn insert(&mut self, layer: &'a LayerUse, depth: usize) {
        let name = &layer.path[depth];
        if depth + 1 == layer.path.len() && !matches!(layer.layer.form(), Form::Block | Form::Sampled) {
            self.parts.push((name.clone(), Part::Layer(layer)));
            return;
        }
        let index = self.scopes.get(name).copied().unwrap_or_else(|| {
            let path = layer.path[..=depth].to_vec();
            self.scopes.insert(name.clone(), self.parts.len());
            self.parts.push((name.clone(), Part::Scope(Scope { path, ..Scope::default() })));
            self.parts.len() - 1
        });
        let (_, Part::Scope(scope)) = &mut self.parts[index] else { return };
        match depth + 1 == layer.path.len() {
            true => scope.layer = Some(layer),
            false => scope.insert(layer, depth + 1),
        }
    }

    fn holds(&self, names: &[&str]) -> bool {
        self.parts.iter().map(|(name, _)| name.as_str()).eq(names.iter().copied())
    }
}
