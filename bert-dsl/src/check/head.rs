//! A whole head: its declarations, then its pipelines.

use super::declare::set_text;
use super::teach::Origin;
use crate::check::{Arguments, Checker, Outline};
use crate::codes::Code;
use crate::decode::{self, Decode, Link, Tensor, Value};
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::ir::{CheckedHead, LossUse, Output, Pipeline, Step, Wanted};
use crate::layers::Layer;
use crate::losses::{self, Loss, Outcome};
use crate::rust_names::{camel, field, is_identifier};
use crate::shape::Type;
use crate::source::Span;
use crate::syntax::ast::{Call, Head, Name, Statement, StatementKind};

/// A pipeline while it is read.
pub(super) struct Draft {
    pub input: Span,
    source: Option<usize>,
    steps: Vec<Step>,
    current: Type,
    pub outputs: Vec<(Name, Vec<String>)>,
    ended: Option<Span>,
    loss: Option<(Call, Option<(Loss, f64)>)>,
    decode: Option<(Call, Option<Decode>)>,
    set: Option<usize>,
    origin: Origin,
}

/// A head as far as it could be read.
pub(super) struct Read {
    pub outline: Outline,
    pub head: CheckedHead,
    /// Whether nothing is wrong with it.
    pub is_right: bool,
}

