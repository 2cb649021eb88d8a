//! Dropout gone at inference: evaluation passes by what does nothing there.

use crate::ir::{CheckedHead, LayerUse, Step};

/// Marks the layers that are for training alone.
pub(super) fn run(head: &mut CheckedHead) {
    head.pipelines.iter_mut().for_each(|pipeline| mark_all(&mut pipeline.steps));
}

fn mark_all(steps: &mut [Step]) {
    for step in steps {
        match step {
            Step::Layer(used) => mark(used),
            Step::Block { layer, steps } => {
                mark(layer);
                mark_all(steps);
            }
            Step::Let { steps, .. } => mark_all(steps),
            Step::Select { .. } => {}
        }
    }
}

fn mark(used: &mut LayerUse) {
    used.training_only = used.layer.room().is_training_only();
}
