//! Errors at the user's tokens.

use bert_dsl::{Diagnostic, Source};
use proc_macro2::{Delimiter, Group, Ident, Literal, Punct, Spacing, Span, TokenStream, TokenTree};

use crate::tokens::Layout;

/// `compile_error!` with a message, drawn by rustc from the token at `start` to the one at `end`.
pub(crate) fn error((start, end): (Span, Span), message: &str) -> TokenStream {
    let mut literal = Literal::string(message);
    literal.set_span(end);
    let mut group = Group::new(Delimiter::Brace, TokenTree::Literal(literal).into());
    group.set_span(end);
    let path = ["core", "compile_error"].into_iter().flat_map(|name| colons(start).chain([TokenTree::Ident(Ident::new(name, start))]));
    let mut bang = Punct::new('!', Spacing::Alone);
    bang.set_span(start);
    path.chain([TokenTree::Punct(bang), TokenTree::Group(group)]).collect()
}

fn colons(span: Span) -> impl Iterator<Item = TokenTree> {
    [Spacing::Joint, Spacing::Alone].into_iter().map(move |spacing| {
        let mut colon = Punct::new(':', spacing);
        colon.set_span(span);
        TokenTree::Punct(colon)
    })
}

/// An error of a head whose tokens the user sees: rustc shows the place.
pub(crate) fn at_tokens(diagnostic: &Diagnostic, source: &Source, layout: &Layout) -> TokenStream {
    let mut message = diagnostic.words();
    for (place, what) in &diagnostic.related {
        let line = layout.ends(*place).0.start().line;
        let written = source.slice(*place).split_whitespace().collect::<Vec<_>>().join(" ");
        message.push_str(&format!("\nnote: {what}: `{written}` (line {line})"));
    }
    error(layout.ends(diagnostic.span), &message)
}

/// An error of a head in a string or a file: rustc cannot show the place, so the message does.
pub(crate) fn in_excerpt(diagnostic: &Diagnostic, source: &Source, span: Span) -> TokenStream {
    let shown = diagnostic.render(source);
    let excerpt = shown.split_once('\n').map_or("", |(_, excerpt)| excerpt).trim_end();
    error((span, span), &format!("[{}] {}\n{excerpt}", diagnostic.code, diagnostic.message))
}

/// All errors of an attribute or an item, each at its own token.
pub(crate) fn all(faults: Vec<syn::Error>) -> TokenStream {
    faults.iter().map(syn::Error::to_compile_error).collect()
}
