//! What a head declares in front of its pipelines: label sets, and what comes with an example.

use crate::draft::Draft;
use crate::page::Page;
use crate::value::{Axis, Value};
use crate::{OWN_LABEL_COUNT, OWN_LABELS};

/// What is known of a set's labels.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Kind {
    /// Names, none of which says that a run of words is labelled.
    Plain,
    /// Names as `B-PER`.
    Runs,
    /// A number.
    Count,
    /// An enum of one's own.
    Own,
}

/// A set of labels.
#[derive(Debug, Clone)]
pub(crate) struct Set {
    name: Option<String>,
    pub(crate) kind: Kind,
    pub(crate) count: usize,
    items: Vec<String>,
    /// Whether a pipeline chooses from it.
    pub(crate) used: bool,
}

impl Set {
    /// How its size is written.
    pub(crate) fn name(&self) -> &str {
        self.name.as_deref().unwrap_or("labels")
    }
}

/// What comes with an example.
#[derive(Debug, Clone)]
pub(crate) struct Given {
    pub(crate) name: String,
    /// How many numbers; none where it is a position.
    pub(crate) features: Option<usize>,
}

const LABELS: &[&str] = &[
    "negative",
    "positive",
    "neutral",
    "\"arts & culture\"",
    "sport",
    "type",
    "Self",
    "\"B+\"",
    "five_stars = \"5 stars\"",
    "Ok",
    "None",
    "émile",
    "\"brace {}\"",
    "\"quoted \\\"name\\\"\"",
    "snake_case",
    "other = \"// no comment\"",
    "\"tab\\there\"",
    "\"naïve\"",
    "hidden",
    "output",
    "crate",
    "Some",
];
const RUNS: &[&str] = &["\"O\"", "\"B-PER\"", "\"I-PER\"", "\"B-fromloc.city_name\"", "\"I-fromloc.city_name\"", "\"B-ORG\"", "\"I-ORG\""];

impl Draft {
    /// A new set, of a kind that any pipeline can choose from.
    pub(crate) fn new_set(&mut self) -> usize {
        let kinds: &[Kind] = if self.drawn.own_labels { &[Kind::Plain, Kind::Count, Kind::Own] } else { &[Kind::Plain, Kind::Count] };
        let kind = *self.random.one(kinds);
        self.new_set_of(kind)
    }

    /// A new set of a kind.
    pub(crate) fn new_set_of(&mut self, kind: Kind) -> usize {
        let has_plain_name = self.sets.iter().any(|set| set.name.is_none());
        let name = if has_plain_name || self.random.once_in(3) { Some(self.names.word(&mut self.random, "sets")) } else { None };
        let mut items = match kind {
            Kind::Plain => self.some_labels(LABELS),
            Kind::Runs => self.some_labels(RUNS),
            Kind::Count => vec![self.random.between(2, 9).to_string()],
            Kind::Own => vec![OWN_LABELS.to_owned()],
        };
        if is_misread(name.is_some(), &items) {
            items.rotate_left(1);
        }
        let count = match kind {
            Kind::Plain | Kind::Runs => items.len(),
            Kind::Count => items[0].parse().unwrap_or(2),
            Kind::Own => OWN_LABEL_COUNT,
        };
        self.sets.push(Set { name, kind, count, items, used: false });
        self.sets.len() - 1
    }

    fn some_labels(&mut self, of: &[&str]) -> Vec<String> {
        let mut labels: Vec<String> = of.iter().map(|label| (*label).to_owned()).collect();
        if of == LABELS {
            self.random.shuffle(&mut labels);
        }
        labels.truncate(self.random.between(2, 6));
        labels
    }

    /// A position that comes with the example.
    pub(crate) fn position(&mut self) -> String {
        self.given(None)
    }

    /// Numbers that come with the example, as a value.
    pub(crate) fn features(&mut self, size: Option<usize>) -> (String, Value) {
        let size = size.unwrap_or_else(|| self.random.between(1, 12));
        (self.given(Some(size)), Value::new(vec![Axis::Batch], size))
    }

    fn given(&mut self, features: Option<usize>) -> String {
        let known = self.givens.iter().find(|given| given.features == features).map(|given| given.name.clone());
        if let (Some(name), false) = (known, self.random.once_in(3)) {
            return name;
        }
        let name = self.names.word(&mut self.random, "values");
        self.givens.push(Given { name: name.clone(), features });
        name
    }

    /// Writes the declarations, in any order.
    pub(crate) fn declarations(&mut self) {
        let mut statements: Vec<Page> = self.sets.iter().map(labels).chain(self.givens.iter().map(given)).collect();
        self.random.shuffle(&mut statements);
        statements.into_iter().for_each(|statement| self.page.append(statement));
    }
}

/// Whether the first label's name would be taken for the set's, or the set's for that of the first label.
fn is_misread(has_name: bool, items: &[String]) -> bool {
    let is_named = |item: &String| item.contains(" = ");
    match has_name {
        true => items[0].starts_with('"') && items[1..].iter().all(is_named),
        false => items[0].starts_with("other ="),
    }
}

/// `labels NAME = a, b;`
fn labels(set: &Set) -> Page {
    let mut page = Page::default();
    page.put("labels");
    if let Some(name) = &set.name {
        page.put(name.as_str());
        page.put("=");
    }
    for (index, item) in set.items.iter().enumerate() {
        if index > 0 {
            page.put(",");
        }
        label(&mut page, item);
    }
    page.put(";");
    page
}

/// A label, which may have a name of its own for Rust.
fn label(page: &mut Page, item: &str) {
    match item.split_once(" = ") {
        Some((name, text)) => {
            page.put(name);
            page.put("=");
            page.put(text);
        }
        None => page.put(item),
    }
}

/// `given NAME: KIND;`
fn given(given: &Given) -> Page {
    let mut page = Page::default();
    page.put("given");
    page.put(given.name.as_str());
    page.put(":");
    match given.features {
        None => page.put("position"),
        Some(count) => page.words(&format!("features {count}")),
    }
    page.put(";");
    page
}
