//! The module: one typed field a layer, scopes as nested structs.

use std::collections::HashMap;

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Build, Expansion};
use crate::ir::LayerUse;
use crate::layers::Form;
use crate::rust_names::{camel, field};

/// A scope with its layers and scopes, in the order of the text.
#[derive(Default)]
pub(super) struct Scope<'a> {
    path: Vec<String>,
    parts: Vec<(String, Part<'a>)>,
    /// The numbers of the parts that are scopes.
    scopes: HashMap<String, usize>,
}

enum Part<'a> {
    Layer(&'a LayerUse),
    Scope(Scope<'a>),
}

impl<'a> Scope<'a> {
    /// The path of the scope; nothing for the whole head.
    pub(super) fn path(&self) -> &[String] {
        &self.path
    }

    /// All layers by their scopes.
    pub(super) fn root(layers: &[&'a LayerUse]) -> Self {
        let mut root = Self::default();
        for layer in layers {
            root.insert(layer, 0);
        }
        root
    }

    fn insert(&mut self, layer: &'a LayerUse, depth: usize) {
        let name = &layer.path[depth];
        if depth + 1 == layer.path.len() && !matches!(layer.layer.room().form(), Form::Block | Form::Sampled) {
            self.parts.push((name.clone(), Part::Layer(layer)));
            return;
        }
        let index = self.scopes.get(name).copied().unwrap_or_else(|| {
            let path = layer.path[..=depth].to_vec();
            self.scopes.insert(name.clone(), self.parts.len());
            self.parts.push((name.clone(), Part::Scope(Scope { path, ..Scope::default() })));
            self.parts.len() - 1
        });
        if let (_, Part::Scope(scope)) = &mut self.parts[index]
            && depth + 1 < layer.path.len()
        {
            scope.insert(layer, depth + 1);
        }
    }

    /// This scope and those inside, each before what it holds.
    pub(super) fn all(&self) -> Vec<&Scope<'a>> {
        let inner = self.parts.iter().flat_map(|(_, part)| match part {
            Part::Scope(scope) => scope.all(),
            Part::Layer(_) => Vec::new(),
        });
        std::iter::once(self).chain(inner).collect()
    }

    fn holds(&self, names: &[&str]) -> bool {
        self.parts.iter().map(|(name, _)| name.as_str()).eq(names.iter().copied())
    }

    /// The class that transformers gives a scope of this path and these contents, or its own name.
    fn class(&self) -> String {
        let path: Vec<&str> = self.path.iter().map(String::as_str).collect();
        let class = match path.as_slice() {
            ["cls"] if self.holds(&["predictions"]) => "BertOnlyMLMHead",
            ["cls"] if self.holds(&["seq_relationship"]) => "BertOnlyNSPHead",
            ["cls"] if self.holds(&["predictions", "seq_relationship"]) => "BertPreTrainingHeads",
            ["cls", "predictions"] if self.holds(&["transform", "decoder"]) => "BertLMPredictionHead",
            ["cls", "predictions", "transform"] if self.holds(&["dense", "transform_act_fn", "LayerNorm"]) => "BertPredictionHeadTransform",
            _ => return self.path.last().map_or_else(String::new, |name| camel(name)),
        };
        class.to_owned()
    }
}

impl<'a> Expansion<'a> {
    /// `SentimentHead`, and `SentimentHeadTransform` for a scope.
    fn struct_ident(&self, scope: &Scope<'_>) -> Ident {
        self.ident(self.structs.get(&scope.path).map_or("Head", String::as_str))
    }

    /// Whether the head brings its own pooler.
    pub(super) fn has_fresh_pooler(&self) -> bool {
        self.head.sources.iter().any(|source| source.fresh)
    }

    /// The structs.
    pub(super) fn module_items(&self) -> TokenStream {
        let items = self.scopes.all().into_iter().map(|scope| self.scope_struct(scope));
        quote!(#(#items)*)
    }

    fn scope_struct(&self, scope: &Scope<'_>) -> TokenStream {
        let (p, visibility, name) = (&self.public, &self.target.visibility, self.struct_ident(scope));
        let doc = match scope.path.is_empty() {
            true => format!(" The layers of [`{}`], bound to an encoder.", self.head.name),
            false => format!(" The layers of [`{}`] under `{}`.", self.head.name, scope.path.join(".")),
        };
        let fields = scope.parts.iter().map(|(name, part)| self.struct_field(name, part));
        let pooler = (scope.path.is_empty() && self.has_fresh_pooler()).then(|| {
            quote! {
                #[doc = " The head's own pooler: `bert.pooler` in a checkpoint."]
                pub bert: #p::Pooler,
            }
        });
        quote! {
            #[doc = #doc]
            #[derive(Debug, Clone)]
            #[allow(dead_code, non_snake_case, clippy::pub_underscore_fields)]
            #visibility struct #name { #pooler #(#fields),* }
        }
    }

    fn struct_field(&self, name: &str, part: &Part<'_>) -> TokenStream {
        let ident = format_ident!("{}", field(name));
        let (doc, ty) = match part {
            Part::Scope(scope) => (format!(" The layers under `{}`.", scope.path.join(".")), self.struct_ident(scope).into_token_stream()),
            Part::Layer(layer) => {
                let room = layer.layer.room();
                (
                    format!(" {}: `{}` to `{}`.", capital(&room.explain()), layer.input, layer.output),
                    room.rust(&Build::public(self, layer)).ty,
                )
            }
        };
        quote!(#[doc = #doc] pub #ident: #ty)
    }

    /// What makes the structs modules.
    pub(super) fn module_impls(&self) -> TokenStream {
        let impls = self.scopes.all().into_iter().map(|scope| self.module_impl(scope));
        quote!(#(#impls)*)
    }

    fn module_impl(&self, scope: &Scope<'_>) -> TokenStream {
        let (p, name) = (&self.inner, self.struct_ident(scope));
        let class = if scope.path.is_empty() { self.head.name.clone() } else { scope.class() };
        let pooler = (scope.path.is_empty() && self.has_fresh_pooler()).then(|| quote!(("bert.pooler", &self.bert as &dyn #p::Module),));
        let children = scope.parts.iter().map(|(name, _)| {
            let ident = format_ident!("{}", field(name));
            quote!((#name, &self.#ident as &dyn #p::Module))
        });
        quote! {
            #[automatically_derived]
            impl #p::Module for #name {
                fn class(&self) -> ::core::option::Option<#p::String> {
                    ::core::option::Option::Some(#p::String::from(#class))
                }
                fn children(&self) -> #p::Vec<(&str, &dyn #p::Module)> {
                    #p::Vec::from([#pooler #(#children),*])
                }
            }
        }
    }

    /// The expression that makes the module.
    pub(super) fn make_module(&self) -> TokenStream {
        self.make_scope(&self.scopes)
    }

    fn make_scope(&self, scope: &Scope<'_>) -> TokenStream {
        let name = self.struct_ident(scope);
        let pooler = self.head.sources.iter().find(|source| source.fresh && scope.path.is_empty()).map(|source| {
            let at = self.at(source.span);
            quote!(bert: { #at b.fresh_pooler() },)
        });
        let fields = scope.parts.iter().map(|(name, part)| {
            let ident = format_ident!("{}", field(name));
            let value = match part {
                Part::Layer(layer) => self.make(layer),
                Part::Scope(scope) => self.make_scope(scope),
            };
            quote!(#ident: #value)
        });
        quote!(#name { #pooler #(#fields),* })
    }
}

use quote::ToTokens;

/// A sentence with a capital letter.
pub(super) fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}
