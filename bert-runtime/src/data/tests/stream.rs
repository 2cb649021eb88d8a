//! Rows one by one: the same as all at once, each where it stands.

use crate::ErrorKind;
use crate::data::{Delimited, Format, JsonLines, Lines, Row, Rows, Stream, Streamed};

fn streamed(text: &[u8], format: Streamed) -> Vec<crate::Result<Row>> {
    Stream::new("a", text, format).collect()
}

/// The rows of a text, which has no faults, are those that are read at once, places included.
fn same(text: &str, format: Streamed, whole: &impl Format) {
    let rows: Vec<Row> = streamed(text.as_bytes(), format).into_iter().map(Result::unwrap).collect();
    let wanted: Vec<Row> = Rows::parse("a", text, whole).unwrap().iter().cloned().collect();
    assert_eq!(rows, wanted, "{text:?}");
}

#[test]
fn rows_are_those_that_are_read_at_once() {
    let csv = [
        "text,label\none,1\n\n\"two, \"\"quoted\"\"\",2\nthree,3",
        "\u{feff}text,label\r\n\"over\r\ntwo \"\"lines\"\"\",1\r\nnext,2\r\n",
        "text,label\n\"\"\"a\"\"\",\"\"\n\"\n\n\",x\nno \"quote\" here,\"y\"\n",
        "\n\ntext,label\nlate,1\n",
    ];
    for text in csv {
        same(text, Streamed::Delimited(Delimited::csv()), &Delimited::csv());
    }
    same("text\tlabel\na \"5\" book\t1\n", Streamed::Delimited(Delimited::tsv()), &Delimited::tsv());
    let named = Delimited::csv().names(["a", "b"]);
    same("1,2\n3,4\n", Streamed::Delimited(named.clone()), &named);
    same("{\"text\": \"one\"}\n\n  {\"text\": \"größe\"}\r\n", Streamed::JsonLines, &JsonLines::new());
    same("\u{feff}one\n\n  two\r\nthree", Streamed::Lines, &Lines::new());
    same("", Streamed::Lines, &Lines::new());
}

fn faults(rows: &[crate::Result<Row>]) -> Vec<String> {
    rows.iter().filter_map(|row| row.as_ref().err().map(ToString::to_string)).collect()
}

#[test]
fn what_is_broken_has_its_place_and_what_follows_is_read() {
    let rows = streamed(b"one\ntw\xffo\nthree\n", Streamed::Lines);
    assert_eq!(faults(&rows), ["a:2:3: byte 0xff is not UTF-8: save the file as UTF-8"]);
    assert_eq!(rows[2].as_ref().unwrap().place().line, 3);
    let rows = streamed(b"text,label\none\n\"two\nlines\",2\nfour,4,4\nfive,5\n", Streamed::Delimited(Delimited::csv()));
    let found = faults(&rows);
    assert!(found.len() == 2 && found[0].starts_with("a:2:4: ") && found[1].starts_with("a:5:8: "), "{found:?}");
    assert_eq!(rows[3].as_ref().unwrap().place().line, 6);
}

#[test]
fn a_quote_that_never_closes_is_told_where_it_opens() {
    let rows = streamed(b"text,label\none,1\n\"two,2\nthree,3\n", Streamed::Delimited(Delimited::csv()));
    assert_eq!(rows.len(), 2);
    assert!(faults(&rows)[0].starts_with("a:3:1: a double quote opens a field here"), "{:?}", faults(&rows));
}

#[test]
fn a_header_that_is_wrong_ends_it() {
    let rows = streamed(b"text,text\none,1\n", Streamed::Delimited(Delimited::csv()));
    assert!(rows.len() == 1 && faults(&rows)[0].contains("two fields are called `text`"), "{:?}", faults(&rows));
}

#[test]
fn what_is_no_text_ends_it() {
    let rows = streamed(b"\x1f\x8b\x08\n\n\n", Streamed::Lines);
    assert_eq!((rows.len(), rows[0].as_ref().unwrap_err().kind()), (1, ErrorKind::Io));
}

#[test]
fn a_line_without_end_takes_no_more_memory_than_a_field() {
    let long = [vec![b'a'; (16 << 20) + 100], b"\nshort\n".to_vec()].concat();
    let rows = streamed(&long, Streamed::Lines);
    assert!(rows.len() == 2 && faults(&rows)[0].starts_with("a:1:1: the line has more than 16 MiB"), "{:?}", faults(&rows));
    assert_eq!(rows[1].as_ref().unwrap().read::<String>("text").unwrap(), "short");
}
