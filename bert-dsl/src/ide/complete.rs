//! What may be written at a place.

use super::context::{Block, BlockKind, Context, Named, Role, Stage};
use super::slot::{InCall, Part, Slot};
use super::{head_at, markdown, words};
use crate::check::{Analysis, GIVEN_KINDS, SOURCES};
use crate::dim::Symbol;
use crate::ir::CheckedHead;
use crate::manual::{Argument, Given, Takes};
use crate::pages::{Subject, sources};
use crate::source::Source;
use crate::syntax::{FORMS, Form, Kind as Token};

/// Something that may be written at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
#[non_exhaustive]
pub struct Completion {
    /// How it is called in a list.
    pub label: String,
    /// What it is.
    pub kind: Kind,
    /// What is written in the place of the word that has been begun.
    pub text: String,
    /// A line about it: how it is written, or its axes.
    pub detail: String,
    /// What it does, as Markdown.
    pub about: String,
}

/// What a completion is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// The word of a statement.
    Statement,
    /// A layer.
    Layer,
    /// A loss.
    Loss,
    /// A decode.
    Decode,
    /// A word of an encoder output.
    Source,
    /// The key of an argument.
    Key,
    /// One of several words that an argument may be.
    Word,
    /// A size: the encoder's, or that of a label set.
    Size,
    /// A value that a `let` names.
    Value,
    /// What is given with an example.
    Given,
    /// A head above.
    Head,
}

/// All that may be written at a place, whatever word has been begun there.
///
/// ```
/// use bert_dsl::{check, ide, Bare, Source};
///
/// let text = "labels negative, positive;\ninput pooled;\nlinear hidden -> ";
/// let source = Source::new("new.head", text);
/// let analysis = check(&source, Bare::Named("New"));
/// let found = ide::complete(&source, &analysis, text.len() as u32);
/// let labels: Vec<&str> = found.iter().map(|completion| completion.label.as_str()).collect();
/// assert_eq!(labels, ["hidden", "vocab", "depth", "labels"]);
/// ```
pub fn complete(source: &Source, analysis: &Analysis, offset: u32) -> Vec<Completion> {
    let Some(context) = Context::at(source.text(), offset) else { return Vec::new() };
    if context.word.is_some_and(|word| word.kind == Token::Text) {
        return Vec::new();
    }
    let seen = Seen { context, head: head_at(analysis, offset), has_heads: !analysis.file.heads.is_empty() };
    match Slot::behind(&seen.context.before) {
        Slot::Statement => seen.statements(),
        Slot::Layer => layers(),
        Slot::Source(begun) => source_words(&begun),
        Slot::GivenKind => GIVEN_KINDS.map(|kind| plain(kind, Kind::Word, "given")).into(),
        Slot::Loss => of_subject(Subject::Loss, Kind::Loss),
        Slot::Decode => of_subject(Subject::Decode, Kind::Decode),
        Slot::Used => seen.heads(),
        Slot::Argument(call) => seen.arguments(&call),
        Slot::Label | Slot::New => Vec::new(),
    }
}

fn plain(label: &str, kind: Kind, detail: &str) -> Completion {
    Completion { label: label.to_owned(), kind, text: label.to_owned(), detail: detail.to_owned(), about: String::new() }
}

fn layers() -> Vec<Completion> {
    of_subject(Subject::Layer, Kind::Layer)
}

fn of_subject(subject: Subject, kind: Kind) -> Vec<Completion> {
    let completion = |word| {
        let told = words::told(subject, word)?;
        Some(Completion { about: told.about.to_owned(), detail: told.form.replace("` or `", " or "), ..plain(word, kind, "") })
    };
    words::all(subject).into_iter().filter_map(completion).collect()
}

/// The words that go on with a source.
fn source_words(begun: &[&str]) -> Vec<Completion> {
    let told = sources();
    let choice = ["per", "choice"];
    let ways = SOURCES.iter().map(|(words, ..)| *words).flat_map(|words| [words.to_vec(), [words, &choice].concat()]);
    let mut found: Vec<Completion> = Vec::new();
    for way in ways.filter(|way| way.starts_with(begun)) {
        let Some(next) = way.get(begun.len()).filter(|next| found.iter().all(|other| other.label != **next)) else { continue };
        let whole = [begun, &[*next]].concat().join(" ");
        let page = told.iter().find(|page| page.source == whole);
        let (axes, what) = page.map_or(("", ""), |page| (page.axes.as_str(), page.what));
        found.push(Completion { about: what.to_owned(), ..plain(next, Kind::Source, axes) });
    }
    found
}

/// A place, and what is known around it.
struct Seen<'a> {
    context: Context<'a>,
    head: Option<&'a CheckedHead>,
    has_heads: bool,
}

