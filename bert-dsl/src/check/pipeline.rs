//! The steps of a pipeline: each layer on what the one before it gives.

use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::{Dim, Symbol};
use crate::ir::{LayerUse, LayersRead, Operand, Parameter, RowsRead, Source, SourceUse, Step};
use crate::layers::{self, At, Form, Layer, Naming, Weight};
use crate::shape::{Axis, Type};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Call, CallNode, Name, Path, Statement, StatementKind};

use super::names::block_word;
use super::teach::Origin;

/// The words behind `input`, the output that they name, and whether the head brings a pooler of its own.
pub(crate) const SOURCES: &[(&[&str], Source, bool)] = &[
    (&["pooled"], Source::Pooled, false),
    (&["pooled", "fresh"], Source::Pooled, true),
    (&["cls"], Source::Cls, false),
    (&["tokens"], Source::Tokens, false),
    (&["words"], Source::Words, false),
    (&["words", "mean"], Source::WordsMean, false),
    (&["layers"], Source::Layers, false),
];

/// Every word behind `input`.
fn source_words() -> impl Iterator<Item = &'static str> {
    SOURCES.iter().flat_map(|(words, ..)| *words).copied().chain(["per", "choice"])
}

impl Checker<'_> {
    /// `input SOURCE`: the number of its use, and its axes.
    pub(super) fn input(&mut self, words: &[Name], span: Span) -> (Option<usize>, Type) {
        let (words, per_choice) = split_choice(words);
        let texts: Vec<&str> = words.iter().map(|word| word.as_str()).collect();
        let Some((_, source, fresh)) = SOURCES.iter().copied().find(|(words, ..)| *words == texts) else {
            self.unknown_source(words, &texts, span);
            return (None, Type::Unknown);
        };
        let used = SourceUse { source, fresh, per_choice, rows: RowsRead::default(), layers: LayersRead::default(), span };
        self.sources.push(used);
        let index = self.sources.len() - 1;
        self.origin = Origin { source: Some(index), folded: None, made: span };
        (Some(index), source_type(source, per_choice))
    }

    fn unknown_source(&mut self, words: &[Name], texts: &[&str], span: Span) {
        let odd = words.iter().find(|word| source_words().all(|known| known != word.as_str()));
        let at = odd.or(words.last()).map_or(span, |word| word.span);
        let otherwise = || arranged(texts).unwrap_or(ALL_SOURCES).to_owned();
        let diagnostic = Diagnostic::new(Code::UnknownSource, at, format!("no encoder output is called `{}`", texts.join(" ")));
        self.report(match odd {
            Some(word) => diagnostic.meant(word, source_words(), otherwise),
            None => diagnostic.help(otherwise()),
        });
    }

    /// The steps of a block, and what they make of `current`.
    pub(super) fn steps(&mut self, statements: &[Statement], scope: &[String], mut current: Type) -> (Vec<Step>, Type) {
        let mut steps = Vec::new();
        for statement in statements {
            self.refuse_docs(statement);
            current = self.step(statement, scope, current, &mut steps);
        }
        (steps, current)
    }

    /// One step, and what it makes of `current`.
    pub(super) fn step(&mut self, statement: &Statement, scope: &[String], current: Type, steps: &mut Vec<Step>) -> Type {
        if let (Some(end), StatementKind::Layer { .. } | StatementKind::Scope { .. } | StatementKind::Let { .. }) =
            (self.split, &statement.kind)
        {
            self.after_end(statement.span, end);
            return Type::Unknown;
        }
        match &statement.kind {
            StatementKind::Layer { path, call, block } => self.layer(path.as_ref(), call, block.as_deref(), scope, current, steps),
            StatementKind::Scope { path, block } => match block_word(path) {
                Some(word) => {
                    let call = Spanned::new(CallNode { word: word.clone(), arguments: Vec::new() }, word.span);
                    self.layer(None, &call, Some(block), scope, current, steps)
                }
                None => self.scope(path, block, scope, current, steps),
            },
            StatementKind::Let { name, block } => {
                let step = self.binding(name, block, scope, &current);
                steps.push(step);
                current
            }
            StatementKind::Malformed | StatementKind::Use(_) => Type::Unknown,
            StatementKind::Docs => current,
            kind => {
                self.out_of_order(kind, statement.span);
                current
            }
        }
    }

    fn out_of_order(&mut self, kind: &StatementKind, span: Span) {
        let (word, help) = match kind {
            StatementKind::Labels(_) => ("labels", "move it in front of the head's first `input`"),
            StatementKind::Given { .. } => ("given", "move it in front of the head's first `input`"),
            StatementKind::Input(_) => ("input", "only the block of a `let` starts with one: `let NAME = { input SOURCE; .. }`"),
            StatementKind::Output(_) => ("output", "move it behind the block: it names the whole pipeline's result"),
            StatementKind::Loss(_) => ("loss", "move it behind the block: it is about the whole pipeline"),
            _ => ("decode", "move it behind the block: it is about the whole pipeline"),
        };
        self.report(Diagnostic::new(Code::Order, span, format!("`{word}` stands where only layers may stand")).help(help));
    }

    /// Refuses what stands behind the pipeline's end.
    pub(super) fn after_end(&mut self, span: Span, end: Span) {
        let message = "the pipeline has ended, and no layer follows";
        let help = "move it in front, or start the next pipeline with `input`";
        self.report(Diagnostic::new(Code::AfterOutput, span, message).also(end, "it ends here").help(help));
    }

    /// A `split` ends its pipeline, and cannot stand inside of a value. Says whether it does.
    fn ends_by_split(&mut self, span: Span) -> bool {
        if self.blocks == 0 {
            self.split = Some(span);
            return true;
        }
        let message = "`split` names outputs, and a block inside a pipeline has none";
        self.report(Diagnostic::new(Code::Order, span, message).help("move it behind the block, to the pipeline's end"));
        false
    }

    fn scope(&mut self, path: &Path, block: &[Statement], scope: &[String], current: Type, steps: &mut Vec<Step>) -> Type {
        self.refuse_empty(block, path.span);
        let inner = self.scope_path(path, scope);
        let (inside, result) = self.steps(block, &inner, current);
        steps.extend(inside);
        result
    }

    fn refuse_empty(&mut self, block: &[Statement], span: Span) {
        if block.is_empty() {
            self.report(Diagnostic::new(Code::Empty, span, "nothing is in this block").help("put layers in it, or leave it out"));
        }
    }

    /// `let NAME = { .. }`: the value that flows stays as it is.
    fn binding(&mut self, name: &Name, block: &[Statement], scope: &[String], current: &Type) -> Step {
        self.check_name(name);
        if scope.is_empty() && name.node == "bert" {
            self.report(
                Diagnostic::new(Code::ReservedScope, name.span, "nothing in a head may be called `bert`").help("choose another name"),
            );
        }
        let before = self.origin;
        let (source, block, start) = match block.first().map(|first| (&first.kind, first.span)) {
            Some((StatementKind::Input(words), span)) => {
                let (source, ty) = self.input(words, span);
                (source, &block[1..], ty)
            }
            _ => (None, block, current.clone()),
        };
        let inner: Vec<String> = scope.iter().cloned().chain([name.node.clone()]).collect();
        self.blocks += 1;
        let (steps, ty) = self.steps(block, &inner, start);
        self.blocks -= 1;
        let origin = std::mem::replace(&mut self.origin, before);
        self.bind(name, false, ty, origin);
        Step::Let { name: name.node.clone(), source, steps }
    }

    fn layer(
        &mut self,
        path: Option<&Path>,
        call: &Call,
        block: Option<&[Statement]>,
        scope: &[String],
        current: Type,
        steps: &mut Vec<Step>,
    ) -> Type {
        let layer = layers::read(Arguments::new(self, call));
        let full = self.layer_path(path, &call.word, scope);
        let span = path.map_or(call.span, |path| path.span.to(call.span));
        let takes_block = layers::has_block(&call.word);
        if takes_block != block.is_some() && layer.is_some() {
            self.wrong_block(call, takes_block);
        }
        if block.is_some() {
            self.leave_as_scope(&full);
        }
        let (inside, result) = match block {
            Some(block) => {
                self.refuse_empty(block, call.span);
                self.blocks += 1;
                let inside = self.steps(block, &full, current.clone());
                self.blocks -= 1;
                inside
            }
            None => (Vec::new(), current.clone()),
        };
        let Some(layer) = layer else { return Type::Unknown };
        let used = self.used(layer, full, current, result, (call.span, span));
        let mut output = used.output.clone();
        if used.layer.room().form() == Form::Several && !self.ends_by_split(used.span) {
            output = Type::Unknown;
        }
        steps.push(match used.layer.room().form() {
            Form::Block | Form::Sampled => Step::Block { layer: used, steps: inside },
            Form::Unary | Form::Combined | Form::Several | Form::Positioned => Step::Layer(used),
        });
        output
    }

    fn wrong_block(&mut self, call: &Call, takes_block: bool) {
        let word = &call.word.node;
        let (message, help) = match takes_block {
            true => (format!("`{word}` needs a block"), format!("write `{word} {{ .. }}` with the layers inside")),
            false => (format!("`{word}` takes no block"), "end it with `;`, and put the block's layers after it".to_owned()),
        };
        self.report(Diagnostic::new(Code::Block, call.word.span, message).help(help));
    }

    /// A layer with its axes, parameters, and what only an encoder can show.
    fn used(&mut self, layer: Layer, path: Vec<String>, given: Type, input: Type, (call, span): (Span, Span)) -> LayerUse {
        let inherited = input.feature().and_then(|feature| feature.set);
        self.pending.clear();
        let output = layer.room().infer(&mut At { cx: self, span: call, outer: given }, &input);
        let weights = if output.is_unknown() { Vec::new() } else { layer.room().weights(&input) };
        let first = self.parameters.len();
        for weight in weights {
            self.check_elements(&weight.shape, call);
            self.parameters.push(parameter(weight, &path));
        }
        let operands: Vec<Operand> = layer.room().operands().iter().map(|operand| operand.node.clone()).collect();
        let output = keep_set(output, inherited, &layer);
        LayerUse {
            path,
            layer,
            operands,
            input,
            output,
            parameters: first..self.parameters.len(),
            requires: std::mem::take(&mut self.pending),
            at_least: std::mem::take(&mut self.at_least),
            training_only: false,
            span,
        }
    }
}

