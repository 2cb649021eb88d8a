use std::collections::{BTreeMap, BTreeSet};
use std::ops::Range;

use crate::data::pretraining::{Masked, Masking, Pretraining, SentencePairs};
use crate::data::{Documents, Plain};
use crate::head::Target;
use crate::interpret::DynamicHead;
use crate::targets::collate_targets;
use crate::testing::vocabulary;
use crate::text::{Encoding, Text, Tokenizer};

/// Documents of so many sentences each, all different.
fn documents(lengths: &[usize]) -> Documents {
    let document = |(number, length): (usize, &usize)| (0..*length).map(|sentence| format!("{number} {sentence}\n")).collect::<String>();
    let text = lengths.iter().enumerate().map(document).collect::<Vec<_>>().join("\n");
    Documents::parse("a.txt", text, &Plain::lines()).unwrap()
}

fn document_of(sentence: &str) -> &str {
    sentence.split(' ').next().unwrap()
}

fn number_of(sentence: &str) -> usize {
    sentence.split(' ').nth(1).unwrap().parse().unwrap()
}

#[test]
fn every_sentence_with_a_next_one_begins_a_pair() {
    let pairs = SentencePairs::new(documents(&[3, 1, 2]), 7).unwrap();
    assert_eq!(pairs.len(), 3);
    let firsts: Vec<_> = (0..3).map(|index| pairs.get(0, index).unwrap().first).collect();
    assert_eq!(firsts, ["0 0", "0 1", "2 0"]);
    assert_eq!((0..3).map(|index| pairs.passage(0, index).unwrap()).collect::<Vec<_>>(), firsts);
    assert!(pairs.get(0, 3).is_none());
}

#[test]
fn half_of_the_second_sentences_follow_and_the_others_are_of_other_documents() {
    let pairs = SentencePairs::new(documents(&[500, 30, 1, 470]), 7).unwrap();
    let (mut next, mut total) = (0, 0);
    let mut elsewhere: BTreeMap<String, usize> = BTreeMap::new();
    for (epoch, index) in (0..10).flat_map(|epoch| (0..pairs.len()).map(move |index| (epoch, index))) {
        let pair = pairs.get(epoch, index).unwrap();
        (next, total) = (next + usize::from(pair.is_next), total + 1);
        if pair.is_next {
            assert_eq!((document_of(&pair.second), number_of(&pair.second)), (document_of(&pair.first), number_of(&pair.first) + 1));
        } else {
            assert_ne!(document_of(&pair.second), document_of(&pair.first));
            *elsewhere.entry(pair.second.into_owned()).or_default() += 1;
        }
    }
    // 9970 draws with a standard deviation of 50.
    assert!((next as i64 - total / 2).abs() < 200, "{next} of {total}");
    assert!(elsewhere.len() > 950, "{}", elsewhere.len());
}

#[test]
fn pairs_depend_on_seed_epoch_and_number_alone() {
    let pairs = |seed| SentencePairs::new(documents(&[50, 50]), seed).unwrap();
    let drawn =
        |pairs: &SentencePairs, epoch| (0..98).map(|index| pairs.get(epoch, index).unwrap().second.into_owned()).collect::<Vec<_>>();
    let (one, other) = (pairs(7), pairs(8));
    assert_eq!(drawn(&one, 3), drawn(&pairs(7), 3));
    assert_ne!(drawn(&one, 3), drawn(&one, 4));
    assert_ne!(drawn(&one, 3), drawn(&other, 3));
    let backwards: Vec<String> = (0..98).rev().map(|index| one.get(3, index).unwrap().second.into_owned()).collect();
    assert_eq!(backwards.into_iter().rev().collect::<Vec<_>>(), drawn(&one, 3));
}

/// The document of a segment and the numbers of its sentences, which are in a row.
fn row_of(segment: &str) -> (String, Range<usize>) {
    let words: Vec<&str> = segment.split(' ').collect();
    let (first, count) = (number_of(segment), words.len() / 2);
    let expected = (first..first + count).flat_map(|number| [words[0].to_owned(), number.to_string()]);
    assert!(words.iter().map(|word| (*word).to_owned()).eq(expected), "{segment}");
    (words[0].to_owned(), first..first + count)
}

/// How many sentences the documents of the tests of segments have, and how many of them one example has room for.
const SENTENCES: [usize; 4] = [300, 40, 1, 260];
const ROOM: usize = 12;

