//! The expressions that make a head's parts from a checkpoint.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::enums::is_decided;
use super::{Expansion, Root};
use crate::dim::{Dim, Symbol};
use crate::ir::{Init, LayerUse, Parameter};
use crate::rust_names::field;
use crate::source::{Span, Spanned};

/// What a layer's room needs to make its expression.
pub(crate) struct Build<'a> {
    expansion: &'a Expansion<'a>,
    root: &'a Root,
    layer: &'a LayerUse,
}

impl<'a> Build<'a> {
    /// For the type of a field.
    pub fn public(expansion: &'a Expansion<'a>, layer: &'a LayerUse) -> Self {
        Self { expansion, root: &expansion.public, layer }
    }

    /// For the expression that makes it.
    pub fn inner(expansion: &'a Expansion<'a>, layer: &'a LayerUse) -> Self {
        Self { expansion, root: &expansion.inner, layer }
    }

    /// The path in front of the runtime's names.
    pub fn root(&self) -> &Root {
        self.root
    }

    /// The layer's path as a string.
    pub fn path(&self) -> String {
        self.layer.path.join(".")
    }

    /// The binder's answer to a call.
    pub fn binder(&self, call: TokenStream) -> TokenStream {
        quote!(b.#call)
    }

    /// A number that may be left to the encoder.
    pub fn option(&self, number: Option<f64>) -> TokenStream {
        number.map_or_else(|| self.none(), |number| self.some(quote!(#number)))
    }

    /// `Some`.
    pub fn some(&self, inner: TokenStream) -> TokenStream {
        let p = self.root;
        quote!(#p::Some(#inner))
    }

    /// `None`.
    pub fn none(&self) -> TokenStream {
        let p = self.root;
        quote!(#p::None)
    }

    /// A size in Rust.
    pub fn size(&self, dim: &Dim) -> TokenStream {
        self.expansion.size(dim)
    }

    /// The size of what the layer reads.
    pub fn input_size(&self) -> TokenStream {
        self.layer.input.feature().map_or_else(TokenStream::new, |feature| self.expansion.size(&feature.size))
    }

    /// A type of the user's own, at the place where it is written.
    pub fn user_type(&self, path: &Spanned<String>) -> TokenStream {
        self.expansion.user_path(&path.node, path.span)
    }

    /// The parameter whose name ends so.
    pub fn weight(&self, name: &str) -> TokenStream {
        let found = self.expansion.head.parameter_of(self.layer, name);
        found.map_or_else(TokenStream::new, |parameter| self.expansion.parameter(parameter))
    }
}

impl Expansion<'_> {
    fn parameter(&self, parameter: &Parameter) -> TokenStream {
        let p = &self.inner;
        let path = &parameter.path;
        let shape = parameter.shape.iter().map(|dim| self.size(dim));
        if parameter.tied {
            return quote!(b.tied_word_embeddings(#path, &[#(#shape),*]));
        }
        let init = match parameter.init {
            Init::Normal => quote!(#p::Init::Normal),
            Init::Zeros => quote!(#p::Init::Zeros),
            Init::Ones => quote!(#p::Init::Ones),
            Init::Uniform(bound) => quote!(#p::Init::Uniform(#bound)),
        };
        let aliases = &parameter.aliases;
        match aliases.is_empty() {
            true => quote!(b.parameter(#path, &[#(#shape),*], #init)),
            false => quote!(b.parameter_or(#path, &[#(#aliases),*], &[#(#shape),*], #init)),
        }
    }

    /// A size in Rust: the binder knows what the encoder knows.
    pub(super) fn size(&self, dim: &Dim) -> TokenStream {
        let p = &self.inner;
        let (parts, divisor) = dim.parts();
        let mut sum = TokenStream::new();
        // What is taken away comes last: a size on the way is no less than 0 either.
        let (added, taken): (Vec<_>, Vec<_>) = parts.partition(|(factor, _)| *factor > 0);
        for (factor, symbols) in added.into_iter().chain(taken) {
            let number = factor.unsigned_abs() as u64;
            let mut factors: Vec<TokenStream> = symbols.into_iter().map(|symbol| self.symbol(symbol)).collect();
            if number != 1 || factors.is_empty() {
                factors.insert(0, quote!(#p::Size::from(#number)));
            }
            let product = join(&factors);
            sum = match (sum.is_empty(), factor < 0) {
                (true, false) => product,
                (true, true) => quote!(#p::Size::from(0u64) - #product),
                (false, false) => quote!(#sum + #product),
                (false, true) => quote!(#sum - #product),
            };
        }
        match u64::try_from(divisor) {
            Ok(1) | Err(_) => sum,
            Ok(divisor) => quote!((#sum) / #p::Size::from(#divisor)),
        }
    }

    fn symbol(&self, symbol: Symbol) -> TokenStream {
        let p = &self.inner;
        match symbol {
            Symbol::Hidden => quote!(b.hidden()),
            Symbol::Vocab => quote!(b.vocab()),
            Symbol::Depth => quote!(b.depth()),
            Symbol::Labels(set) => {
                let labels = self.label_type(usize::from(set));
                quote!(#p::Size::from(<#labels as #p::Label>::COUNT))
            }
        }
    }

    /// Tells the binder which part of the head asks for what follows.
    pub(super) fn at(&self, span: Span) -> TokenStream {
        let line = self.target.places.line(span);
        let text = self.head.excerpt(span);
        quote!(b.at(#line, #text);)
    }

    /// A layer's expression, after what must hold for it.
    pub(super) fn make(&self, layer: &LayerUse) -> TokenStream {
        let (checks, new) = (self.checks(layer), layer.layer.room().rust(&Build::inner(self, layer)).new);
        quote!({ #checks #new })
    }

    /// What must hold for a layer, after its place.
    pub(super) fn checks(&self, layer: &LayerUse) -> TokenStream {
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
pub(super) fn join(factors: &[TokenStream]) -> TokenStream {
    let Some((first, rest)) = factors.split_first() else { return TokenStream::new() };
    quote!(#first #(* #rest)*)
}

/// A list of numbers that may be left out.
pub(crate) fn floats(root: &Root, numbers: Option<&[f64]>) -> TokenStream {
    match numbers {
        Some(numbers) => {
            let numbers = numbers.iter().map(|number| *number as f32);
            quote!(#root::Some(#root::vec![#(#numbers),*]))
        }
        None => quote!(#root::None),
    }
}

/// The field of a path: `self.cls.predictions`.
pub(super) fn fields(path: &[String]) -> TokenStream {
    let fields: Vec<Ident> = path.iter().map(|segment| format_ident!("{}", field(segment))).collect();
    quote!(self #(.#fields)*)
}
