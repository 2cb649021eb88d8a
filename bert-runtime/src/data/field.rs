//! What a field of a row can be read as.

use serde_json::Value as Json;

use crate::data::Unit;
use crate::head::Label;
use crate::targets::AnswerChars;
use crate::text::Position;

/// A type that a field of a row can be read as: texts, numbers, labels, lists and pairs of them, and `Option` for what may be empty.
///
/// Numbers and labels may be written as texts, as they are in CSV. A label is known by its name, or else by its number from 0.
#[diagnostic::on_unimplemented(
    message = "a field of a file cannot be read as `{Self}`",
    label = "no field can be read as this",
    note = "texts (`String`), numbers, labels of a head, `Vec` and `[f32; N]` of them, and `Option` of these can be read"
)]
pub trait FromField: Sized {
    /// Whether a row may lack the field.
    const MAY_BE_MISSING: bool = false;

    /// Reads a value.
    ///
    /// # Errors
    /// What was expected and what was found, in words.
    fn from_field(value: &Json) -> Result<Self, String>;

    /// The parts of a text that is a list of these: what stands between its spaces.
    fn parted(text: &str) -> Vec<&str> {
        text.split_ascii_whitespace().collect()
    }
}

impl FromField for Json {
    fn from_field(value: &Json) -> Result<Self, String> {
        Ok(value.clone())
    }
}

impl FromField for String {
    fn from_field(value: &Json) -> Result<Self, String> {
        match value {
            Json::String(text) => Ok(text.clone()),
            Json::Number(number) => Ok(number.to_string()),
            other => Err(expected("a text", other)),
        }
    }
}

impl<L: Label> FromField for L {
    fn from_field(value: &Json) -> Result<Self, String> {
        label_index(value, L::NAMES, L::COUNT).and_then(|index| L::from_index(index).ok_or_else(|| expected("a label", value)))
    }

    /// What stands between its spaces, where all of that are labels, as those of a text's words; else what stands between its commas.
    fn parted(text: &str) -> Vec<&str> {
        let is_label = |part: &&str| label_index(&Json::from(*part), L::NAMES, L::COUNT).is_ok();
        let words: Vec<&str> = text.split_ascii_whitespace().collect();
        if words.iter().all(is_label) { words } else { text.split(',').map(str::trim).collect() }
    }
}

impl<T: FromField> FromField for Option<T> {
    const MAY_BE_MISSING: bool = true;

    fn from_field(value: &Json) -> Result<Self, String> {
        let empty = match value {
            Json::Null => true,
            Json::String(text) => text.is_empty(),
            _ => false,
        };
        if empty { Ok(None) } else { T::from_field(value).map(Some) }
    }
}

/// A list; a text is parted at its spaces, and one of labels at its commas where it has some.
impl<T: FromField> FromField for Vec<T> {
    fn from_field(value: &Json) -> Result<Self, String> {
        let item = |(number, item): (usize, &Json)| T::from_field(item).map_err(|what| format!("item {number}: {what}"));
        match value {
            Json::Array(items) => items.iter().enumerate().map(item).collect(),
            Json::String(text) => T::parted(text).into_iter().enumerate().map(|(number, part)| item((number, &Json::from(part)))).collect(),
            other => Err(expected("a list", other)),
        }
    }
}

impl<T: FromField, const N: usize> FromField for [T; N] {
    fn from_field(value: &Json) -> Result<Self, String> {
        let items = Vec::from_field(value)?;
        let found = items.len();
        items.try_into().map_err(|_| format!("{N} items are expected, and there are {found}"))
    }
}

macro_rules! from_numbers {
    ($($number:ty, $what:literal);*) => {
        $(impl FromField for $number {
            fn from_field(value: &Json) -> Result<Self, String> {
                let parsed = match value {
                    Json::String(text) => text.trim().parse().ok(),
                    Json::Number(number) => number.to_string().parse().ok(),
                    _ => None,
                };
                parsed.ok_or_else(|| expected($what, value))
            }
        })*
    };
}

from_numbers!(usize, "a number from 0"; u32, "a number from 0"; u64, "a number from 0"; i32, "a whole number"; i64, "a whole number");

impl FromField for f64 {
    fn from_field(value: &Json) -> Result<Self, String> {
        number(value)
    }
}

