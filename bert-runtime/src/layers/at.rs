//! `at NAME`.

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::maker::Maker;
use crate::interpret::node::Node;
use crate::interpret::room::LayerRoom;
use crate::layers::pool::sequences;
use crate::layers::ragged::pick;
use crate::module::Module;
use crate::value::{Rows, Value, no_token};

/// The token at a given position: `[batch, token, ..]` to `[batch, ..]`. Where rows are words, it is the word that the token is a
/// piece of.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct At;

impl At {
    /// From `[batch, token, ..]` to `[batch, ..]`, by the column of each sequence's token.
    ///
    /// # Errors
    /// A value without a token axis, another number of columns than sequences, and a column at which a sequence has no token.
    pub fn forward(&self, _cx: &Context, x: &Value, columns: &[u32]) -> Result<Value> {
        let fault = |what: String| Err(Error::new(ErrorKind::Input, what));
        let layout = x.layout();
        if x.rows() != Rows::Token {
            return fault("`at` needs a value with a token axis: read `tokens`".into());
        }
        if columns.len() != layout.sequences() {
            return fault(format!("{} positions for {} sequences: give one a sequence", columns.len(), layout.sequences()));
        }
        let row = |(sequence, &column): (usize, &u32)| layout.row_at(sequence, column).ok_or_else(|| no_token(sequence, column));
        let rows = columns.iter().enumerate().map(|place| row(place).map(|row| Some(row as u32))).collect::<Result<Vec<_>>>()?;
        Ok(sequences(x, pick(x.tensor(), &rows)?))
    }
}

impl Module for At {
    fn class(&self) -> Option<String> {
        None
    }
}

impl LayerRoom for bert_dsl::layers::TokenAt {
    fn make(&self, _maker: &mut Maker<'_, '_>) -> Node {
        Node::Positioned(At)
    }
}
