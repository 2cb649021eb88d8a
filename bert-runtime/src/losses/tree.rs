//! `tree`.

use crate::context::Context;
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::room::{LossRoom, Objective};
use crate::losses::cross_entropy::CrossEntropy;
use crate::losses::part::Part;
use crate::value::{Rows, Value};

/// Cross-entropy of each token's parent among the tokens of its sequence, as Dozat and Manning train their parser (2017).
///
/// The value is `[batch, token, token]`, a score for each token and each that may be its parent. A target is the parent's
/// position for each token column, the token's own for the root, and -100 where there is none. Padding is no
/// candidate: it takes no part in the softmax. The count is the number of tokens that have a parent.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Tree;

impl Tree {
    /// The loss of a value, reported under the name of its output.
    ///
    /// # Errors
    /// [`ErrorKind::Target`] for targets that do not fit, with the example's number, and for a value with other axes.
    pub fn part(&self, name: &str, weight: f64, cx: &Context, value: &Value, targets: &[Target]) -> Result<Part> {
        if value.rows() != Rows::Pair || value.has_features() {
            return Err(Error::new(
                ErrorKind::Target,
                format!("`tree` wants `{name}` to be one number a pair of tokens: use `biaffine child, parent -> 1` and `squeeze`"),
            ));
        }
        CrossEntropy::default().part(name, weight, cx, value, targets)
    }
}

impl LossRoom for bert_dsl::losses::TreeLoss {
    fn make(&self) -> Objective {
        Objective::one(Tree, Tree::part)
    }
}
