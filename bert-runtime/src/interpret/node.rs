//! A layer of the runtime as the interpreter holds it.

use std::fmt;

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::layers::{At, Crf, MultiDropout, Split};
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// A layer, by what it is called on.
pub(crate) enum Node {
    /// On the current value.
    Unary(Box<dyn Called<Value>>),
    /// On named values.
    Combined(Box<dyn Called<[Value]>>),
    /// On what stands before and after a block.
    Joined(fn(&Value, &Value) -> Result<Value>),
    /// Around a block that it runs several times.
    Sampled(MultiDropout),
    /// On the current value, at a position that comes with the example.
    Positioned(At),
    /// On the current value, for several results.
    Several(Split),
    /// On the current value; it computes the pipeline's loss and finds its path too.
    Chain(Crf),
}

/// A layer with its function.
pub(crate) trait Called<I: ?Sized>: Send + Sync {
    /// What the layer makes of its input.
    fn forward(&self, cx: &Context, input: &I) -> Result<Value>;

    /// The layer.
    fn module(&self) -> &dyn Module;
}

struct OfOne<L>(L, fn(&L, &Context, &Value) -> Result<Value>);

struct OfSeveral<L>(L, fn(&L, &Context, &[&Value]) -> Result<Value>);

impl<L: Module + Send + Sync> Called<Value> for OfOne<L> {
    fn forward(&self, cx: &Context, input: &Value) -> Result<Value> {
        (self.1)(&self.0, cx, input)
    }

    fn module(&self) -> &dyn Module {
        &self.0
    }
}

impl<L: Module + Send + Sync> Called<[Value]> for OfSeveral<L> {
    fn forward(&self, cx: &Context, input: &[Value]) -> Result<Value> {
        (self.1)(&self.0, cx, &input.iter().collect::<Vec<_>>())
    }

    fn module(&self) -> &dyn Module {
        &self.0
    }
}

impl Node {
    /// A layer that is called on the current value.
    pub(crate) fn unary<L: Module + Send + Sync + 'static>(layer: L, forward: fn(&L, &Context, &Value) -> Result<Value>) -> Self {
        Self::Unary(Box::new(OfOne(layer, forward)))
    }

    /// A layer that is called on named values.
    pub(crate) fn combined<L: Module + Send + Sync + 'static>(layer: L, forward: fn(&L, &Context, &[&Value]) -> Result<Value>) -> Self {
        Self::Combined(Box::new(OfSeveral(layer, forward)))
    }

    /// The chain whose loss and path a pipeline reads.
    pub(crate) fn chain(&self) -> Result<&Crf> {
        match self {
            Self::Chain(crf) => Ok(crf),
            _ => Err(Error::new(ErrorKind::Input, "a pipeline whose loss is `crf` ends in the layer `crf`")),
        }
    }

    /// The layer, where the tree of modules has it.
    fn module(&self) -> Option<&dyn Module> {
        match self {
            Self::Unary(layer) => Some(layer.module()),
            Self::Combined(layer) => Some(layer.module()),
            Self::Sampled(layer) => Some(layer),
            Self::Positioned(layer) => Some(layer),
            Self::Several(layer) => Some(layer),
            Self::Chain(layer) => Some(layer),
            Self::Joined(_) => None,
        }
    }
}

impl Module for Node {
    fn class(&self) -> Option<String> {
        self.module().and_then(Module::class)
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        self.module().map(Module::children).unwrap_or_default()
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.module().map(Module::parameters).unwrap_or_default()
    }
}

impl fmt::Debug for Node {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.class().unwrap_or_else(|| "Node".to_owned()))
    }
}
