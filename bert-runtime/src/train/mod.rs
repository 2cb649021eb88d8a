//! Training: from examples to a model that is never lost.
//!
//! [`Bert::trainer`](crate::Bert::trainer) takes a task and [`Bert::dynamic_trainer`](crate::Bert::dynamic_trainer) a head that is read when
//! the program runs; both take examples with their targets, and use the head's own loss.
//!
//! | where | what |
//! | --- | --- |
//! | [`Trainer`], [`Settings`] | how a model is trained |
//! | [`AdamW`], [`Groups`], [`Schedule`] | the optimizer, what it does to which weights, and its rate at each step |
//! | [`Mix`] | several data sets for one model, and running text |
//! | [`Precision`] | what the encoder computes in while it trains |
//! | [`Freeze`] | which part of the encoder stays as it is |
//! | [`Record`] | what `metrics.jsonl` says |
//!
//! **The same seed gives the same bytes** on the CPU, whatever the number of threads: the order of examples, dropout and new weights follow from it,
//! and a step does not depend on how it is cut into runs.
//!
//! **Nothing is lost.** A checkpoint is whole or absent, and a training that is resumed goes on bit for bit as if nothing had happened.

mod adamw;
mod cache;
mod checkpoint;
mod evaluate;
mod fit;
mod gradients;
mod groups;
mod lock;
mod memory;
mod mix;
mod model;
mod monitor;
mod order;
mod precision;
mod report;
mod run;
mod samples;
mod schedule;
mod settings;
mod signals;
mod step;
mod terms;
#[cfg(test)]
mod tests;
mod trainer;
mod warnings;

pub use crate::freeze::Freeze;
pub use adamw::{AdamConstants, AdamW};
pub use checkpoint::Best;
pub use groups::{Group, Groups};
pub use mix::Mix;
pub use model::Model;
pub use precision::Precision;
pub use report::Record;
pub use schedule::{Decay, Schedule};
pub use settings::Settings;
pub use trainer::{Ending, Trained, Trainer};
