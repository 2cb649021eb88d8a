//! What an interpreted head computes: steps in which every name is a number already.

use std::collections::HashMap;
use std::sync::Arc;

use bert_dsl::ir;

use crate::context::Context;
use crate::encoder::{Encoded, Pooler};
use crate::error::{Error, ErrorKind, Result};
use crate::interpret::module::Nodes;
use crate::interpret::node::Node;
use crate::value::Value;

/// One step.
#[derive(Debug)]
pub(super) enum Step {
    /// The current value becomes a layer's result.
    Layer(Arc<Node>, Vec<Read>, When),
    /// A layer around a block.
    Block(Arc<Node>, Vec<Step>, When),
    /// A block's result goes to this place; the current value stays.
    Let(usize, Option<Source>, Vec<Step>),
    /// Only the rows of the selection of this number are kept.
    Select(usize),
}

/// When a layer is at work.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum When {
    Always,
    /// Evaluation passes it by.
    Training,
}

/// A named value that a layer reads.
#[derive(Debug)]
pub(super) enum Read {
    /// The result of a `let`, by its place.
    Place(usize),
    /// What comes with the example, by its name.
    Given(String),
}

/// An encoder output that a pipeline or block starts at.
#[derive(Debug, Clone, Copy)]
pub(super) struct Source {
    number: usize,
    fresh: bool,
}

/// From a checked head's steps to those that run.
pub(super) struct Resolver<'r> {
    pub(super) head: &'r ir::CheckedHead,
    pub(super) nodes: &'r Nodes,
    /// The places of the values that are named so far.
    places: HashMap<String, usize>,
    count: usize,
    selections: usize,
}

impl<'r> Resolver<'r> {
    pub(super) fn new(head: &'r ir::CheckedHead, nodes: &'r Nodes) -> Self {
        Self { head, nodes, places: HashMap::new(), count: 0, selections: 0 }
    }

    /// How many places there are.
    pub(super) fn count(&self) -> usize {
        self.count
    }

    /// The source of this number.
    pub(super) fn source(&self, number: usize) -> Source {
        Source { number, fresh: self.head.sources.get(number).is_some_and(|used| used.fresh) }
    }

    /// The steps of a block.
    pub(super) fn steps(&mut self, steps: &[ir::Step]) -> Result<Vec<Step>> {
        steps.iter().map(|step| self.step(step)).collect()
    }

    fn step(&mut self, step: &ir::Step) -> Result<Step> {
        match step {
            ir::Step::Layer(used) => {
                let reads = used.operands.iter().map(|operand| self.read(operand)).collect::<Result<_>>()?;
                Ok(Step::Layer(self.node(used)?, reads, when(used)))
            }
            ir::Step::Block { layer, steps } => Ok(Step::Block(self.node(layer)?, self.steps(steps)?, when(layer))),
            ir::Step::Select { .. } => {
                self.selections += 1;
                Ok(Step::Select(self.selections - 1))
            }
            ir::Step::Let { name, source, steps } => {
                let steps = self.steps(steps)?;
                let place = self.count;
                self.count += 1;
                self.places.insert(name.clone(), place);
                Ok(Step::Let(place, source.map(|number| self.source(number)), steps))
            }
        }
    }

    fn read(&self, operand: &ir::Operand) -> Result<Read> {
        if operand.given {
            return Ok(Read::Given(operand.name.clone()));
        }
        self.places.get(&operand.name).map(|place| Read::Place(*place)).ok_or_else(|| unknown(&operand.name))
    }

    fn node(&self, used: &ir::LayerUse) -> Result<Arc<Node>> {
        self.nodes.get(&used.path).cloned().ok_or_else(|| unknown(&used.path.join(".")))
    }
}

/// One run through a head.
#[derive(Clone)]
pub(super) struct Run<'r> {
    pub(super) cx: &'r Context,
    pub(super) encoded: &'r Encoded,
    pub(super) pooler: Option<&'r Pooler>,
    pub(super) places: Vec<Option<Value>>,
}

impl Run<'_> {
    /// What the encoder gave, through the head's own pooler where it has one.
    pub(super) fn source(&self, source: Source) -> Result<Value> {
        let value = self.encoded.output(source.number)?;
        match self.pooler.filter(|_| source.fresh) {
            Some(pooler) => pooler.forward(self.cx, &value),
            None => Ok(value),
        }
    }

    /// The value after the steps.
    pub(super) fn steps(&mut self, steps: &[Step], mut x: Value) -> Result<Value> {
        for step in steps {
            x = match step {
                Step::Layer(_, _, When::Training) if !self.cx.is_training() => x,
                Step::Layer(node, reads, _) => self.layer(node, reads, x)?,
                Step::Block(_, steps, When::Training) if !self.cx.is_training() => self.steps(steps, x)?,
                Step::Block(node, steps, _) => self.block(node, steps, x)?,
                Step::Select(number) => self.encoded.select(&x, *number)?,
                Step::Let(place, source, steps) => {
                    let start = source.map_or_else(|| Ok(x.clone()), |source| self.source(source))?;
                    self.places[*place] = Some(self.steps(steps, start)?);
                    x
                }
            };
        }
        Ok(x)
    }

    fn layer(&self, node: &Node, reads: &[Read], x: Value) -> Result<Value> {
        match (node, reads) {
            (Node::Unary(layer), _) => layer.forward(self.cx, &x),
            (Node::Chain(layer), _) => layer.forward(self.cx, &x),
            (Node::Combined(layer), _) => layer.forward(self.cx, &reads.iter().map(|read| self.read(read)).collect::<Result<Vec<_>>>()?),
            (Node::Positioned(layer), [Read::Given(name)]) => layer.forward(self.cx, &x, &self.encoded.position(name)?),
            // What a `split` gives is several outputs, which the pipeline takes of this value.
            (Node::Several(_), _) => Ok(x),
            (Node::Positioned(_) | Node::Joined(_) | Node::Sampled(_), _) => Err(unknown("a layer without its block or position")),
        }
    }

    fn block(&mut self, node: &Node, steps: &[Step], x: Value) -> Result<Value> {
        match node {
            Node::Joined(join) => {
                let inside = self.steps(steps, x.clone())?;
                join(&x, &inside)
            }
            Node::Sampled(layer) => layer.forward(self.cx, &x, |cx, x| Run { cx, ..self.clone() }.steps(steps, x.clone())),
            Node::Unary(_) | Node::Combined(_) | Node::Positioned(_) | Node::Several(_) | Node::Chain(_) => {
                Err(unknown("a block around a layer that has none"))
            }
        }
    }

    fn read(&self, read: &Read) -> Result<Value> {
        match read {
            Read::Place(place) => self.places.get(*place).cloned().flatten().ok_or_else(|| unknown("a value that is not computed yet")),
            Read::Given(name) => self.encoded.given(name),
        }
    }
}

fn when(used: &ir::LayerUse) -> When {
    if used.training_only { When::Training } else { When::Always }
}

/// The error of a program that no checked head gives.
fn unknown(what: &str) -> Error {
    Error::new(ErrorKind::Head, format!("the interpreter met {what}: this is a fault of the compiler, please report the head"))
}
