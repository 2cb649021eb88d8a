//! What makes a struct an example of a task.

use bert_dsl::rust_names::field as rust_field;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{DeriveInput, Path, Type};

use super::fields::{Field, Role, Unit};
use super::placed;

/// A struct whose fields are known.
pub(super) struct Emission<'a> {
    pub krate: TokenStream,
    pub input: &'a DeriveInput,
    pub task: Path,
    pub fields: &'a [Field],
}

impl Emission<'_> {
    pub(super) fn expand(&self) -> TokenStream {
        let (krate, name, task) = (&self.krate, &self.input.ident, &self.task);
        let reads = self.fields.iter().map(|field| {
            let (ident, ty, column) = (&field.ident, &field.ty, &field.column);
            quote_spanned!(placed(ty.span())=> #ident: p::example::read::<#ty>(row, #column)?)
        });
        let (input, (target_type, target)) = (self.make_input(), self.target());
        // What a field's code names stands where the field does, and means what these do.
        let [row, this] = ["row", "self"].map(|name| Ident::new(name, Span::mixed_site()));
        quote! {
            #[allow(unused_qualifications)]
            const _: () = {
                use #krate::__private as p;
                type __Input = <#task as p::Task>::Input;
                type __Target = <#task as p::Task>::Target;
                #[automatically_derived]
                impl p::TaskExample for #name {
                    type Task = #task;
                    type Target = #target_type;
                    fn from_row(#row: &p::Row) -> p::Result<Self> {
                        ::core::result::Result::Ok(Self { #(#reads),* })
                    }
                    fn into_pair(#this) -> (__Input, Self::Target) {
                        (#input, #target)
                    }
                }
            };
        }
    }

    fn make_input(&self) -> TokenStream {
        let texts = self.texts();
        let span = placed(self.task.span());
        let givens: Vec<TokenStream> = self.fields.iter().filter_map(given).collect();
        match givens.is_empty() {
            true => quote_spanned!(span=> p::example::input::<__Input, _>(#texts)),
            false => quote_spanned!(span=> __Input { text: #texts, #(#givens),* }),
        }
    }

    fn texts(&self) -> TokenStream {
        let one = |role: Role, call: TokenStream| self.fields.iter().find(|field| field.role == role).map(|field| value(field, &call));
        let segment = quote!(p::example::segment);
        let pair = one(Role::First, segment.clone()).zip(one(Role::Second, segment.clone()));
        let (text, words, context) =
            (one(Role::Text, segment.clone()), one(Role::Words, quote!(p::example::words)), one(Role::Context, segment));
        match (text.or(words), pair, one(Role::Choices, quote!(p::example::choices))) {
            (Some(text), ..) => quote!(p::Text::one(#text)),
            (_, Some((first, second)), _) => quote!(p::Text::pair(#first, #second)),
            (_, _, Some(choices)) => match context {
                Some(context) => quote!(p::Choices::from((#context, #choices))),
                None => quote!(p::Choices::from(#choices)),
            },
            (None, None, None) => TokenStream::new(),
        }
    }

    /// The type of the target, and what makes one.
    fn target(&self) -> (TokenStream, TokenStream) {
        let targets: Vec<(&Field, &Option<String>)> = self
            .fields
            .iter()
            .filter_map(|field| match &field.role {
                Role::Target(output) => Some((field, output)),
                _ => None,
            })
            .collect();
        let span = placed(self.task.span());
        match targets.as_slice() {
            [] => (quote_spanned!(span=> <() as p::example::TargetOf<__Target>>::Target), quote_spanned!(span=> ())),
            [(field, None)] => {
                let (ty, ident) = (&field.ty, &field.ident);
                let own = quote_spanned!(placed(ty.span())=> <#ty as p::example::TargetOf<__Target>>);
                (quote_spanned!(placed(ty.span())=> #own::Target), quote_spanned!(placed(ty.span())=> #own::target(self.#ident)))
            }
            named => {
                let entries = named.iter().map(|(field, output)| named_target(field, output.as_deref().unwrap_or_default()));
                (quote_spanned!(span=> __Target), quote_spanned!(span=> __Target { #(#entries),* }))
            }
        }
    }
}

/// The value of a field, through a function that says what it must be.
fn value(field: &Field, call: &TokenStream) -> TokenStream {
    let ident = &field.ident;
    let function = respan(call, field);
    quote_spanned!(placed(field.ty.span())=> #function(self.#ident))
}

/// The same tokens at the place of a field's type.
fn respan(tokens: &TokenStream, field: &Field) -> TokenStream {
    let span = placed(field.ty.span());
    let at = |mut token: proc_macro2::TokenTree| {
        token.set_span(span);
        token
    };
    tokens.clone().into_iter().map(at).collect()
}

fn given(field: &Field) -> Option<TokenStream> {
    let Role::Given(name, unit) = &field.role else { return None };
    let (ident, span) = (&field.ident, placed(field.ty.span()));
    let name = Ident::new(&rust_field(name), placed(field.ident.span()));
    let value = match unit {
        None => quote_spanned!(span=> p::example::given(self.#ident)),
        Some(unit) => {
            let position = match unit {
                Unit::Token => quote_spanned!(span=> p::Position::Token),
                Unit::Word => quote_spanned!(span=> p::Position::Word),
                Unit::Char => quote_spanned!(span=> p::Position::Char),
            };
            quote_spanned!(span=> #position(self.#ident))
        }
    };
    Some(quote!(#name: #value))
}

/// The target of an output, which a field may leave out if it is an `Option`.
fn named_target(field: &Field, output: &str) -> TokenStream {
    let (ident, span) = (&field.ident, placed(field.ty.span()));
    let name = Ident::new(&rust_field(output), placed(field.ident.span()));
    match is_option(&field.ty) {
        true => quote_spanned!(span=> #name: self.#ident.map(p::example::target)),
        false => quote_spanned!(span=> #name: ::core::option::Option::Some(p::example::target(self.#ident))),
    }
}

fn is_option(ty: &Type) -> bool {
    matches!(ty, Type::Path(path) if path.path.segments.last().is_some_and(|segment| segment.ident == "Option"))
}
