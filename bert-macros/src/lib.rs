//! `head!` and `#[derive(BertHead)]`: heads for BERT in the head language, as Rust items.
//!
//! Add the crate `bert-runtime`, which has these macros among its own names.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod attribute;
mod derive;
mod errors;
mod head;
mod krate;
mod passes;
mod tokens;

use proc_macro::TokenStream;

/// One head or several, in the head language.
///
/// ```ignore
/// bert_runtime::head! {
///     /// Is a review good or bad?
///     pub head Sentiment {
///         labels negative, positive;
///         input pooled;
///         dropout;
///         classifier: linear hidden -> labels;
///         loss cross_entropy;
///     }
/// }
/// ```
///
/// Each head becomes a task type of its name, its module (`SentimentHead`), its labels (`SentimentLabel`) and its outputs
/// (`SentimentOutput`). Where the runtime's crate has another name, the first line says so: `crate = my_bert;`.
///
/// A head is optimised before it becomes Rust. `optimise = false;` in front of the heads turns that off, and
/// `optimise = [dropout, rows];` turns some passes on alone: what the heads answer stays as it is.
#[proc_macro]
pub fn head(tokens: TokenStream) -> TokenStream {
    head::expand(tokens.into()).into()
}

/// A head for the unit struct that it is derived on: its text, or the file that holds it.
///
/// ```ignore
/// #[derive(bert_runtime::BertHead)]
/// #[head("labels negative, positive; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy;")]
/// pub struct Sentiment;
///
/// #[derive(bert_runtime::BertHead)]
/// #[head(path = "heads/ner.head")]
/// pub struct Ner;
/// ```
///
/// A path starts at the package's `Cargo.toml`; editing the file builds anew. `name = ".."` picks one head of several in a
/// file, `crate = my_bert` names the runtime's crate where it has another name, and `optimise = false`, or a list of passes, says how
/// the head is optimised.
#[proc_macro_derive(BertHead, attributes(head))]
pub fn derive_bert_head(tokens: TokenStream) -> TokenStream {
    derive::expand(tokens.into()).into()
}
