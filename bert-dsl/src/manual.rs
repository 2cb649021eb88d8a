//! What a row of the tables says of itself. Diagnostics, the reader of arguments, the pages and the tests all read the same.

/// What a row says of itself: what it is given, what it computes, and a small head that uses it.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Manual {
    /// Everything that can be written behind its word, in order. A key that is not listed is not read.
    pub arguments: &'static [Argument],
    /// What it computes, and where its formula comes from.
    pub about: &'static str,
    /// A complete head in its canonical form.
    pub example: &'static str,
}

/// A row as its page shows it.
pub(crate) struct Entry {
    /// The name of its page.
    pub page: &'static str,
    /// The words by which it is called.
    pub words: &'static [&'static str],
    /// How it is written.
    pub form: String,
    /// Everything that can be written behind its word.
    pub arguments: Vec<Argument>,
    /// What it says of itself.
    pub manual: &'static Manual,
}

/// Something that is written behind a layer's, loss's or decode's word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[non_exhaustive]
pub struct Argument {
    /// Its key, or how it is written where it is known by its place.
    pub name: &'static str,
    /// How it is given.
    pub given: Given,
    /// The words that it is one of; none where it is no word.
    pub choices: &'static [&'static str],
    /// What holds where it is left out; `None` where it must be there.
    pub default: Option<&'static str>,
    /// What it does.
    pub does: &'static str,
    /// Whether it stands in the place of those before it.
    pub instead: bool,
    /// What it is made of.
    pub(crate) takes: Takes,
}

/// What an argument is made of, where a name may stand in it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Takes {
    /// Numbers, words or texts of its own.
    Nothing,
    /// Sizes: `hidden`, `labels`.
    Sizes,
    /// Values that a `let` or `given` names.
    Values,
    /// Positions that are `given`.
    Positions,
}

/// How an argument is given.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Given {
    /// By its place.
    Place,
    /// As `key=value`, with such a value.
    Key(&'static str),
    /// As a bare key.
    Flag,
}

impl Argument {
    const fn new(name: &'static str, given: Given, does: &'static str) -> Self {
        Self { name, given, choices: &[], default: None, does, instead: false, takes: Takes::Nothing }
    }

    /// Made of these.
    pub(crate) const fn of(self, takes: Takes) -> Self {
        Self { takes, ..self }
    }

    /// One that is known by its place.
    pub(crate) const fn place(written: &'static str, does: &'static str) -> Self {
        Self::new(written, Given::Place, does)
    }

    /// `name=value`.
    pub(crate) const fn key(name: &'static str, value: &'static str, does: &'static str) -> Self {
        Self::new(name, Given::Key(value), does)
    }

    /// `name` alone.
    pub(crate) const fn flag(name: &'static str, does: &'static str) -> Self {
        Self { default: Some("false"), ..Self::new(name, Given::Flag, does) }
    }

    /// One of these words.
    pub(crate) const fn one_of(self, choices: &'static [&'static str]) -> Self {
        Self { choices, ..self }
    }

    /// What holds where it is left out.
    pub(crate) const fn or(self, default: &'static str) -> Self {
        Self { default: Some(default), ..self }
    }

    /// In the place of those before it.
    pub(crate) const fn instead(self) -> Self {
        Self { instead: true, ..self }
    }

    /// How it is written: `bias=false`, `learned`, `FROM -> TO`.
    pub fn written(&self) -> String {
        match self.given {
            Given::Place if self.choices.is_empty() => self.name.to_owned(),
            Given::Place => self.choices.join("/"),
            Given::Key(_) if !self.choices.is_empty() => format!("{}={}", self.name, self.choices.join("/")),
            Given::Key(value) => format!("{}={value}", self.name),
            Given::Flag => self.name.to_owned(),
        }
    }

    /// Its key, where it has one.
    pub fn key_name(&self) -> Option<&'static str> {
        match self.given {
            Given::Place => None,
            Given::Key(_) | Given::Flag => Some(self.name),
        }
    }
}

/// How a call is written: `conv [FROM] -> TO, width=W`; several ways are parted by `` ` or ` ``.
pub(crate) fn form(call: &str, arguments: &[Argument], block: bool) -> String {
    let mut ways = vec![Vec::new()];
    for argument in arguments {
        match ways.last_mut() {
            Some(way) if !argument.instead => way.push(argument.written()),
            _ => ways.push(vec![argument.written()]),
        }
    }
    let block = if block { " { .. }" } else { "" };
    let way = |arguments: Vec<String>| format!("{call} {}", arguments.join(", ")).trim_end().to_owned() + block;
    ways.into_iter().map(way).collect::<Vec<_>>().join("` or `")
}
