//! The tree of a head's modules, as PyTorch prints it.

use crate::dim::Dim;
use crate::ir::CheckedHead;
use crate::scope::{Part, Scope};
use crate::shape::Type;

/// The modules of a head, as PyTorch's `print` gives them. What only an encoder knows stands there by its name: sizes such as `hidden`, and
/// keys of its config such as `layer_norm_eps`.
///
/// ```
/// use bert_dsl::{check, tree, Bare, Source};
///
/// let source = Source::new("two.head", "input pooled; dropout 0.1; classifier: linear hidden -> 2;");
/// let head = &check(&source, Bare::Named("Two")).heads()?[0];
/// assert_eq!(tree::modules(head), "\
/// TwoHead(
///   (dropout): Dropout(p=0.1, inplace=False)
///   (classifier): Linear(in_features=hidden, out_features=2, bias=True)
/// )
/// ");
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
pub fn modules(head: &CheckedHead) -> String {
    let mut root = Module { class: format!("{}Head", head.name), children: Vec::new() };
    if head.sources.iter().any(|source| source.fresh) {
        root = root.with("bert.pooler", Module::pooler());
    }
    root.children.extend(children(&Scope::of(head)));
    let mut text = String::new();
    root.print(0, "", &mut text);
    text
}

fn children(scope: &Scope<'_>) -> Vec<(String, Module)> {
    let module = |part: &Part<'_>| match part {
        Part::Layer(layer) => layer.layer.room().module(&layer.input),
        Part::Scope(scope) => Some(Module { class: scope.class(), children: children(scope) }),
    };
    scope.parts().iter().filter_map(|(name, part)| Some((name.clone(), module(part)?))).collect()
}

/// A layer or a scope, as PyTorch prints it.
pub(crate) struct Module {
    class: String,
    children: Vec<(String, Module)>,
}

impl Module {
    /// One with nothing inside, with its brackets: `ReLU()`.
    pub fn leaf(class: impl Into<String>) -> Self {
        Self { class: class.into(), children: Vec::new() }
    }

    /// `Linear`.
    pub fn linear(from: &Dim, to: &Dim, bias: bool) -> Self {
        let bias = if bias { "True" } else { "False" };
        Self::leaf(format!("Linear(in_features={from}, out_features={to}, bias={bias})"))
    }

    /// `Dropout`, by its probability or the config's key of it.
    pub fn dropout(p: impl std::fmt::Display) -> Self {
        Self::leaf(format!("Dropout(p={p}, inplace=False)"))
    }

    /// `LayerNorm` over the features of a value.
    pub fn layer_norm(input: &Type, eps: Option<f64>) -> Self {
        Self::leaf(format!("LayerNorm(({},), eps={}, elementwise_affine=True, bias=True)", features(input), shown_eps(eps)))
    }

    fn pooler() -> Self {
        let dense = Self::linear(&Dim::hidden(), &Dim::hidden(), true);
        Self::leaf("BertPooler").with("dense", dense).with("activation", Self::leaf("Tanh()"))
    }

    /// The same with one more inside.
    #[must_use]
    pub fn with(mut self, name: &str, child: Self) -> Self {
        self.children.push((name.to_owned(), child));
        self
    }

    fn print(&self, depth: usize, name: &str, text: &mut String) {
        let indent = "  ".repeat(depth);
        *text += &format!("{indent}{name}{}", self.class);
        if self.children.is_empty() {
            *text += if self.class.ends_with(')') { "\n" } else { "()\n" };
            return;
        }
        *text += "(\n";
        self.children.iter().for_each(|(name, child)| child.print(depth + 1, &format!("({name}): "), text));
        *text += &format!("{indent})\n");
    }
}

/// The feature size of a value.
pub(crate) fn features(value: &Type) -> Dim {
    value.feature().map_or_else(Dim::hidden, |feature| feature.size.clone())
}

/// What keeps a norm's division from zero, or the config's key of it.
pub(crate) fn shown_eps(eps: Option<f64>) -> String {
    eps.map_or_else(|| "layer_norm_eps".to_owned(), python_float)
}

/// A number as Python's `repr` writes it.
///
/// ```
/// use bert_dsl::tree::python_float;
///
/// assert_eq!([1e-12, 1.5e-5, 1e-4, 0.1, 0.0, -2.0].map(python_float), ["1e-12", "1.5e-05", "0.0001", "0.1", "0.0", "-2.0"]);
/// assert_eq!([1e15, 1e16, 2.5e100, f64::INFINITY].map(python_float), ["1000000000000000.0", "1e+16", "2.5e+100", "inf"]);
/// ```
pub fn python_float(number: f64) -> String {
    if !number.is_finite() {
        return number.to_string().to_lowercase();
    }
    let scientific = format!("{number:e}");
    let (digits, exponent) = scientific.split_once('e').unwrap_or((&scientific, "0"));
    match exponent.parse::<i32>() {
        Ok(power) if !(-4..16).contains(&power) => format!("{digits}e{}{:02}", if power < 0 { '-' } else { '+' }, power.abs()),
        _ => decimal(number),
    }
}

fn decimal(number: f64) -> String {
    let plain = number.to_string();
    if plain.contains('.') { plain } else { plain + ".0" }
}
