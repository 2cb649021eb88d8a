//! Selections in front of layers that work row by row, where the rows that are read are fewer than those that are there.

use super::groups::Freedom;
use super::walk::walk;
use crate::ir::{CheckedHead, Step};

/// Puts a selection in front of each run of layers that needs fewer rows than it is given.
pub(super) fn run(head: &mut CheckedHead) {
    head.pipelines.iter_mut().for_each(|pipeline| clear(&mut pipeline.steps));
    let selections = walk(head).solved(Freedom::Steps).selections();
    // The last comes first, so that the places of those before it stay right.
    for (place, rows) in selections.into_iter().rev() {
        if let Some((pipeline, place)) = place.split_first()
            && let Some(pipeline) = head.pipelines.get_mut(*pipeline)
        {
            insert(&mut pipeline.steps, place, Step::Select { rows });
        }
    }
}

/// Takes away the selections of an earlier run.
fn clear(steps: &mut Vec<Step>) {
    steps.retain(|step| !matches!(step, Step::Select { .. }));
    steps.iter_mut().filter_map(inner).for_each(clear);
}

fn insert(steps: &mut Vec<Step>, place: &[usize], step: Step) {
    match place {
        [] => {}
        [at] => steps.insert((*at).min(steps.len()), step),
        [at, place @ ..] => {
            if let Some(inner) = steps.get_mut(*at).and_then(inner) {
                insert(inner, place, step);
            }
        }
    }
}

fn inner(step: &mut Step) -> Option<&mut Vec<Step>> {
    match step {
        Step::Block { steps, .. } | Step::Let { steps, .. } => Some(steps),
        Step::Layer(_) | Step::Select { .. } => None,
    }
}
