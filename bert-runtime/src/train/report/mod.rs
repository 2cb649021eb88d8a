//! What a user sees of a training: a progress bar, a log, a curve, and a table.

mod curve;
mod log;
mod progress;
mod table;

pub(super) use curve::draw;
pub(super) use log::Log;
pub use log::Record;
pub(super) use progress::Progress;
pub(super) use table::table;
