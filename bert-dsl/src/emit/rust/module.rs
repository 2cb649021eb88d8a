//! The module: one typed field a layer, scopes as nested structs.

use super::docs::doc;
use super::{Build, Expansion};
use crate::emit::{Fragment, Name, quote};
use crate::explain::capital;
use crate::ir::LayerUse;
use crate::layers::Form;
use crate::rust_names::field;
use crate::scope::{Part, Scope};

impl<'a> Expansion<'a> {
    /// `SentimentHead`, and `SentimentHeadTransform` for a scope.
    fn struct_name(&self, scope: &Scope<'_>) -> Name {
        self.name(self.struct_suffix(scope))
    }

    fn struct_suffix(&self, scope: &Scope<'_>) -> &str {
        self.structs.get(scope.path()).map_or("Head", String::as_str)
    }

    /// Whether the head brings its own pooler.
    pub(super) fn has_fresh_pooler(&self) -> bool {
        self.head.sources.iter().any(|source| source.fresh)
    }

    /// The structs.
    pub(super) fn module_items(&self) -> Fragment {
        let items = self.scopes.all().into_iter().map(|scope| self.scope_struct(scope));
        items.collect()
    }

    fn scope_struct(&self, scope: &Scope<'_>) -> Fragment {
        let (root, visibility, name) = (&self.root, &self.target.visibility, self.ident(self.struct_suffix(scope)));
        let docs = match scope.path().is_empty() {
            true => self.module_docs(),
            false => vec![format!(" The layers of [`{}`] under `{}`.", self.head.name, scope.path().join("."))],
        };
        let docs = doc(&docs);
        let fields = scope.parts().iter().map(|(name, part)| self.struct_field(name, part));
        let pooler = (scope.path().is_empty() && self.has_fresh_pooler()).then(|| {
            quote! {
                #[doc = " The head's own pooler: `bert.pooler` in a checkpoint."]
                pub bert: #root::Pooler,
            }
        });
        quote! {
            #docs
            #[derive(Debug, Clone)]
            #[allow(dead_code, non_snake_case, clippy::pub_underscore_fields)]
            #visibility struct #name { #pooler #(#fields),* }
        }
    }

    fn struct_field(&self, name: &str, part: &Part<'_>) -> Fragment {
        let ident = Name(field(name));
        let (doc, ty) = match part {
            Part::Scope(scope) => {
                let name = self.struct_name(scope);
                (format!(" The layers under `{}`.", scope.path().join(".")), quote!(#name))
            }
            Part::Layer(layer) => {
                let room = layer.layer.room();
                (
                    format!(" {}: {} to `{}`.", capital(&room.explain()), read_axes(layer), layer.output),
                    room.rust(&Build::new(self, layer)).ty,
                )
            }
        };
        quote!(#[doc = #doc] pub #ident: #ty)
    }

    /// What makes the structs modules.
    pub(super) fn module_impls(&self) -> Fragment {
        let impls = self.scopes.all().into_iter().map(|scope| self.module_impl(scope));
        impls.collect()
    }

    fn module_impl(&self, scope: &Scope<'_>) -> Fragment {
        let name = self.struct_name(scope);
        let class = if scope.path().is_empty() { self.head.name.clone() } else { scope.class() };
        let pooler = (scope.path().is_empty() && self.has_fresh_pooler()).then(|| ("bert.pooler", "bert".to_owned()));
        let children = pooler.into_iter().chain(scope.parts().iter().map(|(name, _)| (name.as_str(), field(name))));
        let children = children.enumerate().map(|(number, (name, field))| {
            let (field, first) = (Name(field), (number == 0).then(|| quote!(as &dyn p::Module)));
            quote!((#name, &self.#field #first))
        });
        quote! {
            #[automatically_derived]
            impl p::Module for #name {
                fn class(&self) -> p::Option<p::String> {
                    p::Some(p::String::from(#class))
                }
                fn children(&self) -> p::Vec<(&str, &dyn p::Module)> {
                    p::Vec::from([#(#children),*])
                }
            }
        }
    }

    /// The expression that makes the module.
    pub(super) fn make_module(&self) -> Fragment {
        self.make_scope(&self.scopes)
    }

    fn make_scope(&self, scope: &Scope<'_>) -> Fragment {
        let name = self.struct_name(scope);
        let pooler = self.head.sources.iter().find(|source| source.fresh && scope.path().is_empty()).map(|source| {
            let at = self.at(source.span);
            quote!(bert: { #at b.fresh_pooler() },)
        });
        let fields = scope.parts().iter().map(|(name, part)| {
            let ident = Name(field(name));
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

/// The axes of what a layer reads: the current value, or each of the values that it combines.
fn read_axes(layer: &LayerUse) -> String {
    match layer.layer.form() {
        Form::Combined => layer.operands.iter().map(|operand| format!("`{}`", operand.ty)).collect::<Vec<_>>().join(" and "),
        Form::Unary | Form::Block | Form::Sampled | Form::Positioned | Form::Several => format!("`{}`", layer.input),
    }
}
