//! A head step by step: what each step gives, which parameters it has, and what it costs.

use super::cost::{Per, Work, elements};
use super::encoder::encoder_work;
use super::sizes::Sizes;
use super::{Reads, name_and_call, others, reads, shape_of};
use crate::dim::Dim;
use crate::ir::{CheckedHead, LayerUse, Parameter, Pipeline, Step};

/// A head, told step by step; printed, it is a page of text.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Account {
    /// The head's name.
    pub name: String,
    /// The sizes that its numbers are for.
    pub sizes: Sizes,
    /// What the encoder computes for it, and what it need not, a sentence each.
    pub encoder: Vec<String>,
    /// Its pipelines.
    pub pipelines: Vec<PipelineTold>,
    /// The multiply-adds of all of them.
    pub work: Work,
}

/// A pipeline, told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct PipelineTold {
    /// The encoder output that it starts from, and why.
    pub reads: Reads,
    /// Why it is not another, a sentence each, which starts with the other's name: ``"`tokens` is one vector a token, .."``.
    pub others: Vec<String>,
    /// Its steps in order, those of a block after what is around them.
    pub steps: Vec<Told>,
    /// Its outputs, each with its axes: `logits [batch, 2]`.
    pub outputs: Vec<String>,
    /// How it is trained: the loss, what it is, and its targets.
    pub loss: Option<String>,
    /// How a prediction is read, and what it is.
    pub decode: String,
}

/// A step, told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Told {
    /// How many blocks it is in.
    pub depth: usize,
    /// How it is written: `linear hidden -> labels`, `let mean`.
    pub written: String,
    /// Its path in the head's modules, if it is a layer.
    pub path: Option<String>,
    /// The axes of what it gives.
    pub axes: Option<String>,
    /// What it does, as a sentence without its full stop.
    pub does: String,
    /// Its parameters.
    pub parameters: Vec<Held>,
    /// Its multiply-adds, without those of a block's steps.
    pub work: Work,
}

/// A parameter, told.
#[derive(Debug, Clone)]
#[non_exhaustive]
pub struct Held {
    /// Its name in a checkpoint.
    pub name: String,
    /// Other names under which it is read.
    pub aliases: Vec<String>,
    /// Its shape.
    pub shape: Vec<Dim>,
    /// How it starts, where it is new.
    pub init: String,
    /// Whether it is the encoder's own word embeddings.
    pub tied: bool,
}

impl Held {
    /// How many numbers it has; none of its own where it is the encoder's.
    pub fn count(&self) -> Dim {
        let own = if self.tied { Ok(Dim::number(0)) } else { elements(&self.shape) };
        own.unwrap_or_else(|_| Dim::number(0))
    }

    /// Its shape in words: `[2, hidden]`.
    pub fn shape(&self) -> String {
        shape_of(&self.shape)
    }
}

/// A head step by step, with numbers for an encoder of these sizes.
///
/// ```
/// use bert_dsl::explain::{Sizes, account};
/// use bert_dsl::{check, Bare, Source};
///
/// let source = Source::new("two.head", "input pooled; classifier: linear hidden -> 2;");
/// let head = &check(&source, Bare::Named("Two")).heads()?[0];
/// let told = account(head, Sizes::BERT_BASE).to_string();
/// assert!(told.contains("classifier.weight [2, hidden]"));
/// assert!(told.contains("1,536 multiply-adds a text"));
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
pub fn account(head: &CheckedHead, sizes: Sizes) -> Account {
    let pipelines = head.pipelines.iter().map(|pipeline| told(head, pipeline)).collect();
    let mut work = Work::default();
    head.pipelines.iter().for_each(|pipeline| work.join(&Work::of_steps(&pipeline.steps)));
    if has_own_pooler(head) {
        work.add(Per::Text, &square(&Dim::hidden()));
    }
    Account { name: head.name.clone(), sizes, encoder: encoder_work(head), pipelines, work }
}

impl Account {
    /// Every parameter, in the order of the text.
    pub fn parameters(&self) -> impl Iterator<Item = &Held> {
        self.pipelines.iter().flat_map(|pipeline| &pipeline.steps).flat_map(|step| &step.parameters)
    }
}

fn has_own_pooler(head: &CheckedHead) -> bool {
    head.sources.iter().any(|used| used.fresh)
}

fn square(size: &Dim) -> Dim {
    size.times(size).unwrap_or_else(|_| size.clone())
}

