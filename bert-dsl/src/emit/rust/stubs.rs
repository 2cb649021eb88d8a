//! The items of a wrong head: their names, without what they do.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::Target;
use crate::check::Outline;
use crate::ir::{LabelSet, Labels};
use crate::rust_names::{field, is_identifier, set_type};

/// See [`super::stubs`].
pub(super) fn stubs(outline: &Outline, target: &Target<'_>) -> TokenStream {
    if !is_identifier(&outline.name) || field(&outline.name) != outline.name {
        return TokenStream::new();
    }
    let (krate, visibility) = (&target.krate, &target.visibility);
    let ident = |suffix: &str| format_ident!("{}{}", outline.name, suffix);
    let (task, head, output) = (ident(""), ident("Head"), ident("Output"));
    let declared = (!target.is_declared)
        .then(|| quote!(#[doc = ""] #[derive(Debug, Clone, Copy, PartialEq, Eq)] #[allow(dead_code)] #visibility struct #task;));
    let labels = outline.sets.iter().map(|set| label_stub(outline, set, target));
    let outputs: Vec<Ident> = outline.outputs.iter().map(|name| format_ident!("{}", field(name))).collect();
    quote! {
        #declared
        #[doc = ""]
        #[derive(Debug, Clone)]
        #[allow(dead_code)]
        #visibility struct #head {}
        #[doc = ""]
        #[derive(Debug, Clone)]
        #[allow(dead_code, non_snake_case)]
        #visibility struct #output { #(#[doc = ""] pub #outputs: #krate::__private::Tensor),* }
        #(#labels)*
        const _: () = {
            use #krate::__private as p;
            p::stub_task!(#task, #head, #output);
        };
    }
}

fn label_stub(outline: &Outline, set: &LabelSet, target: &Target<'_>) -> TokenStream {
    let (krate, visibility) = (&target.krate, &target.visibility);
    let name = format_ident!("{}{}", outline.name, set_type(&set.name));
    match &set.labels {
        Labels::Named(labels) => {
            let variants = labels.iter().map(|label| format_ident!("{}", label.variant));
            quote! {
                #[doc = ""]
                #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
                #[allow(dead_code, non_camel_case_types)]
                #visibility enum #name { #(#[doc = ""] #variants),* }
                #krate::__private::stub_label!(#krate::__private, #name);
            }
        }
        Labels::Count(count) => {
            let count = *count as usize;
            quote!(#[doc = ""] #[allow(dead_code)] #visibility type #name = #krate::__private::IndexLabel<#count>;)
        }
        Labels::Enum(_) => TokenStream::new(),
    }
}
