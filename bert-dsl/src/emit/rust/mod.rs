//! From a checked head to Rust.
//!
//! The code names the runtime by one path alone, has no warning under any lint, and is the same each time it is made.

mod build;
mod demand;
mod docs;
mod enums;
mod forward;
mod labels;
mod module;
mod names;
mod outcomes;
mod outlet;
mod stubs;
mod task;
mod types;

use std::cell::OnceCell;
use std::collections::BTreeMap;

use proc_macro2::Ident;

pub(crate) use build::{Build, floats};
pub use labels::external_labels;
pub(crate) use names::type_names;
pub(crate) use outlet::Outlet;

use crate::check::Outline;
use crate::decode::Reading;
use crate::emit::{Fragment, Name, placed, quote};
use crate::ir::CheckedHead;
use crate::optimise::{Passes, optimise};
use crate::scope::Scope;
use crate::source::{Source, Span};

/// Where things of a head are written, for the compiler that reads the generated code.
pub trait Places {
    /// The line of a place, from 1.
    fn line(&self, span: Span) -> u32;

    /// A place as the compiler knows it.
    fn rust(&self, span: Span) -> proc_macro2::Span;
}

/// The lines of a source that the compiler does not read itself.
impl Places for Source {
    fn line(&self, span: Span) -> u32 {
        self.position(span.start).line
    }

    fn rust(&self, _span: Span) -> proc_macro2::Span {
        proc_macro2::Span::call_site()
    }
}

/// How a head is expanded.
pub struct Target<'a> {
    /// The path of the runtime's crate: `::bert_runtime`, unless the user renamed it.
    pub krate: Fragment,
    /// Whether the task's own type is there already, as for a derive.
    pub is_declared: bool,
    /// The visibility of the items.
    pub visibility: Fragment,
    /// Where things are written.
    pub places: &'a dyn Places,
    /// How the head is optimised.
    pub passes: Passes,
}

/// A head on its way to Rust.
pub(crate) struct Expansion<'a> {
    pub head: &'a CheckedHead,
    pub target: &'a Target<'a>,
    /// The path in front of the runtime's names in items that a user sees. Inside of the anonymous constant it is `p`.
    root: Fragment,
    readings: OnceCell<Vec<(String, Reading)>>,
    /// The layers by their scopes, and what the struct of each scope is called.
    scopes: Scope<'a>,
    structs: BTreeMap<Vec<String>, String>,
}

/// The Rust items of a head.
pub fn expand(head: &CheckedHead, target: &Target<'_>) -> Fragment {
    let head = &optimise(head, &target.passes);
    let krate = &target.krate;
    let scopes = Scope::of(head);
    let structs = names::structs(head, scopes.all().into_iter().map(Scope::path));
    let expansion = Expansion { head, target, root: quote!(#krate::__private), readings: OnceCell::new(), scopes, structs };
    let (items, impls, enum_rules) = (expansion.items(), expansion.impls(), expansion.enum_rules());
    quote! {
        #items
        #[allow(unused_imports, unused_qualifications, clippy::possible_missing_comma)]
        const _: () = {
            use #krate::__private as p;
            use #krate::__private::traits::*;
            #enum_rules
            #impls
        };
    }
}

/// Items of the names that a wrong head would have, so that the rest of a user's file still type-checks.
pub fn stubs(outline: &Outline, target: &Target<'_>) -> Fragment {
    stubs::stubs(outline, target)
}

impl Expansion<'_> {
    /// What a user sees: the task, its module, labels, inputs and outputs.
    fn items(&self) -> Fragment {
        let parts = [
            self.task_type(),
            self.label_items(),
            self.module_items(),
            self.output_type(),
            self.input_type(),
            self.prediction_type(),
            self.target_type(),
        ];
        parts.into_iter().collect()
    }

    fn impls(&self) -> Fragment {
        let parts = [self.label_impls(), self.module_impls(), self.input_impl(), self.target_impl(), self.head_impl(), self.task_impl()];
        parts.into_iter().collect()
    }

    /// The name of a type that begins with the head's.
    fn name(&self, suffix: &str) -> Name {
        Name(format!("{}{}", self.head.name, suffix))
    }

    /// The same where the type is declared: at the place of the head's name.
    fn ident(&self, suffix: &str) -> Ident {
        placed(&format!("{}{suffix}", self.head.name), self.target.places.rust(self.head.name_span))
    }

    fn task_type(&self) -> Fragment {
        if self.target.is_declared {
            return Fragment::default();
        }
        let (visibility, name, docs) = (&self.target.visibility, self.ident(""), self.task_docs());
        quote! {
            #docs
            #[derive(Debug, Clone, Copy, PartialEq, Eq)]
            #[allow(dead_code)]
            #visibility struct #name;
        }
    }
}
