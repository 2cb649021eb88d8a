//! What examples are trained towards, by the kind of loss.

mod absent;
mod answer;
mod distribution;
mod tree;
mod words;

pub use answer::AnswerChars;
pub(crate) use answer::ends;
pub use distribution::{Distribution, Distributions};
pub use tree::{Pairs, Parents};

use std::borrow::Cow;
use std::collections::BTreeMap;

use crate::error::{Error, ErrorKind, Result};
use crate::head::{IntoTargets, Label, Outcome, Target, Targets};
use crate::text::Encoding;
use crate::value::Layout;

/// The class of a place that no loss counts.
const IGNORED: i64 = -100;

/// What one output of an example is trained towards.
pub trait IntoTarget {
    /// The target in the form that losses read.
    fn into_target(self) -> Target;
}

/// The target of a lone pipeline is called `labels`.
impl<T: IntoTarget> IntoTargets for T {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
        vec![("labels".into(), self.into_target())]
    }
}

/// Targets by their names, as those of an interpreted head are.
impl IntoTargets for Vec<(String, Target)> {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
        self.into_iter().map(|(name, target)| (Cow::Owned(name), target)).collect()
    }
}

/// Targets by names that may be borrowed.
impl IntoTargets for Vec<(Cow<'static, str>, Target)> {
    fn into_targets(self) -> Self {
        self
    }
}

/// No target, of heads without a loss.
impl IntoTargets for () {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
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

/// The number of a choice or of a token, or a rank.
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
    pub fn named(self, start: &'static str, end: &'static str) -> Vec<(Cow<'static, str>, Target)> {
        vec![(start.into(), self.start.into_target()), (end.into(), self.end.into_target())]
    }
}

/// The targets of outputs called `start` and `end`.
impl IntoTargets for Span {
    fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
        self.named("labels.start", "labels.end")
    }
}

fn class(index: usize) -> i64 {
    i64::try_from(index).unwrap_or(i64::MAX)
}

/// The targets of a batch, from those of its examples, with as many labels of words as the text has words. Where an example has
/// choices, labels of words become classes at the first token of each word.
///
/// `encodings` has the texts of each example, in the order of the batch. A name that no example has is left out of the batch, and
/// its loss with it. A name that some have is filled up with "no label" where it is of labels, which every loss passes over; where it
/// is of numbers, a batch has it for all of its examples or for none.
///
/// # Errors
/// Other numbers of examples and texts, numbers that only some examples have, and another number of word labels than the text
/// has words.
pub fn collate_targets<T: IntoTargets>(targets: impl IntoIterator<Item = T>, encodings: &[Vec<Encoding>]) -> Result<Targets> {
    let mut columns: BTreeMap<Cow<'static, str>, Vec<Option<Target>>> = BTreeMap::new();
    let mut examples = 0;
    for target in targets {
        let texts = encodings.get(examples).map_or(&[][..], Vec::as_slice);
        for (name, target) in target.into_targets() {
            let aligned = checked(target, texts).map_err(|error| in_example(examples, &name, &error))?;
            let column = columns.entry(name).or_default();
            column.resize(examples, None);
            column.push(Some(aligned));
        }
        examples += 1;
    }
    if examples != encodings.len() {
        let what = format!("{examples} targets for {} examples: every example needs one", encodings.len());
        return Err(Error::new(ErrorKind::Target, what));
    }
    columns.into_iter().try_fold(Targets::new(), |all, (name, column)| {
        let whole = absent::filled(&name, column, encodings)?;
        Ok(all.with(name, whole))
    })
}

/// The targets of a batch whose examples have one each: those that a loss reads together have one of it together, that of the first.
pub(crate) fn one_together(all: &Targets, outcomes: &[Outcome]) -> Targets {
    let together = |name: &str| {
        let own = outcomes.iter().find(|outcome| outcome.targets.iter().any(|target| target == name));
        own.map_or(1, |outcome| outcome.together.max(1))
    };
    let column = |name: &str| all.get(name).unwrap_or_default().iter().step_by(together(name)).cloned().collect();
    all.names().fold(Targets::new(), |some, name| some.with(name, column(name)))
}

fn in_example(example: usize, name: &str, error: &Error) -> Error {
    Error::new(ErrorKind::Target, format!("example {example}, `{name}`: {error}"))
}

/// A target whose labels of words are as many as the words; of several texts, with classes at tokens.
pub(crate) fn checked(target: Target, texts: &[Encoding]) -> Result<Target> {
    match (&target, texts) {
        (Target::Words(labels), [text]) => check_words(labels.len(), words_of(text)).map(|()| target),
        (Target::WordNumbers { .. } | Target::WordParents(_) | Target::WordPairs(_), [_]) => align(target.clone(), texts).map(|_| target),
        _ => align(target, texts),
    }
}

