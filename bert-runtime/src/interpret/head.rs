//! An interpreted head that is bound to an encoder.

use std::sync::Arc;

use bert_dsl::Source;
use bert_dsl::ir::{self, CheckedHead, LayersRead, Rows, RowsRead};

use crate::bind::{Binder, Size};
use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::encoder::{self, Demand, Encoded, LayerChoice, Pieces, RowChoice, SourceDemand};
use crate::error::Result;
use crate::head::{Head, Outcome, Purpose, Targets, labelled};
use crate::interpret::Registry;
use crate::interpret::labels::Labels;
use crate::interpret::module::{Builder, Modules, Nodes};
use crate::interpret::node::Node;
use crate::interpret::program::{self, Resolver, Run, Step};
use crate::interpret::room::{self, Objective, Outlet, Reader};
use crate::layers::Take;
use crate::losses::{Part, no_loss, some_parts};
use crate::module::Module;
use crate::value::Value;

/// A head that runs without having been compiled, on the layers that a compiled one runs on.
#[derive(Debug)]
pub struct InterpretedHead {
    head: Arc<CheckedHead>,
    modules: Modules,
    pipelines: Vec<Pipeline>,
    places: usize,
}

#[derive(Debug)]
struct Pipeline {
    source: program::Source,
    steps: Vec<Step>,
    /// The layer that makes several outputs of its result.
    split: Option<Arc<Node>>,
    /// The number of its first output.
    first: usize,
    loss: Option<Loss>,
    readers: Vec<(std::ops::Range<usize>, Decode)>,
    outcomes: Vec<Outcome>,
}

struct Loss {
    objective: Objective,
    last: Option<Arc<Node>>,
    used: ir::LossUse,
    outputs: Vec<String>,
}

struct Decode(Reader);

impl InterpretedHead {
    /// Binds a head as generated code would: the same weights in the same order, with the same faults.
    pub(super) fn bind(head: Arc<CheckedHead>, source: &Source, registry: &Registry, binder: &mut Binder<'_>) -> Result<Self> {
        let line = |span: bert_dsl::Span| source.position(span.start).line;
        let mut builder = Builder { binder, head: &head, registry, line: &line, nodes: Nodes::new() };
        bind_sources(&mut builder);
        bind_labels(&mut builder);
        let modules = builder.modules();
        let nodes = builder.nodes;
        let mut resolver = Resolver::new(&head, &nodes);
        let mut first = 0;
        let mut pipelines = Vec::new();
        for pipeline in &head.pipelines {
            pipelines.push(Pipeline::new(pipeline, first, registry, &mut resolver)?);
            first += pipeline.outputs.len();
        }
        let places = resolver.count();
        Ok(Self { head, modules, pipelines, places })
    }

    /// The checked head.
    pub fn checked(&self) -> &CheckedHead {
        &self.head
    }
}

/// Asks for what the head reads of the encoder.
fn bind_sources(builder: &mut Builder<'_, '_>) {
    let head = builder.head;
    for used in head.sources.iter().filter(|used| !used.fresh) {
        builder.at(used.span);
        builder.binder.source(source(used.source));
    }
}

/// A checkpoint knows one set of labels.
fn bind_labels(builder: &mut Builder<'_, '_>) {
    let head = builder.head;
    let set = match head.checkpoint_labels().as_slice() {
        [] => return,
        [set] => head.sets.get(*set),
        [_, _, ..] => return builder.binder.several_label_sets(),
    };
    let Some(set) = set else { return };
    let labels = builder.registry.labels_of(set);
    let names: Vec<&str> = labels.names().iter().map(String::as_str).collect();
    builder.at(set.span);
    builder.binder.labels(&set.name, &names, Size::from(labels.count()));
}

fn source(source: ir::Source) -> encoder::Source {
    match source {
        ir::Source::Pooled => encoder::Source::Pooled,
        ir::Source::Cls => encoder::Source::Cls,
        ir::Source::Tokens => encoder::Source::Tokens,
        ir::Source::Words => encoder::Source::Words(Pieces::First),
        ir::Source::WordsMean => encoder::Source::Words(Pieces::Mean),
        ir::Source::Layers => encoder::Source::Layers,
    }
}

