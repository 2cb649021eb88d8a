//! What is said in front of the heads of `head!`, `crate = path;` and `optimise = ..;`, and `crate = path` in attributes.

use std::iter::Peekable;

use bert_dsl::{Fragment, Passes, nearest};
use proc_macro2::token_stream::IntoIter;
use proc_macro2::{Delimiter, Ident, Punct, Span, TokenStream, TokenTree};
use quote::ToTokens;
use syn::ext::IdentExt as _;
use syn::parse::ParseStream;
use syn::{Attribute, Error, LitStr, Meta, Token};

use crate::errors::error;
use crate::passes::{FORM, named};

/// The runtime's crate, the passes, the heads, and what is wrong with how the first two are named.
pub(crate) struct Opened {
    pub krate: Fragment,
    pub passes: Passes,
    pub heads: Vec<TokenTree>,
    pub errors: TokenStream,
}

/// The runtime's crate where no user names it.
pub(crate) fn usual() -> Fragment {
    Fragment::text("::bert_runtime")
}

/// Parts `crate = path;` and `optimise = ..;` from the heads. Where it is wrong or stands elsewhere, it is taken out all the same.
pub(crate) fn open(tokens: TokenStream) -> Opened {
    let mut opened = Opened { krate: usual(), passes: Passes::default(), heads: Vec::new(), errors: TokenStream::new() };
    let mut rest = tokens.into_iter().peekable();
    while let Some(token) = rest.next() {
        let first = opened.heads.is_empty();
        match token {
            TokenTree::Ident(word) if word == "crate" && (first || rest.peek().is_some_and(|next| is_sign(next, '='))) => {
                if !first {
                    opened.refuse(word.span(), "`crate = ..;` stands in front of all heads: move it there");
                }
                opened.name(&word, &mut rest);
            }
            TokenTree::Ident(word) if word == "optimise" && first && rest.peek().is_some_and(|next| is_sign(next, '=')) => {
                opened.optimise(&word, &mut rest);
            }
            other => opened.heads.push(other),
        }
    }
    opened
}

impl Opened {
    fn refuse(&mut self, span: Span, message: &str) {
        self.errors.extend(error((span, span), message));
    }

    /// What follows `crate`: `= path;`
    fn name(&mut self, word: &Ident, rest: &mut Peekable<IntoIter>) {
        let signed = rest.next_if(|token| is_sign(token, '=')).is_some();
        if let Some(quoted) = rest.next_if(|token| matches!(token, TokenTree::Literal(_))) {
            let bare = quoted.to_string().trim_matches('"').to_owned();
            self.refuse(quoted.span(), &format!("the runtime's crate is a path and not a text: write `crate = {bare};`"));
            rest.next_if(|token| is_sign(token, ';'));
            return;
        }
        let path = path(rest);
        let ended = rest.next_if(|token| is_sign(token, ';')).is_some();
        match path.last() {
            None => self.refuse(word.span(), "`crate` names the runtime's crate, as in `crate = my_bert;`"),
            Some(last) if !ended => self.refuse(last.span(), "a `;` is missing after the path of the runtime's crate"),
            Some(_) if !signed => self.refuse(word.span(), "a `=` is missing after `crate`: write `crate = my_bert;`"),
            Some(_) => self.krate = TokenStream::from_iter(path).into(),
        }
    }
}

impl Opened {
    /// What follows `optimise`: `= true;`, `= false;` or a list of passes.
    fn optimise(&mut self, word: &Ident, rest: &mut Peekable<IntoIter>) {
        rest.next_if(|token| is_sign(token, '='));
        let value = rest.next_if(|token| !is_sign(token, ';'));
        let ended = rest.next_if(|token| is_sign(token, ';')).is_some();
        match value.as_ref().map(named) {
            None => self.refuse(word.span(), FORM),
            Some(Err((span, fault))) => self.refuse(span, &fault),
            Some(Ok(_)) if !ended => self.refuse(word.span(), "a `;` is missing after `optimise = ..`"),
            Some(Ok(passes)) => self.passes = passes,
        }
    }
}

/// The tokens of a path: names and colons in turn, or what a `macro_rules` variable holds.
fn path(rest: &mut Peekable<IntoIter>) -> Vec<TokenTree> {
    let mut path: Vec<TokenTree> = Vec::new();
    let goes_on = |token: &TokenTree, path: &[TokenTree]| match token {
        TokenTree::Punct(colon) => colon.as_char() == ':',
        TokenTree::Ident(_) => path.last().is_none_or(|last| is_sign(last, ':')),
        TokenTree::Group(group) => path.is_empty() && group.delimiter() == Delimiter::None,
        TokenTree::Literal(_) => false,
    };
    while let Some(token) = rest.next_if(|token| goes_on(token, &path)) {
        path.push(token);
    }
    path
}

fn is_sign(token: &TokenTree, wanted: char) -> bool {
    matches!(token, TokenTree::Punct(sign) if Punct::as_char(sign) == wanted)
}

/// The path after `crate =` in an attribute.
pub(crate) fn in_attribute(stream: ParseStream<'_>) -> syn::Result<syn::Path> {
    if let Ok(quoted) = stream.fork().parse::<LitStr>() {
        let bare = quoted.value();
        return Err(Error::new(quoted.span(), format!("the runtime's crate is a path and not a text: write `crate = {bare}`")));
    }
    stream.parse().map_err(|error| Error::new(error.span(), "`crate` names the runtime's crate, as in `crate = my_bert`"))
}

/// The path of the runtime's crate that an attribute called `word` gives with `crate = path`, its only key.
pub(crate) fn of_attributes(word: &str, attributes: &[Attribute], faults: &mut Vec<Error>) -> TokenStream {
    let mut krate = TokenStream::from(usual());
    let mut named = false;
    for attribute in attributes.iter().filter(|attribute| attribute.path().is_ident(word)) {
        match only_key(word, attribute) {
            Ok(path) if named => faults.push(Error::new_spanned(path, "`crate` is given twice: take one away")),
            Ok(path) => (krate, named) = (path.to_token_stream(), true),
            Err(fault) => faults.push(fault),
        }
    }
    krate
}

fn only_key(word: &str, attribute: &Attribute) -> syn::Result<syn::Path> {
    let form = format!("write `#[{word}(crate = my_bert)]` where the runtime's crate has another name");
    let Meta::List(list) = &attribute.meta else { return Err(Error::new_spanned(&attribute.meta, form)) };
    list.parse_args_with(|stream: ParseStream<'_>| {
        let key = stream.call(Ident::parse_any).map_err(|error| Error::new(error.span(), &form))?;
        if key != "crate" {
            let hint = nearest(&key.to_string(), ["crate"]).map_or(form, |_| "did you mean `crate`?".to_owned());
            return Err(Error::new(key.span(), format!("`{word}` takes no `{key}`: {hint}")));
        }
        stream.parse::<Token![=]>().map_err(|_| Error::new(key.span(), "`crate` needs a value: write `crate = ..`"))?;
        in_attribute(stream)
    })
}
