//! `#[derive(MultiTask)]`

mod emit;

use std::collections::HashSet;

use bert_dsl::rust_names::camel;
use bert_dsl::{Outline, Passes, Source, Target, stubs};
use emit::{MultiTask, Part};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote};
use syn::ext::IdentExt as _;
use syn::{Data, DeriveInput, Error, Field, Fields, FieldsNamed};

use crate::errors::all;
use crate::generated::read;
use crate::krate;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Vec::new();
    let krate = krate::of_attributes("multi_task", &input.attrs, &mut faults);
    check_type(&input, &mut faults);
    let parts = fields(&input, &mut faults).map(parts).unwrap_or_default();
    parts.iter().for_each(|part| check_name(part, &mut faults));
    let mut names = HashSet::new();
    let distinct = parts.iter().all(|part| names.insert(part.name.clone()));
    if faults.is_empty() && distinct {
        return MultiTask { krate, input: &input, parts }.expand();
    }
    let (errors, stub) = (all(faults), stub(&input, krate));
    quote!(#errors #stub)
}

/// The items that the rest of the user's file may name.
fn stub(input: &DeriveInput, krate: TokenStream) -> Option<TokenStream> {
    let (name, visibility) = (input.ident.to_string(), input.vis.to_token_stream().into());
    let outline = Outline { name, visibility: String::new(), sets: Vec::new(), outputs: Vec::new() };
    let target = Target { krate: krate.into(), is_declared: true, visibility, places: &Source::new("", ""), passes: Passes::default() };
    input.generics.params.is_empty().then(|| read(stubs(&outline, &target)))
}

fn check_type(input: &DeriveInput, faults: &mut Vec<Error>) {
    let (name, wanted) = (input.ident.to_string(), camel(&input.ident.to_string()));
    if !input.generics.params.is_empty() {
        faults.push(Error::new_spanned(&input.generics, "a task has no parameters: take the generics away"));
    }
    if name != wanted {
        let message = format!("the names of the task's types begin with this one, which is not written as a type's: call it `{wanted}`");
        faults.push(Error::new(input.ident.span(), message));
    }
}

/// The fields, each of which is a task.
fn fields<'i>(input: &'i DeriveInput, faults: &mut Vec<Error>) -> Option<&'i FieldsNamed> {
    let form = format!("write one field a task, as in `struct {} {{ intent: Intent, slots: Slots }}`", camel(&input.ident.to_string()));
    let (place, what) = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => return Some(fields),
            Fields::Unnamed(fields) => {
                (fields.to_token_stream(), "outputs and parameters are called as the fields are, and these have no names")
            }
            Fields::Named(_) | Fields::Unit => (input.ident.to_token_stream(), "there is no task in it"),
        },
        Data::Enum(data) => (data.enum_token.to_token_stream(), "an enum is no task"),
        Data::Union(data) => (data.union_token.to_token_stream(), "a union is no task"),
    };
    faults.push(Error::new_spanned(place, format!("{what}: {form}")));
    None
}

fn parts(fields: &FieldsNamed) -> Vec<Part> {
    fields.named.iter().filter_map(part).collect()
}

fn part(field: &Field) -> Option<Part> {
    let ident = field.ident.clone()?;
    let docs = field.attrs.iter().filter(|attribute| attribute.path().is_ident("doc")).cloned().collect();
    Some(Part { name: ident.unraw().to_string(), ident, task: field.ty.clone(), docs })
}

fn check_name(part: &Part, faults: &mut Vec<Error>) {
    if part.name == "bert" {
        let message = "no task may be called `bert`: the encoder's own tensors have this name in front of theirs in a checkpoint";
        faults.push(Error::new(part.ident.span(), message));
    }
}
