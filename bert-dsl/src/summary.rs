//! A checked head as a few lines of text, for people and for tests.

use std::fmt::{self, Display, Formatter};

use crate::explain;
use crate::ir::{CheckedHead, GivenKind, LabelSet, Labels, LayerUse, LayersRead, Parameter, Pipeline, RowsRead, Step};

/// What was found out of a head: its labels, what it reads, each step with its axes, and its parameters.
///
/// ```
/// use bert_dsl::{check, Bare, Source};
///
/// let source = Source::new("two.head", "input pooled; linear 768->2");
/// let heads = check(&source, Bare::Named("Two")).heads()?;
/// assert!(heads[0].to_string().contains("linear.weight [2, 768] normal"));
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
impl Display for CheckedHead {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let visibility = if self.visibility.is_empty() { String::new() } else { format!("{} ", self.visibility) };
        writeln!(f, "{visibility}head {}", self.name)?;
        self.docs.iter().try_for_each(|line| writeln!(f, "  doc:{line}"))?;
        self.sets.iter().try_for_each(|set| label_set(f, set))?;
        for given in &self.givens {
            match given.kind {
                GivenKind::Position => writeln!(f, "  given {}: position", given.name)?,
                GivenKind::Features(count) => writeln!(f, "  given {}: {count} features", given.name)?,
            }
        }
        sources(f, self)?;
        self.pipelines.iter().try_for_each(|pipeline| self.pipeline(f, pipeline))?;
        self.parameters.iter().try_for_each(|parameter| writeln!(f, "  parameter {}", Described(parameter)))
    }
}

fn label_set(f: &mut Formatter<'_>, set: &LabelSet) -> fmt::Result {
    match &set.labels {
        Labels::Count(count) => writeln!(f, "  {}: {count} without names", set.name),
        Labels::Enum(path) => writeln!(f, "  {}: the enum {path}", set.name),
        Labels::Named(labels) => {
            let names: Vec<String> = labels.iter().map(|label| format!("{:?} as {}", label.name, label.variant)).collect();
            writeln!(f, "  {}: {}", set.name, names.join(", "))
        }
    }
}

fn sources(f: &mut Formatter<'_>, head: &CheckedHead) -> fmt::Result {
    for (index, (used, reads)) in head.sources.iter().zip(explain::reads(head)).enumerate() {
        writeln!(f, "  source {index}: {} {}, {}", reads.source, reads.shape, reads.why)?;
        if used.rows != RowsRead::default() {
            writeln!(f, "    reads {}", used.rows)?;
        }
        if let LayersRead::Taken(taken) = &used.layers {
            writeln!(f, "    reads layers {}", taken.iter().map(ToString::to_string).collect::<Vec<_>>().join(", "))?;
        }
    }
    Ok(())
}

impl CheckedHead {
    fn pipeline(&self, f: &mut Formatter<'_>, pipeline: &Pipeline) -> fmt::Result {
        writeln!(f, "  pipeline from source {}", pipeline.source)?;
        self.steps(f, &pipeline.steps, 4)?;
        for output in &pipeline.outputs {
            let set = pipeline.set.and_then(|set| self.sets.get(set)).map_or_else(String::new, |set| format!(", chosen from {}", set.name));
            writeln!(f, "    output {}: {}{set}", output.name, output.ty)?;
            output.docs.iter().try_for_each(|line| writeln!(f, "      doc:{line}"))?;
        }
        if let Some(used) = &pipeline.loss {
            writeln!(f, "    loss {:?} times {} against {}", used.loss, used.weight, used.targets.join(", "))?;
        }
        writeln!(f, "    decode {:?}", pipeline.decode)
    }

    fn steps(&self, f: &mut Formatter<'_>, steps: &[Step], indent: usize) -> fmt::Result {
        let blank = " ".repeat(indent);
        for step in steps {
            match step {
                Step::Layer(used) => self.layer(f, used, &blank)?,
                Step::Block { layer, steps } => {
                    self.layer(f, layer, &blank)?;
                    self.steps(f, steps, indent + 2)?;
                }
                Step::Let { name, source, steps } => {
                    let from = source.map_or_else(String::new, |source| format!(" from source {source}"));
                    writeln!(f, "{blank}let {name}{from}")?;
                    self.steps(f, steps, indent + 2)?;
                }
                Step::Select { rows } => writeln!(f, "{blank}keeps {rows}")?,
            }
        }
        Ok(())
    }

    fn layer(&self, f: &mut Formatter<'_>, used: &LayerUse, blank: &str) -> fmt::Result {
        writeln!(f, "{blank}{}: {} gives {}", used.path.join("."), self.excerpt(used.span), used.output)?;
        if used.training_only {
            writeln!(f, "{blank}  in training alone")?;
        }
        used.requires.iter().try_for_each(|(found, wanted)| writeln!(f, "{blank}  at binding: {found} = {wanted}"))
    }
}

struct Described<'a>(&'a Parameter);

impl Display for Described<'_> {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        let Parameter { path, aliases, shape, init, tied } = self.0;
        let shape: Vec<String> = shape.iter().map(ToString::to_string).collect();
        write!(f, "{path} [{}] {}", shape.join(", "), format!("{init:?}").to_lowercase())?;
        aliases.iter().try_for_each(|alias| write!(f, ", also read as {alias}"))?;
        if *tied { f.write_str(", or the word embeddings") } else { Ok(()) }
    }
}
