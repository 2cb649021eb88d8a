//! Texts that nobody has finished.

use bert_dsl::catalogue::ENTRIES;
use bert_dsl::{Bare, Source, check, ide};

/// Every question at a place; each answer is of the text.
fn ask(source: &Source, analysis: &bert_dsl::Analysis, offset: u32) {
    let fits = |span: bert_dsl::Span| assert!(source.text().get(span.range()).is_some(), "{span:?}");
    ide::hover(source, analysis, offset).into_iter().for_each(|hover| fits(hover.span));
    ide::definition(source, analysis, offset).into_iter().for_each(fits);
    ide::complete(source, analysis, offset);
}

#[test]
fn every_prefix_of_every_head_is_answered_at_its_end() {
    for entry in ENTRIES {
        for end in (0..=entry.text.len()).filter(|end| entry.text.is_char_boundary(*end)) {
            let source = Source::new("typed.head", &entry.text[..end]);
            let analysis = check(&source, Bare::Named("Typed"));
            ask(&source, &analysis, end as u32);
            ide::symbols(&analysis);
        }
    }
}

#[test]
fn every_head_without_one_of_its_characters_is_answered_everywhere() {
    for entry in ENTRIES {
        for (at, letter) in entry.text.char_indices().step_by(7) {
            let text = format!("{}{}", &entry.text[..at], &entry.text[at + letter.len_utf8()..]);
            let source = Source::new("typed.head", text);
            let analysis = check(&source, Bare::Named("Typed"));
            (0..=source.text().len())
                .step_by(5)
                .filter(|at| source.text().is_char_boundary(*at))
                .for_each(|at| ask(&source, &analysis, at as u32));
        }
    }
}

/// Of nearly each word of a head that is right something is said: of all but the words of layers of ones own, and names that `split` gives.
#[test]
fn nearly_every_word_of_the_catalogue_is_told_of() {
    let (mut untold, mut all) = (Vec::new(), 0);
    for entry in ENTRIES {
        let source = entry.source();
        let analysis = check(&source, Bare::Named("Open"));
        let starts = entry.text.char_indices().filter(|(at, letter)| {
            let before = &entry.text[..*at];
            let begins = letter.is_alphabetic() && !before.ends_with(|letter: char| letter.is_alphanumeric() || letter == '_');
            begins && !before.rsplit('\n').next().unwrap().contains("//")
        });
        for (at, _) in starts {
            all += 1;
            if ide::hover(&source, &analysis, at as u32).is_none() {
                untold.push(entry.text[at..].lines().next().unwrap());
            }
        }
    }
    assert!(untold.len() * 20 <= all, "{} of {all}: {untold:#?}", untold.len());
}
