//! Examples without a target that others of their batch have.

use super::{IGNORED, in_example, words_of};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::text::Encoding;

/// A target for each example: "no label" where there is none, and the others have labels.
///
/// # Errors
/// An example without numbers, where others have some.
pub(super) fn filled(name: &str, mut column: Vec<Option<Target>>, encodings: &[Vec<Encoding>]) -> Result<Vec<Target>> {
    column.resize(encodings.len(), None);
    let Some((with, like)) = column.iter().enumerate().find_map(|(example, target)| Some((example, target.clone()?))) else {
        return Ok(Vec::new());
    };
    let fill = |(example, target): (usize, Option<Target>)| match target {
        Some(target) => Ok(target),
        None => no_label(&like, &encodings[example]).ok_or_else(|| in_example(example, name, &only_some(with))),
    };
    column.into_iter().enumerate().map(fill).collect()
}

fn only_some(with: usize) -> Error {
    let what = format!(
        "it has no numbers here, and example {with} has: give them to every example of a batch, or put those without into batches of their own"
    );
    Error::new(ErrorKind::Target, what)
}

/// What stands for no label, in the form of another example's labels; `None` for numbers.
fn no_label(like: &Target, texts: &[Encoding]) -> Option<Target> {
    let words = || texts.iter().map(words_of).sum();
    match like {
        Target::Answer(_) => Some(Target::Classes(vec![IGNORED])),
        Target::Classes(classes) if classes.len() == 1 => Some(Target::Classes(vec![IGNORED])),
        Target::Classes(_) => Some(Target::Classes(vec![IGNORED; texts.iter().map(Encoding::len).sum()])),
        Target::Words(_) => Some(Target::Words(vec![None; words()])),
        Target::WordParents(_) => Some(Target::WordParents(vec![None; words()])),
        Target::WordPairs(_) => Some(Target::WordPairs(Vec::new())),
        Target::Numbers(_) | Target::WordNumbers { .. } => None,
    }
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use std::borrow::Cow;

    use super::*;
    use crate::decode::IndexLabel;
    use crate::head::IntoTargets;
    use crate::targets::{IntoTarget, Tags, TokenTargets, collate_targets};
    use crate::testing::vocabulary;
    use crate::text::{Text, Tokenizer};

    /// Targets of which each may be left out.
    struct Some3(Option<IndexLabel<3>>, Option<Vec<usize>>, Option<f32>);

    impl IntoTargets for Some3 {
        fn into_targets(self) -> Vec<(Cow<'static, str>, Target)> {
            let tags = self.1.map(|tags| Tags(tags.into_iter().map(IndexLabel::<3>::new).collect()).into_target());
            let all = [("labels.a", self.0.map(IntoTarget::into_target)), ("labels.b", tags), ("labels.c", self.2.map(f32::into_target))];
            all.into_iter().filter_map(|(name, target)| Some((name.into(), target?))).collect()
        }
    }

    fn encodings() -> Vec<Vec<Encoding>> {
        let tokenizer = Tokenizer::open(vocabulary(&[]).path()).unwrap();
        ["a man", "eating"].map(|text| vec![tokenizer.encode(&Text::from(text), 8).unwrap()]).to_vec()
    }

    #[test]
    fn labels_that_some_have_are_filled_up() {
        let label = IndexLabel::new(2);
        let targets = collate_targets([Some3(None, Some(vec![1, 0]), None), Some3(label, None, None)], &encodings()).unwrap();
        assert_eq!(targets.names().collect::<Vec<_>>(), ["labels.a", "labels.b"]);
        assert_eq!(targets.get("labels.a").unwrap(), [Target::Classes(vec![-100]), Target::Classes(vec![2])]);
        assert_eq!(targets.get("labels.b").unwrap(), [Target::Words(vec![Some(1), Some(0)]), Target::Words(vec![None])]);
    }

    #[test]
    fn classes_of_tokens_are_as_many_as_tokens() {
        let (texts, some) = (encodings(), TokenTargets(vec![None, Some(7), None, None]).into_target());
        let tokens = texts[1][0].len();
        assert_eq!(filled("x", vec![Some(some), None], &texts).unwrap()[1], Target::Classes(vec![-100; tokens]));
    }

    #[test]
    fn numbers_that_some_have_name_the_example_without() {
        let error = collate_targets([Some3(None, None, Some(0.5)), Some3(None, None, None)], &encodings()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Target);
        assert!(error.to_string().starts_with("example 1, `labels.c`: it has no numbers here, and example 0 has"), "{error}");
        let all = collate_targets([Some3(None, None, Some(0.5)), Some3(None, None, Some(1.0))], &encodings()).unwrap();
        assert_eq!(all.get("labels.c").unwrap().len(), 2);
        assert_eq!(collate_targets([Some3(None, None, None)], &encodings()).unwrap_err().kind(), ErrorKind::Target);
    }
}
