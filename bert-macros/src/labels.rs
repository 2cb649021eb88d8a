//! `#[derive(Labels)]`

use bert_dsl::external_labels;
use bert_dsl::rust_names::snake;
use proc_macro2::{Ident, Span, TokenStream};
use quote::quote;
use syn::ext::IdentExt as _;
use syn::{Attribute, Data, DataEnum, DeriveInput, Error, Expr, ExprLit, Fields, Lit, LitInt, LitStr, Meta, Variant};

use crate::errors::all;
use crate::generated::read;
use crate::krate;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Vec::new();
    let krate = krate::of_attributes("labels", &input.attrs, &mut faults);
    let Data::Enum(data) = &input.data else {
        let message = "labels are the variants of an enum, as in `enum Mood { Bad, Good }`";
        faults.push(Error::new(input.ident.span(), message));
        return all(faults);
    };
    misplaced("label", &input.attrs, "it names one label: write it on a variant", &mut faults);
    check_form(&input, data, &mut faults);
    let labels = labels(data, &mut faults);
    let can_be = input.generics.params.is_empty() && !labels.is_empty() && data.variants.iter().all(is_plain);
    let errors = all(faults);
    let impls = can_be.then(|| read(external_labels(&krate.into(), &placed(&input.ident), &borrowed(&labels))));
    quote!(#errors #impls)
}

/// A label of the enum: its variant and its name.
struct Named {
    variant: Ident,
    name: String,
    place: Span,
}

fn check_form(input: &DeriveInput, data: &DataEnum, faults: &mut Vec<Error>) {
    if !input.generics.params.is_empty() {
        faults.push(Error::new_spanned(&input.generics, "a set of labels has no parameters: take the generics away"));
    }
    if data.variants.is_empty() {
        faults.push(Error::new(input.ident.span(), "a set of labels has one label at least: add a variant"));
    }
    for (index, variant) in data.variants.iter().enumerate() {
        if !is_plain(variant) {
            let message = format!("a label holds no data: take the fields of `{}` away", variant.ident);
            faults.push(Error::new_spanned(&variant.fields, message));
        }
        if let Some((_, number)) = variant.discriminant.as_ref().filter(|(_, number)| value(number) != Some(index)) {
            let message =
                format!("labels count from 0 in the order of the enum, and `{}` is number {index}: leave this out", variant.ident);
            faults.push(Error::new_spanned(number, message));
        }
    }
}

fn is_plain(variant: &Variant) -> bool {
    matches!(variant.fields, Fields::Unit)
}

fn value(number: &Expr) -> Option<usize> {
    match number {
        Expr::Lit(ExprLit { lit: Lit::Int(number), .. }) => LitInt::base10_parse(number).ok(),
        _ => None,
    }
}

fn labels(data: &DataEnum, faults: &mut Vec<Error>) -> Vec<Named> {
    let mut labels: Vec<Named> = Vec::new();
    for variant in &data.variants {
        misplaced("labels", &variant.attrs, "the name of one label is `#[label(\"..\")]`", faults);
        let (name, place) = match given(variant, faults) {
            Some(name) => (name.value(), name.span()),
            None => (snake(&variant.ident.unraw().to_string()), variant.ident.span()),
        };
        if let Some(first) = labels.iter().find(|first| first.name == name) {
            let message = format!("two labels are called `{name}`: name one of them with `#[label(\"..\")]`");
            let line = first.place.start().line;
            faults.push(Error::new(place, format!("{message}\nnote: the other one is `{}` (line {line})", first.variant)));
        }
        labels.push(Named { variant: placed(&variant.ident), name, place });
    }
    labels
}

/// The name in `#[label("..")]`.
fn given(variant: &Variant, faults: &mut Vec<Error>) -> Option<LitStr> {
    let mut given: Option<LitStr> = None;
    for attribute in variant.attrs.iter().filter(|attribute| attribute.path().is_ident("label")) {
        let name = match &attribute.meta {
            Meta::List(list) => list.parse_args::<LitStr>().ok(),
            Meta::Path(_) | Meta::NameValue(_) => None,
        };
        match name {
            None => faults.push(Error::new_spanned(&attribute.meta, "the name of a label is a text: write `#[label(\"B-PER\")]`")),
            Some(name) if name.value().is_empty() => faults.push(Error::new(name.span(), "a label's name has one character at least")),
            Some(name) if given.is_some() => faults.push(Error::new(name.span(), "a label has one name: take one away")),
            Some(name) => given = Some(name),
        }
    }
    given
}

/// The two attributes are one letter apart.
fn misplaced(word: &str, attributes: &[Attribute], hint: &str, faults: &mut Vec<Error>) {
    let found = attributes.iter().filter(|attribute| attribute.path().is_ident(word));
    faults.extend(found.map(|attribute| Error::new_spanned(attribute.path(), format!("`{word}` has no meaning here: {hint}"))));
}

/// A name of the user's, at its place and as part of what is generated.
fn placed(name: &Ident) -> Ident {
    let mut name = name.clone();
    name.set_span(name.span().resolved_at(Span::mixed_site()));
    name
}

fn borrowed(labels: &[Named]) -> Vec<(Ident, &str)> {
    labels.iter().map(|label| (label.variant.clone(), label.name.as_str())).collect()
}
