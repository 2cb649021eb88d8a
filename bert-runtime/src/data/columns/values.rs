//! Fields as targets and numbers: from what files have to what heads want.

use bert_dsl::losses::Target as Kind;

use crate::data::field::{expected, label_index, number};
use crate::data::{FromField, Json, Row};
use crate::interpret::Wanted;

/// What is wrong with a value, or with one item of it.
pub(super) struct Wrong {
    pub(super) item: Option<usize>,
    pub(super) what: String,
}

impl From<String> for Wrong {
    fn from(what: String) -> Self {
        Self { item: None, what }
    }
}

/// A value in the form that the head's own reading of it wants: labels by their numbers, texts parted into lists.
///
/// # Errors
/// What does not fit the kind of the target.
pub(super) fn prepared(wanted: &Wanted, value: &Json, separator: char) -> Result<Json, Wrong> {
    let label = |value: &Json| label_index(value, wanted.labels.names(), wanted.labels.count()).map(Json::from);
    let count = |value: &Json| usize::from_field(value).map(Json::from);
    match wanted.kind {
        Kind::Label | Kind::Rank => Ok(label(value)?),
        Kind::Index => Ok(count(value)?),
        Kind::Number => Ok(number(value)?.into()),
        Kind::Tags => items(&list(value, Parting::Spaces)?, |one| optional(one, label)),
        Kind::Labels => items(&list(value, Parting::Sign(separator))?, label),
        Kind::Numbers => items(&list(value, Parting::Sign(separator))?, |one| number(one).map(Json::from)),
        Kind::Parents | Kind::TokenIds => items(&list(value, Parting::Spaces)?, |one| optional(one, count)),
        Kind::PairLabels => items(&list(&parsed(value), Parting::Spaces)?, |one| match one.as_array().map(Vec::as_slice) {
            Some([first, second, named]) => Ok(Json::from(vec![count(first)?, count(second)?, label(named)?])),
            _ => Err(expected("[word, word, label]", one)),
        }),
        Kind::Distribution | Kind::Span | Kind::Nothing => Ok(parsed(value)),
    }
}

/// Numbers in several fields, one each, or in one that is a list of them.
///
/// # Errors
/// The field that has none, and what it has.
pub(super) fn numbers(row: &Row, fields: &[String], separator: char) -> Result<Vec<f32>, (String, String)> {
    let fault = |field: &String, what: String| (field.clone(), what);
    let value = |field: &String| row.get(field).ok_or_else(|| fault(field, row.missing()));
    let one = |value: &Json| number(value).map(|number| number as f32);
    match fields {
        [field] => {
            let items = list_or_one(&*value(field)?, separator).map_err(|what| fault(field, what))?;
            items.iter().map(one).collect::<Result<_, _>>().map_err(|what| fault(field, what))
        }
        several => several.iter().map(|field| one(&*value(field)?).map_err(|what| fault(field, what))).collect(),
    }
}

fn list_or_one(value: &Json, separator: char) -> Result<Vec<Json>, String> {
    if value.is_number() { Ok(vec![value.clone()]) } else { list(value, Parting::Sign(separator)) }
}

/// What parts the items of a text.
#[derive(Clone, Copy)]
enum Parting {
    Spaces,
    Sign(char),
}

/// The items of a list, or of a text that is one.
fn list(value: &Json, parting: Parting) -> Result<Vec<Json>, String> {
    match (parsed(value), parting) {
        (Json::Array(items), _) => Ok(items),
        (Json::String(text), _) if text.trim().is_empty() => Ok(Vec::new()),
        (Json::String(text), Parting::Spaces) => Ok(text.split_ascii_whitespace().map(Json::from).collect()),
        (Json::String(text), Parting::Sign(separator)) => Ok(text.split(separator).map(|part| Json::from(part.trim())).collect()),
        (Json::Number(number), _) => Ok(vec![Json::Number(number)]),
        (other, _) => Err(expected("a list", &other)),
    }
}

/// A text that is JSON as what it says.
fn parsed(value: &Json) -> Json {
    let text = value.as_str().filter(|text| text.starts_with(['[', '{']) || *text == "null");
    text.and_then(|text| serde_json::from_str(text).ok()).unwrap_or_else(|| value.clone())
}

fn items(list: &[Json], one: impl Fn(&Json) -> Result<Json, String>) -> Result<Json, Wrong> {
    let item =
        |(number, item): (usize, &Json)| one(item).map_err(|what| Wrong { item: Some(number), what: format!("item {number}: {what}") });
    list.iter().enumerate().map(item).collect::<Result<Vec<_>, _>>().map(Json::from)
}

fn optional(value: &Json, one: impl Fn(&Json) -> Result<Json, String>) -> Result<Json, String> {
    if value.is_null() { Ok(Json::Null) } else { one(value) }
}