impl FromField for f32 {
    fn from_field(value: &Json) -> Result<Self, String> {
        number(value).map(|number| number as f32)
    }
}

/// `true` and `false`, or 1 and 0.
impl FromField for bool {
    fn from_field(value: &Json) -> Result<Self, String> {
        match value.to_string().trim_matches('"').trim() {
            "true" | "True" | "1" => Ok(true),
            "false" | "False" | "0" => Ok(false),
            _ => Err(expected("true or false", value)),
        }
    }
}

/// `{"word": 3}`, `{"char": 12}` or `{"token": 4}`.
impl FromField for Position {
    fn from_field(value: &Json) -> Result<Self, String> {
        let units = [("token", Unit::Token), ("word", Unit::Word), ("char", Unit::Char)];
        match units.into_iter().find_map(|(key, unit)| Some((value.get(key)?, unit))) {
            Some((number, unit)) => usize::from_field(number).map(|number| unit.at(number)),
            None => Err(expected("a position, {\"word\": 3}, {\"char\": 12} or {\"token\": 4},", value)),
        }
    }
}

/// `{"chars": [12, 20]}`, or `[12, 20]`.
impl FromField for AnswerChars {
    fn from_field(value: &Json) -> Result<Self, String> {
        let [start, end] = <[usize; 2]>::from_field(value.get("chars").unwrap_or(value))?;
        Ok(Self(start..end))
    }
}

/// A word, another one, and how they belong together.
impl<L: FromField> FromField for (usize, usize, L) {
    fn from_field(value: &Json) -> Result<Self, String> {
        match value.as_array().map(Vec::as_slice) {
            Some([first, second, label]) => Ok((usize::from_field(first)?, usize::from_field(second)?, L::from_field(label)?)),
            _ => Err(expected("[word, word, label]", value)),
        }
    }
}

/// A finite number.
///
/// # Errors
/// Something else.
pub(super) fn number(value: &Json) -> Result<f64, String> {
    let parsed = match value {
        Json::String(text) => text.trim().parse::<f64>().ok(),
        other => other.as_f64(),
    };
    parsed.filter(|number| (*number as f32).is_finite()).ok_or_else(|| expected("a number", value))
}

/// The number of a label: by its name, or else by its number.
///
/// # Errors
/// Neither; the message says what labels there are, the nearest first.
pub(super) fn label_index<S: AsRef<str>>(value: &Json, names: &[S], count: usize) -> Result<usize, String> {
    let named = |text: &str| names.iter().position(|name| name.as_ref() == text);
    let numbered = |text: &str| text.parse::<usize>().ok().filter(|index| *index < count);
    let found = match value {
        Json::String(text) => named(text).or_else(|| named(text.trim())).or_else(|| numbered(text.trim())),
        Json::Number(number) => named(&number.to_string()).or_else(|| numbered(&number.to_string())),
        _ => None,
    };
    found.ok_or_else(|| expected(&all_labels(value, names, count), value))
}

fn all_labels<S: AsRef<str>>(value: &Json, names: &[S], count: usize) -> String {
    if names.is_empty() {
        return format!("a label's number below {count}");
    }
    let mut known: Vec<&str> = names.iter().map(AsRef::as_ref).collect();
    if let Some(text) = value.as_str() {
        let start = beginning(text);
        known.sort_by_key(|name| strsim::levenshtein(name, &start));
    }
    let shown: Vec<String> = known.iter().take(10).map(|name| format!("`{name}`")).collect();
    let more = if known.len() > 10 { format!(" (and {} more)", known.len() - 10) } else { String::new() };
    format!("one of the labels {}{more}, or a number below {count},", shown.join(", "))
}

/// That something else was expected.
pub(super) fn expected(what: &str, found: &Json) -> String {
    format!("{what} is expected, and this is {}", shown(found))
}

/// A value, or its beginning.
pub(super) fn shown(value: &Json) -> String {
    match value {
        Json::Null => "empty".to_owned(),
        Json::String(text) if text.is_empty() => "empty".to_owned(),
        Json::String(text) => format!("`{}`", beginning(text)),
        other => beginning(&other.to_string()),
    }
}

fn beginning(text: &str) -> String {
    match text.char_indices().nth(60) {
        Some((end, _)) => format!("{}..", &text[..end]),
        None => text.to_owned(),
    }
}
