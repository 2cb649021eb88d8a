//! The tree of a head's layers, as PyTorch prints it.

use crate::parameter::Parameter;

/// A layer or a scope of layers.
pub trait Module {
    /// How PyTorch prints it: `Linear(in_features=768, out_features=2, bias=True)`, or the class of a scope.
    ///
    /// `None` for what PyTorch has no module for, such as `squeeze`, which is not printed.
    fn class(&self) -> Option<String>;

    /// The layers inside, by name, in the order of the head's text.
    fn children(&self) -> Vec<(&str, &dyn Module)> {
        Vec::new()
    }

    /// Its own parameters, without those of the layers inside.
    fn parameters(&self) -> Vec<&Parameter> {
        Vec::new()
    }
}

/// The lines that PyTorch's `print` gives for the layers inside a module, each ended by a line break.
///
/// ```
/// use bert_runtime::layers::Activation;
/// use bert_runtime::{print_tree, Module};
///
/// struct Scope(Activation);
/// impl Module for Scope {
///     fn class(&self) -> Option<String> {
///         Some("Scope".into())
///     }
///     fn children(&self) -> Vec<(&str, &dyn Module)> {
///         vec![("act", &self.0)]
///     }
/// }
/// assert_eq!(print_tree(&Scope(Activation::Relu)), "(act): ReLU()\n");
/// ```
pub fn print_tree(module: &dyn Module) -> String {
    let mut text = String::new();
    for (name, child) in module.children() {
        print_child(name, child, 0, &mut text);
    }
    text
}

fn print_child(name: &str, module: &dyn Module, depth: usize, text: &mut String) {
    let Some(class) = module.class() else { return };
    let indent = "  ".repeat(depth);
    let children = module.children();
    if children.is_empty() {
        text.push_str(&format!("{indent}({name}): {class}\n"));
        return;
    }
    text.push_str(&format!("{indent}({name}): {class}(\n"));
    for (name, child) in children {
        print_child(name, child, depth + 1, text);
    }
    text.push_str(&format!("{indent})\n"));
}

/// All parameters of a module and of the layers inside, in the order of the head's text.
pub fn all_parameters(module: &dyn Module) -> Vec<&Parameter> {
    let mut found = module.parameters();
    for (_, child) in module.children() {
        found.extend(all_parameters(child));
    }
    found
}
