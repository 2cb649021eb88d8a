//! The weights of a model's folder: what is there, read tensor by tensor, and the report of what a head took.

mod archive;
mod checkpoint;
pub(crate) mod file;
mod health;
pub mod hub;
mod names;
mod numbers;
mod pickle;
mod report;
mod safetensors;
mod shards;
#[cfg(test)]
pub(crate) mod tests;
pub(crate) mod write;

pub(crate) use health::Health;
pub(crate) use numbers::inspect;

pub use archive::{StoredType, TensorFacts};
pub use checkpoint::Checkpoint;
pub use hub::{Locate, locate};
pub use report::{Entry, Fault, Note, NoteKind, Outcome, Report, Site};
