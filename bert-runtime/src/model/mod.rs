//! Whole models: an encoder that is opened once, and the heads on it.

mod bert;
mod bert_for;
mod create;
mod dynamic_bert;
pub(crate) mod engine;
mod evaluate;
mod files;
mod heads;
mod on_bert;
mod options;
mod predicted;
pub(crate) mod question;
mod raw;
mod stream;
mod windows;

#[cfg(test)]
mod tests;

pub use bert::Bert;
pub use bert_for::BertFor;
pub use create::Sizes;
pub use dynamic_bert::DynamicBert;
pub use heads::HeadSet;
pub(crate) use on_bert::at_rows;
pub use options::BertOptions;
pub use predicted::Predicted;
pub use raw::RawOutputs;