impl Seen<'_> {
    /// What a statement may begin with.
    fn statements(&self) -> Vec<Completion> {
        let words = self.statement_words();
        let forms = FORMS.iter().filter(|form| words.contains(&form.word)).map(statement);
        let layers = if self.takes_layers() { layers() } else { Vec::new() };
        forms.chain(layers).collect()
    }

    fn statement_words(&self) -> &'static [&'static str] {
        match (self.context.blocks.last(), self.context.stage) {
            (None, Stage::Declarations) if self.has_heads => &["head"],
            (None, Stage::Declarations) => &["head", "labels", "given", "input"],
            (Some(Block { kind: BlockKind::Let(_), is_empty: true }), _) => &["input", "use", "let"],
            (Some(Block { kind: BlockKind::Let(_) | BlockKind::Layers, .. }), _) => &["use", "let"],
            (_, Stage::Declarations) => &["labels", "given", "input"],
            (_, Stage::Layers) => &["input", "use", "let", "output", "loss", "decode"],
            (_, Stage::Ended) => &["input", "loss", "decode"],
        }
    }

    fn takes_layers(&self) -> bool {
        let in_block = self.context.blocks.last().is_some_and(|block| block.kind != BlockKind::Head);
        in_block || self.context.stage == Stage::Layers
    }

    fn heads(&self) -> Vec<Completion> {
        let above = &self.context.heads[..self.context.heads.len().saturating_sub(usize::from(!self.context.is_outside()))];
        above.iter().map(|head| plain(head.name, Kind::Head, "a head above")).collect()
    }

    fn arguments(&self, call: &InCall<'_>) -> Vec<Completion> {
        let Some(told) = words::told(call.subject, &call.word) else { return Vec::new() };
        match call.part {
            Part::Start => self.starts(&told.arguments, call),
            Part::Value(key) => {
                told.arguments.iter().find(|argument| argument.key_name() == Some(key)).map_or_else(Vec::new, |key| self.values_of(key))
            }
            Part::Size => self.sizes(),
            Part::Behind => Vec::new(),
        }
    }

    /// What an argument may begin with: by its place, and the keys that are not there yet.
    fn starts(&self, arguments: &[Argument], call: &InCall<'_>) -> Vec<Completion> {
        let by_place = arguments.iter().filter(|argument| argument.given == Given::Place);
        let first = by_place
            .filter(|argument| call.given.is_empty() || argument.takes == Takes::Values)
            .flat_map(|argument| self.in_place(argument));
        let is_left = |key: &&str| !call.given.contains(key);
        let keys = arguments.iter().filter(|argument| argument.key_name().as_ref().is_some_and(is_left)).map(key);
        first.chain(keys).collect()
    }

    fn in_place(&self, argument: &Argument) -> Vec<Completion> {
        match argument.takes {
            Takes::Sizes => self.sizes(),
            Takes::Values => self.values(|role| matches!(role, Role::Value | Role::Features)),
            Takes::Positions => self.values(|role| role == Role::Position),
            Takes::Nothing => argument.choices.iter().map(|word| plain(word, Kind::Word, argument.does)).collect(),
        }
    }

    fn values_of(&self, key: &Argument) -> Vec<Completion> {
        if key.takes == Takes::Sizes {
            return self.sizes();
        }
        let own = match key.given {
            Given::Key(value @ ("true" | "false" | "word_embeddings")) => vec![value],
            Given::Flag => vec!["true", "false"],
            Given::Key(_) | Given::Place => key.choices.to_vec(),
        };
        own.into_iter().map(|word| plain(word, Kind::Word, key.does)).collect()
    }

    /// The encoder's sizes, and those of the head's label sets.
    fn sizes(&self) -> Vec<Completion> {
        let own = SIZES.map(|(symbol, what)| plain(&symbol.to_string(), Kind::Size, what));
        let sets = self.head.map(|head| head.sets.as_slice()).unwrap_or_default();
        let sets = sets.iter().map(|set| Completion { about: markdown::labels(set), ..plain(&set.name, Kind::Size, "a label set") });
        own.into_iter().chain(sets).collect()
    }

    fn values(&self, wanted: impl Fn(Role) -> bool) -> Vec<Completion> {
        let known = self.context.values.iter().filter(|value| wanted(value.role));
        known.map(|value| self.value(value)).collect()
    }

    fn value(&self, value: &Named<'_>) -> Completion {
        let axes = self.head.and_then(|head| super::hover::axes_of(head, value.name));
        let kind = if value.role == Role::Value { Kind::Value } else { Kind::Given };
        plain(value.name, kind, axes.as_deref().unwrap_or_default())
    }
}

/// The sizes that only an encoder knows, and what they are.
pub(super) const SIZES: [(Symbol, &str); 3] = [
    (Symbol::Hidden, "the width of the encoder's outputs"),
    (Symbol::Vocab, "the size of the encoder's vocabulary"),
    (Symbol::Depth, "the number of the encoder's `layers`: the embeddings and each layer's output"),
];

fn statement(form: &Form) -> Completion {
    Completion { about: markdown::statement(form), ..plain(form.word, Kind::Statement, &form.form.replace("` or `", " or ")) }
}

fn key(argument: &Argument) -> Completion {
    let text = if argument.given == Given::Flag { argument.name.to_owned() } else { format!("{}=", argument.name) };
    Completion { text, about: markdown::argument(argument), ..plain(argument.name, Kind::Key, &argument.written()) }
}
