//! Any bytes give rows or an error, and what the csv crate reads is read the same.

use rand::Rng;

use crate::context::keyed;
use crate::data::{Conll, Conllu, Delimited, Format, JsonLines, Parallel, Source, Squad};

/// A text of pieces that the formats care about, and of any bytes between them.
fn bytes(number: u64, pieces: &[&str], odd: u32) -> Vec<u8> {
    let mut random = keyed(7, number, "bytes", 0);
    let length = random.random_range(0..40);
    let mut bytes = Vec::new();
    for _ in 0..length {
        match random.random_range(0..100u32) < odd {
            true => bytes.push(random.random()),
            false => bytes.extend_from_slice(pieces[random.random_range(0..pieces.len())].as_bytes()),
        }
    }
    bytes
}

const PIECES: &[&str] = &[
    "\"",
    ",",
    "\t",
    "\n",
    "\r\n",
    "\r",
    " ",
    "{",
    "}",
    "[",
    "]",
    ":",
    "a",
    "東",
    "\u{feff}",
    "1",
    "0",
    "_",
    "#",
    "-",
    ".",
    "\\",
    "null",
    "\"data\"",
    "\"paragraphs\"",
    "\"context\"",
    "\"qas\"",
    "\"id\"",
    "\"answers\"",
    "\"text\"",
    "\"answer_start\"",
    "1-2",
    "-DOCSTART-",
    "1\ta\ta\tX\t_\t_\t0\troot\t_\t_\n",
    "# text = x\n",
];

#[test]
fn no_bytes_break_a_reader() {
    let csv = [
        Delimited::csv(),
        Delimited::tsv(),
        Delimited::csv().names(["a", "b"]),
        Delimited::tsv().quoting(true),
        Delimited::csv().delimiter('東'),
    ];
    let conll = [Conll::new([(0, "words"), (1, "labels")]), Conll::new([(0, "words")]).separated_by(',')];
    let mut formats: Vec<Box<dyn Format>> = vec![Box::new(JsonLines::new()), Box::new(Conllu::new()), Box::new(Squad::new())];
    formats.extend(csv.map(|format| Box::new(format) as Box<dyn Format>));
    formats.extend(conll.map(|format| Box::new(format) as Box<dyn Format>));
    let mut rows = 0;
    for number in 0..4000 {
        let bytes = bytes(number, PIECES, [0, 3][number as usize % 2]);
        let Ok(source) = Source::from_bytes("any", bytes) else { continue };
        for format in &formats {
            let mut faults = super::super::Faults::new();
            rows += format.rows(&source, &mut faults).iter().map(|row| row.names().count()).sum::<usize>();
        }
        rows += Parallel::new().words("a", "").line("b", "").read(&[source.clone(), source]).map_or(0, |rows| rows.len());
    }
    assert!(rows > 1000, "{rows}");
}

#[test]
fn what_the_csv_crate_reads_is_read_the_same() {
    let pieces = ["\"", "\"\"", ",", ",", "\n", "\r\n", "a", "b c", "東"];
    let mut compared = 0;
    for (number, quoting) in (0..20_000).map(|number| (number, number % 2 == 0)) {
        let text = String::from_utf8(bytes(number, &pieces, 0)).unwrap();
        let mut reader = csv::ReaderBuilder::new().has_headers(false).flexible(true).quoting(quoting).from_reader(text.as_bytes());
        let expected: Vec<Vec<String>> = reader.records().map(|record| record.unwrap().iter().map(str::to_owned).collect()).collect();
        let (records, faults) = crate::data::delimited::cells(&Source::from_bytes("a.csv", text.clone()).unwrap(), ',', quoting);
        if faults == 0 {
            let found: Vec<Vec<String>> = records.into_iter().map(|record| record.into_iter().map(|(value, _)| value).collect()).collect();
            assert_eq!(found, expected, "{text:?}");
            compared += 1;
        }
    }
    assert!(compared > 12_000, "{compared}");
}

#[test]
fn the_place_of_a_cell_is_where_it_is_written() {
    for number in 0..5000 {
        let text = String::from_utf8(bytes(number, &["\"a\"", "\"b\n\"", ",", "\n", "\r\n", "c", "東"], 0)).unwrap();
        let source = Source::from_bytes("a.csv", text.clone()).unwrap();
        let (records, faults) = crate::data::delimited::cells(&source, ',', true);
        for (value, place) in records.into_iter().flatten().filter(|_| faults == 0) {
            let line = text.split('\n').nth(place.line - 1).unwrap();
            let there: String = line.chars().skip(place.column.unwrap() - 1).filter(|c| *c != '"').collect();
            let first = value.split('\n').next().unwrap().replace('"', "");
            assert!(there.starts_with(&first), "{value:?} at {place} of {text:?}");
        }
    }
}