fn segments() -> SentencePairs {
    SentencePairs::new(documents(&SENTENCES), 7).unwrap().segments(2 * ROOM, |sentence| Ok(sentence.split(' ').count())).unwrap()
}

#[test]
fn segments_are_as_long_as_there_is_room_for_on_both_sides_of_the_pair() {
    let (pairs, single) = (segments(), SentencePairs::new(documents(&SENTENCES), 7).unwrap());
    let (mut full, mut total) = (0, 0);
    for (epoch, index) in (0..5).flat_map(|epoch| (0..pairs.len()).map(move |index| (epoch, index))) {
        let (pair, sentences) = (pairs.get(epoch, index).unwrap(), single.get(epoch, index).unwrap());
        let ((document, first), (other, second)) = (row_of(&pair.first), row_of(&pair.second));
        assert_eq!(
            (pair.is_next, first.end, second.start),
            (sentences.is_next, number_of(&sentences.first) + 1, number_of(&sentences.second))
        );
        assert_eq!((document.as_str(), other.as_str()), (document_of(&sentences.first), document_of(&sentences.second)));
        assert!(first.len() + second.len() <= ROOM, "{pair:?}");
        let has_more = first.start > 0 || second.end < SENTENCES[other.parse::<usize>().unwrap()];
        if pair.is_next && has_more {
            (full, total) = (full + usize::from(first.len() + second.len() == ROOM), total + 1);
            let is_inside = first.start > 0 && second.end < SENTENCES[document.parse::<usize>().unwrap()];
            assert!(!is_inside || first.len().abs_diff(second.len()) <= 1, "{pair:?}");
        }
    }
    // One in ten has a length that is drawn, which seldom is the whole: of some 1500 draws a standard deviation of 12.
    assert!(total > 1400 && (full as f64 / total as f64 - 0.9).abs() < 0.03, "{full} of {total}");
}

#[test]
fn lengths_do_not_tell_what_follows() {
    let pairs = segments();
    let mut lengths = [BTreeMap::<usize, i32>::new(), BTreeMap::new()];
    for (epoch, index) in (0..20).flat_map(|epoch| (0..pairs.len()).map(move |index| (epoch, index))) {
        let pair = pairs.get(epoch, index).unwrap();
        // A sentence near the end of another document has too few behind it.
        if pair.is_next || number_of(&pair.second) < 30 {
            *lengths[usize::from(pair.is_next)].entry(row_of(&pair.second).1.len()).or_default() += 1;
        }
    }
    let share = |is_next: usize, length: usize| {
        let counts = &lengths[is_next];
        f64::from(counts.get(&length).copied().unwrap_or(0)) / f64::from(counts.values().sum::<i32>())
    };
    assert!(share(1, ROOM / 2) > 0.7);
    for length in 1..=ROOM {
        assert!((share(0, length) - share(1, length)).abs() < 0.04, "{length}: {lengths:?}");
    }
}

#[test]
fn a_passage_is_around_its_sentence() {
    let pairs = segments();
    let mut counts = BTreeMap::<usize, usize>::new();
    for index in 0..pairs.len() {
        let (document, row) = row_of(&pairs.passage(0, index).unwrap());
        let pair = pairs.get(0, index).unwrap();
        let (first, sentences) = (row_of(&pair.first), row.clone());
        assert!(document == first.0 && sentences.contains(&(first.1.end - 1)) && row.len() <= ROOM);
        *counts.entry(row.len()).or_default() += 1;
    }
    assert!(counts[&ROOM] * 10 > pairs.len() * 8, "{counts:?}");
    assert!(pairs.passage(0, pairs.len()).is_none());
}

#[test]
fn texts_without_pairs_are_told() {
    let told = |lengths: &[usize]| SentencePairs::new(documents(lengths), 7).unwrap_err().to_string();
    assert!(told(&[5]).contains("fewer than two") && told(&[]).contains("fewer than two"));
    assert!(told(&[1, 1]).contains("no document has two sentences"));
}

fn tokenizer() -> Tokenizer {
    Tokenizer::open(vocabulary(&[]).path()).unwrap()
}

/// A pair with words of one and of two pieces.
fn text(tokenizer: &Tokenizer, words: usize) -> Encoding {
    let word = |number: usize| ["man", "eating", "food", "zürich", "qqq"][number % 5];
    let first: Vec<&str> = (0..words).map(word).collect();
    tokenizer.encode(&Text::pair(first.join(" "), "a man eats ."), 4096).unwrap()
}

