//! What an interpreted head is trained towards, from plain values.

use bert_dsl::decode::Decode;
use bert_dsl::ir::{CheckedHead, Pipeline};
use bert_dsl::losses::Target as Kind;
use serde_json::Value as Json;

use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::Registry;
use crate::interpret::labels::Labels;
use crate::targets::ends;

/// What one loss of a head is computed against, and how it is read from JSON.
///
/// ```
/// use bert_runtime::DynamicHead;
/// use bert_runtime::head::Target;
/// use serde_json::json;
///
/// let head = DynamicHead::from_source("labels no, yes; input pooled; linear hidden -> labels; loss cross_entropy;")?;
/// let wanted = &head.targets()[0];
/// assert_eq!(wanted.read(&json!("yes"))?, [("labels".to_owned(), Target::Classes(vec![1]))]);
/// assert!(wanted.read(&json!("maybe")).is_err());
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct Wanted {
    /// The name of the output; of a span those of both, joined.
    pub output: String,
    /// The names of the targets: `labels`, or `labels.OUTPUT` where a head has several outputs.
    pub names: Vec<String>,
    /// What a target says.
    pub kind: Kind,
    /// The labels that are chosen from.
    pub labels: Labels,
    /// Whether a word, and not a text, has a target, where the kind leaves that open.
    per_word: bool,
    /// Whether the decode says, of a span, that there may be none.
    may_be_none: bool,
}

impl Wanted {
    pub(super) fn of(head: &CheckedHead, registry: &Registry) -> Vec<Self> {
        let wanted = |pipeline: &Pipeline| {
            let used = pipeline.loss.as_ref()?;
            let set = pipeline.set.and_then(|set| head.sets.get(set));
            let names: Vec<&str> = pipeline.outputs.iter().map(|output| output.name.as_str()).collect();
            Some(Self {
                output: names.join("_"),
                names: used.targets.clone(),
                kind: head.target(pipeline),
                labels: set.map_or(Labels::None, |set| registry.labels_of(set)),
                per_word: pipeline.result.tokens() == 1,
                may_be_none: matches!(&pipeline.decode, Decode::Span(span) if span.no_answer),
            })
        };
        let all = head.pipelines.iter().filter_map(wanted);
        all.filter(|wanted| wanted.kind != Kind::Nothing).collect()
    }

    /// The targets that a value says, by their names.
    ///
    /// | kind | value |
    /// | --- | --- |
    /// | a label, a rank | its name, or its number from 0 |
    /// | an index | a number |
    /// | a label a word | a list of labels, `null` where there is none |
    /// | a vocabulary id a token | a list of ids, `null` where nothing was masked |
    /// | a set of labels | a list of labels |
    /// | a number, numbers | a number, a list of them |
    /// | a span | `{"start": 3, "end": 5}`, its first and last token; `{"chars": [12, 20]}`, its characters in the text that holds it; where the decode has `no_answer`, `null` for none |
    /// | a parent a word | a list of words' numbers, the root's own for the root |
    /// | labels of pairs | a list of `[word, word, label]` |
    /// | a distribution | `{"label": share}`, or a list of numbers |
    ///
    /// # Errors
    /// Of kind [`Target`](ErrorKind::Target): a value of another form, and a label that the set does not have.
    pub fn read(&self, value: &Json) -> Result<Vec<(String, Target)>> {
        if self.kind == Kind::Span {
            return self.span(value);
        }
        let name = self.names.first().cloned().unwrap_or_else(|| "labels".to_owned());
        Ok(vec![(name, self.target(value)?)])
    }

    fn target(&self, value: &Json) -> Result<Target> {
        match self.kind {
            Kind::Label | Kind::Rank => Ok(Target::Classes(vec![self.label(value)? as i64])),
            Kind::Index => Ok(Target::Classes(vec![self.index(value)? as i64])),
            Kind::Tags => Ok(Target::Words(self.list(value, |one| optional(one, |one| self.label(one)))?)),
            Kind::TokenIds => {
                let ids = self.list(value, |one| optional(one, |one| self.index(one)))?;
                Ok(Target::Classes(ids.into_iter().map(|id| id.map_or(-100, |id| id as i64)).collect()))
            }
            Kind::Labels => {
                let held = self.list(value, |one| self.label(one))?;
                Ok(Target::Numbers((0..self.labels.count()).map(|index| f32::from(held.contains(&index))).collect()))
            }
            Kind::Number => Ok(Target::Numbers(vec![self.number(value)?])),
            Kind::Numbers => Ok(Target::Numbers(self.list(value, |one| self.number(one))?)),
            Kind::Parents => Ok(Target::WordParents(self.list(value, |one| optional(one, |one| self.index(one)))?)),
            Kind::PairLabels => Ok(Target::WordPairs(self.list(value, |one| self.pair(one))?)),
            Kind::Distribution => self.distribution(value),
            Kind::Span | Kind::Nothing => Err(self.fault("nothing", value)),
        }
    }

