//! What a head wants of enums of the user's own, for the compiler that sees them.

use proc_macro2::TokenStream;

use super::Expansion;
use super::build::join;
use crate::dim::{Dim, Symbol};
use crate::emit::{Fragment, quote};
use crate::ir::{EnumRule, LayerUse, Wanted};
use crate::source::Span;

impl Expansion<'_> {
    /// Constants that fail to compile where an enum does not fit the head.
    pub(super) fn enum_rules(&self) -> Fragment {
        let layers = self.head.layers();
        let of_layers = layers.iter().flat_map(|layer| layer_rules(layer, self.head.excerpt(layer.span)));
        let rules: Vec<EnumRule> = of_layers.chain(self.head.enum_rules.iter().cloned()).collect();
        rules.iter().map(|rule| self.enum_rule(rule)).collect()
    }

    fn enum_rule(&self, rule: &EnumRule) -> Fragment {
        let told = &rule.told;
        let size = self.const_size(&rule.size);
        let check = match &rule.wanted {
            Wanted::Exactly(wanted) => {
                let wanted = self.const_size(wanted);
                quote!(exactly(#size, #wanted, #told))
            }
            Wanted::AtLeast(least) => quote!(at_least(#size, #least, #told)),
        };
        let constant = quote!(const _: () = p::enum_size::#check;);
        let place = self.target.places.rust(rule.span);
        let placed = TokenStream::from(constant).into_iter().map(|mut token| {
            token.set_span(place);
            token
        });
        placed.collect::<TokenStream>().into()
    }

    /// A size of label sets and numbers, as a sum and its divisor.
    fn const_size(&self, dim: &Dim) -> Fragment {
        let (parts, divisor) = dim.parts();
        let terms = parts.map(|(factor, symbols)| {
            let mut factors: Vec<Fragment> = symbols.into_iter().map(|symbol| self.const_symbol(symbol)).collect();
            if factor != 1 || factors.is_empty() {
                factors.insert(0, quote!(#factor));
            }
            join(&factors)
        });
        let terms: Vec<Fragment> = terms.collect();
        if terms.is_empty() { quote!((0i128, #divisor)) } else { quote!((#(#terms)+*, #divisor)) }
    }

    fn const_symbol(&self, symbol: Symbol) -> Fragment {
        match symbol {
            Symbol::Labels(set) => {
                let labels = self.label_type(usize::from(set));
                quote!(p::enum_size::count::<#labels>())
            }
            Symbol::Hidden | Symbol::Vocab | Symbol::Depth => Fragment::default(),
        }
    }
}

/// What a layer wants of sizes that enums alone decide: that they are sizes, and what else it wants of them.
fn layer_rules(layer: &LayerUse, written: String) -> Vec<EnumRule> {
    let rule = |size: &Dim, wanted: Wanted, span: Span| EnumRule { size: size.clone(), wanted, told: format!("`{written}`"), span };
    let given = layer.output.feature().map(|feature| &feature.size).filter(|size| size.is_of_enums());
    let is_size = given.map(|size| rule(size, Wanted::AtLeast(1), layer.span));
    let equal = layer.requires.iter().filter(|(found, wanted)| is_decided(found, wanted));
    let equal = equal.map(|(found, wanted)| rule(found, Wanted::Exactly(wanted.clone()), layer.span));
    let large = layer.at_least.iter().filter(|(found, _)| found.is_of_enums());
    let large = large.map(|(found, least)| rule(found, Wanted::AtLeast(*least), layer.span));
    is_size.into_iter().chain(equal).chain(large).collect()
}

/// Whether enums and numbers alone decide if two sizes are equal.
pub(super) fn is_decided(found: &Dim, wanted: &Dim) -> bool {
    let decided = |dim: &Dim| dim.is_of_enums() || dim.as_number().is_some();
    decided(found) && decided(wanted)
}
