//! What is said of what stands at a place.

use super::complete::SIZES;
use super::context::{Context, Role};
use super::definition::reads;
use super::slot::{InCall, Part, Slot};
use super::{head_at, markdown, touches, words};
use crate::check::Analysis;
use crate::explain::{encoder_work, name_and_call};
use crate::ir::{CheckedHead, Labels, LayerUse, Pipeline, Step};
use crate::manual::{Given, Takes};
use crate::pages::Subject;
use crate::rust_names::set_type;
use crate::source::{Source, Span};
use crate::syntax::{Kind, form_of};

/// What is said of a part of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Hover {
    /// The part.
    pub span: Span,
    /// What is said of it, as Markdown.
    pub text: String,
}

/// What is said of what stands at a place: of a layer its axes, parameters and cost; of a source why the head reads it and not another; of a name
/// what it is; and of each word what its page says.
///
/// ```
/// use bert_dsl::{check, ide, Bare, Source};
///
/// let text = "labels \"O\", \"B-PER\"; input tokens; tags: linear hidden -> labels; loss cross_entropy;";
/// let source = Source::new("tags.head", text);
/// let analysis = check(&source, Bare::Named("Tags"));
/// let at = |word: &str| ide::hover(&source, &analysis, text.find(word).unwrap() as u32).unwrap().text;
/// assert!(at("tokens").contains("because the head gives one answer a token"));
/// assert!(at("linear").contains("[batch, token, hidden] -> [batch, token, 2]"));
/// assert!(at("cross_entropy").contains("Read by `decode` entities"));
/// ```
pub fn hover(source: &Source, analysis: &Analysis, offset: u32) -> Option<Hover> {
    let context = Context::at(source.text(), offset)?;
    let token = context.word?;
    let (word, is_name, is_right) = (source.slice(token.span), token.kind == Kind::Word, analysis.diagnostics().is_empty());
    let seen = Seen { word, is_name, is_right, head: head_at(analysis, offset), context: &context, offset };
    let text = match Slot::behind(&context.before) {
        Slot::Statement => seen.statement(),
        Slot::Layer => seen.called(Subject::Layer),
        Slot::Source(_) => seen.source(),
        Slot::Loss => seen.called(Subject::Loss),
        Slot::Decode => seen.called(Subject::Decode),
        Slot::GivenKind => form_of("given").map(markdown::statement),
        Slot::Used => form_of("use").map(markdown::statement),
        Slot::Argument(call) => seen.argument(&call),
        Slot::Label => seen.label(),
        Slot::New => seen.new_name(),
    }?;
    Some(Hover { span: token.span, text })
}

/// A word, and what is known around it.
struct Seen<'a> {
    word: &'a str,
    is_name: bool,
    /// Whether nothing is wrong with the source.
    is_right: bool,
    head: Option<&'a CheckedHead>,
    context: &'a Context<'a>,
    offset: u32,
}

