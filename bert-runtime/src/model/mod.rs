//! Whole models: an encoder that is opened once, and the heads on it.

mod bert;
mod bert_for;
mod dynamic_bert;
mod engine;
mod evaluate;
mod files;
mod heads;
mod on_bert;
mod options;
mod predicted;
mod question;
mod raw;
mod stream;
mod windows;

#[cfg(test)]
mod tests;

pub use bert::Bert;
pub use bert_for::BertFor;
pub use dynamic_bert::DynamicBert;
pub use heads::HeadSet;
pub use options::BertOptions;
pub use predicted::Predicted;
pub use raw::RawOutputs;
