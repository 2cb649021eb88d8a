//! Answers beside what was wanted, one by one: of an example, of each word, of each choice, of each pair of words.

use crate::decode::{At, Decoded};
use crate::head::Target;
use crate::text::Encoding;

/// What was wanted of one answer.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Wanted<'a> {
    /// A class.
    Class(usize),
    /// Numbers.
    Numbers(&'a [f32]),
}

/// One answer, and what was wanted of it.
pub(super) type Unit<'a> = (&'a Decoded, Wanted<'a>);

/// The answers of an example that a target says something of; `None` where the target is of another form.
///
/// Words that were cut off have no answer, and of a word that has several the first counts, as in training.
pub(super) fn units<'a>(decoded: &'a Decoded, target: &'a Target, texts: &[Encoding]) -> Option<Vec<Unit<'a>>> {
    match decoded {
        Decoded::Entities { words, .. } | Decoded::Tokens(words) => {
            let units = words_of(words, target, texts)?.into_iter().map(|(at, wanted)| (&at.value, wanted));
            Some(units.collect())
        }
        Decoded::Pairs(rows) => of_pairs(rows, target, texts),
        Decoded::Choices(choices) => of_choices(choices, target),
        one => match target {
            Target::Classes(classes) if classes.len() == 1 => Some(class(classes[0]).map(|class| (one, class)).into_iter().collect()),
            Target::Numbers(numbers) => Some(vec![(one, Wanted::Numbers(numbers))]),
            _ => None,
        },
    }
}

/// What is wanted of the word or token of an answer.
type WantedAt<'a, 't> = dyn Fn(&At<Decoded>) -> Option<Wanted<'a>> + 't;

/// The answers of words, with their places.
pub(super) fn words_of<'a>(words: &'a [At<Decoded>], target: &'a Target, texts: &[Encoding]) -> Option<Vec<(&'a At<Decoded>, Wanted<'a>)>> {
    let wanted: Box<WantedAt<'a, '_>> = match target {
        Target::Words(labels) => Box::new(|at| Some(Wanted::Class((*labels.get(number_of(at, texts)?)?)?))),
        Target::WordNumbers { words, .. } => Box::new(|at| Some(Wanted::Numbers(words.get(number_of(at, texts)?)?.as_deref()?))),
        Target::Classes(classes) => Box::new(|at| class(*classes.get(at.token)?)),
        Target::Numbers(numbers) => {
            let each = texts.first().map(|text| numbers.len() / text.len().max(1)).filter(|each| *each > 0)?;
            Box::new(move |at| numbers.get(at.token * each..(at.token + 1) * each).map(Wanted::Numbers))
        }
        Target::WordParents(_) | Target::WordPairs(_) | Target::Answer(_) => return None,
    };
    let goes_on = |number: usize| {
        let place = |at: &At<Decoded>| at.word.map(|word| (at.sequence, word));
        number > 0 && place(&words[number]).is_some() && place(&words[number - 1]) == place(&words[number])
    };
    let first = words.iter().enumerate().filter(|(number, _)| !goes_on(*number)).map(|(_, at)| at);
    Some(first.filter_map(|at| Some((at, wanted(at)?))).collect())
}

fn of_pairs<'a>(rows: &'a [At<Vec<Decoded>>], target: &'a Target, texts: &[Encoding]) -> Option<Vec<Unit<'a>>> {
    let Target::WordPairs(pairs) = target else { return None };
    let places = places_of(rows, texts);
    let place = |word: usize| places.iter().position(|place| *place == Some(word));
    let unit = |&(first, second, wanted): &(usize, usize, usize)| {
        let answer = rows.get(place(first)?)?.value.get(place(second)?)?;
        Some((answer, Wanted::Class(wanted)))
    };
    Some(pairs.iter().filter_map(unit).collect())
}

fn of_choices<'a>(choices: &'a [Decoded], target: &'a Target) -> Option<Vec<Unit<'a>>> {
    match target {
        Target::Classes(classes) if classes.len() == choices.len() => {
            Some(choices.iter().zip(classes).filter_map(|(choice, wanted)| Some((choice, class(*wanted)?))).collect())
        }
        Target::Numbers(numbers)
            if !choices.is_empty() && numbers.len() >= choices.len() && numbers.len().is_multiple_of(choices.len()) =>
        {
            Some(choices.iter().zip(numbers.chunks(numbers.len() / choices.len()).map(Wanted::Numbers)).collect())
        }
        _ => None,
    }
}

/// A class that counts.
fn class<'a>(class: i64) -> Option<Wanted<'a>> {
    usize::try_from(class).ok().map(Wanted::Class)
}

/// The number of a word among all of an example: in a pair the second text's words follow the first's.
pub(super) fn number_of<T>(at: &At<T>, texts: &[Encoding]) -> Option<usize> {
    let before = |text: &Encoding| (0..at.sequence).map(|sequence| text.words(sequence)).sum::<usize>();
    Some(at.word? + texts.first().map_or(0, before))
}

/// The numbers of all words of a list.
pub(super) fn places_of<T>(list: &[At<T>], texts: &[Encoding]) -> Vec<Option<usize>> {
    list.iter().map(|at| number_of(at, texts)).collect()
}
