//! What `#[head(..)]` says of a derive.

use bert_dsl::{Passes, nearest};
use proc_macro2::{Span, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, DeriveInput, Error, Ident, LitStr, Meta, Result, Token};

use crate::krate::in_attribute;
use crate::passes::{self, named};

const FORM: &str = "write `#[head(\"input pooled; linear hidden -> 2\")]` or `#[head(path = \"heads/sentiment.head\")]`";
const KEYS: [&str; 4] = ["path", "name", "crate", "optimise"];

/// Where the head is, and what else is said of it.
#[derive(Default)]
pub(crate) struct Said {
    pub text: Option<LitStr>,
    pub path: Option<LitStr>,
    pub name: Option<LitStr>,
    pub krate: Option<syn::Path>,
    passes: Option<Passes>,
}

impl Said {
    /// Reads all of a type's `head` attributes.
    ///
    /// What could be read is given beside the errors.
    pub(crate) fn of(input: &DeriveInput) -> (Self, Option<Error>) {
        let mut said = Self::default();
        let attributes = input.attrs.iter().filter(|attribute| attribute.path().is_ident("head"));
        let faults: Vec<Error> = attributes.filter_map(|attribute| said.attribute(attribute).err()).collect();
        let fault = faults.into_iter().reduce(|mut all, next| {
            all.combine(next);
            all
        });
        let fault = fault.or_else(|| said.unfinished(&input.ident));
        (said, fault)
    }

    /// Which passes run over the head.
    pub(crate) fn passes(&self) -> Passes {
        self.passes.clone().unwrap_or_default()
    }

    /// The place of the head's text.
    pub(crate) fn span(&self) -> Span {
        self.text.as_ref().or(self.path.as_ref()).map_or_else(Span::call_site, LitStr::span)
    }

    fn unfinished(&self, ident: &Ident) -> Option<Error> {
        match (&self.text, &self.path) {
            (None, None) => Some(Error::new(ident.span(), format!("`{ident}` has no head: {FORM}"))),
            (Some(_), Some(path)) => Some(Error::new(path.span(), "the head is given twice, as a text and as a path: take one away")),
            _ => None,
        }
    }

    fn attribute(&mut self, attribute: &Attribute) -> Result<()> {
        match &attribute.meta {
            Meta::List(list) => list.parse_args_with(|stream: ParseStream<'_>| self.entries(stream)),
            other => Err(Error::new_spanned(other, format!("`head` takes what it is told in parentheses: {FORM}"))),
        }
    }

    fn entries(&mut self, stream: ParseStream<'_>) -> Result<()> {
        while !stream.is_empty() {
            self.entry(stream)?;
            if !stream.is_empty() && stream.parse::<Token![,]>().is_err() {
                return Err(stream.error("a `,` is missing in front of this"));
            }
        }
        Ok(())
    }

    fn entry(&mut self, stream: ParseStream<'_>) -> Result<()> {
        if stream.peek(LitStr) {
            return set(&mut self.text, stream.parse()?, "the head's text");
        }
        let key = stream.call(Ident::parse_any).map_err(|error| Error::new(error.span(), format!("this is no head: {FORM}")))?;
        let word = key.to_string();
        if !KEYS.contains(&word.as_str()) {
            return Err(Error::new(key.span(), unknown(&word)));
        }
        if stream.parse::<Token![=]>().is_err() {
            return Err(Error::new(key.span(), format!("`{word}` needs a value: write `{word} = ..`")));
        }
        match word.as_str() {
            "path" => set(&mut self.path, text(stream, "path", "heads/ner.head")?, "`path`"),
            "name" => set(&mut self.name, text(stream, "name", "Ner")?, "`name`"),
            "optimise" => self.optimise(key.span(), stream),
            _ => set(&mut self.krate, in_attribute(stream)?, "`crate`"),
        }
    }
}

impl Said {
    fn optimise(&mut self, key: Span, stream: ParseStream<'_>) -> Result<()> {
        let value: TokenTree = stream.parse().map_err(|error| Error::new(error.span(), passes::FORM))?;
        let passes = named(&value).map_err(|(span, fault)| Error::new(span, fault))?;
        match self.passes.replace(passes) {
            Some(_) => Err(Error::new(key, "`optimise` is given twice: take one away")),
            None => Ok(()),
        }
    }
}

fn unknown(word: &str) -> String {
    let hint = nearest(word, KEYS)
        .map_or_else(|| "it takes a text, `path`, `name`, `crate` and `optimise`".to_owned(), |key| format!("did you mean `{key}`?"));
    format!("`head` takes no `{word}`: {hint}")
}

fn set<T: ToTokens>(place: &mut Option<T>, value: T, what: &str) -> Result<()> {
    match place {
        Some(_) => Err(Error::new_spanned(value, format!("{what} is given twice: take one away"))),
        None => {
            *place = Some(value);
            Ok(())
        }
    }
}

fn text(stream: ParseStream<'_>, key: &str, example: &str) -> Result<LitStr> {
    stream.parse().map_err(|error| Error::new(error.span(), format!("`{key}` is a text in quotes, as in `{key} = \"{example}\"`")))
}
