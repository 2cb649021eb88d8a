use crate::data::{Documents, Plain, sentences};
use crate::testing::shared;

fn parse(text: &str, form: &Plain) -> Vec<Vec<String>> {
    Documents::parse("a.txt", text, form).unwrap().iter().map(|document| document.sentences.clone()).collect()
}

#[test]
fn lines_are_sentences_and_blank_lines_part_documents() {
    assert_eq!(parse("\u{feff}\r\n a. \r\nb.\r\n \r\n\r\nc.", &Plain::lines()), [vec!["a.", "b."], vec!["c."]]);
    let documents = Documents::parse("a.txt", "\n\na\n\nb\n", &Plain::lines()).unwrap();
    assert_eq!(documents.iter().map(|document| document.place.to_string()).collect::<Vec<_>>(), ["a.txt:3", "a.txt:5"]);
}

#[test]
fn books_begin_and_end_at_their_marks() {
    let book = "The Project Gutenberg EBook\r\n\r\n*** START OF THIS PROJECT GUTENBERG EBOOK X ***\r\n\r\nOne long\r\nline. Two.\r\n\r\n\
                Chapter 2\r\n\r\nThree.\r\n\r\n*** END OF THIS PROJECT GUTENBERG EBOOK X ***\r\nLicence.\r\n";
    assert_eq!(parse(book, &Plain::prose()), [vec!["One long line.", "Two."], vec!["Three."]]);
    assert_eq!(
        parse("ADVENTURE IV. THE MYSTERY\n\nA.\n\nChapter and verse\n\nPart of it. B.", &Plain::prose()),
        [vec!["A.", "Chapter and verse", "Part of it.", "B."]]
    );
    assert_eq!(parse("Front.\n\nVII. THE BLUE\n\nI.\n\nA. B.\n", &Plain::prose()), [vec!["Front."], vec!["I.", "A. B."]]);
    let with = parse("*** END OF THE PROJECT GUTENBERG EBOOK X ***\n*** START OF THE PROJECT GUTENBERG EBOOK Y ***\nA.\n", &Plain::prose());
    assert_eq!(with, [vec!["A."]]);
}

#[test]
fn articles_stand_under_titles() {
    let text = " \n = A title = \n \n One @-@ two <unk> 1 @,@ 000 . Three . \n \n = = Section = = \n Four \n = Next = \n = = Only a section = = \n = Last = \n Five \n";
    assert_eq!(parse(text, &Plain::wikitext()), [vec!["One-two [UNK] 1,000 .", "Three .", "Four"], vec!["Five"]]);
    assert_eq!(parse("x = y\n= = =\n=\n", &Plain::wikitext()), [vec!["x = y", "= = =", "="]]);
}

#[test]
fn sentences_end_where_a_new_one_begins() {
    let split = |text: &'static str| sentences(text).collect::<Vec<_>>();
    assert_eq!(split("A b. C d! “E?” Fa. (Ga.) H"), ["A b.", "C d!", "“E?”", "Fa.", "(Ga.)", "H"]);
    assert_eq!(
        split("“Oh!” cried she. It cost 3.50. Mrs. X. Y. Long came."),
        ["“Oh!” cried she.", "It cost 3.50.", "Mrs. X. Y. Long came."]
    );
    assert_eq!(split("Well... No? 2 men. and so on"), ["Well...", "No?", "2 men. and so on"]);
    assert_eq!(split("He said . \" Go . \" They went ."), ["He said .", "\" Go . \"", "They went ."]);
    assert_eq!(split("東京。大阪。"), ["東京。", "大阪。"]);
    assert!(split("").is_empty() && split(" \n ").is_empty());
    assert_eq!(split(". . ."), [". . ."]);
}

#[test]
fn no_text_loses_a_word() {
    let pieces = ["Mr. ", "A", ". ", "! ", "\" ", "“", "”", "b ", "I. ", "…", "。", " ", "\u{a0}", "?", "(", ")"];
    for number in 0..3000u64 {
        let mut state = number.wrapping_mul(0x9e37_79b9_7f4a_7c15);
        let mut text = String::new();
        for _ in 0..12 {
            state = state.rotate_left(7).wrapping_mul(0x2545_f491_4f6c_dd1d);
            text.push_str(pieces[(state >> 32) as usize % pieces.len()]);
        }
        let letters = |text: &str| text.chars().filter(|c| !c.is_whitespace()).collect::<String>();
        assert_eq!(sentences(&text).map(letters).collect::<String>(), letters(&text), "{text:?}");
    }
}

#[test]
fn the_real_texts_have_their_documents() {
    let Some(data) = shared("data") else { return };
    let open = |file: &str, form: Plain| Documents::open(data.join(file), &form).unwrap();
    let sample = open("sample_text/sample_text.txt", Plain::lines());
    assert_eq!((sample.len(), sample.sentences().count()), (3, 31));
    let books = [("pride_and_prejudice_1342-0.txt", 61), ("sherlock_holmes_1661.txt", 12)];
    for (book, chapters) in books {
        let documents = open(&format!("gutenberg/{book}"), Plain::prose());
        assert!(documents.len() == chapters + 1, "{book} {}", documents.len());
        assert!(documents.sentences().all(|sentence| !sentence.contains("Gutenberg")), "{book}");
    }
    let articles = |file: &str| open(&format!("wikitext2/{file}"), Plain::wikitext());
    for file in ["valid.txt", "test.txt"] {
        let text = std::fs::read_to_string(data.join("wikitext2").join(file)).unwrap();
        let titles = text.lines().filter(|line| line.starts_with(" = ") && !line.starts_with(" = = ") && line.ends_with(" = ")).count();
        assert_eq!(articles(file).len(), titles, "{file}");
        assert!(articles(file).sentences().all(|sentence| !sentence.contains(" @-@ ") && !sentence.contains("<unk>")));
    }
    assert_eq!(articles("valid.txt").sentences().flat_map(|sentence| sentence.match_indices("[UNK]")).count(), 11529);
    println!("data-plain 4/4");
}
