//! `#[derive(BertHead)]`

use std::path::{Path, PathBuf};

use bert_dsl::{Analysis, Bare, Diagnostics, Outline, Places, Source, Span as Place, Target, check, expand as expand_head, stubs};
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Data, DeriveInput, Fields, LitStr};

use crate::errors::{error, in_excerpt};

/// What `#[head(..)]` says.
#[derive(Default)]
struct Said {
    text: Option<LitStr>,
    path: Option<LitStr>,
    name: Option<LitStr>,
    krate: Option<syn::Path>,
}

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let input: DeriveInput = match syn::parse2(tokens) {
        Ok(input) => input,
        Err(error) => return error.to_compile_error(),
    };
    if let Some(fault) = unfit(&input) {
        let span = input.ident.span();
        return error((span, span), fault);
    }
    match said(&input) {
        Ok(said) => expanded(&input, &said),
        Err(error) => error.to_compile_error(),
    }
}

fn unfit(input: &DeriveInput) -> Option<&'static str> {
    let is_unit = matches!(&input.data, Data::Struct(data) if matches!(data.fields, Fields::Unit));
    match (is_unit, input.generics.params.is_empty()) {
        (false, _) => Some("a task holds no data: derive `BertHead` on a unit struct, as in `struct Sentiment;`"),
        (true, false) => Some("a task has no parameters: take the generics away"),
        (true, true) => None,
    }
}

fn said(input: &DeriveInput) -> syn::Result<Said> {
    let mut said = Said::default();
    for attribute in input.attrs.iter().filter(|attribute| attribute.path().is_ident("head")) {
        attribute.parse_args_with(|stream: syn::parse::ParseStream<'_>| said.parse(stream))?;
    }
    match (&said.text, &said.path) {
        (None, None) => {
            let form = "write `#[head(\"input pooled; linear hidden -> 2\")]` or `#[head(path = \"heads/sentiment.head\")]`";
            Err(syn::Error::new(input.ident.span(), format!("`{}` has no head: {form}", input.ident)))
        }
        (Some(text), Some(_)) => Err(syn::Error::new(text.span(), "a head is given as a text or as a path, not both")),
        _ => Ok(said),
    }
}

impl Said {
    fn parse(&mut self, stream: syn::parse::ParseStream<'_>) -> syn::Result<()> {
        while !stream.is_empty() {
            if stream.peek(LitStr) {
                self.text = Some(stream.parse()?);
            } else {
                self.parse_key(stream)?;
            }
            if !stream.is_empty() {
                stream.parse::<syn::Token![,]>()?;
            }
        }
        Ok(())
    }

    fn parse_key(&mut self, stream: syn::parse::ParseStream<'_>) -> syn::Result<()> {
        if stream.peek(syn::Token![crate]) {
            stream.parse::<syn::Token![crate]>()?;
            stream.parse::<syn::Token![=]>()?;
            self.krate = Some(stream.parse()?);
            return Ok(());
        }
        let key: syn::Ident = stream.parse()?;
        stream.parse::<syn::Token![=]>()?;
        let value = Some(stream.parse()?);
        match key.to_string().as_str() {
            "path" => self.path = value,
            "name" => self.name = value,
            other => {
                return Err(syn::Error::new(key.span(), format!("`head` knows no `{other}`: it takes a text, `path`, `name` and `crate`")));
            }
        }
        Ok(())
    }

    fn span(&self) -> Span {
        self.text.as_ref().or(self.path.as_ref()).map_or_else(Span::call_site, LitStr::span)
    }

    /// The source, and what makes the compiler read a file again when it changes.
    fn source(&self) -> Result<(Source, TokenStream), String> {
        match (&self.text, &self.path) {
            (_, Some(path)) => {
                let file = from_manifest(&path.value());
                let source = bert_dsl::read(&file)?;
                let file = std::path::absolute(&file).unwrap_or(file);
                let tracked = file.to_str().map(|file| {
                    quote!(
                        const _: &str = ::core::include_str!(#file);
                    )
                });
                Ok((Source::new(path.value(), source.text()), tracked.unwrap_or_default()))
            }
            (text, None) => Ok((Source::new("#[head]", text.as_ref().map(LitStr::value).unwrap_or_default()), TokenStream::new())),
        }
    }
}

/// A path that starts at the package's `Cargo.toml`.
fn from_manifest(path: &str) -> PathBuf {
    let root = std::env::var_os("CARGO_MANIFEST_DIR").map(PathBuf::from).unwrap_or_default();
    root.join(Path::new(path))
}

fn expanded(input: &DeriveInput, said: &Said) -> TokenStream {
    let name = input.ident.to_string();
    let krate = said.krate.as_ref().map_or_else(|| quote!(::bert_runtime), ToTokens::to_token_stream);
    let places = Derived { source: Source::new("", ""), span: input.ident.span() };
    let (source, tracked) = match said.source() {
        Ok(read) => read,
        Err(fault) => {
            let fault = error((said.span(), said.span()), &fault);
            let stub = stubs(&empty(&name), &target(input, krate, &places));
            return quote!(#fault #stub);
        }
    };
    let places = Derived { source: source.clone(), span: input.ident.span() };
    let analysis = check(&source, Bare::Named(&name));
    let errors: Vec<TokenStream> = shown(analysis.diagnostics(), &source, said.span());
    let items = items(analysis, said, &name, &target(input, krate, &places));
    quote!(#tracked #(#errors)* #items)
}

fn shown(diagnostics: &Diagnostics, source: &Source, span: Span) -> Vec<TokenStream> {
    diagnostics.iter().map(|diagnostic| in_excerpt(diagnostic, source, span)).collect()
}

fn target<'a>(input: &DeriveInput, krate: TokenStream, places: &'a dyn Places) -> Target<'a> {
    Target { krate, is_declared: true, visibility: input.vis.to_token_stream(), places }
}

fn items(analysis: Analysis, said: &Said, name: &str, target: &Target<'_>) -> TokenStream {
    let outlines = analysis.outlines.clone();
    let wanted = said.name.as_ref().map(LitStr::value);
    let names: Vec<String> = outlines.iter().map(|outline| outline.name.clone()).collect();
    let picked = match (&wanted, names.as_slice()) {
        (Some(wanted), _) => names.iter().position(|name| name == wanted),
        (None, [_]) => Some(0),
        (None, _) => names.iter().position(|found| found == name),
    };
    let outline = picked
        .and_then(|index| outlines.get(index))
        .cloned()
        .map_or_else(|| empty(name), |outline| Outline { name: name.to_owned(), ..outline });
    match (analysis.heads(), picked) {
        (Ok(mut heads), Some(index)) if index < heads.len() => {
            let mut head = heads.swap_remove(index);
            head.name = name.to_owned();
            expand_head(&head, target)
        }
        (Ok(_), _) => {
            let span = said.name.as_ref().map_or_else(|| said.span(), LitStr::span);
            let fault = error((span, span), &format!("this source has the heads {}: pick one with `name = \"..\"`", names.join(", ")));
            let stub = stubs(&outline, target);
            quote!(#fault #stub)
        }
        (Err(_), _) => stubs(&outline, target),
    }
}

fn empty(name: &str) -> Outline {
    Outline { name: name.to_owned(), visibility: String::new(), sets: Vec::new(), outputs: Vec::new() }
}

/// The places of a head in a string or file: its own lines, and the derived type for rustc.
struct Derived {
    source: Source,
    span: Span,
}

impl Places for Derived {
    fn line(&self, place: Place) -> u32 {
        self.source.position(place.start).line
    }

    fn rust(&self, _place: Place) -> Span {
        self.span
    }
}
