//! Answers as texts: SQuAD's exact match and F1.

use std::collections::HashMap;

use crate::metrics::counts::Counts;

/// A text as SQuAD compares it: in lower case, without ASCII punctuation, without `a`, `an` and `the`, its words parted by one space.
///
/// ```
/// assert_eq!(bert_runtime::metrics::normalised_answer(" The  U.S. Army, an\tarmy! "), "us army army");
/// ```
pub fn normalised_answer(text: &str) -> String {
    let lower: String = text.to_lowercase().chars().filter(|c| !c.is_ascii_punctuation()).collect();
    let without = without_articles(&lower);
    without.split(is_space).filter(|word| !word.is_empty()).collect::<Vec<_>>().join(" ")
}

/// The text with a space in place of each article. Articles end where letters and digits end, as at `\b` in the official script.
fn without_articles(text: &str) -> String {
    let (mut kept, mut rest) = (String::with_capacity(text.len()), text);
    while !rest.is_empty() {
        let word = rest.find(|c: char| !c.is_alphanumeric()).unwrap_or(rest.len());
        let (run, after) = rest.split_at(word);
        kept.push_str(if matches!(run, "a" | "an" | "the") { " " } else { run });
        let gap = after.find(char::is_alphanumeric).unwrap_or(after.len());
        kept.push_str(&after[..gap]);
        rest = &after[gap..];
    }
    kept
}

/// As Python's `str.split`, which parts words at the four separators of ASCII too.
fn is_space(c: char) -> bool {
    c.is_whitespace() || ('\u{1c}'..='\u{1f}').contains(&c)
}

/// Whether two answers are the same text once they are [normalised](normalised_answer).
pub fn exact_match(predicted: &str, wanted: &str) -> bool {
    normalised_answer(predicted) == normalised_answer(wanted)
}

/// The F1 of the words of two answers, from 0 to 1, once they are [normalised](normalised_answer): words count as often as they occur.
///
/// Where either has no words it is 1 if neither has, and else 0, as in SQuAD 2.
///
/// ```
/// use bert_runtime::metrics::answer_f1;
///
/// assert_eq!(answer_f1("the green house", "green"), 2.0 / 3.0);
/// assert_eq!((answer_f1("", ""), answer_f1("a house", "")), (1.0, 0.0));
/// ```
pub fn answer_f1(predicted: &str, wanted: &str) -> f64 {
    let (predicted, wanted) = (normalised_answer(predicted), normalised_answer(wanted));
    if predicted.is_empty() || wanted.is_empty() {
        return if predicted == wanted { 1.0 } else { 0.0 };
    }
    let mut left: HashMap<&str, u64> = HashMap::new();
    wanted.split(' ').for_each(|word| *left.entry(word).or_default() += 1);
    let mut counts = Counts { wanted: wanted.split(' ').count() as u64, ..Counts::default() };
    for word in predicted.split(' ') {
        let found = left.get_mut(word).filter(|left| **left > 0);
        counts.right += u64::from(found.is_some());
        counts.predicted += 1;
        found.into_iter().for_each(|left| *left -= 1);
    }
    counts.f1()
}

/// SQuAD's two scores of many answers, each the best over the references of its question.
///
/// Both are from 0 to 1, where the official script writes percent.
///
/// ```
/// use bert_runtime::metrics::AnswerScores;
///
/// let mut scores = AnswerScores::default();
/// scores.add("in Paris", &["Paris", "the city of Paris"]);
/// scores.add("", &[] as &[&str]); // there is no answer, and none was given
/// assert_eq!(scores.exact_match(), Some(0.5));
/// assert_eq!(scores.f1(), Some((2.0 / 3.0 + 1.0) / 2.0));
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq)]
pub struct AnswerScores {
    exact: f64,
    f1: f64,
    count: u64,
}

impl AnswerScores {
    /// Counts one answer, empty for none. A question without references has no answer; of references those that are empty once
    /// they are normalised count only where all are.
    pub fn add<S: AsRef<str>>(&mut self, predicted: &str, references: &[S]) {
        let all: Vec<&str> = references.iter().map(AsRef::as_ref).filter(|text| !normalised_answer(text).is_empty()).collect();
        let all = if all.is_empty() { vec![""] } else { all };
        self.exact += f64::from(u8::from(all.iter().any(|wanted| exact_match(predicted, wanted))));
        self.f1 += all.iter().map(|wanted| answer_f1(predicted, wanted)).fold(0.0, f64::max);
        self.count += 1;
    }

    /// The share of answers that match a reference; none where there are no answers.
    pub fn exact_match(&self) -> Option<f64> {
        self.mean(self.exact)
    }

    /// The mean F1; none where there are no answers.
    pub fn f1(&self) -> Option<f64> {
        self.mean(self.f1)
    }

    fn mean(&self, sum: f64) -> Option<f64> {
        (self.count > 0).then(|| sum / self.count as f64)
    }
}