impl Seen<'_> {
    /// The first word of a statement: its own, the name of a layer, a layer, or a scope.
    fn statement(&self) -> Option<String> {
        let names = matches!(self.context.after, ":" | "." | "{");
        let word = if self.word == "pub" { "head" } else { self.word };
        match form_of(word).filter(|_| !names) {
            Some(form) if form.word == "input" => self.source().or_else(|| Some(markdown::statement(form))),
            Some(form) => Some(markdown::statement(form)),
            None => self.called(Subject::Layer).or_else(|| self.scope()),
        }
    }

    /// A scope, or a part of its path.
    fn scope(&self) -> Option<String> {
        let begins = matches!(self.context.after, "{" | ".");
        begins.then(|| "A scope: the names of the layers inside begin with its name in a checkpoint.".to_owned())
    }

    /// A layer, loss or decode in its place, and what its page says.
    fn called(&self, subject: Subject) -> Option<String> {
        let here = match subject {
            Subject::Layer => self.layer().and_then(|used| Some(markdown::layer(self.head?, used))),
            Subject::Loss | Subject::Decode => self.outcome(subject == Subject::Loss),
        };
        let page = words::told(subject, &self.page(subject)).map(|told| markdown::word(&told));
        match (here, page) {
            (None, None) => None,
            (Some(here), None) => Some(here),
            (None, Some(page)) => Some(page),
            (Some(here), Some(page)) => Some(format!("{here}\n---\n{page}")),
        }
    }

    /// The word whose page it is: that of the layer, where a place is its name.
    fn page(&self, subject: Subject) -> String {
        let names = matches!(self.context.after, ":" | ".");
        let layer = self.layer().filter(|_| subject == Subject::Layer && (names || !words::all(subject).contains(&self.word)));
        let call = || Some(name_and_call(&self.head?.excerpt(layer?.span)).1);
        call().and_then(|call| call.split_whitespace().next().map(str::to_owned)).unwrap_or_else(|| self.word.to_owned())
    }

    /// The innermost layer that is written around the place.
    fn layer(&self) -> Option<&LayerUse> {
        let around = self.head?.layers().into_iter().filter(|used| touches(used.span, self.offset));
        around.min_by_key(|used| used.span.end - used.span.start)
    }

    fn source(&self) -> Option<String> {
        let head = self.head?;
        let index = head.sources.iter().position(|used| touches(used.span, self.offset))?;
        markdown::source(head, index)
    }

    /// How the pipeline that the place is in is trained and read.
    fn outcome(&self, is_loss: bool) -> Option<String> {
        let head = self.head?;
        let start = |pipeline: &&Pipeline| head.sources.get(pipeline.source).map_or(0, |used| used.span.start);
        let pipeline = head.pipelines.iter().filter(|pipeline| start(pipeline) <= self.offset).max_by_key(start)?;
        if pipeline.result.is_unknown() { None } else { markdown::outcome(head, pipeline, is_loss) }
    }

    fn argument(&self, call: &InCall<'_>) -> Option<String> {
        if !self.is_name {
            return self.called(call.subject);
        }
        self.key(call).or_else(|| self.name(reads(call))).or_else(|| self.choice(call)).or_else(|| self.whole(call))
    }

    /// The layer that an argument belongs to.
    fn whole(&self, call: &InCall<'_>) -> Option<String> {
        let used = self.layer().filter(|_| call.subject == Subject::Layer)?;
        Some(markdown::layer(self.head?, used))
    }

    fn key(&self, call: &InCall<'_>) -> Option<String> {
        let told = words::told(call.subject, &call.word).filter(|_| call.part == Part::Start)?;
        told.arguments.iter().find(|argument| argument.key_name() == Some(self.word)).map(markdown::argument)
    }

    /// One of several words, by its place or behind a key.
    fn choice(&self, call: &InCall<'_>) -> Option<String> {
        let told = words::told(call.subject, &call.word)?;
        let is_here = |key: Option<&str>| match call.part {
            Part::Value(wanted) => key == Some(wanted),
            _ => key.is_none(),
        };
        let argument = told.arguments.iter().find(|argument| is_here(argument.key_name()) && argument.choices.contains(&self.word))?;
        let own = self.whole(call).filter(|_| argument.given == Given::Place);
        own.or_else(|| Some(markdown::argument(argument)))
    }

    /// A name that is read.
    fn name(&self, takes: Takes) -> Option<String> {
        match takes {
            Takes::Sizes => self.size(),
            Takes::Values | Takes::Positions => self.value(),
            Takes::Nothing => None,
        }
    }

    fn size(&self) -> Option<String> {
        let own = SIZES.iter().find(|(symbol, _)| symbol.to_string() == self.word);
        let set = || self.head?.sets.iter().find(|set| set.name == self.word).map(markdown::labels);
        own.map(|(symbol, what)| format!("`{symbol}`: {what}.")).or_else(set)
    }

    fn value(&self) -> Option<String> {
        let value = self.context.values.iter().rev().find(|value| value.name == self.word)?;
        let axes = self.head.and_then(|head| axes_of(head, value.name)).map_or_else(String::new, |axes| format!("\n{axes}"));
        let what = match value.role {
            Role::Value => "named by a `let`".to_owned(),
            Role::Position | Role::Features | Role::Head => self.given()?,
        };
        Some(format!("{}\nA value {what}.", markdown::code(&format!("{}{axes}", value.name))))
    }

    fn given(&self) -> Option<String> {
        self.head?.givens.iter().find(|given| given.name == self.word).map(|given| markdown::given(given.kind))
    }

    fn label(&self) -> Option<String> {
        let head = self.head?;
        let of = |set: &Labels| match set {
            Labels::Named(labels) => {
                labels.iter().position(|label| touches(label.span, self.offset)).map(|at| (at, labels[at].variant.clone()))
            }
            Labels::Count(_) | Labels::Enum(_) => None,
        };
        let label = head.sets.iter().find_map(|set| Some((set, of(&set.labels)?)));
        match label {
            Some((set, (number, variant))) => {
                Some(format!("Label {number} of `{}`, in Rust `{}{}::{variant}`.", set.name, head.name, set_type(&set.name)))
            }
            None => head.sets.iter().find(|set| set.name == self.word).map(markdown::labels),
        }
    }

    /// A name where it is given: a head's, a value's, an output's.
    fn new_name(&self) -> Option<String> {
        if self.word == "head" && self.context.is_outside() {
            return form_of("head").map(markdown::statement);
        }
        let head = self.head?;
        match self.context.before.first().copied() {
            Some("let") => Some(markdown::code(&format!("{}\n{}", self.word, axes_of(head, self.word)?))),
            Some("given") => self.given().map(|what| format!("`{}` {what}.", self.word)),
            Some("output") => {
                let output = head.outputs().find(|output| output.name == self.word)?;
                Some(markdown::code(&format!("{}\n{}", output.name, output.ty)))
            }
            Some("head" | "pub") if self.is_right => Some(format!("The encoder: {}.", encoder_work(head).join("; "))),
            _ => self.layer().map(|used| markdown::layer(head, used)).or_else(|| self.scope()),
        }
    }
}

/// The axes of a named value.
pub(super) fn axes_of(head: &CheckedHead, name: &str) -> Option<String> {
    let layers = head.layers();
    let read = layers.iter().flat_map(|used| &used.operands).find(|operand| operand.name == name && !operand.ty.is_unknown());
    let made = || head.pipelines.iter().find_map(|pipeline| result_of(&pipeline.steps, name));
    read.map(|operand| operand.ty.to_string()).or_else(made)
}

/// What the block of a `let` ends in.
fn result_of(steps: &[Step], wanted: &str) -> Option<String> {
    steps.iter().find_map(|step| match step {
        Step::Let { name, steps, .. } if name == wanted => match steps.last() {
            Some(Step::Layer(used) | Step::Block { layer: used, .. }) => Some(used.output.to_string()),
            _ => None,
        },
        Step::Let { steps, .. } | Step::Block { steps, .. } => result_of(steps, wanted),
        Step::Layer(_) | Step::Select { .. } => None,
    })
}