impl Pipeline {
    fn new(pipeline: &ir::Pipeline, first: usize, registry: &Registry, resolver: &mut Resolver<'_>) -> Result<Self> {
        let steps = resolver.steps(&pipeline.steps)?;
        let last = match steps.last() {
            Some(Step::Layer(node, ..)) => Some(node.clone()),
            Some(Step::Block(..) | Step::Let(..) | Step::Select(..)) | None => None,
        };
        let set = pipeline.labels().and_then(|set| resolver.head.sets.get(set));
        let labels = set.map_or(Labels::None, |set| registry.labels_of(set));
        let chain = last.as_ref().and_then(|node| node.chain().ok()).cloned();
        let outputs = pipeline.outputs.iter().map(|output| output.name.clone()).collect();
        let loss = pipeline.loss.as_ref();
        let reader = |(_, outputs): (String, std::ops::Range<usize>)| {
            let outlet = Outlet { labels: labels.clone(), chain: chain.clone() };
            (first + outputs.start..first + outputs.end, Decode(room::decode(&pipeline.decode).make(outlet)))
        };
        Ok(Self {
            source: resolver.source(pipeline.source),
            outcomes: outcomes(pipeline, &labels),
            readers: pipeline.readings().into_iter().map(reader).collect(),
            loss: loss.map(|used| Loss { objective: room::loss(&used.loss).make(), last: last.clone(), used: used.clone(), outputs }),
            split: last.filter(|node| matches!(**node, Node::Several(_))),
            steps,
            first,
        })
    }

    fn outputs(&self, run: &mut Run<'_>) -> Result<Vec<Value>> {
        let start = run.source(self.source)?;
        let end = run.steps(&self.steps, start)?;
        match self.split.as_deref() {
            Some(Node::Several(split)) => split.forward(run.cx, &end),
            _ => Ok(vec![end]),
        }
    }
}

impl Loss {
    /// The parts of this loss; none where it may be left out and there are no targets.
    fn parts(&self, cx: &Context, outputs: &[Value], targets: &Targets, is_lone: bool) -> Result<Vec<Part>> {
        let (weight, names) = (self.used.weight, &self.used.targets);
        let missing = names.first().is_some_and(|name| targets.get(name).is_none());
        if missing && !is_lone && !matches!(self.objective, Objective::Alone(_)) {
            return Ok(Vec::new());
        }
        match (&self.objective, self.outputs.as_slice(), outputs, names.as_slice()) {
            (Objective::One(part), [name, ..], [x, ..], [target, ..]) => Ok(vec![part(name, weight, cx, x, targets.require(target)?)?]),
            (Objective::Alone(part), [name, ..], [x, ..], _) => Ok(vec![part(name, weight, cx, x)?]),
            (Objective::Chain, [name, ..], [x, ..], [target, ..]) => {
                let chain = self.last.as_deref().ok_or_else(|| no_loss(name))?.chain()?;
                Ok(vec![chain.part(name, weight, cx, x, targets.require(target)?)?])
            }
            (Objective::Two(parts), [a, b], [x, y], [start, end]) => {
                Ok(parts([a, b], weight, cx, [x, y], [targets.require(start)?, targets.require(end)?])?.into())
            }
            (_, names, ..) => Err(no_loss(&names.join(", "))),
        }
    }
}

impl Module for InterpretedHead {
    fn class(&self) -> Option<String> {
        self.modules.class()
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        self.modules.children()
    }
}

impl Head for InterpretedHead {
    fn outputs(&self) -> Vec<&str> {
        self.head.outputs().map(|output| output.name.as_str()).collect()
    }

