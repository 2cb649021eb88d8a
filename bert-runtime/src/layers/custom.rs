//! A layer of the user's own.

use std::fmt::Debug;

use crate::bind::LayerBinder;
use crate::bind::Setting;
use crate::context::Context;
use crate::error::Result;
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::Squeeze;
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

impl LayerRoom for bert_dsl::layers::Custom {
    fn make(&self, maker: &mut Maker<'_, '_>) -> Node {
        let (path, from, to) = (maker.path(), maker.input_size(), maker.size(&self.to.size));
        let settings: Vec<(&str, Setting<'_>)> = self.settings.iter().map(|(key, setting)| (key.as_str(), told(setting))).collect();
        let registry = maker.registry();
        let made = registry.make(&self.path.node, &mut maker.binder().custom(&path, from, to, &settings));
        made.unwrap_or_else(|| {
            maker.binder().fault(format!("the layer `{}` is not in the registry", self.path.node));
            Node::unary(Squeeze, Squeeze::forward)
        })
    }
}

fn told(setting: &bert_dsl::layers::Setting) -> Setting<'_> {
    match setting {
        bert_dsl::layers::Setting::Number(number) => Setting::Number(*number),
        bert_dsl::layers::Setting::Text(text) => Setting::Text(text),
        bert_dsl::layers::Setting::Flag(flag) => Setting::Flag(*flag),
    }
}