fn words_of(text: &Encoding) -> usize {
    (0..text.sequences()).map(|sequence| text.words(sequence)).sum()
}

fn check_words(labels: usize, expected: usize) -> Result<()> {
    if labels == expected {
        return Ok(());
    }
    let what = format!("{labels} labels for {expected} words: give one a word, or `None` where there is none");
    Err(Error::new(ErrorKind::Target, what))
}

/// A target with its entries at the first token of each word, from one with entries a word; any other as it is.
///
/// # Errors
/// Another number of entries than the texts have words, and words that are not there.
pub fn align(target: Target, texts: &[Encoding]) -> Result<Target> {
    let Target::Words(labels) = target else { return words::align(target, texts) };
    check_words(labels.len(), texts.iter().map(words_of).sum())?;
    let (mut classes, mut before) = (Vec::new(), 0);
    for text in texts {
        let start = classes.len();
        classes.resize(start + text.len(), IGNORED);
        for token in text.first_pieces() {
            let word = text.pieces().get(token).and_then(|piece| Some(before + piece.word? + words_before(text, piece.sequence)));
            let label = word.and_then(|word| labels.get(word).copied().flatten());
            classes[start + token] = label.map_or(IGNORED, class);
        }
        before += words_of(text);
    }
    Ok(Target::Classes(classes))
}

/// A target with its entries at each position of a sequence, from one with entries a word: at words, or at the first token
/// of each.
///
/// # Errors
/// A layout that does not know its words, and fewer entries than words.
pub(crate) fn at_positions(target: &Target, layout: &Layout, sequence: usize) -> Result<Target, String> {
    let unknown = "it has an entry a word, and the batch does not know its words: call `with_words` on it, or make it with `collate`";
    let Target::Words(labels) = target else {
        let begun = || layout.words(sequence).ok_or_else(|| Error::new(ErrorKind::Target, unknown));
        return words::at_positions(target, layout, sequence, begun).map_err(|error| error.to_string());
    };
    let words = layout.words(sequence).ok_or(unknown)?;
    let mut classes = vec![IGNORED; layout.width()];
    for (&position, word) in layout.positions(sequence).iter().zip(words) {
        let Some(word) = word else { continue };
        let label = labels.get(word as usize).ok_or_else(|| format!("it has {} labels, and there is a word {word}", labels.len()))?;
        classes[position as usize] = label.map_or(IGNORED, class);
    }
    Ok(Target::Classes(classes))
}