fn hidden(masked: &Masked) -> Vec<usize> {
    masked.targets.0.iter().enumerate().filter(|(_, target)| target.is_some()).map(|(token, _)| token).collect()
}

#[test]
fn targets_are_what_stood_there_and_nothing_else_changes() {
    let tokenizer = tokenizer();
    let text = text(&tokenizer, 40);
    let masking = Masking::new(&tokenizer, 7).unwrap();
    for example in 0..200 {
        let masked = masking.mask(&text, 0, example);
        for (token, (before, after)) in text.pieces().iter().zip(masked.encoding.pieces()).enumerate() {
            match masked.targets.0[token] {
                Some(target) => assert_eq!(target, before.id),
                None => assert_eq!(before, after),
            }
            assert!(masked.targets.0[token].is_none() || !(before.special || before.id == tokenizer.special().unk));
            assert_eq!((before.word, &before.chars), (after.word, &after.chars));
        }
    }
}

#[test]
fn words_are_hidden_whole() {
    let tokenizer = tokenizer();
    let text = text(&tokenizer, 40);
    let masking = Masking::new(&tokenizer, 7).unwrap();
    let parted = masking.clone().whole_words(false);
    let is_whole =
        |masked: &Masked| hidden(masked).into_iter().all(|token| text.word_pieces(token).all(|piece| masked.targets.0[piece].is_some()));
    assert!((0..300).all(|example| is_whole(&masking.mask(&text, 0, example))));
    assert!(!(0..300).all(|example| is_whole(&parted.mask(&text, 0, example))));
}

#[test]
fn fifteen_in_a_hundred_are_hidden_and_eight_in_ten_of_them_masked() {
    let tokenizer = tokenizer();
    let (text, special) = (text(&tokenizer, 400), tokenizer.special());
    let masking = Masking::new(&tokenizer, 7).unwrap();
    let candidates = text.pieces().iter().filter(|piece| !piece.special && piece.id != special.unk).count();
    let (mut counts, mut places, mut drawn) = ([0usize; 3], BTreeSet::new(), BTreeSet::new());
    for example in 0..200 {
        let masked = masking.mask(&text, 0, example);
        assert_eq!(hidden(&masked).len(), (candidates as f64 * 0.15).round() as usize);
        for token in hidden(&masked) {
            let (before, after) = (text.pieces()[token].id, masked.encoding.pieces()[token].id);
            let kind = if Some(after) == special.mask {
                0
            } else if after == before {
                2
            } else {
                1
            };
            counts[kind] += 1;
            places.insert(token);
            drawn.extend((kind == 1).then_some(after));
        }
    }
    let total: usize = counts.iter().sum();
    let share = |count: usize| count as f64 / total as f64;
    // About 14 000 draws: standard deviations of 0.003; one random token in 35 is the one that stood there.
    assert!((share(counts[0]) - 0.8).abs() < 0.012 && (share(counts[1]) - 0.097).abs() < 0.01, "{counts:?}");
    assert_eq!(places.len(), candidates);
    let all: BTreeSet<u32> = (0..tokenizer.vocab_size() as u32)
        .filter(|id| ![special.cls, special.sep, special.pad, special.unk].contains(id) && Some(*id) != special.mask)
        .collect();
    assert_eq!(drawn, all);
}

#[test]
fn masks_depend_on_seed_epoch_and_number_alone() {
    let tokenizer = tokenizer();
    let text = text(&tokenizer, 40);
    let masking = |seed| Masking::new(&tokenizer, seed).unwrap();
    assert_eq!(masking(7).mask(&text, 1, 5), masking(7).mask(&text, 1, 5));
    let all = [masking(7).mask(&text, 1, 5), masking(8).mask(&text, 1, 5), masking(7).mask(&text, 2, 5), masking(7).mask(&text, 1, 6)];
    for (one, other) in (0..4).flat_map(|one| (0..one).map(move |other| (one, other))) {
        assert_ne!(all[one], all[other]);
    }
}

#[test]
fn a_short_text_has_one_hidden_word_and_an_empty_one_none() {
    let tokenizer = tokenizer();
    let masking = Masking::new(&tokenizer, 7).unwrap();
    let encode = |text: &str| tokenizer.encode(&Text::from(text), 16).unwrap();
    assert_eq!(hidden(&masking.mask(&encode("eating"), 0, 0)), [1, 2]);
    assert!(hidden(&masking.mask(&encode(""), 0, 0)).is_empty() && hidden(&masking.mask(&encode("qqq"), 0, 0)).is_empty());
    assert_eq!(hidden(&masking.share(1.0).unwrap().mask(&encode("eating a man"), 0, 0)), [1, 2, 3, 4]);
    for share in [0.0, -1.0, 1.5, f64::NAN] {
        assert!(Masking::new(&tokenizer, 7).unwrap().share(share).is_err());
    }
}

