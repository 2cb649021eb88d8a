//! Generated Rust on its way to the compiler.
//!
//! It is text, which the compiler reads in one go: many times faster than token by token, most of all where a macro is not optimised.
//! The tokens that a user wrote are put back into it, so that errors and editors find their places.

use std::fmt::{Display, Write as _};

use proc_macro2::{Group, TokenStream, TokenTree};

use super::Quote;

/// What stands in front of a token that has a place, and of delimiters around such a token. No generated code has it.
const PLACED: char = '@';

/// As many bytes as most pieces have, which are enlarged step by step otherwise.
const ROOM: usize = 256;

/// A piece of generated Rust.
///
/// ```
/// use bert_dsl::Fragment;
///
/// let path = Fragment::text("::bert_runtime");
/// assert_eq!(proc_macro2::TokenStream::from(path).to_string(), ":: bert_runtime");
/// ```
#[derive(Debug, Clone, Default)]
pub struct Fragment {
    text: String,
    /// The tokens with a place, in the order of their signs in the text.
    placed: Vec<TokenTree>,
}

impl Fragment {
    /// Rust that no user wrote: whole tokens, of which all that open are closed.
    pub fn text(text: impl Into<String>) -> Self {
        Self { text: text.into(), placed: Vec::new() }
    }

    /// Its tokens, of which `read` makes those that are text.
    ///
    /// A macro reads by the compiler's own `proc_macro`. `TokenStream::from` reads by `proc_macro2`, which works everywhere and is
    /// slow in a macro: it checks the text first.
    pub fn tokens(self, read: &dyn Fn(&str) -> TokenStream) -> TokenStream {
        let tokens = read(&self.text);
        if self.placed.is_empty() { tokens } else { put_back(tokens, &mut self.placed.into_iter()) }
    }

    /// None, with room for some.
    pub(crate) fn with_room() -> Self {
        Self::text(String::with_capacity(ROOM))
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.text.is_empty()
    }

    /// Adds tokens as they are written.
    pub(crate) fn words(&mut self, words: &str) {
        self.text.push_str(words);
    }

    /// Adds another one.
    pub(super) fn append(&mut self, other: &Self) {
        self.text.push_str(&other.text);
        self.text.push(' ');
        if !other.placed.is_empty() {
            self.placed.extend_from_slice(&other.placed);
        }
    }

    /// Adds what can be quoted.
    pub(crate) fn push(&mut self, quoted: impl Quote) {
        quoted.quote(self);
    }

    /// Adds several, with something between them.
    pub(crate) fn separated(&mut self, all: impl IntoIterator<Item: Quote>, separator: &str) {
        for (number, quoted) in all.into_iter().enumerate() {
            if number > 0 {
                self.words(separator);
            }
            quoted.quote(self);
        }
    }

    /// Adds a literal.
    pub(super) fn formatted(&mut self, literal: std::fmt::Arguments<'_>) {
        let _ = self.text.write_fmt(literal);
    }

    /// Where the group is that has just begun, with a blank and a delimiter: its sign goes there, if anything in it has a place.
    pub(crate) fn begun(&self) -> (usize, usize) {
        (self.text.len() - 2, self.placed.len())
    }

    /// Of a group that is about to end, where it began.
    pub(crate) fn ended(&mut self, (at, placed): (usize, usize)) {
        if self.placed.len() > placed {
            self.text.replace_range(at..=at, "@");
        }
    }

    /// Adds a token of the user's.
    pub(super) fn place(&mut self, token: TokenTree) {
        self.words("@ _ ");
        self.placed.push(token);
    }
}

/// Puts tokens with places back to where their signs are.
fn put_back(tokens: TokenStream, placed: &mut impl Iterator<Item = TokenTree>) -> TokenStream {
    let mut tokens = tokens.into_iter();
    let mut all = Vec::new();
    while let Some(token) = tokens.next() {
        match token {
            TokenTree::Punct(sign) if sign.as_char() == PLACED => all.extend(match tokens.next() {
                Some(TokenTree::Group(group)) => Some(Group::new(group.delimiter(), put_back(group.stream(), placed)).into()),
                _ => placed.next(),
            }),
            other => all.push(other),
        }
    }
    all.into_iter().collect()
}

impl From<Fragment> for TokenStream {
    fn from(fragment: Fragment) -> Self {
        fragment.tokens(&|text| text.parse().unwrap_or_else(|error| unreadable(text, &error)))
    }
}

/// What the compiler is told of a text that is no Rust, which only a fault in generating can make.
pub fn unreadable(text: &str, error: &dyn Display) -> TokenStream {
    let message = format!("generated code cannot be read, {error}: {text}");
    format!("::core::compile_error!({message:?});").parse().unwrap_or_default()
}

/// The user's own tokens, at their places.
impl From<TokenStream> for Fragment {
    fn from(tokens: TokenStream) -> Self {
        let mut fragment = Self::default();
        tokens.into_iter().for_each(|token| fragment.place(token));
        fragment
    }
}

impl<T: Quote> FromIterator<T> for Fragment {
    fn from_iter<I: IntoIterator<Item = T>>(all: I) -> Self {
        let mut fragment = Self::default();
        all.into_iter().for_each(|one| one.quote(&mut fragment));
        fragment
    }
}
