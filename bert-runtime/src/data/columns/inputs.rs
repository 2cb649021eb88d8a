//! The texts of a row.

use super::plan::Search;
use super::{Columns, Input};
use crate::data::field::expected;
use crate::data::{Faults, FromField, Json, Row};
use crate::interpret::DynamicInput;
use crate::text::{Choices, Segment, Text};

/// The fields of a head's texts.
pub(super) struct Texts {
    input: Input,
    context: Option<String>,
}

impl Texts {
    /// The fields that were named, or those that are usual. What is not there is noted.
    pub(super) fn of(columns: &Columns, per_choice: bool, by_words: bool, search: &mut Search<'_>) -> Option<Self> {
        let Some(input) = &columns.input else { return usual(columns, per_choice, by_words, search) };
        match (per_choice, matches!(input, Input::Choices(_))) {
            (true, false) => search.faults.add("the head reads several texts an example: name their fields with `choices`"),
            (false, true) => {
                search.faults.add("the head reads one text or pair an example, and `choices` are several: use `text`, `pair` or `words`")
            }
            (true, true) | (false, false) => {}
        }
        let fields: Vec<&String> = match input {
            Input::Text(field) | Input::Words(field) => vec![field],
            Input::Pair(first, second) => vec![first, second],
            Input::Choices(fields) => fields.iter().collect(),
        };
        fields.into_iter().chain(&columns.context).for_each(|field| search.check(field, "the text"));
        Some(Self { input: input.clone(), context: columns.context.clone() })
    }

    /// What a row's texts are.
    pub(super) fn read(&self, row: &Row, faults: &mut Faults) -> Option<DynamicInput> {
        let mut segment = |field: &str, words: bool| match segment(row, field, words) {
            Ok(segment) => Some(segment),
            Err(what) => {
                faults.push(row.place_of(field), format_args!("`{field}`: {what}"));
                None
            }
        };
        match &self.input {
            Input::Text(field) => Some(Text::one(segment(field, false)?).into()),
            Input::Words(field) => Some(Text::one(segment(field, true)?).into()),
            Input::Pair(first, second) => {
                let (first, second) = (segment(first, false), segment(second, false));
                Some(Text::pair(first?, second?).into())
            }
            Input::Choices(fields) => {
                let context = self.context.as_ref().map(|field| segment(field, false));
                let endings = match fields.as_slice() {
                    [list] => listed(row, list, faults)?,
                    several => several.iter().map(|field| segment(field, false)).collect::<Option<Vec<_>>>()?,
                };
                match context {
                    Some(context) => Some(Choices::from((context?, endings)).into()),
                    None => Some(endings.into_iter().map(Text::one).collect::<Choices>().into()),
                }
            }
        }
    }
}

fn usual(columns: &Columns, per_choice: bool, by_words: bool, search: &mut Search<'_>) -> Option<Texts> {
    let pair = |first: &str, second: &str| Input::Pair(first.to_owned(), second.to_owned());
    let words = || Input::Words("words".to_owned());
    let all = [
        (per_choice && search.has("choices"), Input::Choices(vec!["choices".to_owned()])),
        (!per_choice && by_words && search.has("words"), words()),
        (!per_choice && search.has("text"), Input::Text("text".to_owned())),
        (!per_choice && search.has("words"), words()),
        (!per_choice && search.has("first") && search.has("second"), pair("first", "second")),
        (!per_choice && search.has("question") && search.has("context"), pair("question", "context")),
    ];
    let found = all.into_iter().find(|(is_there, _)| *is_there).map(|(_, input)| input);
    let Some(input) = found else {
        let (names, say) = match per_choice {
            true => ("`choices`", "choices"),
            false => ("`text`, `words`, `first` and `second` or `question` and `context`", "text"),
        };
        search.missing("the text", &format!("no field is called {names}, and none was named with `{say}`"), say);
        return None;
    };
    let context = columns.context.clone().or_else(|| (per_choice && search.has("context")).then(|| "context".to_owned()));
    Some(Texts { input, context })
}

/// A text, or the words of one.
fn segment(row: &Row, field: &str, words: bool) -> Result<Segment, String> {
    let value = row.get(field).ok_or_else(|| row.missing())?;
    match &*value {
        Json::String(text) if !words => Ok(Segment::Plain(text.clone())),
        Json::String(_) | Json::Array(_) => match Vec::<String>::from_field(&value)? {
            empty if empty.is_empty() => Err("a text of one word at least is expected".to_owned()),
            words => Ok(Segment::Words(words)),
        },
        other => Err(expected("a text", other)),
    }
}

/// The texts of a list.
fn listed(row: &Row, field: &str, faults: &mut Faults) -> Option<Vec<Segment>> {
    let value = row.get(field).ok_or_else(|| row.missing());
    let texts = value.and_then(|value| match &*value {
        Json::Array(_) => Vec::<String>::from_field(&value),
        other => Err(expected("a list of texts", other)),
    });
    let enough = texts.and_then(|texts| if texts.is_empty() { Err("one choice at least is expected".to_owned()) } else { Ok(texts) });
    enough
        .map(|texts| texts.into_iter().map(Segment::Plain).collect())
        .map_err(|what| faults.push(row.place_of(field), format_args!("`{field}`: {what}")))
        .ok()
}
