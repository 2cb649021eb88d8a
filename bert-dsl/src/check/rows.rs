//! Which rows of the encoder's outputs a head reads.

use crate::check::Checker;
use crate::decode::Decode;
use crate::ir::{LossUse, Rows, Source, Step};
use crate::shape::Type;

impl Checker<'_> {
    /// Where every step works row by row, the encoder need give only the rows that the decode and the loss read. Without features
    /// the tokens themselves are chosen from, so all of them are read.
    pub(super) fn select_rows(&mut self, source: usize, steps: &[Step], loss: Option<&LossUse>, decode: &Decode, result: &Type) {
        let one_source = !steps.iter().any(|step| matches!(step, Step::Let { source: Some(_), .. }));
        let used = &mut self.sources[source];
        if used.source != Source::Tokens || result.tokens() != 1 || result.feature().is_none() || !one_source || !are_row_wise(steps) {
            return;
        }
        if decode.room().reads_masked() {
            used.predict_rows = Rows::Masked;
        }
        if let Some(LossUse { loss, targets, .. }) = loss
            && loss.room().skips_unlabelled()
            && let [target] = targets.as_slice()
        {
            used.loss_rows = Rows::Labelled(target.clone());
        }
    }
}

fn are_row_wise(steps: &[Step]) -> bool {
    steps.iter().all(|step| match step {
        Step::Layer(used) => used.layer.room().is_row_wise() && used.operands.iter().all(|operand| !operand.given),
        Step::Block { layer, steps } => layer.layer.room().is_row_wise() && are_row_wise(steps),
        Step::Let { steps, .. } => are_row_wise(steps),
    })
}
