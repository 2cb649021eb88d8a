//! A layer of the user's own.

use std::fmt::Debug;

use crate::bind::LayerBinder;
use crate::context::Context;
use crate::error::Result;
use crate::module::Module;
use crate::value::Value;

/// A layer of a user's own, which a head names by its Rust path: `highway: crate::layers::Highway hidden -> hidden;`
///
/// ```
/// use bert_runtime::bind::LayerBinder;
/// use bert_runtime::layers::CustomLayer;
/// use bert_runtime::{Context, Init, Module, Parameter, Result, Value};
///
/// /// Times a learned number a feature.
/// #[derive(Debug, Clone)]
/// struct Gate(Parameter);
///
/// impl Module for Gate {
///     fn class(&self) -> Option<String> {
///         Some("Gate()".into())
///     }
///     fn parameters(&self) -> Vec<&Parameter> {
///         vec![&self.0]
///     }
/// }
///
/// impl CustomLayer for Gate {
///     fn bind(binder: &mut LayerBinder<'_, '_>) -> Self {
///         Self(binder.parameter("weight", &[binder.to()], Init::Ones))
///     }
///     fn forward(&self, cx: &Context, x: &Value) -> Result<Value> {
///         Ok(x.with_tensor(x.tensor().broadcast_mul(&self.0.get(cx))?))
///     }
/// }
/// ```
pub trait CustomLayer: Module + Debug + Clone + Send + Sync {
    /// Makes the layer, with its parameters from the binder.
    fn bind(binder: &mut LayerBinder<'_, '_>) -> Self;

    /// From rows `[rows, from]` to rows `[rows, to]`; the other axes stay.
    ///
    /// # Errors
    /// What candle says, and what the layer itself refuses.
    fn forward(&self, cx: &Context, x: &Value) -> Result<Value>;
}
