//! Label sets as Rust types.

use proc_macro2::Ident;

use super::Expansion;
use crate::emit::{Fragment, Name, Quote, placed, quote};
use crate::ir::{Label, LabelSet, Labels};
use crate::rust_names::set_type;
use crate::source::Span;

impl Expansion<'_> {
    /// The type of a set's labels.
    pub(super) fn label_type(&self, set: usize) -> Fragment {
        match self.head.sets.get(set).map(|set| (&set.labels, set)) {
            Some((Labels::Enum(path), set)) => self.user_path(path, set.span),
            Some((Labels::Named(_) | Labels::Count(_), set)) => {
                let name = self.name(&set_type(&set.name));
                quote!(#name)
            }
            None => Fragment::default(),
        }
    }

    /// A path of the user's own.
    pub(super) fn user_path(&self, path: &str, span: Span) -> Fragment {
        let span = self.target.places.rust(span);
        let segments = path.split("::").map(|segment| placed(segment, span));
        quote!(#(#segments)::*)
    }

    /// `SentimentLabel`, or `AssistantIntent` for a set called `intent`.
    fn label_ident(&self, set: &LabelSet) -> Ident {
        self.ident(&set_type(&set.name))
    }

    /// The enums and number types of all sets.
    pub(super) fn label_items(&self) -> Fragment {
        let items = self.head.sets.iter().map(|set| match &set.labels {
            Labels::Named(labels) => self.label_enum(set, labels),
            Labels::Count(count) => self.label_number(set, *count),
            Labels::Enum(_) => Fragment::default(),
        });
        items.collect()
    }

    fn label_enum(&self, set: &LabelSet, labels: &[Label]) -> Fragment {
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

    fn label_number(&self, set: &LabelSet, count: u32) -> Fragment {
        let (root, visibility, name) = (&self.root, &self.target.visibility, self.label_ident(set));
        let doc = format!(" A label of [`{}`]: a number below {count}.", self.head.name);
        let count = count as usize;
        quote! {
            #[doc = #doc]
            #[allow(dead_code)]
            #visibility type #name = #root::IndexLabel<#count>;
        }
    }

    fn variant(&self, label: &Label) -> Ident {
        placed(&label.variant, self.target.places.rust(label.span))
    }

    /// What makes the enums labels.
    pub(super) fn label_impls(&self) -> Fragment {
        let impls = self.head.sets.iter().map(|set| match &set.labels {
            Labels::Named(labels) => self.label_impl(set, labels),
            Labels::Count(_) | Labels::Enum(_) => Fragment::default(),
        });
        impls.collect()
    }

    fn label_impl(&self, set: &LabelSet, labels: &[Label]) -> Fragment {
        let labels = labels.iter().map(|label| (Name::new(&label.variant), label.name.as_str()));
        label_impls(&self.name(&set_type(&set.name)), labels)
    }
}

/// The impls that make an enum of the user's own a label set: each variant with its label's name, in the order of both.
///
/// The enum has no fields, and its variants count from 0.
pub fn external_labels(krate: &Fragment, name: &Ident, labels: &[(Ident, &str)]) -> Fragment {
    let labels = labels.iter().map(|(variant, label)| (variant, *label));
    let impls = label_impls(name, labels);
    quote! {
        #[allow(unused_qualifications)]
        const _: () = {
            use #krate::__private as p;
            #impls
        };
    }
}

fn label_impls<'l>(name: &impl Quote, labels: impl Iterator<Item = (impl Quote, &'l str)>) -> Fragment {
    let labels = labels.map(|(variant, name)| quote!(#variant = #name));
    quote!(p::labels!(#name { #(#labels),* });)
}