    fn demand(&self, purpose: Purpose<'_>) -> Demand {
        let sources = self.head.sources.iter().map(|used| demanded(used, purpose)).collect();
        Demand::of(sources).with_selections(self.head.selections().into_iter().map(|read| rows(read, purpose)).collect())
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        let mut run = Run { cx, encoded, pooler: self.modules.pooler(), places: vec![None; self.places] };
        let outputs = self.pipelines.iter().map(|pipeline| pipeline.outputs(&mut run)).collect::<Result<Vec<_>>>()?;
        Ok(outputs.into_iter().flatten().collect())
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        let is_lone = self.pipelines.len() == 1;
        let losses: Vec<(usize, &Loss)> =
            self.pipelines.iter().filter_map(|pipeline| Some((pipeline.first, pipeline.loss.as_ref()?))).collect();
        if losses.is_empty() {
            return Err(no_loss(&self.head.name));
        }
        let mut parts = Vec::new();
        for (first, loss) in losses {
            let own = outputs.get(first..first + loss.outputs.len()).unwrap_or_default();
            parts.extend(loss.parts(cx, own, targets, is_lone)?);
        }
        some_parts(parts, targets)
    }

    fn windowed(&self) -> Option<Vec<usize>> {
        self.head.joins_windows().then(|| self.head.pipelines.iter().map(|pipeline| pipeline.outputs.len()).collect())
    }

    fn outcomes(&self) -> Vec<Outcome> {
        self.pipelines.iter().flat_map(|pipeline| pipeline.outcomes.clone()).collect()
    }

    fn trains_without_targets(&self) -> bool {
        self.pipelines.iter().filter_map(|pipeline| pipeline.loss.as_ref()).any(|loss| matches!(loss.objective, Objective::Alone(_)))
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        let readers = self.pipelines.iter().flat_map(|pipeline| &pipeline.readers);
        readers.map(|(range, decode)| decode.0(outputs.get(range.clone()).unwrap_or_default(), reading)).collect()
    }
}

/// What the answers of a pipeline are about.
fn outcomes(pipeline: &ir::Pipeline, labels: &Labels) -> Vec<Outcome> {
    let outcome = |(name, outputs): (String, std::ops::Range<usize>)| Outcome {
        name,
        targets: pipeline.targets_of(&outputs).to_vec(),
        labels: labels.clone(),
        is_probability: pipeline.gives_probability(),
        together: pipeline.together(),
    };
    pipeline.readings().into_iter().map(outcome).collect()
}

/// What a source asks of the encoder.
fn demanded(used: &ir::SourceUse, purpose: Purpose<'_>) -> SourceDemand {
    let source = if used.fresh { encoder::Source::Cls } else { source(used.source) };
    let layers = match &used.layers {
        LayersRead::All => LayerChoice::All,
        LayersRead::Taken(taken) => LayerChoice::Taken(taken.iter().copied().map(Take::from).collect()),
    };
    SourceDemand { source, layers, rows: rows(&used.rows, purpose) }
}

/// The rows that are read for a purpose.
fn rows(read: &RowsRead, purpose: Purpose<'_>) -> RowChoice {
    let (rules, targets) = match purpose {
        Purpose::Forward => (&read.forward, None),
        Purpose::Predict => (&read.predict, None),
        Purpose::Loss(targets) => (&read.loss, Some(targets)),
    };
    let Rows::Some(rules) = rules else { return RowChoice::All };
    let mut rules: Vec<RowChoice> = rules.iter().map(|row| row_choice(row, targets)).collect();
    match rules.len() {
        1 => rules.remove(0),
        _ => RowChoice::Union(rules),
    }
}

/// The rows that one rule names.
fn row_choice(row: &ir::Row, targets: Option<&Targets>) -> RowChoice {
    match row {
        ir::Row::First => RowChoice::First,
        ir::Row::Last => RowChoice::Last,
        ir::Row::At(name) => RowChoice::Position(name.clone()),
        ir::Row::Masked => RowChoice::Masked,
        ir::Row::Labelled(name) => targets.map_or(RowChoice::All, |targets| labelled(targets, name)),
    }
}

impl std::fmt::Debug for Loss {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        self.used.fmt(f)
    }
}

impl std::fmt::Debug for Decode {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Decode")
    }
}
