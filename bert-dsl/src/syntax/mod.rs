//! From text to a syntax tree.

pub mod ast;
mod cursor;
mod lex;
mod parse;
mod recover;
mod scan;
mod text;
mod values;

pub(crate) use recover::{FORMS, Form, form_of};

pub use scan::{MAX_BYTES, MAX_DEPTH, MAX_STATEMENTS};
pub use text::{escaped, unescape};

pub(crate) use lex::{Kind, Token, lex};
pub(crate) use parse::tree;
