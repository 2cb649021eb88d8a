//! What is declared in front of the pipelines: label sets, and what comes with the examples.

use super::teach::Origin;
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::ir::{Given, GivenKind, Label, LabelSet, Labels};
use crate::rust_names::{camel, field, is_variant, set_type, variant};
use crate::shape::{Axis, Type};
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Call, LabelItem, LabelValue, Name};

/// The most labels of a set.
const MAX_LABELS: usize = 100_000;
/// What follows a head's name in the names of its own types; nothing in that of the head itself.
const TYPES: &[&str] = &["", "Head", "Output", "Input", "Prediction", "Target"];
/// What can be given.
pub(crate) const GIVEN_KINDS: [&str; 2] = ["position", "features"];
/// Sizes that a label set cannot be called by.
const RESERVED: &[&str] = &["hidden", "vocab", "depth"];

impl Checker<'_> {
    /// `labels ..`
    pub(super) fn declare_labels(&mut self, items_of: &[LabelItem], span: Span) {
        let (name, items) = set_name(items_of);
        let text = set_text(items_of);
        let at = name.map_or(span, |name| name.span);
        let errors = self.found.len();
        self.check_set_name(&text, at);
        match self.labels(&items, span) {
            Some(labels) if self.found.len() == errors => {
                self.set_names.insert(text.clone(), self.sets.len());
                self.sets.push(LabelSet { name: text, labels, span: at });
            }
            _ => drop(self.broken_sets.insert(text)),
        }
    }

    /// A declaration of labels that could not be read: what uses their size is no error of its own.
    pub(super) fn malformed_labels(&mut self, span: Span) {
        let mut words = self.written(span).split(|c: char| c != '_' && !c.is_alphanumeric()).filter(|word| !word.is_empty());
        if let Some("labels") = words.next() {
            self.broken_sets.extend(std::iter::once("labels").chain(words.next()).map(str::to_owned));
        }
    }

    fn check_set_name(&mut self, name: &str, span: Span) {
        self.check_name(&Spanned::new(name.to_owned(), span));
        let ty = camel(name);
        if TYPES.contains(&ty.as_str()) {
            let message = format!("a label set becomes a Rust type, and `{name}` would be that of another part of the head");
            self.report(Diagnostic::new(Code::BadName, span, message).help("choose another name for the labels"));
        }
        if RESERVED.contains(&name) {
            self.report(
                Diagnostic::new(Code::BadName, span, format!("`{name}` is the encoder's own size"))
                    .help("choose another name for the labels"),
            );
        }
        if let Some(first) = self.set_types.insert(set_type(name), span) {
            let message = if name == "labels" {
                "the head has labels already".to_owned()
            } else {
                format!("a label set `{name}` is declared already")
            };
            let help = "give each set a name: `labels intent = a, b;`";
            self.report(Diagnostic::new(Code::DuplicateName, span, message).also(first, "first declared here").help(help));
        }
    }

    fn labels(&mut self, items: &[(Option<&Name>, &Spanned<LabelValue>)], span: Span) -> Option<Labels> {
        if let [(None, only)] = items {
            match &only.node {
                LabelValue::Count(digits) => return self.label_count(digits, only.span),
                LabelValue::Enum(path) => return Some(Labels::Enum(path.clone())),
                LabelValue::Name(_) | LabelValue::Text(_) => {}
            }
        }
        if items.len() > MAX_LABELS {
            self.report(
                Diagnostic::new(Code::BadLabel, span, format!("{} labels are too many: {MAX_LABELS} may be named", items.len()))
                    .help("write their number alone: `labels 200000;`"),
            );
            return None;
        }
        let labels: Vec<Label> = items.iter().filter_map(|(name, value)| self.label(*name, value)).collect();
        self.check_distinct(&labels);
        (labels.len() == items.len()).then_some(Labels::Named(labels))
    }

    fn label_count(&mut self, digits: &str, span: Span) -> Option<Labels> {
        let count = digits.replace('_', "").parse::<u32>().ok().filter(|count| (1..=1 << 30).contains(count));
        if count.is_none() {
            self.report(
                Diagnostic::new(Code::BadSize, span, format!("`{digits}` is no number of labels"))
                    .help("write a whole number from 1 on, or the labels' names"),
            );
        }
        count.map(Labels::Count)
    }

    fn label(&mut self, name: Option<&Name>, value: &Spanned<LabelValue>) -> Option<Label> {
        let text = match &value.node {
            LabelValue::Name(text) | LabelValue::Text(text) => text.clone(),
            LabelValue::Count(_) | LabelValue::Enum(_) => {
                let message = format!("`{}` is no label beside others", self.written(value.span));
                self.report(Diagnostic::new(Code::BadLabel, value.span, message).help("a label is a name or a text in quotes"));
                return None;
            }
        };
        if let Some(name) = name {
            self.check_name(name);
        } else if text.starts_with("r#") && matches!(value.node, LabelValue::Name(_)) {
            self.check_name(&Spanned::new(text.clone(), value.span));
            return None;
        }
        let variant = variant(name.map_or(text.as_str(), |name| name.as_str()));
        if !is_variant(&variant) {
            let message = format!("the label {text:?} has no name in Rust: one has letters and digits, and starts with a letter");
            self.report(Diagnostic::new(Code::BadLabel, value.span, message).help(format!("give it one: `a_name = {text:?}`")));
            return None;
        }
        Some(Label { name: text, variant, span: value.span })
    }

    fn check_distinct(&mut self, labels: &[Label]) {
        let mut names = std::collections::HashMap::new();
        let mut variants = std::collections::HashMap::new();
        for label in labels {
            if let Some(first) = names.insert(&label.name, label.span) {
                let message = format!("the label {:?} is there already", label.name);
                self.report(Diagnostic::new(Code::DuplicateName, label.span, message).also(first, "first here").help("leave one out"));
            } else if let Some((first, span)) = variants.insert(&label.variant, (&label.name, label.span)) {
                let message = format!("{first:?} and {:?} would both be `{}` in Rust", label.name, label.variant);
                let help = format!("give one of them a name: `another = {:?}`", label.name);
                self.report(Diagnostic::new(Code::DuplicateName, label.span, message).also(span, "the other one is here").help(help));
            }
        }
    }

    /// `given NAME: KIND ..`
    pub(super) fn declare_given(&mut self, name: &Name, call: &Call) {
        self.check_name(name);
        let kind = match call.word.as_str() {
            "position" => {
                Arguments::written_as(self, call, "given NAME: position").finish();
                Some(GivenKind::Position)
            }
            "features" => self.features(call),
            other => {
                let diagnostic = Diagnostic::new(Code::UnknownName, call.word.span, format!("nothing that is given is called `{other}`"));
                self.report(diagnostic.meant(other, GIVEN_KINDS, || "write `position`, or `features N`".into()));
                None
            }
        };
        let ty = match kind {
            Some(GivenKind::Features(count)) => Type::new(vec![Axis::Batch], Dim::number(count.into())),
            Some(GivenKind::Position) => Type::Axes(vec![Axis::Batch]),
            None => Type::Unknown,
        };
        self.check_given_name(name);
        self.bind(name, true, ty, Origin::default());
        self.givens.extend(kind.map(|kind| Given { name: name.node.clone(), kind, span: name.span }));
    }

    /// An example's type has a field for each `given`, and one for its text.
    fn check_given_name(&mut self, name: &Name) {
        if name.node == "text" {
            let message = "the example's own text is called `text`";
            return self.report(Diagnostic::new(Code::BadName, name.span, message).help("choose another name for what is given"));
        }
        let clash = self.given_fields.insert(field(name), name.clone());
        if let Some(Spanned { node: other, span }) = clash.filter(|other| other.node != name.node) {
            let message = format!("`{}` and `{other}` would both be the Rust field `{}`", name.node, field(name));
            self.report(
                Diagnostic::new(Code::DuplicateName, name.span, message).also(span, "the other one is here").help("choose another name"),
            );
        }
    }

    fn features(&mut self, call: &Call) -> Option<GivenKind> {
        let mut arguments = Arguments::written_as(self, call, "given NAME: features N");
        let count = arguments.integer();
        if count.is_none() && call.arguments.is_empty() {
            arguments.missing("a number");
        }
        arguments.finish();
        let count = count?;
        match u32::try_from(count.node).ok().filter(|count| *count > 0) {
            Some(size) => Some(GivenKind::Features(size)),
            None => {
                self.report(
                    Diagnostic::new(Code::BadSize, count.span, format!("`features {}` is no size", count.node))
                        .help("write a whole number from 1 on"),
                );
                None
            }
        }
    }
}

