//! The items of a `MultiTask`: structs with a field a task, and what joins them.

use proc_macro2::{Ident, Span, TokenStream};
use quote::{format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, DeriveInput, Type};

/// A struct whose fields are tasks.
pub(super) struct MultiTask<'a> {
    pub krate: TokenStream,
    pub input: &'a DeriveInput,
    pub parts: Vec<Part>,
}

/// A field.
pub(super) struct Part {
    pub name: String,
    pub ident: Ident,
    pub task: Type,
    pub docs: Vec<Attribute>,
}

impl MultiTask<'_> {
    pub(super) fn expand(&self) -> TokenStream {
        let krate = &self.krate;
        let (items, impls, inputs) = (self.items(), [self.head_impl(), self.targets_impl(), self.task_impl(), self.used()], self.inputs());
        quote! {
            #items
            #[allow(unused_qualifications)]
            const _: () = {
                use #krate::__private as p;
                use #krate::__private::traits::*;
                #inputs
                #(#impls)*
            };
        }
    }

    /// A name of the task's types, at the place of its own.
    fn named(&self, suffix: &str) -> Ident {
        let span = self.input.ident.span().resolved_at(Span::mixed_site());
        format_ident!("{}{}", self.input.ident, suffix, span = span)
    }

    fn items(&self) -> TokenStream {
        let (krate, name) = (&self.krate, &self.input.ident);
        let p = quote!(#krate::__private);
        let output = |task: &Type| own(task, &quote!(#p::Task), "Output");
        let prediction = |task: &Type| own(task, &quote!(#p::Task), "Prediction");
        let head = |task: &Type| {
            let head = own(task, &quote!(#p::Task), "Head");
            quote!(#p::Scoped<#head>)
        };
        let target = |task: &Type| {
            let target = own(task, &quote!(#p::Task), "Target");
            quote!(#p::Option<#target>)
        };
        let parts = [
            self.item("Head", &format!(" The heads of [`{name}`], bound to one encoder."), &head),
            self.item("Output", &format!(" What the heads of [`{name}`] compute, before it is read."), &output),
            self.item("Prediction", &format!(" What [`{name}`] says of an example."), &prediction),
            self.item(
                "Target",
                &format!(" What an example of [`{name}`] is trained towards; a task without a target does not count."),
                &target,
            ),
        ];
        quote!(#(#parts)*)
    }

    /// A struct with a field a task.
    fn item(&self, suffix: &str, doc: &str, of: &dyn Fn(&Type) -> TokenStream) -> TokenStream {
        let (visibility, name) = (&self.input.vis, self.named(suffix));
        let fields = self.parts.iter().map(|part| {
            let (ident, docs, ty) = (&part.ident, part.docs(), of(&part.task));
            quote!(#docs pub #ident: #ty)
        });
        let default = (suffix == "Target").then(|| quote!(, Default));
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone #default)]
            #[allow(dead_code, non_snake_case)]
            #visibility struct #name { #(#fields),* }
        }
    }

    /// Every task reads what the first reads.
    fn inputs(&self) -> TokenStream {
        let Some((first, others)) = self.parts.split_first() else { return TokenStream::new() };
        let first = &first.task;
        let checks = others.iter().map(|part| {
            let task = &part.task;
            quote_spanned! { task.span().resolved_at(Span::mixed_site())=>
                const _: () = p::multi_task::same_input::<<#first as p::Task>::Input, <#task as p::Task>::Input>();
            }
        });
        quote!(#(#checks)*)
    }

    fn head_impl(&self) -> TokenStream {
        let (head, class) = (self.named("Head"), self.input.ident.to_string());
        let (idents, names) = (self.idents(), self.names());
        let heads = quote!([#(&self.#idents as &dyn p::Head),*]);
        quote! {
            #[automatically_derived]
            impl p::Module for #head {
                fn class(&self) -> ::core::option::Option<p::String> {
                    ::core::option::Option::Some(p::String::from(#class))
                }
                fn children(&self) -> p::Vec<(&str, &dyn p::Module)> {
                    p::Vec::from([#((#names, &self.#idents as &dyn p::Module)),*])
                }
            }
            #[automatically_derived]
            impl p::Head for #head {
                fn outputs(&self) -> p::Vec<&str> {
                    p::joined::outputs(&#heads)
                }
                fn demand(&self, purpose: p::Purpose<'_>) -> p::Demand {
                    p::joined::demand(&#heads, purpose)
                }
                fn forward(&self, cx: &p::Context, encoded: &p::Encoded) -> p::Result<p::Vec<p::Value>> {
                    p::joined::forward(&#heads, cx, encoded)
                }
                fn loss(&self, cx: &p::Context, outputs: &[p::Value], targets: &p::Targets) -> p::Result<p::Vec<p::Part>> {
                    p::joined::loss(&#heads, cx, outputs, targets)
                }
                fn trains_without_targets(&self) -> bool {
                    p::joined::trains_without_targets(&#heads)
                }
                fn decode(&self, outputs: &[p::Value], reading: &p::Reading<'_>) -> p::Result<p::Vec<p::Vec<p::Decoded>>> {
                    p::joined::decode(&#heads, outputs, reading)
                }
                fn windowed(&self) -> ::core::option::Option<p::Vec<usize>> {
                    p::joined::windowed(&#heads)
                }
                fn outcomes(&self) -> p::Vec<p::Outcome> {
                    p::joined::outcomes(&#heads)
                }
            }
        }
    }

    fn targets_impl(&self) -> TokenStream {
        let (target, idents, names) = (self.named("Target"), self.idents(), self.names());
        quote! {
            #[automatically_derived]
            impl p::IntoTargets for #target {
                fn into_targets(self) -> p::Vec<(p::Cow<'static, str>, p::Target)> {
                    let mut targets = p::Vec::new();
                    #(targets.extend(p::multi_task::targets_in(#names, self.#idents));)*
                    targets
                }
            }
        }
    }

    fn task_impl(&self) -> TokenStream {
        let (task, name, first) = (self.named(""), self.input.ident.to_string(), self.parts.first().map(|part| &part.task));
        let [head, output, prediction, target] = ["Head", "Output", "Prediction", "Target"].map(|suffix| self.named(suffix));
        let (idents, names) = (self.idents(), self.names());
        let tasks: Vec<&Type> = self.parts.iter().map(|part| &part.task).collect();
        quote! {
            #[automatically_derived]
            impl p::Task for #task {
                type Head = #head;
                type Input = <#first as p::Task>::Input;
                type Prediction = #prediction;
                type Output = #output;
                type Target = #target;
                const NAME: &'static str = #name;
                const TEXT: &'static str = {
                    const TEXTS: &[&str] = &[#(<#tasks as p::Task>::TEXT),*];
                    p::multi_task::text(&p::multi_task::join_texts::<{ p::multi_task::length(TEXTS) }>(TEXTS))
                };
                const READS: &'static [p::Reads] = {
                    const READS: &[&[p::Reads]] = &[#(<#tasks as p::Task>::READS),*];
                    &p::multi_task::join_reads::<{ 0 #(+ <#tasks as p::Task>::READS.len())* }>(READS)
                };
                const OUTPUTS: usize = 0 #(+ <#tasks as p::Task>::OUTPUTS)*;
                const ANSWERS: usize = 0 #(+ <#tasks as p::Task>::ANSWERS)*;
                fn bind(b: &mut p::Binder<'_>) -> Self::Head {
                    #head { #(#idents: p::Scoped::bind::<#tasks>(#names, b)),* }
                }
                fn output(outputs: p::Vec<p::Value>) -> p::Result<Self::Output> {
                    let mut outputs = outputs.into_iter();
                    ::core::result::Result::Ok(#output { #(#idents: p::multi_task::next_output::<#tasks>(&mut outputs)?),* })
                }
                fn prediction(decoded: p::Vec<p::Decoded>) -> p::Result<Self::Prediction> {
                    let mut decoded = decoded.into_iter();
                    ::core::result::Result::Ok(#prediction { #(#idents: p::multi_task::next_prediction::<#tasks>(&mut decoded)?),* })
                }
            }
        }
    }

    /// The struct itself is only a type: nothing else makes it or reads its fields.
    fn used(&self) -> TokenStream {
        let (task, idents) = (self.named(""), self.idents());
        quote! {
            #[allow(dead_code)]
            fn used(task: #task) -> #task {
                #task { #(#idents: task.#idents),* }
            }
        }
    }

    fn idents(&self) -> Vec<&Ident> {
        self.parts.iter().map(|part| &part.ident).collect()
    }

    fn names(&self) -> Vec<&str> {
        self.parts.iter().map(|part| part.name.as_str()).collect()
    }
}

/// A type that belongs to a task, at the place of the task's own.
fn own(task: &Type, task_trait: &TokenStream, name: &str) -> TokenStream {
    let span = task.span().resolved_at(Span::mixed_site());
    let name = Ident::new(name, span);
    quote_spanned!(span=> <#task as #task_trait>::#name)
}

impl Part {
    /// The field's own documentation, or its name.
    fn docs(&self) -> TokenStream {
        let docs = &self.docs;
        match docs.is_empty() {
            true => {
                let doc = format!(" The task `{}`.", self.name);
                quote!(#[doc = #doc])
            }
            false => quote!(#(#docs)*),
        }
    }
}
