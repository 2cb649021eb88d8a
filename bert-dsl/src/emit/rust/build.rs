//! The expressions that make a head's parts from a checkpoint.

use super::Expansion;
use super::enums::is_decided;
use crate::dim::{Dim, Symbol};
use crate::emit::{Fragment, Name, quote};
use crate::ir::{Init, LayerUse, Parameter};
use crate::rust_names::field;
use crate::source::{Span, Spanned};

/// What a layer's room needs to make its type and its expression, in which the runtime is called `p`.
pub(crate) struct Build<'a> {
    expansion: &'a Expansion<'a>,
    layer: &'a LayerUse,
}

impl<'a> Build<'a> {
    pub fn new(expansion: &'a Expansion<'a>, layer: &'a LayerUse) -> Self {
        Self { expansion, layer }
    }

    /// A type of the runtime's.
    pub fn ty(&self, name: &str) -> Fragment {
        let (root, name) = (&self.expansion.root, Name::new(name));
        quote!(#root::#name)
    }

    /// The layer's path as a string.
    pub fn path(&self) -> String {
        self.layer.path.join(".")
    }

    /// The binder's answer to a call.
    pub fn binder(&self, call: Fragment) -> Fragment {
        quote!(b.#call)
    }

    /// A number that may be left to the encoder.
    pub fn option(&self, number: Option<f64>) -> Fragment {
        number.map_or_else(|| self.none(), |number| self.some(quote!(#number)))
    }

    /// `Some`.
    pub fn some(&self, inner: Fragment) -> Fragment {
        quote!(p::Some(#inner))
    }

    /// `None`.
    pub fn none(&self) -> Fragment {
        quote!(p::None)
    }

    /// A size in Rust.
    pub fn size(&self, dim: &Dim) -> Fragment {
        self.expansion.size(dim)
    }

    /// The size of what the layer reads.
    pub fn input_size(&self) -> Fragment {
        self.layer.input.feature().map_or_else(Fragment::default, |feature| self.expansion.size(&feature.size))
    }

    /// A type of the user's own, at the place where it is written.
    pub fn user_type(&self, path: &Spanned<String>) -> Fragment {
        self.expansion.user_path(&path.node, path.span)
    }

    /// The parameter whose name ends so.
    pub fn weight(&self, name: &str) -> Fragment {
        let found = self.expansion.head.parameter_of(self.layer, name);
        found.map_or_else(Fragment::default, |parameter| self.expansion.parameter(parameter))
    }
}

impl Expansion<'_> {
    fn parameter(&self, parameter: &Parameter) -> Fragment {
        let path = &parameter.path;
        let shape = parameter.shape.iter().map(|dim| self.size(dim));
        if parameter.tied {
            return quote!(b.tied_word_embeddings(#path, &[#(#shape),*]));
        }
        let init = match parameter.init {
            Init::Normal => quote!(p::Init::Normal),
            Init::Zeros => quote!(p::Init::Zeros),
            Init::Ones => quote!(p::Init::Ones),
            Init::Uniform(bound) => quote!(p::Init::Uniform(#bound)),
        };
        let aliases = &parameter.aliases;
        match aliases.is_empty() {
            true => quote!(b.parameter(#path, &[#(#shape),*], #init)),
            false => quote!(b.parameter_or(#path, &[#(#aliases),*], &[#(#shape),*], #init)),
        }
    }

    /// A size in Rust: the binder knows what the encoder knows.
    pub(super) fn size(&self, dim: &Dim) -> Fragment {
        let (parts, divisor) = dim.parts();
        let mut sum = Fragment::default();
        // What is taken away comes last: a size on the way is no less than 0 either.
        let (added, taken): (Vec<_>, Vec<_>) = parts.partition(|(factor, _)| *factor > 0);
        for (factor, symbols) in added.into_iter().chain(taken) {
            let number = factor.unsigned_abs() as u64;
            let mut factors: Vec<Fragment> = symbols.into_iter().map(|symbol| self.symbol(symbol)).collect();
            if number != 1 || factors.is_empty() {
                factors.insert(0, quote!(p::Size::from(#number)));
            }
            let product = join(&factors);
            sum = match (sum.is_empty(), factor < 0) {
                (true, false) => product,
                (true, true) => quote!(p::Size::from(0u64) - #product),
                (false, false) => quote!(#sum + #product),
                (false, true) => quote!(#sum - #product),
            };
        }
        match u64::try_from(divisor) {
            Ok(1) | Err(_) => sum,
            Ok(divisor) => quote!((#sum) / p::Size::from(#divisor)),
        }
    }

    fn symbol(&self, symbol: Symbol) -> Fragment {
        match symbol {
            Symbol::Hidden => quote!(b.hidden()),
            Symbol::Vocab => quote!(b.vocab()),
            Symbol::Depth => quote!(b.depth()),
            Symbol::Labels(set) => {
                let labels = self.label_type(usize::from(set));
                quote!(p::Size::from(<#labels as p::Label>::COUNT))
            }
        }
    }

    /// Tells the binder which part of the head asks for what follows.
    pub(super) fn at(&self, span: Span) -> Fragment {
        let line = self.target.places.line(span);
        let text = self.head.excerpt(span);
        quote!(b.at(#line, #text);)
    }

    /// A layer's expression, after what must hold for it.
    pub(super) fn make(&self, layer: &LayerUse) -> Fragment {
        let (checks, new) = (self.checks(layer), layer.layer.room().rust(&Build::new(self, layer)).new);
        quote!({ #checks #new })
    }

    /// What must hold for a layer, after its place.
    pub(super) fn checks(&self, layer: &LayerUse) -> Fragment {
        let at = self.at(layer.span);
        let open = layer.requires.iter().filter(|(found, wanted)| !is_decided(found, wanted));
        let requires = open.map(|(found, wanted)| {
            let (what, found, wanted) = (format!("{found} = {wanted}"), self.size(found), self.size(wanted));
            quote!(b.require(#found, #wanted, #what);)
        });
        let at_least = layer.at_least.iter().filter(|(found, _)| !found.is_of_enums()).map(|(found, least)| {
            let (what, found, least) = (format!("{found} of {least} at least"), self.size(found), *least as u64);
            quote!(b.at_least(#found, #least, #what);)
        });
        quote!(#at #(#requires)* #(#at_least)*)
    }
}

/// A product.
pub(super) fn join(factors: &[Fragment]) -> Fragment {
    let mut product = Fragment::default();
    product.separated(factors, "*");
    product
}

/// A list of numbers that may be left out.
pub(crate) fn floats(numbers: Option<&[f64]>) -> Fragment {
    match numbers {
        Some(numbers) => {
            let numbers = numbers.iter().map(|number| *number as f32);
            quote!(p::Some(p::vec![#(#numbers),*]))
        }
        None => quote!(p::None),
    }
}

/// The field of a path: `self.cls.predictions`.
pub(super) fn fields(path: &[String]) -> Fragment {
    let fields = path.iter().map(|segment| Name(field(segment)));
    quote!(self.#(#fields).*)
}
