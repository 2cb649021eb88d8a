//! What an interpreted head says of an example.

use std::fmt;
use std::ops::Range;

use serde::ser::{SerializeMap, Serializer};
use serde::{Serialize, ser::Error as _};

use crate::decode::{
    Answers, At, Chosen, Classified, Decoded, DecodedEntity, LabelSet, Parent, PerChoice, PerToken, PossibleAnswers, Ranked, Tag,
};
use crate::interpret::labels::Labels;

/// The predictions of an example, by the names of the outputs that they are read from.
///
/// It is written, by serde and by `Display`, as the typed prediction of a compiled head is: with the labels' names.
#[derive(Debug, Clone)]
pub struct DynamicPrediction {
    answers: Vec<DynamicAnswer>,
}

/// One prediction.
#[derive(Debug, Clone)]
pub struct DynamicAnswer {
    /// The name of its output; of a span that of both, joined.
    pub output: String,
    /// What is predicted, with numbers in place of labels.
    pub decoded: Decoded,
    /// The labels that it is chosen from.
    pub labels: Labels,
}

impl DynamicPrediction {
    pub(crate) fn new(names: Vec<(String, Labels)>, decoded: Vec<Decoded>) -> Self {
        let answers = names.into_iter().zip(decoded).map(|((output, labels), decoded)| DynamicAnswer { output, decoded, labels });
        Self { answers: answers.collect() }
    }

    /// All predictions, in the order of the head's text.
    pub fn answers(&self) -> &[DynamicAnswer] {
        &self.answers
    }

    /// The prediction of an output.
    pub fn get(&self, output: &str) -> Option<&DynamicAnswer> {
        self.answers.iter().find(|answer| answer.output == output)
    }
}

impl DynamicAnswer {
    /// The name of the likeliest label, or of the rank, where one is predicted.
    pub fn label(&self) -> Option<String> {
        match &self.decoded {
            Decoded::Class { best: index, .. } | Decoded::Rank { rank: index, .. } => Some(name(&self.labels, *index).to_string()),
            _ => None,
        }
    }
}

/// One prediction alone, several by their outputs.
impl Serialize for DynamicPrediction {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        if let [only] = self.answers.as_slice() {
            return only.serialize(serializer);
        }
        let mut map = serializer.serialize_map(Some(self.answers.len()))?;
        for answer in &self.answers {
            map.serialize_entry(&answer.output, answer)?;
        }
        map.end()
    }
}

impl Serialize for DynamicAnswer {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Shown(&self.decoded, &self.labels).serialize(serializer)
    }
}

/// As one line of JSON.
impl fmt::Display for DynamicPrediction {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&serde_json::to_string(self).map_err(|_| fmt::Error)?)
    }
}

/// A label by its name, or by its number where it has none.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(untagged)]
enum Name<'a> {
    Text(&'a str),
    Number(usize),
}

impl fmt::Display for Name<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Text(text) => f.write_str(text),
            Self::Number(number) => number.fmt(f),
        }
    }
}

fn name(labels: &Labels, index: usize) -> Name<'_> {
    labels.names().get(index).map_or(Name::Number(index), |name| Name::Text(name))
}

/// What was decoded, with the labels' names.
struct Shown<'a>(&'a Decoded, &'a Labels);

/// As a typed entity is written.
#[derive(Serialize)]
struct ShownEntity<'a> {
    kind: &'a str,
    label: Name<'a>,
    score: f32,
    text: &'a str,
    sequence: usize,
    chars: Range<usize>,
    words: Range<usize>,
}

/// As a typed text with entities is written.
#[derive(Serialize)]
struct ShownTags<'a> {
    entities: Vec<ShownEntity<'a>>,
    words: PerToken<Shown<'a>>,
}

impl<'a> Shown<'a> {
    fn scores(&self, scores: &[f32]) -> Vec<(Name<'a>, f32)> {
        scores.iter().enumerate().map(|(index, score)| (name(self.1, index), *score)).collect()
    }

    fn class(&self, best: usize, scores: &[f32]) -> Classified<Name<'a>> {
        let score = scores.get(best).copied().unwrap_or(0.0);
        Classified { label: name(self.1, best), score, scores: self.scores(scores) }
    }

    fn each(&self, answers: &'a [At<Decoded>]) -> PerToken<Self> {
        PerToken(answers.iter().map(|at| at.with(Shown(&at.value, self.1))).collect())
    }

    fn entity(&self, entity: &'a DecodedEntity) -> ShownEntity<'a> {
        let names = self.1.names();
        let kind = names.get(entity.label).and_then(|name| Tag::parse(name, names).kind).unwrap_or("");
        let DecodedEntity { label, score, text, sequence, chars, words } = entity;
        let (label, chars, words) = (name(self.1, *label), chars.clone(), words.clone());
        ShownEntity { kind, label, score: *score, text, sequence: *sequence, chars, words }
    }
}

impl Serialize for Shown<'_> {
    fn serialize<S: Serializer>(&self, s: S) -> Result<S::Ok, S::Error> {
        match self.0 {
            Decoded::Class { best, scores } if *self.1 == Labels::None => {
                Chosen { index: *best, score: scores.get(*best).copied().unwrap_or(0.0), scores: scores.clone() }.serialize(s)
            }
            Decoded::Class { best, scores } => self.class(*best, scores).serialize(s),
            Decoded::Labels { above, scores } => {
                LabelSet { labels: above.iter().map(|index| name(self.1, *index)).collect(), scores: self.scores(scores) }.serialize(s)
            }
            Decoded::Number(number) => number.serialize(s),
            Decoded::Numbers(numbers) | Decoded::Embedding(numbers) => numbers.serialize(s),
            Decoded::Entities { entities, words } => {
                ShownTags { entities: entities.iter().map(|entity| self.entity(entity)).collect(), words: self.each(words) }.serialize(s)
            }
            Decoded::Masked(tokens) => tokens.serialize(s),
            Decoded::Answers(answers) => answers.serialize(s),
            Decoded::PossibleAnswers { answers, no_answer } => {
                PossibleAnswers { answers: Answers(answers.clone()), no_answer: *no_answer }.serialize(s)
            }
            Decoded::Rank { rank, above } => Ranked { rank: name(self.1, *rank), above: above.clone() }.serialize(s),
            Decoded::Parent { index, score } => Parent { index: *index, score: *score }.serialize(s),
            Decoded::Pairs(pairs) => {
                s.collect_seq(pairs.iter().map(|at| at.with(at.value.iter().map(|one| Shown(one, self.1)).collect::<Vec<_>>())))
            }
            Decoded::Tokens(tokens) => self.each(tokens).serialize(s),
            Decoded::Choices(choices) => PerChoice(choices.iter().map(|choice| Shown(choice, self.1)).collect()).serialize(s),
            Decoded::Tensor(tensor) => {
                let numbers = tensor.to_dtype(candle_core::DType::F32).and_then(|tensor| tensor.flatten_all()?.to_vec1::<f32>());
                (tensor.dims(), numbers.map_err(S::Error::custom)?).serialize(s)
            }
        }
    }
}