/// A layer that keeps the features keeps whose labels they are.
fn keep_set(output: Type, set: Option<usize>, layer: &Layer) -> Type {
    match (layer, output.feature()) {
        (Layer::Linear(_) | Layer::Concat(_), _) | (_, None) => output,
        (_, Some(feature)) => {
            let feature = crate::shape::Feature { set: feature.set.or(set), ..feature.clone() };
            output.with_feature(Some(feature))
        }
    }
}

/// What can be read.
const ALL_SOURCES: &str =
    "a source is `pooled` (one vector a text), `cls` (the first token's), `tokens` (one a token), `words`, or `layers`";

/// What to write for words of sources that are put together wrongly.
fn arranged(texts: &[&str]) -> Option<&'static str> {
    let has = |word| texts.contains(&word);
    match () {
        () if has("fresh") => Some("only a pooler can be new: write `pooled fresh`"),
        () if has("per") || has("choice") => Some("write `per choice` behind the source, as in `pooled per choice`"),
        () if has("mean") => Some("write `words mean`, or read `tokens` and write `pool mean;`"),
        () => None,
    }
}

fn split_choice(words: &[Name]) -> (&[Name], bool) {
    match words {
        [rest @ .., per, choice] if per.node == "per" && choice.node == "choice" => (rest, true),
        _ => (words, false),
    }
}

fn source_type(source: Source, per_choice: bool) -> Type {
    let depth = matches!(source, Source::Layers).then(|| Axis::Layer(Dim::symbol(Symbol::Depth)));
    let choice = per_choice.then_some(Axis::Choice);
    let token = match source {
        Source::Pooled | Source::Cls => None,
        Source::Tokens | Source::Words | Source::WordsMean | Source::Layers => Some(Axis::Token),
    };
    Type::new(depth.into_iter().chain([Axis::Batch]).chain(choice).chain(token).collect(), Dim::hidden())
}

fn parameter(weight: Weight, path: &[String]) -> Parameter {
    let own = format!("{}.{}", path.join("."), weight.name);
    let enclosing: Vec<&str> = path[..path.len() - 1].iter().map(String::as_str).chain([weight.name.as_str()]).collect();
    let (path, aliases) = match weight.naming {
        Naming::Own | Naming::TiedToWordEmbeddings => (own, Vec::new()),
        Naming::Enclosing => (enclosing.join("."), vec![own]),
    };
    Parameter { path, aliases, shape: weight.shape, init: weight.init, tied: weight.naming == Naming::TiedToWordEmbeddings }
}
