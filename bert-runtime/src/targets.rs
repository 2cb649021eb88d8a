//! What examples are trained towards, by the kind of loss.

use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::head::{IntoTargets, Label, Target, Targets};
use crate::text::Encoding;

/// The class of a place that no loss counts.
const IGNORED: i64 = -100;

/// What one output of an example is trained towards.
pub trait IntoTarget {
    /// The target in the form that losses read.
    fn into_target(self) -> Target;
}

/// The target of a lone pipeline is called `labels`.
impl<T: IntoTarget> IntoTargets for T {
    fn into_targets(self) -> Vec<(&'static str, Target)> {
        vec![("labels", self.into_target())]
    }
}

/// No target, of heads without a loss.
impl IntoTargets for () {
    fn into_targets(self) -> Vec<(&'static str, Target)> {
        Vec::new()
    }
}

impl IntoTarget for Target {
    fn into_target(self) -> Target {
        self
    }
}

impl<L: Label> IntoTarget for L {
    fn into_target(self) -> Target {
        Target::Classes(vec![class(self.index())])
    }
}

/// The number of a choice, or of a token.
impl IntoTarget for usize {
    fn into_target(self) -> Target {
        Target::Classes(vec![class(self)])
    }
}

impl IntoTarget for f32 {
    fn into_target(self) -> Target {
        Target::Numbers(vec![self])
    }
}

impl IntoTarget for Vec<f32> {
    fn into_target(self) -> Target {
        Target::Numbers(self)
    }
}

/// A label for each word of a text; none where the loss has nothing to say. In a pair the second text's words follow the
/// first's.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Tags<L>(pub Vec<Option<L>>);

impl<L> From<Vec<L>> for Tags<L> {
    fn from(labels: Vec<L>) -> Self {
        Self(labels.into_iter().map(Some).collect())
    }
}

impl<L: Label> IntoTarget for Tags<L> {
    fn into_target(self) -> Target {
        Target::Words(self.0.into_iter().map(|label| label.map(Label::index)).collect())
    }
}

/// A set of labels.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Labels<L>(pub Vec<L>);

impl<L: Label> IntoTarget for Labels<L> {
    fn into_target(self) -> Target {
        let holds = |index| self.0.iter().any(|label| label.index() == index);
        Target::Numbers((0..L::COUNT).map(|index| f32::from(holds(index))).collect())
    }
}

/// A token of the vocabulary for each token of the sequence, `[CLS]` and padding included; none where nothing was masked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TokenTargets(pub Vec<Option<u32>>);

impl IntoTarget for TokenTargets {
    fn into_target(self) -> Target {
        Target::Classes(self.0.into_iter().map(|id| id.map_or(IGNORED, i64::from)).collect())
    }
}

/// The first and the last token of an answer, both in it, with `[CLS]` as number 0.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Span {
    /// The first token.
    pub start: usize,
    /// The last token.
    pub end: usize,
}

impl Span {
    /// The targets under the names of the two outputs.
    pub fn named(self, start: &'static str, end: &'static str) -> Vec<(&'static str, Target)> {
        vec![(start, self.start.into_target()), (end, self.end.into_target())]
    }
}

/// The targets of outputs called `start` and `end`.
impl IntoTargets for Span {
    fn into_targets(self) -> Vec<(&'static str, Target)> {
        self.named("labels.start", "labels.end")
    }
}

