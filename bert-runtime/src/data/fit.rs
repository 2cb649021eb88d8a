//! Whether targets fit the texts that they belong to, as far as that can be told before texts are tokenized.

use crate::head::Target;
use crate::text::{Example, Segment, Text};

/// # Errors
/// What does not fit: other numbers of labels than words, words that are not there, and characters that are not there.
pub(super) fn check(input: &impl Example, target: &Target) -> Result<(), String> {
    let texts = input.texts();
    let words = texts.iter().map(words).sum::<Option<usize>>();
    match (target, words) {
        (Target::Words(labels), Some(words)) => as_many(labels.len(), words),
        (Target::WordNumbers { words: numbers, .. }, Some(words)) => as_many(numbers.len(), words),
        (Target::WordParents(parents), Some(words)) => {
            as_many(parents.len(), words)?;
            inside(parents.iter().flatten().copied(), words)
        }
        (Target::WordPairs(pairs), Some(words)) => inside(pairs.iter().flat_map(|pair| [pair.0, pair.1]), words),
        (Target::Answer(end), _) => {
            let length = texts.first().map_or(0, |text| text.second().unwrap_or(text.first()).joined().chars().count());
            match &end.chars {
                Some(chars) if chars.is_empty() || chars.end > length => {
                    Err(format!("the answer has the characters {} to {} of a text of {length}", chars.start, chars.end))
                }
                _ => Ok(()),
            }
        }
        (Target::Classes(classes), _) if input.is_choices() && classes.len() == 1 => chosen(classes[0], texts.len()),
        _ => Ok(()),
    }
}

/// How many words a text has, if it was given as words.
fn words(text: &Text) -> Option<usize> {
    let count = |segment: &Segment| match segment {
        Segment::Plain(_) => None,
        Segment::Words(words) => Some(words.len()),
    };
    text.segments().map(count).sum()
}

fn as_many(entries: usize, words: usize) -> Result<(), String> {
    if entries == words { Ok(()) } else { Err(format!("there are {entries} entries for {words} words: one a word is expected")) }
}

fn inside(mut numbers: impl Iterator<Item = usize>, words: usize) -> Result<(), String> {
    let past = numbers.find(|number| *number >= words);
    past.map_or(Ok(()), |past| Err(format!("there is no word {past}: the text has {words} words, with numbers from 0")))
}

fn chosen(class: i64, choices: usize) -> Result<(), String> {
    let is_there = usize::try_from(class).is_ok_and(|class| class < choices);
    if is_there { Ok(()) } else { Err(format!("there is no choice {class}: there are {choices}, with numbers from 0")) }
}
