//! `#[derive(Example)]`

mod emit;
mod fields;

use emit::Emission;
use fields::{Field, Role};
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::{Data, DeriveInput, Error, Fields, Path};

use crate::errors::all;
use crate::krate;

const FORM: &str = "write `#[example(task = Sentiment)]` with the task that the examples are for";

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    let mut faults = Vec::new();
    let (krate, task) = attributes(&input, &mut faults);
    if !input.generics.params.is_empty() {
        faults.push(Error::new_spanned(&input.generics, "an example has no parameters: take the generics away"));
    }
    let fields = fields(&input, &mut faults);
    if faults.is_empty() {
        check_texts(&input, &fields, &mut faults);
        check_targets(&fields, &mut faults);
    }
    match task {
        Some(task) if faults.is_empty() => Emission { krate, input: &input, task, fields: &fields }.expand(),
        _ => all(faults),
    }
}

/// The runtime's crate and the task.
fn attributes(input: &DeriveInput, faults: &mut Vec<Error>) -> (TokenStream, Option<Path>) {
    let (mut krate, mut task) = (TokenStream::from(krate::usual()), None);
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("example")) {
        let parsed = attribute.parse_nested_meta(|meta| match () {
            () if meta.path.is_ident("task") => {
                task = Some(meta.value().and_then(|value| value.parse::<Path>()).map_err(|error| Error::new(error.span(), FORM))?);
                Ok(())
            }
            () if meta.path.is_ident("crate") => {
                krate = krate::in_attribute(meta.value()?)?.to_token_stream();
                Ok(())
            }
            () => Err(Error::new_spanned(&meta.path, format!("an example's struct has no `{}`: {FORM}", meta.path.to_token_stream()))),
        });
        faults.extend(parsed.err());
    }
    if task.is_none() && faults.is_empty() {
        faults.push(Error::new(input.ident.span(), format!("the task is missing: {FORM}")));
    }
    (krate, task)
}

fn fields(input: &DeriveInput, faults: &mut Vec<Error>) -> Vec<Field> {
    let form = "write a struct with a field for each column, as in `struct Review { text: String, label: SentimentLabel }`";
    let (place, what) = match &input.data {
        Data::Struct(data) => match &data.fields {
            Fields::Named(fields) if !fields.named.is_empty() => {
                return fields.named.iter().filter_map(|field| Field::of(field).map_err(|fault| faults.push(fault)).ok()).collect();
            }
            Fields::Unnamed(fields) => (fields.to_token_stream(), "columns are called as the fields are, and these have no names"),
            Fields::Named(_) | Fields::Unit => (input.ident.to_token_stream(), "there is no field in it"),
        },
        Data::Enum(data) => (data.enum_token.to_token_stream(), "an enum is no example"),
        Data::Union(data) => (data.union_token.to_token_stream(), "a union is no example"),
    };
    faults.push(Error::new_spanned(place, format!("{what}: {form}")));
    Vec::new()
}

/// An example has a text, a pair, words, or choices with or without a context.
fn check_texts(input: &DeriveInput, fields: &[Field], faults: &mut Vec<Error>) {
    let texts: Vec<&Field> = fields.iter().filter(|field| field.role.is_text()).collect();
    let has = |role: &Role| texts.iter().any(|field| field.role == *role);
    for (number, field) in texts.iter().enumerate() {
        if texts[..number].iter().any(|before| before.role == field.role) {
            faults.push(field.fault(&format!("two fields are `{}`: take one away", field.role.word())));
        }
    }
    let together = |roles: &[Role]| texts.iter().all(|field| roles.contains(&field.role));
    let is_form = together(&[Role::Text])
        || together(&[Role::Words])
        || together(&[Role::First, Role::Second])
        || together(&[Role::Choices, Role::Context]);
    match texts.last() {
        None => {
            let message = "there is no text: mark a field `#[example(text)]`, `words` or `choices`, or two of them `first` and `second`";
            faults.push(Error::new(input.ident.span(), message));
        }
        Some(last) if !is_form => {
            let message = "an example is a `text`, `words`, a `first` and a `second` text, or `choices` with or without a `context`: these fields mix them";
            faults.push(last.fault(message));
        }
        Some(last) => {
            for (one, other) in [(Role::First, Role::Second), (Role::Second, Role::First), (Role::Context, Role::Choices)] {
                if has(&one) && !has(&other) {
                    faults.push(last.fault(&format!("a `{}` comes with `{}`: mark another field so", one.word(), other.word())));
                }
            }
        }
    }
}

/// One target without a name, or several with the names of their outputs.
fn check_targets(fields: &[Field], faults: &mut Vec<Error>) {
    let targets: Vec<&Field> = fields.iter().filter(|field| matches!(field.role, Role::Target(_))).collect();
    if targets.len() < 2 {
        return;
    }
    let nameless = targets.iter().filter(|field| field.role == Role::Target(None));
    faults
        .extend(nameless.map(|field| field.fault("there are several targets: say whose this is, as in `#[example(target = \"intent\")]`")));
}

/// A name of the user's, at its place and as part of what is generated.
fn placed(span: Span) -> Span {
    span.resolved_at(Span::mixed_site())
}
