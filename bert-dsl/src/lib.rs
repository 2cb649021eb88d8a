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
//!
//! Beside the statements of the language's page there is one: `use NAME;` stands for the layers of the head NAME above it in the
//! same source, which has one pipeline, as if they were written there, under the same names.
//!
//! ```
//! use bert_dsl::{check, Bare, Source};
//!
//! let text = "head Dense { input cls; dense: linear hidden -> 64; tanh; } head Mood { input pooled; use Dense; linear -> 2; }";
//! let heads = check(&Source::new("two.head", text), Bare::Refused).heads()?;
//! let names: Vec<&str> = heads[1].parameters.iter().map(|parameter| parameter.path.as_str()).collect();
//! assert_eq!(names, ["dense.weight", "dense.bias", "linear.weight", "linear.bias"]);
//! # Ok::<(), bert_dsl::Diagnostics>(())
//! ```
#![deny(missing_docs)]
#![forbid(unsafe_code)]
// `quote!` takes a step a token.
#![recursion_limit = "256"]

pub mod catalogue;
mod check;
pub mod codes;
pub mod decode;
mod diagnostic;
pub mod dim;
pub mod draw;
mod emit;
pub mod explain;
mod file;
mod format;
pub mod ide;
pub mod ir;
pub mod layers;
pub mod losses;
mod manual;
mod nearest;
pub mod optimise;
pub mod pages;
pub mod rust_names;
pub mod scope;
pub mod shape;
mod source;
mod summary;
pub mod syntax;
pub mod tree;

pub use check::{Analysis, Bare, Outline, check};
pub use codes::Code;
pub use diagnostic::{Diagnostic, Diagnostics, Fix};
pub use emit::rust::{Places, Target, expand, external_labels, stubs};
pub use emit::{Fragment, unreadable};
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
