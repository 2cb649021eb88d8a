//! From a token stream to a source text in which every range of bytes knows its token.
//!
//! The text is laid out here and never by `TokenStream::to_string`, whose spacing is unspecified.

use std::ops::Range;

use bert_dsl::Span as Place;
use proc_macro2::{Delimiter, Group, Span, TokenStream, TokenTree};
use syn::Lit;

/// A text made of tokens, and which token each part of it came from.
pub(crate) struct Layout {
    pub text: String,
    /// The ends of attributes that are no docs: no head has any, and the text leaves them out.
    pub attributes: Vec<(Span, Span)>,
    parts: Vec<(Range<u32>, Span)>,
    fallback: Span,
}

impl Layout {
    /// Lays tokens out, each on the line that it stands on.
    pub(crate) fn of(tokens: impl IntoIterator<Item = TokenTree>) -> Self {
        let mut layout = Self { text: String::new(), attributes: Vec::new(), parts: Vec::new(), fallback: Span::call_site() };
        let mut line = None;
        layout.stream(tokens, &mut line);
        layout
    }

    fn stream(&mut self, tokens: impl IntoIterator<Item = TokenTree>, line: &mut Option<usize>) {
        let mut tokens = tokens.into_iter().peekable();
        while let Some(token) = tokens.next() {
            match token {
                TokenTree::Punct(sign) if sign.as_char() == '#' => {
                    let inner = tokens.next_if(|next| matches!(next, TokenTree::Punct(bang) if bang.as_char() == '!')).is_some();
                    match tokens.next_if(is_bracket) {
                        Some(attribute) => self.attribute(&attribute, inner, sign.span(), line),
                        None => self.push(if inner { "#!" } else { "#" }, sign.span(), true, line),
                    }
                }
                TokenTree::Punct(sign) => {
                    let joint = sign.spacing() == proc_macro2::Spacing::Joint;
                    self.push(&sign.as_char().to_string(), sign.span(), !joint, line);
                }
                TokenTree::Ident(name) => self.push(&name.to_string(), name.span(), true, line),
                TokenTree::Literal(literal) => self.push(&literal.to_string(), literal.span(), true, line),
                TokenTree::Group(group) => self.group(&group, line),
            }
        }
    }

    fn group(&mut self, group: &Group, line: &mut Option<usize>) {
        let (open, close) = match group.delimiter() {
            Delimiter::Parenthesis => ("(", ")"),
            Delimiter::Brace => ("{", "}"),
            Delimiter::Bracket => ("[", "]"),
            Delimiter::None if is_sum(group) => ("(", ")"),
            Delimiter::None => ("", ""),
        };
        self.push(open, group.span_open(), true, line);
        self.stream(group.stream(), line);
        self.push(close, group.span_close(), true, line);
    }

    fn attribute(&mut self, attribute: &TokenTree, inner: bool, span: Span, line: &mut Option<usize>) {
        match doc(attribute) {
            Some(text) => self.doc(&text, inner, span, line),
            None => self.attributes.push((span, attribute.span())),
        }
    }

    /// A doc attribute is read back as the comment that it was.
    fn doc(&mut self, text: &str, inner: bool, span: Span, line: &mut Option<usize>) {
        for part in text.split('\n') {
            self.text.push('\n');
            self.push(&format!("{}{part}", if inner { "//!" } else { "///" }), span, false, line);
        }
        self.text.push('\n');
    }

    fn push(&mut self, text: &str, span: Span, space: bool, line: &mut Option<usize>) {
        let here = line_of(span);
        let lines = line.map_or(0, |last| here.saturating_sub(last)).min(2);
        self.text.push_str(&"\n".repeat(lines));
        *line = Some(here);
        if self.leans(text) {
            self.text.truncate(self.text.trim_end_matches(' ').len());
        }
        let start = self.text.len() as u32;
        self.text.push_str(text);
        self.parts.push((start..self.text.len() as u32, span));
        if space {
            self.text.push(' ');
        }
    }

    /// Whether a sign stands right behind what it follows, as people write it.
    fn leans(&self, text: &str) -> bool {
        matches!(text, ";" | ",") || text == ":" && !self.text.trim_end().ends_with(':')
    }

    /// The tokens at the two ends of a place.
    pub(crate) fn ends(&self, place: Place) -> (Span, Span) {
        let first = self.parts.partition_point(|(part, _)| part.end <= place.start);
        let last = self.parts.partition_point(|(part, _)| part.start < place.end).max(first + 1) - 1;
        let span = |index: usize| self.parts.get(index).or(self.parts.last()).map_or(self.fallback, |(_, span)| *span);
        (span(first), span(last))
    }
}

/// The line that a token begins on, asked of the compiler once: where it begins would be four questions.
fn line_of(span: Span) -> usize {
    if proc_macro::is_available() { span.unwrap().line() } else { span.start().line }
}

fn is_bracket(token: &TokenTree) -> bool {
    matches!(token, TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket)
}

/// The text of `[doc = "..."]`.
fn doc(token: &TokenTree) -> Option<String> {
    let TokenTree::Group(group) = token else { return None };
    let mut inside = visible(group.stream()).into_iter();
    match (inside.next()?, inside.next()?, inside.next()?, inside.next()) {
        (TokenTree::Ident(word), TokenTree::Punct(sign), TokenTree::Literal(text), None) if word == "doc" && sign.as_char() == '=' => {
            match Lit::new(text) {
                Lit::Str(text) => Some(text.value()),
                _ => None,
            }
        }
        _ => None,
    }
}

/// Tokens without the invisible groups that `macro_rules` variables stand in.
fn visible(tokens: TokenStream) -> Vec<TokenTree> {
    let open = |token| match token {
        TokenTree::Group(group) if group.delimiter() == Delimiter::None => visible(group.stream()),
        other => vec![other],
    };
    tokens.into_iter().flat_map(open).collect()
}

/// Whether an invisible group, from a `macro_rules` variable, is a computation that must stay together.
fn is_sum(group: &Group) -> bool {
    let tokens: Vec<TokenTree> = group.stream().into_iter().collect();
    let is_sign = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if "+-*/".contains(sign.as_char()));
    tokens.len() > 1 && tokens.iter().any(is_sign)
}

#[cfg(test)]
mod tests;