/// A document of words that the vocabulary has.
fn spoken() -> Documents {
    let text = "a man is eating food .\nwho eats ?\nzürich , paris .\n\nnew york .\na man eats .\n";
    Documents::parse("a.txt", text, &Plain::lines()).unwrap()
}

/// Hidden words, and the order of sentences.
const BOTH: &str = "labels order = is_next, not_next; \
    input tokens; linear hidden -> vocab; output masked; loss cross_entropy; \
    input pooled; linear hidden -> order; output order; loss cross_entropy;";

#[test]
fn heads_get_hidden_words_and_the_order_of_sentences() {
    let tokenizer = tokenizer();
    let head = |text: &str| DynamicHead::from_source(text).unwrap();
    let both = Pretraining::new(&head(BOTH), &tokenizer, spoken(), 7).unwrap();
    for (epoch, index) in (0..20).flat_map(|epoch| (0..3).map(move |index| (epoch, index))) {
        let (text, targets) = both.get(epoch, index, 32).unwrap();
        let pair = both.pairs().get(epoch, index).unwrap();
        assert_eq!((text.text(0), text.text(1)), (pair.first.as_ref(), pair.second.as_ref()));
        assert_eq!(targets[1], ("labels.order".to_owned(), Target::Classes(vec![i64::from(!pair.is_next)])));
        let Target::Classes(hidden) = &targets[0].1 else { unreachable!() };
        assert!(hidden.len() == text.len() && hidden.iter().any(|id| *id >= 0));
        assert!(collate_targets([targets], &[vec![text]]).is_ok());
    }
    let alone = Pretraining::new(&head("input tokens; linear hidden -> vocab; loss cross_entropy;"), &tokenizer, spoken(), 7).unwrap();
    assert_eq!((alone.get(0, 0, 32).unwrap().0.sequences(), alone.len()), (1, 3));
    assert!(alone.get(0, 3, 32).unwrap_err().to_string().contains("there is no example 3"));
    let other = Pretraining::new(&head("input pooled; linear hidden -> 1; squeeze; loss mse;"), &tokenizer, spoken(), 7).unwrap_err();
    assert!(other.to_string().contains("is trained towards a number (`logits`)"), "{other}");
}

#[test]
fn segments_fill_what_a_head_reads_and_are_not_cut() {
    let tokenizer = tokenizer();
    let head = |text: &str| DynamicHead::from_source(text).unwrap();
    let examples = |text: &str| Pretraining::new(&head(text), &tokenizer, spoken(), 7).unwrap();
    let lengths = |examples: &Pretraining<'_>, room| {
        let example = |number: usize| examples.get(number as u64 / 3, number % 3, room).unwrap().0;
        (0..60).map(example).inspect(|text| assert!(text.truncation().is_none())).map(|text| text.len()).collect::<Vec<_>>()
    };
    // The first document whole, with [CLS] and [SEP]: `eating` and `zürich` are of two pieces.
    let alone = examples("input tokens; linear hidden -> vocab; loss cross_entropy;");
    let whole = lengths(&alone.segments(64).unwrap(), 64);
    assert_eq!(whole.iter().max(), Some(&(7 + 3 + 5 + 2)));
    let both = lengths(&examples(BOTH).segments(18).unwrap(), 18);
    let single = lengths(&examples(BOTH), 64);
    assert!(both.iter().all(|length| *length <= 18) && both.iter().sum::<usize>() > single.iter().sum(), "{both:?} {single:?}");
}

#[test]
fn targets_of_a_field_have_its_name() {
    let (tokenizer, head) = (tokenizer(), DynamicHead::from_source(BOTH).unwrap());
    let names = |examples: &Pretraining<'_>| examples.get(0, 0, 16).unwrap().1.into_iter().map(|(name, _)| name).collect::<Vec<_>>();
    let examples = Pretraining::new(&head, &tokenizer, spoken(), 7).unwrap();
    assert_eq!(names(&examples), ["labels.masked", "labels.order"]);
    assert_eq!(names(&examples.within("cls")), ["labels.cls.masked", "labels.cls.order"]);
}
