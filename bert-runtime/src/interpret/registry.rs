//! What an interpreted head may name of a user's own: layers and label enums, by their paths.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

use bert_dsl::ir::{self, CheckedHead};
use bert_dsl::layers::Layer;

use crate::bind::LayerBinder;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Label;
use crate::interpret::labels::Labels;
use crate::interpret::node::Node;
use crate::layers::CustomLayer;

/// The Rust types that interpreted heads may name, by the paths that their texts use.
///
/// ```
/// use bert_runtime::interpret::{DynamicHead, Registry};
/// # use bert_runtime::{bind::LayerBinder, layers::CustomLayer, Context, Module, Result, Value};
/// # #[derive(Debug, Clone)]
/// # struct Twice;
/// # impl Module for Twice { fn class(&self) -> Option<String> { None } }
/// # impl CustomLayer for Twice {
/// #     fn bind(_: &mut LayerBinder<'_, '_>) -> Self { Self }
/// #     fn forward(&self, _: &Context, x: &Value) -> Result<Value> { Ok(x.with_tensor((x.tensor() * 2.0)?)) }
/// # }
/// let registry = Registry::new().layer::<Twice>("crate::layers::Twice");
/// let head = DynamicHead::with("head Doubled { input pooled; crate::layers::Twice hidden -> hidden; }", &registry)?;
/// assert_eq!(head.name(), "Doubled");
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Clone, Default)]
pub struct Registry {
    layers: BTreeMap<String, fn(&mut LayerBinder<'_, '_>) -> Node>,
    labels: BTreeMap<String, Labels>,
}

impl Registry {
    /// Nothing of a user's own.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with a layer, which heads name by this path.
    #[must_use]
    pub fn layer<L: CustomLayer + 'static>(mut self, path: &str) -> Self {
        self.layers.insert(path.to_owned(), |binder| Node::unary(L::bind(binder), <L as CustomLayer>::forward));
        self
    }

    /// The same with a label enum, which heads name by this path.
    #[must_use]
    pub fn labels<L: Label>(mut self, path: &str) -> Self {
        let names: Arc<[String]> = L::NAMES.iter().map(|name| (*name).to_owned()).collect();
        let labels = if names.is_empty() { Labels::Count(L::COUNT) } else { Labels::Named(names) };
        self.labels.insert(path.to_owned(), labels);
        self
    }

    /// The labels of a set.
    pub(super) fn labels_of(&self, set: &ir::LabelSet) -> Labels {
        match &set.labels {
            ir::Labels::Named(labels) => Labels::Named(labels.iter().map(|label| label.name.clone()).collect()),
            ir::Labels::Count(count) => Labels::Count(*count as usize),
            ir::Labels::Enum(path) => self.labels.get(path).cloned().unwrap_or(Labels::None),
        }
    }

    pub(super) fn count_of(&self, set: &ir::LabelSet) -> usize {
        self.labels_of(set).count()
    }

    /// The layer of this path, where it is known.
    pub(crate) fn make(&self, path: &str, binder: &mut LayerBinder<'_, '_>) -> Option<Node> {
        self.layers.get(path).map(|make| make(binder))
    }

    /// Refuses a head that names what is not here.
    pub(super) fn check(&self, head: &CheckedHead) -> Result<()> {
        let layers = head.layers().into_iter().filter_map(|used| match &used.layer {
            Layer::Custom(custom) if !self.layers.contains_key(&custom.path.node) => Some(("layer", custom.path.node.clone())),
            _ => None,
        });
        let sets = head.sets.iter().filter_map(|set| match &set.labels {
            ir::Labels::Enum(path) if !self.labels.contains_key(path) => Some(("labels", path.clone())),
            ir::Labels::Enum(_) | ir::Labels::Named(_) | ir::Labels::Count(_) => None,
        });
        let missing: Vec<String> = layers.chain(sets).map(|(kind, path)| format!("`Registry::{kind}::<..>({path:?})`")).collect();
        if missing.is_empty() {
            return Ok(());
        }
        let what = format!("`{}` names Rust types that the interpreter does not know: add {}", head.name, missing.join(", "));
        Err(Error::new(ErrorKind::Head, what))
    }
}

impl fmt::Debug for Registry {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Registry").field("layers", &self.layers.keys()).field("labels", &self.labels.keys()).finish()
    }
}
