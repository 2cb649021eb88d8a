use serde_json::json;

use super::{fault, list, parse};
use crate::data::{Conll, Conllu, Delimited, JsonLines, Parallel, Rows, Source, Squad};

#[test]
fn quoted_fields_hold_delimiters_lines_and_quotes() {
    let rows = parse("a.csv", "\u{feff}text,label\r\n\"a, \"\"b\"\"\r\nc\",1\r\n\r\nplain,0", &Delimited::csv());
    assert_eq!(rows[0].read::<String>("text").unwrap(), "a, \"b\"\r\nc");
    assert_eq!(rows[0].place_of("label").to_string(), "a.csv:3:4");
    assert_eq!((rows.len(), rows[1].place().to_string()), (2, "a.csv:5".to_owned()));
    assert_eq!(rows[1].names().collect::<Vec<_>>(), ["text", "label"]);
}

#[test]
fn columns_count_characters() {
    let rows = parse("a.tsv", "text\tlabel\nZürich 東\t1\n", &Delimited::tsv());
    assert_eq!(rows[0].place_of("label").to_string(), "a.tsv:2:10");
}

#[test]
fn an_empty_last_field_is_a_field() {
    let rows = parse("a.csv", "a,b\n1,\n,\n", &Delimited::csv());
    assert_eq!(rows.iter().map(|row| row.read::<String>("b").unwrap()).collect::<Vec<_>>(), ["", ""]);
    assert_eq!(parse("a.csv", "a,b", &Delimited::csv()).len(), 0);
}

#[test]
fn headers_that_cannot_be_are_told() {
    let csv = Delimited::csv();
    assert!(fault("a.csv", "text,label,text\na,b,c\n", &csv).starts_with("a.csv:1:12: two fields are called `text`, the 1. and the 3."));
    assert!(fault("a.csv", "text,\na,b\n", &csv).starts_with("a.csv:1:6: field 2 has no name"));
    assert!(fault("a.csv", "fine,1\nbad,0\n", &csv).contains("a.csv:1:6: `1` is a number"));
    assert!(fault("a.csv", "", &csv).contains("the file is empty"));
    assert!(fault("a.tsv", "text,label\nfine,1\n", &Delimited::tsv()).contains("say `.delimiter(',')`"));
    assert!(fault("a.csv", "fine\t1\n", &csv.names(["text", "label"])).contains("It would have as many with `.delimiter('\\t')`"));
    assert_eq!(parse("a.tsv", "text, cleaned\nfine\n", &Delimited::tsv()).len(), 1);
}

#[test]
fn every_ragged_row_is_told_up_to_twenty() {
    let text = format!("a,b\n{}", "1,2,3\n".repeat(23));
    let told = fault("a.csv", text, &Delimited::csv());
    assert!(told.starts_with("23 faults in the data:\n  a.csv:2:5: the row has 3 fields, and there are 2 names"), "{told}");
    assert!(told.ends_with("a.csv:21:5: the row has 3 fields, and there are 2 names: `a`, `b`\n  and 3 more"), "{told}");
}

#[test]
fn quotes_that_do_not_close_are_told_where_they_open() {
    let told = fault("a.csv", "a,b\n1,\"two\n3,4\n", &Delimited::csv());
    assert_eq!(told, "a.csv:2:3: a double quote opens a field here, and none closes it: double it, or turn quoting off");
    assert!(fault("a.csv", "a,b\n\"1\"x,2\n", &Delimited::csv()).starts_with("a.csv:2:4: the field goes on after its closing quote"));
    assert_eq!(parse("a.tsv", "a\tb\n\"1\tx\"y\n", &Delimited::tsv())[0].read::<String>("a").unwrap(), "\"1");
}

#[test]
fn fields_that_are_too_long_are_told() {
    let told = fault("a.csv", format!("a,b\n1,\"{}\"\n", "x\n".repeat(9 << 20)), &Delimited::csv());
    assert!(told.starts_with("a.csv:2:3: the field has 18 MiB, and 16 at most are read"), "{told}");
    assert!(
        fault("a.jsonl", format!("{{\"a\": \"{}\"}}", "x".repeat(17 << 20)), &JsonLines::new())
            .starts_with("a.jsonl:1:1: the line has 17 MiB")
    );
}

