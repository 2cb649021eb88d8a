//! `head! { .. }`

use bert_dsl::{Analysis, Bare, CheckedHead, Outline, Places, Source, Span as Place, Target, check, expand as expand_head, stubs};
use proc_macro2::{Span, TokenStream, TokenTree};
use quote::quote;

use crate::errors::{at_tokens, error};
use crate::tokens::Layout;

pub(crate) fn expand(tokens: TokenStream) -> TokenStream {
    let (krate, body) = match runtime_crate(tokens) {
        Ok(split) => split,
        Err(span) => return error((span, span), "`crate = path;` names the runtime's crate, as in `crate = my_bert;`"),
    };
    let layout = Layout::of(body);
    let source = Source::new("head!", layout.text.clone());
    let analysis = check(&source, Bare::Refused);
    let errors: Vec<TokenStream> = analysis.diagnostics().iter().map(|diagnostic| at_tokens(diagnostic, &source, &layout)).collect();
    let items = items(analysis, &krate, &layout);
    quote!(#(#errors)* #items)
}

/// The heads' items, or stubs of them where anything is wrong.
fn items(analysis: Analysis, krate: &TokenStream, layout: &Layout) -> TokenStream {
    let outlines = analysis.outlines.clone();
    let target = |visibility: &str| Target {
        krate: krate.clone(),
        is_declared: false,
        visibility: visibility.parse().unwrap_or_default(),
        places: layout,
    };
    match analysis.heads() {
        Ok(heads) => heads.iter().map(|head: &CheckedHead| expand_head(head, &target(&head.visibility))).collect(),
        Err(_) => outlines.iter().map(|outline: &Outline| stubs(outline, &target(&outline.visibility))).collect(),
    }
}

/// `crate = path;` in front, and what follows it.
fn runtime_crate(tokens: TokenStream) -> Result<(TokenStream, TokenStream), Span> {
    let mut rest = tokens.clone().into_iter();
    match rest.next() {
        Some(TokenTree::Ident(word)) if word == "crate" => {
            let is_sign =
                |token: Option<TokenTree>, wanted: char| matches!(token, Some(TokenTree::Punct(sign)) if sign.as_char() == wanted);
            if !is_sign(rest.next(), '=') {
                return Err(word.span());
            }
            let path: TokenStream =
                rest.by_ref().take_while(|token| !matches!(token, TokenTree::Punct(sign) if sign.as_char() == ';')).collect();
            syn::parse2::<syn::Path>(path.clone()).map_err(|error| error.span())?;
            Ok((path, rest.collect()))
        }
        _ => Ok((quote!(::bert_runtime), tokens)),
    }
}

impl Places for Layout {
    fn line(&self, place: Place) -> u32 {
        self.ends(place).0.start().line as u32
    }

    fn rust(&self, place: Place) -> Span {
        self.ends(place).0
    }
}
