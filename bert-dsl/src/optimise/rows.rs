//! The rows that a head reads of each source, which are all that the encoder gives.

use super::groups::Freedom;
use super::walk::walk;
use crate::ir::{CheckedHead, RowsRead};

/// Says of each source which rows are read.
pub(super) fn run(head: &mut CheckedHead) {
    head.sources.iter_mut().for_each(|used| used.rows = RowsRead::default());
    let entries = walk(head).solved(Freedom::Sources);
    for (source, rows) in entries.of_sources() {
        if let Some(used) = head.sources.get_mut(source) {
            used.rows = rows;
        }
    }
}
