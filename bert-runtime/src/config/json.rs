//! JSON files: duplicate keys are errors, and every fault has its line.

use std::collections::BTreeMap;
use std::path::Path;

use serde::de::{Deserialize, Deserializer, Error as _, MapAccess, SeqAccess, Visitor};

use crate::error::{Error, ErrorKind, Result};
use crate::weights::file::{fault, impostor, read_small};

/// An object of a JSON file, each key once.
pub(crate) type Object = BTreeMap<String, Json>;

/// A value of a JSON file.
#[derive(Debug, Clone, PartialEq)]
pub(crate) enum Json {
    Null,
    Bool(bool),
    Whole(i128),
    Real(f64),
    Text(String),
    List(Vec<Json>),
    Object(Object),
}

impl std::fmt::Display for Json {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Null => f.write_str("null"),
            Self::Bool(value) => write!(f, "{value}"),
            Self::Whole(value) => write!(f, "{value}"),
            Self::Real(value) => write!(f, "{value}"),
            Self::Text(text) if text.chars().count() > 60 => write!(f, "the text {:?}..", text.chars().take(60).collect::<String>()),
            Self::Text(text) => write!(f, "the text {text:?}"),
            Self::List(items) => write!(f, "a list of {}", items.len()),
            Self::Object(keys) => write!(f, "an object of {} keys", keys.len()),
        }
    }
}

impl<'de> Deserialize<'de> for Json {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(JsonVisitor)
    }
}

struct JsonVisitor;

impl<'de> Visitor<'de> for JsonVisitor {
    type Value = Json;

    fn expecting(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("a JSON value")
    }

    fn visit_unit<E>(self) -> Result<Json, E> {
        Ok(Json::Null)
    }

    fn visit_bool<E>(self, value: bool) -> Result<Json, E> {
        Ok(Json::Bool(value))
    }

    fn visit_u64<E>(self, value: u64) -> Result<Json, E> {
        Ok(Json::Whole(value.into()))
    }

    fn visit_i64<E>(self, value: i64) -> Result<Json, E> {
        Ok(Json::Whole(value.into()))
    }

    fn visit_f64<E>(self, value: f64) -> Result<Json, E> {
        Ok(Json::Real(value))
    }

    fn visit_str<E>(self, text: &str) -> Result<Json, E> {
        Ok(Json::Text(text.to_owned()))
    }

    fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<Json, A::Error> {
        let mut list = Vec::new();
        while let Some(item) = items.next_element()? {
            list.push(item);
        }
        Ok(Json::List(list))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut entries: A) -> Result<Json, A::Error> {
        let mut object = Object::new();
        while let Some((key, value)) = entries.next_entry::<String, Json>()? {
            if object.contains_key(&key) {
                return Err(A::Error::custom(format!("the key {key:?} is there twice")));
            }
            object.insert(key, value);
        }
        Ok(Json::Object(object))
    }
}

/// The object that a JSON file holds.
///
/// # Errors
/// A file that cannot be read or is larger than `limit`, one that is not UTF-8 or not JSON, a key that is there twice, and a
/// file that holds anything but an object. Faults of the text come with their line.
pub(crate) fn read(path: &Path, limit: u64, kind: ErrorKind) -> Result<Object> {
    parse(&read_small(path, limit, kind)?, path, kind)
}

/// The object that the bytes of a JSON file hold: see [`read`].
pub(crate) fn parse(bytes: &[u8], path: &Path, kind: ErrorKind) -> Result<Object> {
    if let Some(what) = impostor(bytes).or_else(|| encoding(bytes)) {
        return Err(fault(kind, path, what));
    }
    let text =
        std::str::from_utf8(bytes).map_err(|error| fault(kind, path, format!("is not UTF-8 from byte {} on", error.valid_up_to())))?;
    match serde_json::from_str(text) {
        Ok(Json::Object(object)) => Ok(object),
        Ok(other) => Err(fault(kind, path, format!("holds {other}, and an object `{{ .. }}` is expected"))),
        Err(error) => Err(malformed(text, path, kind, error)),
    }
}

fn encoding(bytes: &[u8]) -> Option<&'static str> {
    match bytes {
        [0xef, 0xbb, 0xbf, ..] => Some("line 1: begins with a byte order mark: save it as UTF-8 without one"),
        [0xff, 0xfe, ..] | [0xfe, 0xff, ..] => Some("line 1: is UTF-16: save it as UTF-8"),
        _ => None,
    }
}

fn malformed(text: &str, path: &Path, kind: ErrorKind, error: serde_json::Error) -> Error {
    let line = text.lines().nth(error.line().saturating_sub(1)).unwrap_or_default();
    let hint = python_literal(line).map(|word| format!(" ({word} is Python and not JSON)")).unwrap_or_default();
    let near: String = line.trim().chars().take(60).collect();
    fault(kind, path, format!("line {}: {error}{hint}, near `{near}`", error.line())).caused_by(error)
}

fn python_literal(line: &str) -> Option<&'static str> {
    let bare: String = line.split('"').step_by(2).collect();
    ["NaN", "Infinity", "None", "True", "False", "'"].into_iter().find(|word| bare.contains(word))
}
