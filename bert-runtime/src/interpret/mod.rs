//! Heads that run without being compiled: the same checked head, on the same layers.
//!
//! ```text
//! text -> checked head -> layers (by the rooms' twins) and steps (every name a number) -> outputs, loss, predictions
//! ```
//!
//! A [`DynamicHead`] is bound as a task is, and a [`DynamicBert`](crate::model::DynamicBert) predicts as
//! [`BertFor`](crate::BertFor) does. What is compiled and what is interpreted agree to the bit.

mod dynamic;
mod head;
mod input;
pub(crate) mod labels;
pub(crate) mod maker;
mod module;
pub(crate) mod node;
mod prediction;
mod program;
mod registry;
pub(crate) mod room;
mod target;
#[cfg(test)]
mod tests;

pub use dynamic::DynamicHead;
pub use head::InterpretedHead;
pub use input::DynamicInput;
pub use labels::Labels;
pub use prediction::{DynamicAnswer, DynamicPrediction};
pub use registry::Registry;
pub use target::Wanted;
