//! Label sets as Rust types.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Expansion, Root};
use crate::ir::{Label, LabelSet, Labels};
use crate::rust_names::set_type;
use crate::source::Span;

impl Expansion<'_> {
    /// The type of a set's labels.
    pub(super) fn label_type(&self, set: usize) -> TokenStream {
        match self.head.sets.get(set).map(|set| (&set.labels, set)) {
            Some((Labels::Enum(path), set)) => self.user_path(path, set.span),
            Some((Labels::Named(_) | Labels::Count(_), set)) => {
                let name = self.label_ident(set);
                quote!(#name)
            }
            None => TokenStream::new(),
        }
    }

    /// A path of the user's own.
    pub(super) fn user_path(&self, path: &str, span: Span) -> TokenStream {
        let span = self.target.places.rust(span);
        let segments = path.split("::").map(|segment| format_ident!("{segment}", span = span));
        quote!(#(#segments)::*)
    }

    /// `SentimentLabel`, or `AssistantIntent` for a set called `intent`.
    fn label_ident(&self, set: &LabelSet) -> Ident {
        self.ident(&set_type(&set.name))
    }

    /// The enums and number types of all sets.
    pub(super) fn label_items(&self) -> TokenStream {
        let items = self.head.sets.iter().map(|set| match &set.labels {
            Labels::Named(labels) => self.label_enum(set, labels),
            Labels::Count(count) => self.label_number(set, *count),
            Labels::Enum(_) => TokenStream::new(),
        });
        quote!(#(#items)*)
    }

    fn label_enum(&self, set: &LabelSet, labels: &[Label]) -> TokenStream {
        let (visibility, name) = (&self.target.visibility, self.label_ident(set));
        let doc = format!(" The labels of [`{}`], in the order of a checkpoint's `id2label`.", self.head.name);
        let variants = labels.iter().map(|label| {
            let variant = self.variant(label);
            let doc = format!(" `{}`", label.name.escape_debug());
            quote!(#[doc = #doc] #variant)
        });
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
            #[allow(dead_code, non_camel_case_types, clippy::enum_variant_names, clippy::upper_case_acronyms)]
            #visibility enum #name { #(#variants),* }
        }
    }

    fn label_number(&self, set: &LabelSet, count: u32) -> TokenStream {
        let (p, visibility, name) = (&self.public, &self.target.visibility, self.label_ident(set));
        let doc = format!(" A label of [`{}`]: a number below {count}.", self.head.name);
        let count = count as usize;
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #visibility type #name = #p::IndexLabel<#count>;
        }
    }

    fn variant(&self, label: &Label) -> Ident {
        format_ident!("{}", label.variant, span = self.target.places.rust(label.span))
    }

    /// What makes the enums labels.
    pub(super) fn label_impls(&self) -> TokenStream {
        let impls = self.head.sets.iter().map(|set| match &set.labels {
            Labels::Named(labels) => self.label_impl(set, labels),
            Labels::Count(_) | Labels::Enum(_) => TokenStream::new(),
        });
        quote!(#(#impls)*)
    }

    fn label_impl(&self, set: &LabelSet, labels: &[Label]) -> TokenStream {
        let labels: Vec<(Ident, &str)> = labels.iter().map(|label| (self.variant(label), label.name.as_str())).collect();
        label_impls(&self.inner, &self.label_ident(set), &labels)
    }
}

/// The impls that make an enum of the user's own a label set: each variant with its label's name, in the order of both.
///
/// The enum has no fields, and its variants count from 0.
pub fn external_labels(krate: &TokenStream, name: &Ident, labels: &[(Ident, &str)]) -> TokenStream {
    let impls = label_impls(&Root(quote!(p)), name, labels);
    quote! {
        #[allow(unused_qualifications)]
        const _: () = {
            use #krate::__private as p;
            #impls
        };
    }
}

fn label_impls(p: &Root, name: &Ident, labels: &[(Ident, &str)]) -> TokenStream {
    let (variants, names): (Vec<&Ident>, Vec<&str>) = labels.iter().map(|(variant, label)| (variant, *label)).unzip();
    quote!(#p::labels!(#name { #(#variants = #names),* });)
}
