//! One example as a file has it: its fields by name, and where each of them stands.

use std::borrow::Cow;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

use serde_json::Value as Json;

use crate::data::{Faults, FromField};
use crate::error::{Error, ErrorKind, Result};

/// A place in a file: its line, from 1, and the character in it, from 1, where that is known.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Place {
    /// The file.
    pub file: Arc<Path>,
    /// The line, from 1.
    pub line: usize,
    /// The character in the line, from 1.
    pub column: Option<usize>,
}

impl Place {
    /// A place in a file.
    pub fn new(file: impl Into<Arc<Path>>, line: usize, column: Option<usize>) -> Self {
        Self { file: file.into(), line, column }
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}:{}", self.file.display(), self.line)?;
        self.column.map_or(Ok(()), |column| write!(f, ":{column}"))
    }
}

/// A value of a row, with its place where that is more than the row's.
#[derive(Debug, Clone, PartialEq)]
struct Field {
    name: Arc<str>,
    value: Json,
    place: Option<Place>,
    /// The line of each item of a list that goes over several.
    lines: Option<Arc<[usize]>>,
}

/// The fields of one example by name: texts, numbers, lists of texts, or any JSON.
///
/// A name may go into a value by its parts: `question.stem` is the `stem` of an object `question`, `choices.text` the list of the `text`
/// of each object in a list, and `answers.0` the first of a list.
///
/// ```
/// use bert_runtime::data::{JsonLines, Rows};
///
/// let line = r#"{"stem": "A lantern is in", "choices": [{"text": "a shop"}, {"text": "a house"}]}"#;
/// let rows = Rows::parse("questions.jsonl", line, &JsonLines::new())?;
/// assert_eq!(rows[0].read::<Vec<String>>("choices.text")?, ["a shop", "a house"]);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    place: Place,
    fields: Vec<Field>,
}

impl Row {
    /// A row without fields.
    pub fn new(place: Place) -> Self {
        Self { place, fields: Vec::new() }
    }

    /// The same with a field in place of any that has its name.
    #[must_use]
    pub fn with(mut self, name: impl Into<Arc<str>>, value: impl Into<Json>) -> Self {
        self.put(name.into(), value.into(), None, None);
        self
    }

    pub(super) fn put(&mut self, name: Arc<str>, value: Json, place: Option<Place>, lines: Option<Arc<[usize]>>) {
        let field = Field { name, value, place, lines };
        match self.fields.iter_mut().find(|known| known.name == field.name) {
            Some(known) => *known = field,
            None => self.fields.push(field),
        }
    }

    /// Where it begins.
    pub fn place(&self) -> &Place {
        &self.place
    }

    /// Where a field stands; the row's own place for one that it does not have, or whose place is not known.
    pub fn place_of(&self, name: &str) -> &Place {
        self.field(name).and_then(|(field, _)| field.place.as_ref()).unwrap_or(&self.place)
    }

    /// Where an item of a list stands.
    pub fn place_of_item(&self, name: &str, item: usize) -> Place {
        let line = self.field(name).and_then(|(field, _)| field.lines.as_ref()?.get(item).copied());
        let place = self.place_of(name);
        line.map_or_else(|| place.clone(), |line| Place { line, column: None, ..place.clone() })
    }

    /// The names of its fields, in the order of the file.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.fields.iter().map(|field| &*field.name)
    }

    /// The value of a field, or a part of it.
    pub fn get(&self, name: &str) -> Option<Cow<'_, Json>> {
        let (field, rest) = self.field(name)?;
        rest.map_or(Some(Cow::Borrowed(&field.value)), |rest| part(&field.value, rest).map(Cow::Owned))
    }

    /// The value of a field as a type.
    ///
    /// # Errors
    /// Of kind [`Data`](ErrorKind::Data), with the place: a field that is not there, and a value that the type cannot be read from.
    pub fn read<T: FromField>(&self, name: &str) -> Result<T> {
        let value = self.get(name).map_or_else(|| Err(self.missing()), Ok);
        let fault = |what: String| self.fault(name, format_args!("`{name}`: {what}"));
        value
            .or_else(|missing| if T::MAY_BE_MISSING { Ok(Cow::Owned(Json::Null)) } else { Err(fault(missing)) })
            .and_then(|value| T::from_field(&value).map_err(fault))
    }

    /// That there is no such field, and what there is.
    pub(super) fn missing(&self) -> String {
        format!("there is no such field: the row has {}", quoted(self.names()))
    }

    /// An error at the place of a field.
    pub fn fault(&self, name: &str, what: impl fmt::Display) -> Error {
        let mut faults = Faults::new();
        faults.push(self.place_of(name), what);
        faults.finish().err().unwrap_or_else(|| Error::new(ErrorKind::Data, "a row is not valid"))
    }

    /// The field whose name this is, or begins with, and what follows it.
    fn field<'n>(&self, name: &'n str) -> Option<(&Field, Option<&'n str>)> {
        let find = |name: &str| self.fields.iter().find(|field| &*field.name == name);
        find(name)
            .map(|field| (field, None))
            .or_else(|| name.match_indices('.').find_map(|(dot, _)| find(&name[..dot]).map(|field| (field, Some(&name[dot + 1..])))))
    }
}

/// A part of a value: of an object by its key, of a list by its number or of each of its items.
fn part(value: &Json, path: &str) -> Option<Json> {
    let (first, rest) = path.split_once('.').map_or((path, None), |(first, rest)| (first, Some(rest)));
    let go_on = |inner: &Json| rest.map_or_else(|| Some(inner.clone()), |rest| part(inner, rest));
    match value {
        Json::Object(object) => object.get(first).and_then(go_on),
        Json::Array(list) => match first.parse::<usize>() {
            Ok(item) => list.get(item).and_then(go_on),
            Err(_) => list.iter().map(|item| part(item, path)).collect::<Option<Vec<_>>>().map(Json::Array),
        },
        _ => None,
    }
}

/// Names as a message lists them, the first 20.
pub(super) fn quoted<'n>(names: impl Iterator<Item = &'n str>) -> String {
    let mut listed: Vec<String> = names.take(21).map(|name| format!("`{name}`")).collect();
    if listed.len() > 20 {
        listed[20] = "..".to_owned();
    }
    if listed.is_empty() { "none".to_owned() } else { listed.join(", ") }
}