    fn span(&self, value: &Json) -> Result<Vec<(String, Target)>> {
        let form = "{\"start\": .., \"end\": ..} or {\"chars\": [.., ..]}";
        let wrong = |_| self.fault(form, value);
        let ends = match value.get("chars") {
            None if value.is_null() && self.may_be_none => ends(None, true),
            None if value.is_null() => return Err(self.fault("an answer (heads with `decode span no_answer` know of none)", value)),
            None => {
                let end = |key: &str| self.index(value.get(key).unwrap_or(&Json::Null)).map_err(wrong);
                [end("start")?, end("end")?].map(|end| Target::Classes(vec![end as i64]))
            }
            Some(chars) => match self.list(chars, |one| self.index(one)).map_err(wrong)?.as_slice() {
                &[start, end] if start < end => ends(Some(start..end), self.may_be_none),
                _ => return Err(self.fault(form, value)),
            },
        };
        Ok(self.names.iter().cloned().zip(ends).collect())
    }

    fn label(&self, value: &Json) -> Result<usize> {
        let found = match value {
            Json::String(name) => self.labels.names().iter().position(|known| known == name),
            _ => value.as_u64().map(|index| index as usize).filter(|index| *index < self.labels.count()),
        };
        found.ok_or_else(|| self.fault(&self.all_labels(), value))
    }

    fn all_labels(&self) -> String {
        match self.labels.names() {
            [] => format!("a label's number below {}", self.labels.count()),
            names => format!("one of the labels {}", names.iter().take(20).map(|name| format!("`{name}`")).collect::<Vec<_>>().join(", ")),
        }
    }

    fn index(&self, value: &Json) -> Result<usize> {
        value.as_u64().map(|index| index as usize).ok_or_else(|| self.fault("a number from 0", value))
    }

    fn number(&self, value: &Json) -> Result<f32> {
        value.as_f64().map(|number| number as f32).ok_or_else(|| self.fault("a number", value))
    }

    fn pair(&self, value: &Json) -> Result<(usize, usize, usize)> {
        match value.as_array().map(Vec::as_slice) {
            Some([first, second, label]) => Ok((self.index(first)?, self.index(second)?, self.label(label)?)),
            _ => Err(self.fault("[word, word, label]", value)),
        }
    }

    fn distribution(&self, value: &Json) -> Result<Target> {
        match (&self.labels, self.per_word) {
            (Labels::None, _) => Ok(Target::Numbers(self.list(value, |one| self.number(one))?)),
            (_, false) => Ok(Target::Numbers(self.shares(value)?)),
            (_, true) => {
                let words = self.list(value, |one| optional(one, |one| self.shares(one)))?;
                Ok(Target::WordNumbers { each: self.labels.count(), words })
            }
        }
    }

    fn shares(&self, value: &Json) -> Result<Vec<f32>> {
        let Some(map) = value.as_object() else { return self.list(value, |one| self.number(one)) };
        let mut shares = vec![0.0; self.labels.count()];
        for (name, share) in map {
            let index = self.label(&Json::String(name.clone()))?;
            shares[index] = self.number(share)?;
        }
        Ok(shares)
    }

    fn list<T>(&self, value: &Json, one: impl Fn(&Json) -> Result<T>) -> Result<Vec<T>> {
        value.as_array().ok_or_else(|| self.fault("a list", value))?.iter().map(one).collect()
    }

    fn fault(&self, expected: &str, found: &Json) -> Error {
        Error::new(ErrorKind::Target, format!("`{}`: {expected} is expected, and this is {found}", self.names.join("`, `")))
    }
}

fn optional<T>(value: &Json, one: impl Fn(&Json) -> Result<T>) -> Result<Option<T>> {
    if value.is_null() { Ok(None) } else { one(value).map(Some) }
}