/// The same targets with a class at the first token of each word in place of labels of words, where the batch knows its words.
pub(crate) fn at_tokens(targets: &Targets, layout: &Layout) -> Result<Targets> {
    let spread = |name: &str, (example, target): (usize, &Target)| match target {
        Target::Words(_) if !layout.has_choices() && example < layout.sequences() => {
            at_positions(target, layout, example).map_err(|what| in_example(example, name, &Error::new(ErrorKind::Target, what)))
        }
        other => Ok(other.clone()),
    };
    let column = |name: &str| targets.require(name)?.iter().enumerate().map(|place| spread(name, place)).collect::<Result<Vec<_>>>();
    targets.names().try_fold(Targets::new(), |all, name| Ok(all.with(name, column(name)?)))
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
    use crate::text::{Text, Tokenizer, collate};

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
    fn batches_know_words_and_spread_their_labels() {
        let texts = [encode(("a man", "eating")), encode("Zürich")];
        let batch = collate(&texts).unwrap();
        let words: Vec<Vec<Option<u32>>> =
            vec![vec![None, Some(0), Some(1), None, Some(2), Some(2), None], vec![None, Some(0), Some(0), None]];
        assert_eq!(batch.words(), Some(&words[..]));
        let tags = [Tags(vec![Some(label(2)), None, Some(label(1))]), Tags(vec![Some(label(0))])];
        let targets = collate_targets(tags, &texts.clone().map(|text| vec![text])).unwrap();
        assert_eq!(targets.get("labels").unwrap()[1], Target::Words(vec![Some(0)]));
        let at_tokens = at_tokens(&targets, batch.layout()).unwrap();
        for (found, (words, text)) in at_tokens.get("labels").unwrap().iter().zip(targets.get("labels").unwrap().iter().zip(texts)) {
            let Target::Classes(mut expected) = align(words.clone(), &[text]).unwrap() else { unreachable!() };
            expected.resize(batch.layout().width(), IGNORED);
            assert_eq!(found, &Target::Classes(expected));
        }
        let few = collate_targets([Tags(vec![Some(label(0))]), Tags(vec![])], &[vec![encode("a man")], vec![encode("")]]).unwrap_err();
        assert!(few.to_string().contains("example 0, `labels`: 1 labels for 2 words"), "{few}");
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

    #[test]
    fn parents_are_columns_of_first_tokens() {
        let texts = [encode(["eating", "", "Zürich", "man"])];
        let parents = Parents(vec![Some(2), None, Some(2), Some(1)]).into_target();
        assert_eq!(align(parents, &texts).unwrap(), Target::Classes(vec![-100, 3, -100, 3, -100, -100, -100]));
        let error = align(Parents::from(vec![0, 4, 0, 0]).into_target(), &texts).unwrap_err();
        assert!(error.to_string().contains("no word 4"), "{error}");
    }

    #[test]
    fn words_of_cut_off_parents_have_none() {
        let texts = [encode(vec!["man"; 20])];
        let Target::Classes(classes) = align(Parents::from(vec![19; 20]).into_target(), &texts).unwrap() else { unreachable!() };
        assert_eq!(classes, [-100; 8]);
        let pairs = align(Pairs(vec![(0, 19, label(1)), (1, 0, label(2))]).into_target(), &texts).unwrap();
        let Target::Classes(square) = pairs else { unreachable!() };
        assert_eq!((square.len(), square[2 * 8 + 1], square.iter().filter(|class| **class != -100).count()), (64, 2, 1));
    }

    #[test]
    fn pairs_are_a_square_of_columns() {
        let texts = [encode(("a", "man"))];
        let pairs = || Pairs(vec![(0, 1, label(2)), (1, 1, label(0))]);
        let Target::Classes(square) = align(pairs().into_target(), &texts).unwrap() else { unreachable!() };
        assert_eq!((square.len(), square[5 + 3], square[3 * 5 + 3]), (25, 2, 0));
        assert!(align(Pairs(vec![(0, 1, label(2)), (0, 1, label(0))]).into_target(), &texts).is_err());
        assert!(align(pairs().into_target(), &[encode("a"), encode("man")]).is_err());
    }

    #[test]
    fn distributions_are_a_number_a_label() {
        let shares = |list: &[(usize, f32)]| Distribution(list.iter().map(|&(index, share)| (label(index), share)).collect());
        assert_eq!(shares(&[(2, 0.75), (0, 0.25)]).into_target(), Target::Numbers(vec![0.25, 0.0, 0.75]));
        let texts = [encode(["eating", "man"])];
        let words = || Distributions(vec![None, Some(shares(&[(1, 1.0)]))]).into_target();
        let Target::Numbers(numbers) = align(words(), &texts).unwrap() else { unreachable!() };
        assert_eq!((numbers.len(), numbers.iter().sum::<f32>(), numbers[3 * 3 + 1]), (15, 1.0, 1.0));
        let target = collate_targets([words()], &[texts.to_vec()]).unwrap();
        assert_eq!(target.get("labels"), Some(&[words()][..]));
        let batch = collate(&texts).unwrap();
        assert_eq!(at_positions(&words(), batch.layout(), 0).unwrap(), Target::Numbers(numbers));
    }

    #[test]
    fn batches_spread_parents_and_pairs_over_their_own_columns() {
        let texts = [encode(["eating", "", "Zürich", "man"])];
        let (parents, pairs) = (Parents(vec![Some(2), None, Some(2), Some(1)]).into_target(), Pairs(vec![(0, 3, label(2))]).into_target());
        let batch = collate(&texts).unwrap();
        assert_eq!(at_positions(&parents, batch.layout(), 0).unwrap(), align(parents.clone(), &texts).unwrap());
        assert_eq!(at_positions(&pairs, batch.layout(), 0).unwrap(), align(pairs.clone(), &texts).unwrap());
        let words = batch.layout().of_words(&[vec![(0, 1..3), (2, 3..5), (3, 5..6)]], 4);
        assert_eq!(at_positions(&parents, &words, 0).unwrap(), Target::Classes(vec![2, -100, 2, -100]));
        let Target::Classes(square) = at_positions(&pairs, &words, 0).unwrap() else { unreachable!() };
        assert_eq!((square.len(), square[3]), (16, 2));
        let cut = batch.layout().of_words(&[vec![(0, 1..3)]], 1);
        let long = Parents(vec![Some(2), None, Some(2), None]).into_target();
        assert_eq!(at_positions(&long, &cut, 0).unwrap(), Target::Classes(vec![-100]));
    }
}
