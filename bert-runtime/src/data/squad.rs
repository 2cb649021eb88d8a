//! Questions about paragraphs.

use serde_json::json;

use crate::data::{Faults, Format, Json, Place, Row, Source};

/// Files in the form of SQuAD 1.1 and 2.0: questions, each about a paragraph that holds its answer, or none.
///
/// A row is a question.
///
/// | field | what |
/// | --- | --- |
/// | `id`, `title`, `question`, `context` | texts |
/// | `answers` | all reference answers: `{"text": .., "chars": [start, end]}`, characters of the context |
/// | `answer` | the first of them; `null` where there is none |
///
/// ```
/// use bert_runtime::data::{Rows, Squad};
///
/// let text = r#"{"data": [{"title": "T", "paragraphs": [{"context": "Zoë eats.", "qas": [
///     {"id": "1", "question": "Who?", "answers": [{"text": "Zoë", "answer_start": 0}]}]}]}]}"#;
/// let rows = Rows::parse("squad.json", text, &Squad::new())?;
/// assert_eq!(rows[0].read::<Vec<usize>>("answer.chars")?, [0, 3]);
/// assert_eq!(rows[0].place().to_string(), "squad.json:2:6");
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Squad {
    answered: bool,
}

impl Squad {
    /// All questions.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same without the questions that have no answer, as some of SQuAD 2.0 have none.
    #[must_use]
    pub fn answered(self) -> Self {
        Self { answered: true }
    }
}

impl Format for Squad {
    fn rows(&self, source: &Source, faults: &mut Faults) -> Vec<Row> {
        let json: Json = match serde_json::from_str(source.text()) {
            Ok(json) => json,
            Err(error) => {
                faults.push(&source.place(error.line().max(1), error.column().max(1)), format_args!("not valid JSON: {error}"));
                return Vec::new();
            }
        };
        let mut reading = Reading { source, faults, finder: Finder::new(source.text()), answered: self.answered, rows: Vec::new() };
        let start = source.line(1);
        for article in reading.list(&json, "data", &start) {
            let title = article.get("title").cloned().unwrap_or_default();
            for paragraph in reading.list(article, "paragraphs", &start) {
                reading.paragraph(&title, paragraph);
            }
        }
        reading.rows
    }
}

/// A file that is read: its rows and faults so far.
struct Reading<'r> {
    source: &'r Source,
    faults: &'r mut Faults,
    finder: Finder<'r>,
    answered: bool,
    rows: Vec<Row>,
}

impl Reading<'_> {
    fn list<'j>(&mut self, json: &'j Json, key: &str, place: &Place) -> &'j [Json] {
        let found = json.get(key).and_then(Json::as_array);
        if found.is_none() {
            let form = "{\"data\": [{\"paragraphs\": [{\"context\": .., \"qas\": [..]}]}]}";
            self.faults.push(place, format_args!("there is no list `{key}` where SQuAD has one: the form is {form}"));
        }
        found.map_or(&[][..], Vec::as_slice)
    }

    fn text<'j>(&mut self, json: &'j Json, key: &str, place: &Place) -> Option<&'j str> {
        let found = json.get(key).and_then(Json::as_str);
        if found.is_none() {
            self.faults.push(place, format_args!("there is no text `{key}`"));
        }
        found
    }

    fn paragraph(&mut self, title: &Json, paragraph: &Json) {
        let start = self.source.line(1);
        let Some(context) = self.text(paragraph, "context", &start) else { return };
        let chars = Characters::of(context);
        for question in self.list(paragraph, "qas", &start) {
            let id = question.get("id").and_then(Json::as_str).unwrap_or("");
            let (line, column) = self.finder.find(id);
            let place = self.source.place(line, column);
            self.question(title, &chars, question, place);
        }
    }

    fn question(&mut self, title: &Json, context: &Characters<'_>, question: &Json, place: Place) {
        let before = self.faults.count();
        let (id, asked) = (self.text(question, "id", &place), self.text(question, "question", &place));
        let impossible = question.get("is_impossible").and_then(Json::as_bool).unwrap_or(false);
        let written = question.get("answers").and_then(Json::as_array).map_or(&[][..], Vec::as_slice);
        let answers: Vec<Json> = written.iter().filter_map(|answer| self.answer(context, answer, &place)).collect();
        let (Some(id), Some(asked)) = (id, asked) else { return };
        if impossible && !answers.is_empty() {
            self.faults.push(&place, "the question is impossible, and has answers");
        }
        if self.faults.count() > before || (self.answered && answers.is_empty()) {
            return;
        }
        let row = Row::new(place).with("id", id).with("title", title.clone()).with("question", asked).with("context", context.text);
        let first = answers.first().cloned().unwrap_or_default();
        self.rows.push(row.with("answers", answers).with("answer", first));
    }

    /// An answer with its characters, which have to stand there.
    fn answer(&mut self, context: &Characters<'_>, answer: &Json, place: &Place) -> Option<Json> {
        let text = self.text(answer, "text", place)?;
        let start = answer.get("answer_start").and_then(Json::as_u64).and_then(|start| usize::try_from(start).ok());
        let Some(start) = start else {
            self.faults.push(place, "an answer has no `answer_start`, the number of its first character");
            return None;
        };
        let end = start.saturating_add(text.chars().count());
        let there = context.slice(start, end);
        if there != Some(text) || text.is_empty() {
            let there = super::field::shown(&there.unwrap_or("").into());
            self.faults.push(
                place,
                format_args!(
                    "the answer {} is said to begin at character {start} of its context, where {there} stands",
                    super::field::shown(&text.into())
                ),
            );
            return None;
        }
        Some(json!({ "text": text, "chars": [start, end] }))
    }
}

/// A text, and where its characters begin.
struct Characters<'t> {
    text: &'t str,
    starts: Vec<usize>,
}

impl<'t> Characters<'t> {
    fn of(text: &'t str) -> Self {
        Self { text, starts: text.char_indices().map(|(start, _)| start).chain([text.len()]).collect() }
    }

    fn slice(&self, start: usize, end: usize) -> Option<&'t str> {
        self.text.get(*self.starts.get(start)?..*self.starts.get(end)?)
    }
}

/// Finds questions in the file by their ids, one after the other.
struct Finder<'t> {
    rest: &'t str,
    line: usize,
    column: usize,
}

impl<'t> Finder<'t> {
    fn new(text: &'t str) -> Self {
        Self { rest: text, line: 1, column: 1 }
    }

    /// The line and column of the next such id; those of the one before where it is written in another way.
    fn find(&mut self, id: &str) -> (usize, usize) {
        let key = self.rest.match_indices("\"id\"").find(|(at, key)| {
            self.rest[at + key.len()..].trim_start_matches([' ', ':']).strip_prefix('"').is_some_and(|rest| rest.starts_with(id))
        });
        if let Some((at, key)) = key {
            let (passed, rest) = self.rest.split_at(at);
            match passed.rsplit_once('\n') {
                Some((_, last)) => (self.line, self.column) = (self.line + passed.matches('\n').count(), 1 + last.chars().count()),
                None => self.column += passed.chars().count(),
            }
            let (word, behind) = rest.split_at(key.len());
            (self.column, self.rest) = (self.column + word.len(), behind);
            return (self.line, self.column - word.len());
        }
        self.rest = "";
        (self.line, self.column)
    }
}
