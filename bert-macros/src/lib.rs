//! `head!` and `#[derive(BertHead)]`: heads for BERT in the head language, as Rust items; `#[derive(Labels)]`, `#[derive(MultiTask)]` and
//! `#[derive(Example)]` for enums and structs of one's own beside them.
//!
//! Add the crate `bert-runtime`, which has these macros among its own names.
#![deny(missing_docs)]
#![forbid(unsafe_code)]

mod attribute;
mod derive;
mod errors;
mod example;
mod generated;
mod head;
mod krate;
mod labels;
mod multi_task;
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

/// The labels of a head as an enum of one's own, for `labels crate::Mood;` in the head's text.
///
/// ```ignore
/// #[derive(Debug, Clone, Copy, PartialEq, Eq, bert_runtime::Labels)]
/// pub enum Mood {
///     Bad,
///     #[label("not bad")]
///     NotBad,
///     VeryGood,
/// }
///
/// bert_runtime::head! {
///     head Review { labels crate::Mood; input pooled; linear hidden -> labels; loss cross_entropy; }
/// }
/// ```
///
/// A label's name is its variant's in snake case (`very_good`), or what `#[label("..")]` says; their order is that of
/// `id2label`. The enum becomes a `Label`, and is written and read by its names (`Display`, `FromStr`, serde). A head that says
/// how many labels there are, as in `class_weights=[1, 2]`, does not compile with an enum of another size.
/// `#[labels(crate = my_bert)]` names the runtime's crate where it has another name.
#[proc_macro_derive(Labels, attributes(label, labels))]
pub fn derive_labels(tokens: TokenStream) -> TokenStream {
    labels::expand(tokens.into()).into()
}

/// One task of several on one encoder pass: a struct whose fields are tasks.
///
/// ```ignore
/// #[derive(bert_runtime::MultiTask)]
/// pub struct Assistant {
///     intent: Intent,
///     slots: Slots,
/// }
///
/// let model = BertFor::<Assistant>::from_pretrained("path/to/model", &Device::Cpu)?;
/// let answer = model.predict("What a film!")?;
/// println!("{:?} {:?}", answer.intent, answer.slots);
/// let target = AssistantTarget { intent: Some(AssistantIntent::Greet), ..Default::default() };
/// ```
///
/// The tasks read one input. Parameters, outputs, targets and losses have the field's name in front: `intent.classifier.weight`,
/// `labels.intent`, `intent`; of a task with several outputs `labels.intent.OUTPUT`, `intent.OUTPUT`. The pooler and tied embeddings
/// are the encoder's and shared. An example may have targets for some of the fields. A struct that derives this may be a field of
/// another. `#[multi_task(crate = my_bert)]` names the runtime's crate where it has another name.
#[proc_macro_derive(MultiTask, attributes(multi_task))]
pub fn derive_multi_task(tokens: TokenStream) -> TokenStream {
    multi_task::expand(tokens.into()).into()
}

/// Examples of a task as a struct of one's own, a field a column, for training.
///
/// ```ignore
/// #[derive(bert_runtime::Example)]
/// #[example(task = Sentiment)]
/// struct Review {
///     #[example(text, column = "sentence")]
///     review: String,
///     label: SentimentLabel,
/// }
///
/// let examples = Rows::open("train.tsv", &Delimited::tsv())?.examples::<Review>()?;
/// ```
///
/// Texts, what is given and targets are checked against the task when the program is compiled, at the field that does not fit.
///
/// | on a field | what it is |
/// | --- | --- |
/// | `text`, `words`, `first` and `second` | the text: a `String`, or words as a `Vec<String>` |
/// | `choices`, with or without `context` | the choices: a `Vec<String>` |
/// | `given`, `given = "account"` | what the head is given by the field's name or this one: `[f32; N]`, or a `Position` |
/// | `given, word` (`token`, `char`) | a position: a `usize` that counts words (tokens, characters) |
/// | `target` | what the task is trained towards |
/// | `target = "intent"` | the target of one output of several; it may be left out if it is an `Option` |
/// | `column = "sentence"` | the name of the column, where it is not the field's |
///
/// Fields called `text`, `words`, `first`, `second`, `choices`, `context`, `label`, `labels` and `target` need no word. Of several words a
/// label each is a `Vec<L>`, as a set of labels is. `#[example(task = .., crate = my_bert)]` names the runtime's crate where it has another name.
#[proc_macro_derive(Example, attributes(example))]
pub fn derive_example(tokens: TokenStream) -> TokenStream {
    example::expand(tokens.into()).into()
}
