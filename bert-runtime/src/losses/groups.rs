//! Texts that belong together: pairs and triplets of rows.

use candle_core::Tensor;

use crate::error::{Error, ErrorKind, Result};
use crate::layers::wide;
use crate::value::{Rows, Value};

/// The rows `N i`, `N i + 1`, .. of a value `[batch, D]`, each as `[groups, D]`; `None` where there is no row.
///
/// # Errors
/// A value with other axes, and a number of rows that `N` does not divide. `members` says what a group is.
pub(super) fn groups<const N: usize>(name: &str, value: &Value, members: &str) -> Result<Option<[Tensor; N]>> {
    let rows = value.tensor().dim(0)?;
    if value.rows() != Rows::Sequence || !value.has_features() {
        return Err(Error::new(ErrorKind::Target, format!("the loss of `{name}` wants one vector a text: fold its tokens first")));
    }
    if !rows.is_multiple_of(N) {
        let message = format!("the loss of `{name}` takes {N} at a time, and the batch has {rows} texts: put {members} behind one another");
        return Err(Error::new(ErrorKind::Target, message));
    }
    if rows == 0 {
        return Ok(None);
    }
    let grouped = wide(value.tensor())?.reshape((rows / N, N, value.width()))?;
    let members = (0..N).map(|member| Ok(grouped.narrow(1, member, 1)?.squeeze(1)?)).collect::<Result<Vec<_>>>()?;
    Ok(members.try_into().ok())
}