#[test]
fn delimiters_that_part_nothing_are_told() {
    assert!(fault("a.csv", "a\n", &Delimited::csv().delimiter('\n')).contains("cannot part fields"));
    assert!(fault("a.csv", "a\n", &Delimited::csv().delimiter('"')).contains("cannot part fields"));
    assert_eq!(parse("a.csv", "a·b\n1·2\n", &Delimited::csv().delimiter('·'))[0].place_of("b").to_string(), "a.csv:2:3");
}

#[test]
fn bytes_that_are_no_utf8_have_a_line_and_a_column() {
    let told = fault("a.csv", b"text,label\nZ\xc3\xbcrich\xff,1\n".to_vec(), &Delimited::csv());
    assert_eq!(told, "a.csv:2:7: byte 0xff is not UTF-8: save the file as UTF-8");
}

#[test]
fn other_kinds_of_files_are_told_apart() {
    let told = |bytes: &[u8]| fault("a", bytes.to_vec(), &JsonLines::new());
    assert!(told(b"\xff\xfea\0").contains("UTF-16") && told(b"\x1f\x8b\x08").contains("gzip") && told(b"PK\x03\x04").contains("zip"));
    assert!(told(b"PAR1..").contains("Parquet") && told(b"version https://git-lfs.github.com/spec/v1").contains("git lfs pull"));
    assert!(told(b" <!DOCTYPE html>").contains("web page"));
    let folder = tempfile::tempdir().unwrap();
    assert!(Rows::open(folder.path(), &JsonLines::new()).unwrap_err().to_string().contains("is not a file"));
    assert!(Rows::open(folder.path().join("none"), &JsonLines::new()).unwrap_err().to_string().contains("cannot be read"));
}

#[test]
fn lines_that_are_no_objects_are_told() {
    let told = fault("a.jsonl", "{\"a\": 1}\n\n  [1]\n{\"a\": }\n7\n{\"a\": \"\\ud800\"}\n", &JsonLines::new());
    assert!(told.starts_with("4 faults in the data:\n  a.jsonl:3:3: this is a list"), "{told}");
    assert!(
        told.contains("a.jsonl:4:7: not valid JSON: expected value.") && told.contains("a.jsonl:5:1: a JSON object is expected"),
        "{told}"
    );
    assert!(told.contains("a.jsonl:6:"), "{told}");
    let deep = format!("{{\"a\": {}1{}}}", "[".repeat(100_000), "]".repeat(100_000));
    assert!(fault("a.jsonl", deep, &JsonLines::new()).contains("recursion limit"));
}