/// What the size of a set is called.
pub(crate) fn set_text(items: &[LabelItem]) -> String {
    set_name(items).0.map_or("labels", |name| name.node.as_str()).to_owned()
}

type Item<'i> = (Option<&'i Name>, &'i Spanned<LabelValue>);

/// The set's name and its labels, each with its own name if it has one.
///
/// The first `NAME =` names the set, unless every item has one, as in `labels no = "0", yes = "1"`, or the first label needs it and
/// no other lacks one, as in `labels five_stars = "5 stars", other`: then each names its label.
fn set_name(items: &[LabelItem]) -> (Option<&Name>, Vec<Item<'_>>) {
    let is_named = |item: &LabelItem| item.names.len() == 1 && matches!(item.value.node, LabelValue::Text(_));
    let all_named = items.len() > 1 && items.iter().all(is_named);
    let needs_name = |item: &LabelItem| matches!(&item.value.node, LabelValue::Text(text) if !is_variant(&variant(text)));
    let first_needs = items.first().is_some_and(|first| is_named(first) && needs_name(first))
        && items.iter().skip(1).all(|item| !item.names.is_empty() || !needs_name(item));
    let name = items.first().filter(|_| !all_named && !first_needs).and_then(|item| item.names.first());
    let labels = items.iter().enumerate().map(|(i, item)| {
        let names = if i == 0 && name.is_some() { &item.names[1..] } else { &item.names[..] };
        (names.first(), &item.value)
    });
    (name, labels.collect())
}