impl Checker<'_> {
    /// Checks a head. What it is called and what it declares is known even where it is wrong.
    pub(super) fn head(&mut self, head: &Head) -> Read {
        self.check_head_name(&head.name);
        self.names.collect(&head.body);
        let first = head.body.iter().position(|statement| matches!(statement.kind, StatementKind::Input(_)));
        let (declarations, pipelines) = head.body.split_at(first.unwrap_or(head.body.len()));
        self.declarations(declarations, first.is_some(), head);
        self.misplaced(pipelines);
        let mut drafts = self.drafts(pipelines);
        self.check_outputs(&drafts);
        self.check_choices();
        self.share_out_sets(&mut drafts);
        let lone = drafts.len() == 1;
        let pipelines: Vec<Pipeline> = drafts.into_iter().filter_map(|draft| self.finish(draft, lone)).collect();
        let outline = self.outline(head, &pipelines);
        self.forget_values();
        self.refuse_unused(&pipelines);
        let is_right = !self.malformed && self.found.is_empty() && !pipelines.is_empty();
        let text = if is_right { crate::format::head(head, self.source) } else { String::new() };
        Read { outline, head: CheckedHead { text, ..self.read(head, pipelines) }, is_right }
    }

    fn check_head_name(&mut self, name: &Name) {
        self.check_name(name);
        let camel = camel(name);
        let is_raw = name.node.starts_with("r#");
        if !is_raw && (!is_identifier(name) || *name.node != camel) && is_identifier(&camel) {
            let message = format!("a head becomes a Rust type, and `{}` is not written as one", name.node);
            let diagnostic = Diagnostic::new(Code::BadName, name.span, message).help(format!("call it `{camel}`"));
            // The name of a bare body is not in the text.
            let is_written = self.written(name.span) == name.node;
            self.report(if is_written { diagnostic.mended(name.span, camel) } else { diagnostic });
        } else if !is_raw && name.node != "_" && !is_identifier(name) {
            self.nameless_file(name);
        } else if field(name) != name.node {
            self.report(
                Diagnostic::new(Code::BadName, name.span, format!("`{}` is a word of Rust's", name.node)).help("choose another name"),
            );
        }
    }

    /// A bare body whose file's name is no name of a type. In a head that is written out this cannot be.
    fn nameless_file(&mut self, name: &Name) {
        let message = format!("this head has no name but its file's, and `{}` cannot be that of a Rust type", name.node);
        let help = "write `head NAME { .. }` around it, or give the file a name that begins with a letter, such as `mood.head`";
        let reason = "a head becomes a Rust type, and a bare one is called as its file is";
        self.report(Diagnostic::new(Code::BadName, name.span, message).because(reason).help(help));
    }

    /// What is declared too late is reported where it stands, and not again where its name is used.
    fn misplaced(&mut self, statements: &[Statement]) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Labels(items) => drop(self.broken_sets.insert(set_text(items))),
                StatementKind::Given { name, .. } => drop(self.unknown.insert(name.node.clone())),
                _ => {}
            }
        }
    }

    fn declarations(&mut self, statements: &[Statement], has_input: bool, head: &Head) {
        let mut early = None;
        for statement in statements {
            self.refuse_docs(statement);
            match &statement.kind {
                StatementKind::Labels(items) => self.declare_labels(items, statement.span),
                StatementKind::Given { name, kind } => self.declare_given(name, kind),
                StatementKind::Malformed => {
                    self.malformed = true;
                    self.malformed_labels(statement.span);
                }
                StatementKind::Docs => {}
                _ => drop(early.get_or_insert(statement.span)),
            }
        }
        if let (Some(span), true) = (early, has_input) {
            let help = "start with what the head reads: `input pooled;`, `input cls;` or `input tokens;`";
            self.report(Diagnostic::new(Code::Order, span, "this stands before the head's first `input`").help(help));
        }
        if !has_input && !self.malformed {
            self.no_input(statements, head);
        }
    }

    fn no_input(&mut self, statements: &[Statement], head: &Head) {
        let span = statements
            .iter()
            .find(|s| !matches!(s.kind, StatementKind::Labels(_) | StatementKind::Given { .. }))
            .map_or(head.name.span, |s| s.span);
        let message = format!("the head `{}` reads nothing of the encoder", head.name.node);
        let reason = "a head stands on one of the encoder's outputs";
        let help = "write `input pooled;` for one answer a text, or `input tokens;` for one a token";
        self.report(Diagnostic::new(Code::Empty, span, message).because(reason).help(help));
    }

    /// A doc comment documents a head or an `output`, nothing else.
    pub(super) fn refuse_docs(&mut self, statement: &Statement) {
        let is_outer = |span| !["//!", "/*!"].iter().any(|start| self.written(span).starts_with(start));
        let doc = statement.docs.iter().find(|doc| is_outer(doc.span));
        if let Some(doc) = doc.filter(|_| !matches!(statement.kind, StatementKind::Output(_))) {
            let message = "a doc comment documents a head or an `output`, and nothing of that kind follows";
            self.report(Diagnostic::new(Code::MisplacedDoc, doc.span, message).help("write `//` for a comment"));
        }
    }

    fn drafts(&mut self, statements: &[Statement]) -> Vec<Draft> {
        let mut drafts: Vec<Draft> = Vec::new();
        for statement in statements {
            match (&statement.kind, drafts.last_mut()) {
                (StatementKind::Input(words), _) => {
                    self.refuse_docs(statement);
                    self.forget_values();
                    self.split = None;
                    let (source, current) = self.input(words, statement.span);
                    let input = statement.span;
                    drafts.push(Draft {
                        input,
                        source,
                        steps: vec![],
                        current,
                        outputs: vec![],
                        ended: None,
                        loss: None,
                        decode: None,
                        set: None,
                        origin: self.origin,
                    });
                }
                (_, Some(draft)) => self.continued(draft, statement),
                (_, None) => {}
            }
        }
        drafts
    }

    fn continued(&mut self, draft: &mut Draft, statement: &Statement) {
        match &statement.kind {
            StatementKind::Output(name) => self.output(draft, name, statement),
            StatementKind::Loss(call) => {
                self.refuse_docs(statement);
                self.repeated(draft.loss.as_ref().map(|(first, _)| first.span), statement.span, "`loss`");
                draft.loss.get_or_insert((call.clone(), losses::read(Arguments::new(self, call))));
            }
            StatementKind::Decode(call) => {
                self.refuse_docs(statement);
                self.repeated(draft.decode.as_ref().map(|(first, _)| first.span), statement.span, "`decode`");
                draft.decode.get_or_insert((call.clone(), decode::read(Arguments::new(self, call))));
            }
            _ => self.flows_on(draft, statement),
        }
    }

    fn flows_on(&mut self, draft: &mut Draft, statement: &Statement) {
        self.refuse_docs(statement);
        let ended = draft.ended.or(draft.loss.as_ref().map(|(call, _)| call.span)).or(draft.decode.as_ref().map(|(call, _)| call.span));
        if let (Some(end), StatementKind::Layer { .. } | StatementKind::Scope { .. } | StatementKind::Let { .. }) = (ended, &statement.kind)
        {
            return self.after_end(statement.span, end);
        }
        let current = std::mem::replace(&mut draft.current, Type::Unknown);
        let before = draft.steps.len();
        draft.current = self.step(statement, &[], current, &mut draft.steps);
        draft.origin = self.origin;
        if let Some(Step::Layer(used)) = draft.steps[before..].last()
            && let Layer::Split(split) = &used.layer
        {
            split.names.iter().for_each(|name| self.check_name(name));
            draft.outputs.extend(split.names.iter().map(|name| (name.clone(), Vec::new())));
            draft.ended = Some(used.span);
        }
    }

    fn output(&mut self, draft: &mut Draft, name: &Name, statement: &Statement) {
        self.check_name(name);
        match draft.ended {
            Some(first) => {
                let message = "the pipeline's result has a name already";
                self.report(Diagnostic::new(Code::Outputs, statement.span, message).also(first, "it is named here").help("leave one out"));
            }
            None => draft.outputs.push((name.clone(), statement.docs.iter().map(|doc| doc.node.clone()).collect())),
        }
        draft.ended = Some(statement.span);
    }

    fn repeated(&mut self, first: Option<Span>, span: Span, what: &str) {
        if let Some(first) = first {
            self.report(
                Diagnostic::new(Code::Repeated, span, format!("a pipeline has one {what}"))
                    .also(first, "the first one is here")
                    .help("leave one out"),
            );
        }
    }

    /// Several texts an example: then all sources read so, and nothing is given.
    fn check_choices(&mut self) {
        let Some(choice) = self.sources.iter().find(|source| source.per_choice).map(|source| source.span) else { return };
        let plain: Vec<Span> = self.sources.iter().filter(|source| !source.per_choice).map(|source| source.span).collect();
        for span in plain {
            let message = "this reads one text an example, and the head has several";
            self.report(
                Diagnostic::new(Code::Order, span, message)
                    .also(choice, "several texts an example are read here")
                    .help("write `per choice` here too"),
            );
        }
        for span in self.givens.iter().map(|given| given.span).collect::<Vec<_>>() {
            let message = "nothing can be given beside several texts an example";
            self.report(
                Diagnostic::new(Code::Order, span, message).also(choice, "several texts an example are read here").help("leave it out"),
            );
        }
    }

    /// Which label set each pipeline's last axis is chosen from: the one by whose name its size is written.
    fn share_out_sets(&mut self, drafts: &mut [Draft]) {
        for draft in drafts.iter_mut() {
            draft.set = draft.current.feature().and_then(|feature| feature.set);
        }
        let used: Vec<usize> = drafts.iter().filter_map(|draft| draft.set).collect();
        let unused: Vec<usize> = (0..self.sets.len()).filter(|index| !used.contains(index)).collect();
        for draft in drafts.iter_mut().filter(|draft| draft.set.is_none()) {
            draft.set = self.adopted(draft, &unused);
        }
    }

    /// A set that no pipeline uses goes to a plain number of its size; to a loss on another one it does not fit.
    fn adopted(&mut self, draft: &Draft, unused: &[usize]) -> Option<usize> {
        let chooses = matches!(draft.loss, Some((_, Some((Loss::CrossEntropy(_) | Loss::Bce(_), _)))));
        let size = self.resolved(&draft.current.feature()?.size).as_number()?;
        let fitting = unused.iter().copied().find(|&index| self.sets[index].labels.count().map(i128::from) == Some(size));
        if let (None, true, Some(set)) = (fitting, chooses, unused.iter().copied().find(|&index| self.enum_path(index).is_some())) {
            let told = format!("the loss reads a number for each label of `{}`", self.sets[set].name);
            self.require_of_enum(&self.set_size(set), Wanted::Exactly(Dim::number(size)), &told, draft.origin.made);
            return Some(set);
        }
        if let (None, true, Some(&index)) = (fitting, chooses, unused.first()) {
            let (count, span, name) = (self.set_size(index), self.sets[index].span, self.sets[index].name.clone());
            let message = format!("this value has {size} numbers, and `{name}` has {count} labels, which no pipeline uses");
            let help = format!("write the size by its name: `linear -> {name};`");
            self.report(Diagnostic::new(Code::LabelFit, draft.origin.made, message).also(span, "the labels are declared here").help(help));
        }
        fitting
    }

    fn finish(&mut self, draft: Draft, lone: bool) -> Option<Pipeline> {
        let names = draft.outputs.len().max(1);
        let probabilities = probabilities(&draft.steps);
        let ends_in_crf = matches!(draft.steps.last(), Some(Step::Layer(used)) if matches!(used.layer, Layer::Crf(_)));
        self.origin = draft.origin;
        let set = draft.set.and_then(|index| self.sets.get(index)).cloned();
        let set = set.as_ref();
        let set_size = draft.set.map(|index| self.set_size(index));
        let set_size = set_size.as_ref();
        let outcome = |span| Outcome { ty: &draft.current, outputs: names, set, set_size, probabilities, ends_in_crf, span };
        let loss = self.finish_loss(&draft, &outcome);
        let decode = self.finish_decode(&draft, loss.as_ref().map(|(loss, _)| loss), &outcome);
        self.check_crf(&draft, loss.as_ref().map(|(loss, _)| loss));
        let outputs = named(&draft, &decode, lone);
        let targets = self.target_names(&outputs, lone);
        let loss = loss.map(|(loss, weight)| LossUse { loss, weight, targets });
        let source = draft.source?;
        Some(Pipeline { source, steps: draft.steps, result: draft.current, outputs, set: draft.set, loss, decode })
    }

    /// `crf` is a pipeline's last layer, together with `loss crf`.
    fn check_crf(&mut self, draft: &Draft, loss: Option<&Loss>) {
        let is_loss = matches!(loss, Some(Loss::CrfLoss(_)));
        let count = draft.steps.len();
        for (index, step) in draft.steps.iter().enumerate() {
            let Step::Layer(used) = step else { continue };
            if matches!(used.layer, Layer::Crf(_)) && (index + 1 < count || !is_loss) {
                let message = "`crf` is a pipeline's last layer, together with `loss crf;`";
                let reason = "it only keeps the scores by which `loss crf` and `viterbi` read the labels before it";
                self.report(
                    Diagnostic::new(Code::Unsuited, used.span, message).because(reason).help("end the pipeline with `crf; loss crf;`"),
                );
            }
        }
    }

    fn finish_loss<'t>(&mut self, draft: &Draft, outcome: &dyn Fn(Span) -> Outcome<'t>) -> Option<(Loss, f64)> {
        let (call, read) = draft.loss.as_ref()?;
        let (loss, weight) = read.as_ref()?;
        if !draft.current.is_unknown() {
            loss.room().check(self, &outcome(call.span));
        }
        Some((loss.clone(), *weight))
    }

    fn finish_decode<'t>(&mut self, draft: &Draft, loss: Option<&Loss>, outcome: &dyn Fn(Span) -> Outcome<'t>) -> Decode {
        let implied = loss.map(|loss| loss.room().implies(&outcome(draft.input)));
        if let (None, Some(implied), Some((call, _)), false) = (&draft.decode, &implied, &draft.loss, draft.current.is_unknown())
            && self.found.is_empty()
        {
            implied.room().check(self, &outcome(call.span));
        }
        match draft.decode.as_ref() {
            Some((call, Some(decode))) => {
                if !draft.current.is_unknown() {
                    decode.room().check(self, &outcome(call.span));
                }
                logit_value(decode.clone(), implied)
            }
            _ => implied.unwrap_or(Decode::Tensor(Tensor)),
        }
    }

    fn target_names(&self, outputs: &[Output], lone: bool) -> Vec<String> {
        match outputs {
            [_] if lone => vec!["labels".to_owned()],
            outputs => outputs.iter().map(|output| format!("labels.{}", output.name)).collect(),
        }
    }

    fn outline(&self, head: &Head, pipelines: &[Pipeline]) -> Outline {
        let visibility = head.visibility.as_ref().map(|visibility| visibility.node.clone()).unwrap_or_default();
        let outputs = pipelines.iter().flat_map(|pipeline| &pipeline.outputs).map(|output| output.name.clone()).collect();
        Outline { name: head.name.node.clone(), visibility, sets: self.sets.clone(), outputs }
    }

    /// What was read of a head, without its text.
    fn read(&mut self, head: &Head, pipelines: Vec<Pipeline>) -> CheckedHead {
        CheckedHead {
            name: head.name.node.clone(),
            name_span: head.name.span,
            visibility: head.visibility.as_ref().map(|visibility| visibility.node.clone()).unwrap_or_default(),
            docs: head.docs.iter().map(|doc| doc.node.clone()).collect(),
            sets: std::mem::take(&mut self.sets),
            givens: std::mem::take(&mut self.givens),
            sources: std::mem::take(&mut self.sources),
            pipelines,
            parameters: std::mem::take(&mut self.parameters),
            enum_rules: std::mem::take(&mut self.enum_rules),
            text: String::new(),
            written: self.source.shared(),
        }
    }
}