#[test]
fn names_go_into_values() {
    let rows = parse("a.jsonl", r#"{"a.b": 1, "a": {"b": 2, "c": [{"d": 3}, {"d": 4}]}}"#, &JsonLines::new());
    let read = |name: &str| rows[0].get(name).map(|value| value.into_owned());
    assert_eq!((read("a.b"), read("a.c.d"), read("a.c.1.d")), (Some(json!(1)), Some(json!([3, 4])), Some(json!(4))));
    assert_eq!((read("a.c.e"), read("a.c.2"), read("b"), read("")), (None, None, None, None));
}

#[test]
fn sentences_end_at_blank_lines() {
    let text = "-DOCSTART- -X- O\n\nEU NNP B-ORG\r\n. . O\r\n \t\r\n\n\nA b c\n";
    let rows = parse("a.conll", text, &Conll::new([(2, "labels"), (0, "words")]));
    assert_eq!(rows.iter().map(|row| list(row, "words")).collect::<Vec<_>>(), [vec!["EU", "."], vec!["A"]]);
    assert_eq!(rows[0].place_of_item("labels", 1).to_string(), "a.conll:4");
    let told = fault("a.conll", "a b\nc\n\nd\n", &Conll::new([(1, "labels")]));
    assert!(
        told.starts_with("2 faults") && told.contains("a.conll:2: the line has 1 columns, and column 1 is wanted, counted from 0"),
        "{told}"
    );
    let spaced = parse("a.conll", "New York\tB\n", &Conll::new([(0, "words")]).separated_by('\t'));
    assert_eq!(list(&spaced[0], "words"), ["New York"]);
}

/// A line of CoNLL-U.
fn line(id: &str, form: &str, head: &str, relation: &str) -> String {
    format!("{id}\t{form}\t{form}\tX\t_\t_\t{head}\t{relation}\t_\t_\n")
}

#[test]
fn trees_leave_out_multi_word_tokens_and_empty_nodes() {
    let lines = [line("1-2", "don't", "_", "_"), line("1", "do", "3", "aux:x"), line("2", "n't", "3", "advmod")];
    let text =
        format!("# sent_id = s1\n# text = don't eat\n{}{}{}", lines.concat(), line("2.1", "it", "_", "_"), line("3", "eat", "0", "root"));
    let rows = parse("a.conllu", &text, &Conllu::new());
    assert_eq!(list(&rows[0], "words"), ["do", "n't", "eat"]);
    assert_eq!(rows[0].read::<Vec<usize>>("heads").unwrap(), [2, 2, 2]);
    assert_eq!(*rows[0].get("relations").unwrap(), json!([[0, 2, "aux:x"], [1, 2, "advmod"], [2, 2, "root"]]));
    assert_eq!(
        (rows[0].get("xpos").unwrap().into_owned(), rows[0].read::<String>("sent_id").unwrap()),
        (json!([null, null, null]), "s1".to_owned())
    );
    assert_eq!(rows[0].place_of_item("words", 2).to_string(), "a.conllu:7");
    assert_eq!(list(&parse("a.conllu", &text, &Conllu::new().universal())[0], "deprel"), ["aux", "advmod", "root"]);
}

#[test]
fn sentences_that_are_no_trees_are_told() {
    let told = |text: String| fault("a.conllu", text, &Conllu::new());
    assert!(told(line("1", "a", "2", "x")).starts_with("a.conllu:1: the head is `2`"));
    assert!(told(line("1", "a", "1", "x")).starts_with("a.conllu:1: the head is `1`"));
    assert!(told(line("1", "a", "0", "root") + &line("2", "b", "0", "root")).starts_with("a.conllu:1: the sentence has 2 roots"));
    assert!(told(line("2", "a", "0", "root")).starts_with("a.conllu:1: the word's number is `2`, and 1 comes next"));
    assert!(told("1\ta\n".to_owned()).starts_with("a.conllu:1: the line has 2 columns, and CoNLL-U has 10"));
    assert_eq!(parse("a.conllu", "# only a comment\n\n", &Conllu::new()).len(), 0);
}

/// A file of one question.
fn squad(context: &str, question: serde_json::Value) -> String {
    json!({"version": "v2.0", "data": [{"title": "T", "paragraphs": [{"context": context, "qas": [question]}]}]}).to_string()
}

#[test]
fn answers_are_characters_of_their_context() {
    let answers = json!([{"text": "東京", "answer_start": 6}, {"text": "京", "answer_start": 7}]);
    let rows = parse("a.json", &squad("Zürich東京.", json!({"id": "q", "question": "Where?", "answers": answers})), &Squad::new());
    assert_eq!(*rows[0].get("answers.chars").unwrap(), json!([[6, 8], [7, 8]]));
    assert_eq!(
        (rows[0].read::<String>("answer.text").unwrap(), rows[0].read::<String>("title").unwrap()),
        ("東京".to_owned(), "T".to_owned())
    );
    let wrong = squad("Zürich東京.", json!({"id": "q", "question": "Where?", "answers": [{"text": "東京", "answer_start": 5}]}));
    let told = fault("a.json", wrong, &Squad::new());
    assert!(told.contains("the answer `東京` is said to begin at character 5 of its context, where `h東` stands"), "{told}");
}

#[test]
fn questions_may_have_no_answer() {
    let text = squad("A b.", json!({"id": "q", "question": "Where?", "is_impossible": true, "answers": [], "plausible_answers": []}));
    assert!(parse("a.json", &text, &Squad::new())[0].get("answer").unwrap().is_null());
    assert_eq!(parse("a.json", &text, &Squad::new().answered()).len(), 0);
    let both = squad("A b.", json!({"id": "q", "question": "?", "is_impossible": true, "answers": [{"text": "A", "answer_start": 0}]}));
    assert!(fault("a.json", both, &Squad::new()).contains("impossible, and has answers"));
}

#[test]
fn other_json_is_no_squad() {
    assert!(fault("a.json", "[]", &Squad::new()).contains("there is no list `data`"));
    assert!(fault("a.json", "{\"data\":\n [}", &Squad::new()).starts_with("a.json:2:3: not valid JSON"));
    assert!(fault("a.json", squad("A", json!({"id": "q", "answers": []})), &Squad::new()).contains("there is no text `question`"));
}

fn beside(words: &str, tags: &str, label: &str) -> crate::Result<Rows> {
    let sources = [("w", words), ("t", tags), ("l", label)].map(|(name, text)| Source::from_bytes(name, text).unwrap());
    Parallel::new().words("words", "w").words("tags", "t").line("label", "l").read(&sources)
}

#[test]
fn files_side_by_side_have_as_many_words() {
    let rows = beside("a b\nc\n", "O O\nB-x\n", "one\ntwo words\n").unwrap();
    assert_eq!((list(&rows[1], "tags"), rows[1].read::<String>("label").unwrap()), (vec!["B-x".to_owned()], "two words".to_owned()));
    assert_eq!((rows.files().len(), rows[1].place_of("tags").to_string()), (3, "t:2".to_owned()));
    let told = beside("a b\nc\n\n", "O\nO\n\n", "x\ny\nz\n").unwrap_err().to_string();
    assert!(told.contains("t:1: `tags` has 1 entries, and `words` 2") && told.contains("w:3: `words` has no words"), "{told}");
    let told = beside("a\nb\n", "O\nO\n", "x\n").unwrap_err().to_string();
    assert_eq!(told, "w:2: there is no such line in l: it has 1 lines, and this has 2");
}

#[test]
fn the_fingerprint_is_of_bytes_and_fields() {
    let text = "text,label\na,1\nb,0\n";
    let print = |text: &str, format: &Delimited| parse("a.csv", text, format).fingerprint();
    let csv = Delimited::csv();
    assert_eq!(print(text, &csv), parse("elsewhere.csv", text, &csv).fingerprint());
    assert_ne!(print(text, &csv), print("text,label\na,1\nb,1\n", &csv));
    assert_ne!(print(text, &csv), print("text,label\na,1\nb,0", &csv));
    let rows = parse("a.csv", text, &csv);
    assert_ne!(rows.clone().filter(|row| row.read::<usize>("label").is_ok_and(|label| label == 1)).fingerprint(), rows.fingerprint());
    let abc = Rows::parse("abc", "abc", &Conll::new([(0, "words")])).unwrap();
    assert_eq!(abc.files()[0].sha256, "ba7816bf8f01cfea414140de5dae2223b00361a396177a9cb410ff61f20015ad");
}

#[test]
fn fields_are_made_of_others() {
    let rows = parse("a.csv", "text,answer\na,B\nb,?\n", &Delimited::csv());
    let number = |row: &crate::data::Row| match row.read::<String>("answer").map_err(|error| error.to_string())?.as_str() {
        "A" | "B" => Ok(json!(1)),
        other => Err(format!("no answer is called {other}")),
    };
    assert_eq!(rows.clone().with_field("labels", number).unwrap_err().to_string(), "a.csv:3: `labels`: no answer is called ?");
    assert_eq!(rows.filter(|row| row.place().line == 2).with_field("labels", number).unwrap()[0].read::<usize>("labels").unwrap(), 1);
}

#[test]
fn fields_are_read_as_types() {
    let rows = parse("a.csv", "n,x,list,empty,flag\n7,-0.5,a b  c,,true\n", &Delimited::csv());
    let row = &rows[0];
    assert_eq!((row.read::<usize>("n").unwrap(), row.read::<f32>("x").unwrap(), row.read::<bool>("flag").unwrap()), (7, -0.5, true));
    assert_eq!(row.read::<[String; 3]>("list").unwrap(), ["a", "b", "c"]);
    assert_eq!((row.read::<Option<usize>>("empty").unwrap(), row.read::<Option<usize>>("none").unwrap()), (None, None));
    let told = |error: crate::Error| error.to_string();
    assert_eq!(told(row.read::<usize>("x").unwrap_err()), "a.csv:2:3: `x`: a number from 0 is expected, and this is `-0.5`");
    assert_eq!(told(row.read::<[String; 2]>("list").unwrap_err()), "a.csv:2:8: `list`: 2 items are expected, and there are 3");
    assert_eq!(told(row.read::<f32>("empty").unwrap_err()), "a.csv:2:15: `empty`: a number is expected, and this is empty");
    assert!(told(row.read::<String>("m").unwrap_err()).ends_with("there is no such field: the row has `n`, `x`, `list`, `empty`, `flag`"));
}
