//! Which of the encoder's layers a head reads: where each use of `layers` starts with a `take`, only what is taken.

use std::collections::BTreeMap;

use crate::ir::{CheckedHead, LayerUse, LayersRead, Operand, Source, Step};
use crate::layers::{Form, Layer};

/// Says of each source which layers are read.
pub(super) fn run(head: &mut CheckedHead) {
    let mut walk = Walk { found: vec![LayersRead::Taken(Vec::new()); head.sources.len()], lets: BTreeMap::new() };
    for pipeline in &head.pipelines {
        walk.lets.clear();
        let end = walk.steps(&pipeline.steps, Some(pipeline.source));
        walk.read_all(end);
    }
    for (used, found) in head.sources.iter_mut().zip(walk.found) {
        let nothing = LayersRead::Taken(Vec::new());
        used.layers = if used.source == Source::Layers && found != nothing { found } else { LayersRead::All };
    }
}

/// Follows values that are a source's own, under whatever name: each is the number of that source, or none.
struct Walk {
    found: Vec<LayersRead>,
    lets: BTreeMap<String, Option<usize>>,
}

impl Walk {
    fn steps(&mut self, steps: &[Step], mut current: Option<usize>) -> Option<usize> {
        for step in steps {
            current = match step {
                Step::Layer(used) => self.layer(used, current),
                Step::Block { steps, .. } => {
                    self.read_all(current);
                    self.steps(steps, None)
                }
                Step::Let { name, source, steps } => {
                    let end = self.steps(steps, source.or(current));
                    self.lets.insert(name.clone(), end);
                    current
                }
                Step::Select { .. } => current,
            };
        }
        current
    }

    fn layer(&mut self, used: &LayerUse, current: Option<usize>) -> Option<usize> {
        match (&used.layer, used.layer.room().form()) {
            (_, Form::Combined) => used.operands.iter().for_each(|operand| self.operand(operand)),
            (Layer::Take(take), _) => {
                if let Some(LayersRead::Taken(taken)) = current.and_then(|source| self.found.get_mut(source))
                    && !taken.contains(take)
                {
                    taken.push(*take);
                }
            }
            _ => self.read_all(current),
        }
        None
    }

    fn operand(&mut self, operand: &Operand) {
        let source = self.lets.get(&operand.name).copied().flatten().filter(|_| !operand.given);
        self.read_all(source);
    }

    fn read_all(&mut self, source: Option<usize>) {
        if let Some(found) = source.and_then(|source| self.found.get_mut(source)) {
            *found = LayersRead::All;
        }
    }
}