fn class(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// The targets of a batch, from those of its examples: labels of words become classes at the first token of each word.
///
/// `encodings` has the texts of each example, in the order of the batch.
///
/// # Errors
/// Other numbers of examples and texts, examples with targets of different names, and another number of word labels than
/// the text has words.
pub fn collate_targets<T: IntoTargets>(targets: impl IntoIterator<Item = T>, encodings: &[Vec<Encoding>]) -> Result<Targets> {
    let mut columns: BTreeMap<&'static str, Vec<Target>> = BTreeMap::new();
    let mut examples = 0;
    for target in targets {
        let texts = encodings.get(examples).map_or(&[][..], Vec::as_slice);
        for (name, target) in target.into_targets() {
            let aligned = align(target, texts).map_err(|error| in_example(examples, name, &error))?;
            columns.entry(name).or_default().push(aligned);
        }
        examples += 1;
    }
    if examples != encodings.len() || columns.values().any(|column| column.len() != examples) {
        let what = format!("{examples} targets for {} examples: every example needs one of each name", encodings.len());
        return Err(Error::new(ErrorKind::Target, what));
    }
    Ok(columns.into_iter().fold(Targets::new(), |all, (name, column)| all.with(name, column)))
}

fn in_example(example: usize, name: &str, error: &Error) -> Error {
    Error::new(ErrorKind::Target, format!("example {example}, `{name}`: {error}"))
}

/// A target with one class a token, from one with a label a word; any other as it is.
///
/// # Errors
/// Another number of labels than the texts have words.
pub fn align(target: Target, texts: &[Encoding]) -> Result<Target> {
    let Target::Words(labels) = target else { return Ok(target) };
    let words = |text: &Encoding| (0..text.sequences()).map(|sequence| text.words(sequence)).sum::<usize>();
    let expected: usize = texts.iter().map(words).sum();
    if labels.len() != expected {
        let what = format!("{} labels for {expected} words: give one a word, or `None` where there is none", labels.len());
        return Err(Error::new(ErrorKind::Target, what));
    }
    let (mut classes, mut before) = (Vec::new(), 0);
    for text in texts {
        let start = classes.len();
        classes.resize(start + text.len(), IGNORED);
        for token in text.first_pieces() {
            let word = text.pieces().get(token).and_then(|piece| Some(before + piece.word? + words_before(text, piece.sequence)));
            let label = word.and_then(|word| labels.get(word).copied().flatten());
            classes[start + token] = label.map_or(IGNORED, class);
        }
        before += words(text);
    }
    Ok(Target::Classes(classes))
}

fn words_before(text: &Encoding, sequence: Option<usize>) -> usize {
    (0..sequence.unwrap_or(0)).map(|sequence| text.words(sequence)).sum()
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;
    use crate::decode::IndexLabel;
    use crate::testing::vocabulary;
    use crate::text::{Text, Tokenizer};

    type L = IndexLabel<3>;

    fn label(index: usize) -> L {
        L::new(index).unwrap()
    }

    fn encode(text: impl Into<Text>) -> Encoding {
        Tokenizer::open(vocabulary(&[]).path()).unwrap().encode(&text.into(), 8).unwrap()
    }

    #[test]
    fn labels_of_words_stand_at_first_tokens() {
        let texts = [encode(["eating", "", "Zürich"])];
        let tags = Tags(vec![Some(label(2)), Some(label(1)), None]).into_target();
        assert_eq!(align(tags, &texts).unwrap(), Target::Classes(vec![-100, 2, -100, -100, -100, -100]));
        let error = align(Tags(vec![Some(label(0))]).into_target(), &texts).unwrap_err();
        assert!(error.to_string().contains("1 labels for 3 words"), "{error}");
    }

    #[test]
    fn labels_past_the_end_are_cut_off_with_the_text() {
        let texts = [encode(vec!["man"; 20])];
        assert!(texts[0].truncation().is_some());
        let Target::Classes(classes) = align(Tags::from(vec![label(1); 20]).into_target(), &texts).unwrap() else { unreachable!() };
        assert_eq!(classes, [-100, 1, 1, 1, 1, 1, 1, -100]);
    }

    #[test]
    fn the_second_text_of_a_pair_follows_the_first() {
        let texts = [encode(("a man", "eats"))];
        let tags = Tags(vec![Some(label(0)), Some(label(1)), Some(label(2))]).into_target();
        assert_eq!(align(tags, &texts).unwrap(), Target::Classes(vec![-100, 0, 1, -100, 2, -100]));
    }

    #[test]
    fn sets_are_a_number_a_label() {
        assert_eq!(Labels(vec![label(2), label(0)]).into_target(), Target::Numbers(vec![1.0, 0.0, 1.0]));
        assert_eq!(TokenTargets(vec![None, Some(7)]).into_target(), Target::Classes(vec![-100, 7]));
    }

    #[test]
    fn a_batch_has_a_target_an_example_under_each_name() {
        let texts = [vec![encode("a")], vec![encode("man")]];
        let targets = collate_targets([Span { start: 1, end: 2 }, Span { start: 0, end: 0 }], &texts).unwrap();
        assert_eq!(targets.get("labels.end"), Some(&[Target::Classes(vec![2]), Target::Classes(vec![0])][..]));
        assert_eq!(collate_targets([label(1), label(2)], &texts).unwrap().get("labels").map(<[_]>::len), Some(2));
        assert_eq!(collate_targets([1.5f32], &texts).unwrap_err().kind(), ErrorKind::Target);
        assert!(collate_targets([(), ()], &texts).unwrap().names().next().is_none());
    }
}
