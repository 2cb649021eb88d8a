//! Examples with targets, evaluated: against predictions, losses and metrics that are asked for one by one.
#![allow(clippy::unwrap_used, clippy::panic, missing_docs)]

mod long;
mod stock;
mod together;
