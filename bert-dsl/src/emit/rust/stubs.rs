//! The items of a wrong head: their names, without what they do.

use super::Target;
use crate::check::Outline;
use crate::emit::{Fragment, Name, quote};
use crate::ir::{LabelSet, Labels};
use crate::rust_names::{field, is_identifier, set_type};

/// See [`super::stubs`].
pub(super) fn stubs(outline: &Outline, target: &Target<'_>) -> Fragment {
    if !is_identifier(&outline.name) || field(&outline.name) != outline.name {
        return Fragment::default();
    }
    let (krate, visibility) = (&target.krate, &target.visibility);
    let name = |suffix: &str| Name(format!("{}{}", outline.name, suffix));
    let (task, head, output) = (name(""), name("Head"), name("Output"));
    let declared = (!target.is_declared)
        .then(|| quote!(#[doc = ""] #[derive(Debug, Clone, Copy, PartialEq, Eq)] #[allow(dead_code)] #visibility struct #task;));
    let labels = outline.sets.iter().map(|set| label_stub(outline, set, target));
    let outputs = outline.outputs.iter().map(|name| {
        let output = Name(field(name));
        quote!(#[doc = ""] pub #output: #krate::__private::Tensor)
    });
    quote! {
        #declared
        #[doc = ""]
        #[derive(Debug, Clone)]
        #[allow(dead_code)]
        #visibility struct #head {}
        #[doc = ""]
        #[derive(Debug, Clone)]
        #[allow(dead_code, non_snake_case)]
        #visibility struct #output { #(#outputs),* }
        #(#labels)*
        const _: () = {
            use #krate::__private as p;
            p::stub_task!(#task, #head, #output);
        };
    }
}

fn label_stub(outline: &Outline, set: &LabelSet, target: &Target<'_>) -> Fragment {
    let (krate, visibility) = (&target.krate, &target.visibility);
    let name = Name(format!("{}{}", outline.name, set_type(&set.name)));
    match &set.labels {
        Labels::Named(labels) => {
            let variants = labels.iter().map(|label| {
                let variant = Name::new(&label.variant);
                quote!(#[doc = ""] #variant)
            });
            quote! {
                #[doc = ""]
                #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
                #[allow(dead_code, non_camel_case_types)]
                #visibility enum #name { #(#variants),* }
                #krate::__private::stub_label!(#krate::__private, #name);
            }
        }
        Labels::Count(count) => {
            let count = *count as usize;
            quote!(#[doc = ""] #[allow(dead_code)] #visibility type #name = #krate::__private::IndexLabel<#count>;)
        }
        Labels::Enum(_) => Fragment::default(),
    }
}
