//! Reading single keys of `config.json`, with errors that name the file and the key.

use std::path::Path;

use super::json::{Json, Object};
use crate::error::{Error, ErrorKind, Result};

/// The keys of one file.
pub(super) struct Keys<'a> {
    path: &'a Path,
    object: Object,
}

impl<'a> Keys<'a> {
    pub(super) fn new(path: &'a Path, object: Object) -> Self {
        Self { path, object }
    }

    /// An error about a key of the file.
    pub(super) fn fault(&self, key: &str, what: impl std::fmt::Display) -> Error {
        Error::new(ErrorKind::Config, format!("{}: `{key}` {what}", self.path.display()))
    }

    fn wrong(&self, key: &str, found: &Json, expected: &str) -> Error {
        let hint = match found {
            Json::Text(text) if text.trim().parse::<f64>().is_ok() => ": write the number without quotes",
            Json::Null => ": take the key out to get the default, if it has one",
            _ => "",
        };
        self.fault(key, format!("is {found}, and {expected} is expected{hint}"))
    }

    /// The value of a key, where it is there.
    pub(super) fn get(&self, key: &str) -> Option<&Json> {
        self.object.get(key)
    }

    /// The value of a key for which null means absent.
    pub(super) fn nullable(&self, key: &str) -> Option<&Json> {
        self.get(key).filter(|value| **value != Json::Null)
    }

    /// A size of at least 1; without a default it must be there.
    pub(super) fn size(&self, key: &str, most: usize, default: Option<usize>) -> Result<usize> {
        let expected = format!("a whole number from 1 to {most}");
        match self.get(key) {
            Some(&Json::Whole(size)) if size >= 1 && size <= most as i128 => Ok(size as usize),
            Some(found) => Err(self.wrong(key, found, &expected)),
            None => default.ok_or_else(|| self.fault(key, format!("is missing, and {expected} is expected"))),
        }
    }

    /// A number that fits.
    pub(super) fn number(&self, key: &str, expected: &str, fits: impl Fn(f64) -> bool) -> Result<Option<f64>> {
        let number = match self.get(key) {
            None => return Ok(None),
            Some(&Json::Whole(number)) => number as f64,
            Some(&Json::Real(number)) => number,
            Some(found) => return Err(self.wrong(key, found, expected)),
        };
        if fits(number) { Ok(Some(number)) } else { Err(self.fault(key, format!("is {number}, and {expected} is expected"))) }
    }

    /// A probability of dropping, below 1.
    pub(super) fn probability(&self, key: &str) -> Result<Option<f64>> {
        self.number(key, "a probability from 0 to below 1", |p| (0.0..1.0).contains(&p))
    }

    pub(super) fn flag(&self, key: &str) -> Result<Option<bool>> {
        match self.get(key) {
            None => Ok(None),
            Some(&Json::Bool(flag)) => Ok(Some(flag)),
            Some(found) => Err(self.wrong(key, found, "true or false")),
        }
    }

    pub(super) fn text(&self, key: &str) -> Result<Option<&str>> {
        match self.get(key) {
            None => Ok(None),
            Some(Json::Text(text)) => Ok(Some(text)),
            Some(found) => Err(self.wrong(key, found, "a text")),
        }
    }

    /// A list of texts, empty where the key is absent or null.
    pub(super) fn texts(&self, key: &str) -> Result<Vec<String>> {
        let Some(value) = self.nullable(key) else { return Ok(Vec::new()) };
        let Json::List(items) = value else { return Err(self.wrong(key, value, "a list of texts")) };
        items
            .iter()
            .map(|item| match item {
                Json::Text(text) => Ok(text.clone()),
                other => Err(self.wrong(key, other, "a list of texts")),
            })
            .collect()
    }

    /// An object, where the key is there and not null.
    pub(super) fn object(&self, key: &str) -> Result<Option<&Object>> {
        match self.nullable(key) {
            None => Ok(None),
            Some(Json::Object(object)) => Ok(Some(object)),
            Some(found) => Err(self.wrong(key, found, "an object")),
        }
    }
}
