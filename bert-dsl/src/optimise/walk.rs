//! From a head's text to groups of values that have their rows in common.

use std::collections::BTreeMap;

use super::groups::{Group, Groups, Origin};
use crate::ir::{CheckedHead, LayerUse, LossUse, Pipeline, Row, Rows, RowsRead, Source, Step};
use crate::layers::Form;

/// The groups of a head, with what is read of each.
pub(super) fn walk(head: &CheckedHead) -> Groups {
    let mut walk = Walk { head, groups: Groups::default(), lets: BTreeMap::new(), place: Vec::new() };
    for (number, pipeline) in head.pipelines.iter().enumerate() {
        walk.lets.clear();
        walk.place = vec![number];
        let start = walk.source(pipeline.source);
        if let Some(end) = walk.steps(&pipeline.steps, start) {
            walk.groups.read(end, &read_at_the_end(head, pipeline));
        }
    }
    walk.groups
}

/// What whole outputs, the decode and the loss read of a pipeline's result.
fn read_at_the_end(head: &CheckedHead, pipeline: &Pipeline) -> RowsRead {
    let mut read = RowsRead::default();
    if pipeline.result.tokens() != 1 || pipeline.result.feature().is_none() {
        return read;
    }
    if pipeline.decode.room().reads_masked() {
        read.predict = Rows::one(Row::Masked);
    }
    let by_choice = head.sources.iter().any(|used| used.per_choice);
    if let Some(LossUse { loss, targets, .. }) = &pipeline.loss
        && let ([target], true, false) = (targets.as_slice(), loss.room().skips_unlabelled(), by_choice)
    {
        read.loss = Rows::one(Row::Labelled(target.clone()));
    }
    read
}

/// Follows values from the start of a pipeline to its end; one without tokens is in no group.
struct Walk<'h> {
    head: &'h CheckedHead,
    groups: Groups,
    lets: BTreeMap<String, Option<Group>>,
    /// The pipeline, and the steps down to where the walk is.
    place: Vec<usize>,
}

impl Walk<'_> {
    fn source(&mut self, number: usize) -> Option<Group> {
        let used = self.head.sources.get(number).filter(|used| !used.source.is_whole())?;
        let words = matches!(used.source, Source::Words | Source::WordsMean);
        Some(self.enter(Origin::Source(number, used.rows.clone()), words, 0))
    }

    /// A new group, whose rows may be selected in front of the step of this number.
    fn enter(&mut self, origin: Origin, words: bool, step: usize) -> Group {
        let place = self.place.iter().copied().chain([step]).collect();
        self.groups.enter(origin, words, place)
    }

    /// The group of what may be fewer rows of this one.
    fn within(&mut self, group: Option<Group>, step: usize) -> Option<Group> {
        group.map(|group| self.enter(Origin::Within(group), self.groups.is_words(group), step))
    }

    fn steps(&mut self, steps: &[Step], mut current: Option<Group>) -> Option<Group> {
        for (number, step) in steps.iter().enumerate() {
            current = match step {
                Step::Layer(used) => self.layer(used, current, number + 1),
                Step::Block { layer, steps } => self.block(layer, steps, current, number),
                Step::Let { name, source, steps } => {
                    let end = self.binding(*source, steps, current, number);
                    self.lets.insert(name.clone(), end);
                    self.within(current, number + 1)
                }
                Step::Select { .. } => current,
            };
        }
        current
    }

    fn inside(&mut self, steps: &[Step], current: Option<Group>, number: usize) -> Option<Group> {
        self.place.push(number);
        let end = self.steps(steps, current);
        self.place.pop();
        end
    }

    fn binding(&mut self, source: Option<usize>, steps: &[Step], current: Option<Group>, number: usize) -> Option<Group> {
        self.place.push(number);
        let start = match source {
            Some(source) => self.source(source),
            None => self.within(current, 0),
        };
        let end = self.steps(steps, start);
        self.place.pop();
        end
    }

    /// A block's result is added to what the block was given, or is a mean of several: either way it has the same rows.
    fn block(&mut self, layer: &LayerUse, steps: &[Step], current: Option<Group>, number: usize) -> Option<Group> {
        let end = self.inside(steps, current, number);
        if let (Some(start), Some(end), Form::Block) = (current, end, layer.layer.room().form()) {
            self.groups.unite(start, end);
        }
        end
    }

    fn layer(&mut self, used: &LayerUse, current: Option<Group>, next: usize) -> Option<Group> {
        let room = used.layer.room();
        let read = match room.form() {
            Form::Combined => used.operands.iter().filter_map(|operand| self.lets.get(&operand.name).copied().flatten()).collect(),
            Form::Unary | Form::Block | Form::Sampled | Form::Positioned | Form::Several => Vec::from_iter(current),
        };
        let (&first, others) = read.split_first()?;
        if room.is_row_wise() {
            others.iter().for_each(|&other| self.groups.unite(first, other));
            self.groups.works(first);
            return Some(first);
        }
        let rows = RowsRead::always(room.reads_row().map_or(Rows::All, Rows::one));
        for &group in &read {
            self.groups.read(group, &rows);
        }
        used.output.sequence()?;
        let words = self.groups.is_words(first);
        Some(self.enter(Origin::Layer, words, next))
    }
}
