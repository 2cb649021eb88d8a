//! The compiler of the head language: from a few lines of text to a checked head, and from there to Rust.
//!
//! ```text
//! text -> syntax tree -> checked head -> optimised head -> Rust
//!                                     -> explanations, the canonical form
//! ```
//!
//! A syntax tree may be nonsense; a [`CheckedHead`] is the proof that a head is right, and only [`check`] makes one. Every
//! back end takes nothing else. All errors of a source come at once, each with its place, a code, a reason and a fix.
//!
//! ```
//! use bert_dsl::{check, Bare, Source};
//!
//! let source = Source::new("ner.head", "labels \"O\", \"B-PER\"; input pooled; linear -> labels; loss cross_entropy;");
//! let errors = check(&source, Bare::Named("Ner")).heads().unwrap_err();
//! assert!(errors.render(&source).contains("write `input tokens;`"));
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod check;
pub mod codes;
pub mod decode;
mod diagnostic;
pub mod dim;
mod emit;
pub mod explain;
mod file;
mod format;
pub mod ir;
pub mod layers;
pub mod losses;
mod nearest;
pub mod optimise;
pub mod rust_names;
pub mod shape;
mod source;
mod summary;
pub mod syntax;

pub use check::{Analysis, Bare, Outline, check};
pub use codes::Code;
pub use diagnostic::{Diagnostic, Diagnostics};
pub use emit::rust::{Places, Target, expand, stubs};
pub use file::read;
pub use format::format;
pub use ir::CheckedHead;
pub use nearest::nearest;
pub use optimise::{Pass, Passes, optimise};
pub use source::{Position, Source, Span, Spanned};

/// The syntax tree of a source, and what is wrong with its form.
pub fn parse(source: &Source) -> (syntax::ast::File, Diagnostics) {
    syntax::tree(source)
}
