//! The module: one typed field a layer, scopes as nested structs.

use proc_macro2::{Ident, TokenStream};
use quote::{format_ident, quote};

use super::{Build, Expansion};
use crate::explain::capital;
use crate::ir::LayerUse;
use crate::layers::Form;
use crate::rust_names::field;
use crate::scope::{Part, Scope};

impl<'a> Expansion<'a> {
    /// `SentimentHead`, and `SentimentHeadTransform` for a scope.
    fn struct_ident(&self, scope: &Scope<'_>) -> Ident {
        self.ident(self.structs.get(scope.path()).map_or("Head", String::as_str))
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
        let docs = match scope.path().is_empty() {
            true => self.module_docs(),
            false => vec![format!(" The layers of [`{}`] under `{}`.", self.head.name, scope.path().join("."))],
        };
        let fields = scope.parts().iter().map(|(name, part)| self.struct_field(name, part));
        let pooler = (scope.path().is_empty() && self.has_fresh_pooler()).then(|| {
            quote! {
                #[doc = " The head's own pooler: `bert.pooler` in a checkpoint."]
                pub bert: #p::Pooler,
            }
        });
        quote! {
            #(#[doc = #docs])*
            #[derive(Debug, Clone)]
            #[allow(dead_code, non_snake_case, clippy::pub_underscore_fields)]
            #visibility struct #name { #pooler #(#fields),* }
        }
    }

    fn struct_field(&self, name: &str, part: &Part<'_>) -> TokenStream {
        let ident = format_ident!("{}", field(name));
        let (doc, ty) = match part {
            Part::Scope(scope) => {
                (format!(" The layers under `{}`.", scope.path().join(".")), self.struct_ident(scope).into_token_stream())
            }
            Part::Layer(layer) => {
                let room = layer.layer.room();
                (
                    format!(" {}: {} to `{}`.", capital(&room.explain()), read_axes(layer), layer.output),
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
        let class = if scope.path().is_empty() { self.head.name.clone() } else { scope.class() };
        let pooler = (scope.path().is_empty() && self.has_fresh_pooler()).then(|| quote!(("bert.pooler", &self.bert as &dyn #p::Module),));
        let children = scope.parts().iter().map(|(name, _)| {
            let ident = format_ident!("{}", field(name));
            quote!((#name, &self.#ident as &dyn #p::Module))
        });
        quote! {
            #[automatically_derived]
            impl #p::Module for #name {
                fn class(&self) -> #p::Option<#p::String> {
                    #p::Some(#p::String::from(#class))
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
        let pooler = self.head.sources.iter().find(|source| source.fresh && scope.path().is_empty()).map(|source| {
            let at = self.at(source.span);
            quote!(bert: { #at b.fresh_pooler() },)
        });
        let fields = scope.parts().iter().map(|(name, part)| {
            let ident = format_ident!("{}", field(name));
            let value = match part {
                Part::Layer(layer) => self.make(layer),
                Part::Scope(scope) => self.make_scope(scope),
            };
            quote!(#ident: #value)
        });
        let made = quote!(#name { #pooler #(#fields),* });
        match scope.layer().filter(|layer| !layer.requires.is_empty() || !layer.at_least.is_empty()) {
            Some(layer) => {
                let checks = self.checks(layer);
                quote!({ #checks #made })
            }
            None => made,
        }
    }
}

use quote::ToTokens;

/// The axes of what a layer reads: the current value, or each of the values that it combines.
fn read_axes(layer: &LayerUse) -> String {
    match layer.layer.form() {
        Form::Combined => layer.operands.iter().map(|operand| format!("`{}`", operand.ty)).collect::<Vec<_>>().join(" and "),
        Form::Unary | Form::Block | Form::Sampled | Form::Positioned | Form::Several => format!("`{}`", layer.input),
    }
}