/// A pipeline, told.
pub(crate) fn told(head: &CheckedHead, pipeline: &Pipeline) -> PipelineTold {
    let mut reads = reads(head);
    let mut steps = Vec::new();
    if head.sources[pipeline.source].fresh && head.sources[..pipeline.source].iter().all(|used| !used.fresh) {
        steps.push(own_pooler());
    }
    tell(head, &pipeline.steps, 0, &mut steps);
    let set = pipeline.set.and_then(|set| head.sets.get(set)).map_or_else(String::new, |set| format!(", one of `{}`", set.name));
    let loss = pipeline.loss.as_ref().map(|used| {
        let targets: Vec<String> = used.targets.iter().map(|target| format!("`{target}`")).collect();
        let weight = if used.weight == 1.0 { String::new() } else { format!(", times {}", used.weight) };
        format!("{}, {} (targets: {}{weight})", used.loss.page(), used.loss.room().explain(), targets.join(" and "))
    });
    PipelineTold {
        others: others(&head.sources[pipeline.source], &pipeline.result),
        reads: reads.swap_remove(pipeline.source),
        steps,
        outputs: pipeline.outputs.iter().map(|output| format!("{} {}{set}", output.name, output.ty)).collect(),
        loss,
        decode: format!("{}, {}", pipeline.decode.page(), pipeline.decode.explain()),
    }
}

fn tell(head: &CheckedHead, steps: &[Step], depth: usize, told: &mut Vec<Told>) {
    for step in steps {
        match step {
            Step::Layer(used) => told.push(layer(head, used, depth)),
            Step::Block { layer: used, steps } => {
                told.push(layer(head, used, depth));
                tell(head, steps, depth + 1, told);
            }
            Step::Let { name, source, steps } => {
                let from = source.map(|source| reads(head).swap_remove(source));
                told.push(named(name, from, depth));
                tell(head, steps, depth + 1, told);
            }
            Step::Select { rows } => told.push(Told { does: format!("keeps {rows}"), ..plain("(no later step reads other rows)", depth) }),
        }
    }
}

fn plain(written: &str, depth: usize) -> Told {
    let (written, does) = (written.to_owned(), String::new());
    Told { depth, written, path: None, axes: None, does, parameters: Vec::new(), work: Work::default() }
}

fn named(name: &str, from: Option<Reads>, depth: usize) -> Told {
    let does = from.map_or_else(
        || "names what its block makes of the current value, which stays".to_owned(),
        |from| format!("names what its block makes of `{}`, {}: {}", from.source, from.shape, from.why),
    );
    Told { does, ..plain(&format!("let {name}"), depth) }
}

/// A layer, told.
pub(crate) fn layer(head: &CheckedHead, used: &LayerUse, depth: usize) -> Told {
    let (_, call) = name_and_call(&head.excerpt(used.span));
    let parameters = head.parameters.get(used.parameters.clone()).unwrap_or_default();
    Told {
        path: Some(used.path.join(".")),
        axes: Some(used.output.to_string()),
        does: used.layer.room().explain(),
        parameters: parameters.iter().map(held).collect(),
        work: Work::of(used),
        ..plain(&call, depth)
    }
}

fn held(parameter: &Parameter) -> Held {
    let Parameter { path, aliases, shape, init, tied } = parameter;
    Held { name: path.clone(), aliases: aliases.clone(), shape: shape.clone(), init: init.to_string(), tied: *tied }
}

/// The pooler that a head brings.
fn own_pooler() -> Told {
    let parameter = |name: &str, shape, init: crate::ir::Init| Held {
        name: format!("bert.pooler.dense.{name}"),
        aliases: Vec::new(),
        shape,
        init: init.to_string(),
        tied: false,
    };
    let mut work = Work::default();
    work.add(Per::Text, &square(&Dim::hidden()));
    Told {
        path: Some("bert.pooler".to_owned()),
        axes: Some("[batch, hidden]".to_owned()),
        does: "makes one vector of the first token's, tanh(dense(first token)), as BERT's own pooler does".to_owned(),
        parameters: vec![
            parameter("weight", vec![Dim::hidden(), Dim::hidden()], crate::ir::Init::Normal),
            parameter("bias", vec![Dim::hidden()], crate::ir::Init::Zeros),
        ],
        work,
        ..plain("pooled fresh", 0)
    }
}