/// `decode value` reads what the loss says that a number is.
fn logit_value(decode: Decode, implied: Option<Decode>) -> Decode {
    match (&decode, implied) {
        (Decode::Value(Value { link: Link::Identity }), Some(Decode::Value(implied))) => Decode::Value(implied),
        _ => decode,
    }
}

fn named(draft: &Draft, decode: &Decode, lone: bool) -> Vec<Output> {
    let ty = || draft.current.clone();
    if draft.outputs.is_empty() && lone {
        let name = if matches!(decode, Decode::Embedding(_)) { "embedding" } else { "logits" };
        return vec![Output { name: name.to_owned(), docs: Vec::new(), ty: ty() }];
    }
    draft.outputs.iter().map(|(name, docs)| Output { name: name.node.clone(), docs: docs.clone(), ty: ty() }).collect()
}

/// The layer whose results are probabilities, if nothing but a change of axes follows it.
fn probabilities(steps: &[Step]) -> Option<Span> {
    let mut layers = steps.iter().rev().map_while(|step| match step {
        Step::Layer(used) => Some(used),
        Step::Block { .. } | Step::Let { .. } | Step::Select { .. } => None,
    });
    let last = layers.find(|used| !matches!(used.layer, Layer::Squeeze(_) | Layer::Split(_)))?;
    matches!(&last.layer, Layer::Activation(function) if function.gives_probabilities()).then_some(last.span)
}
