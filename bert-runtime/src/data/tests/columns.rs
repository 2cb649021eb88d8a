use super::parse;
use crate::data::{Columns, Conll, Conllu, Delimited, Examples, JsonLines, Rows, Squad, Unit, Warning};
use crate::head::{AnswerEnd, Target};
use crate::interpret::{DynamicHead, DynamicInput};
use crate::text::{Example, Position, Segment};

fn head(text: &str) -> DynamicHead {
    DynamicHead::from_source(text).unwrap()
}

fn moods() -> DynamicHead {
    head("labels bad, good, seven = \"7\"; input pooled; linear hidden -> labels; loss cross_entropy;")
}

fn tags() -> DynamicHead {
    head("labels O, B, I; input tokens; linear hidden -> labels; loss cross_entropy;")
}

/// What is wrong with rows for a head.
fn told(columns: &Columns, rows: &Rows, head: &DynamicHead) -> String {
    let error = columns.read(rows, head).unwrap_err();
    assert_eq!(error.kind(), crate::ErrorKind::Data);
    error.to_string()
}

fn read(rows: &Rows, head: &DynamicHead) -> Examples<DynamicInput> {
    Columns::new().read(rows, head).unwrap()
}

/// The only target of an example.
fn target(examples: &Examples<DynamicInput>, index: usize) -> Target {
    examples.get(index).unwrap().1[0].1.clone()
}

fn class(class: i64) -> Target {
    Target::Classes(vec![class])
}

#[test]
fn labels_are_names_first_and_then_numbers() {
    let rows = parse("a.csv", "text,label\na,good\nb,0\nc,7\nd, 2 \ne,bad\n", &Delimited::csv());
    let examples = read(&rows, &moods());
    assert_eq!((0..5).map(|index| target(&examples, index)).collect::<Vec<_>>(), [1, 0, 2, 2, 0].map(class));
    assert_eq!(
        (examples.place(4).unwrap().to_string(), examples.get(4).unwrap().0.texts()[0].first().joined()),
        ("a.csv:6".to_owned(), "e".to_owned())
    );
}

#[test]
fn labels_that_there_are_not_are_told_before_training() {
    for label in ["-1", "3", "4294967295", "1.0", "great", "", "NaN", "18446744073709551616"] {
        let told = told(&Columns::new(), &parse("a.tsv", &format!("text\tlabel\nfine\t{label}\n"), &Delimited::tsv()), &moods());
        assert!(told.starts_with("a.tsv:2:6: `label`: one of the labels ") && told.contains("is expected, and this is"), "{told}");
    }
    let told =
        told(&Columns::new(), &parse("a.jsonl", "{\"text\": \"a\", \"label\": null}\n{\"text\": \"b\"}\n", &JsonLines::new()), &moods());
    assert!(told.starts_with("2 faults in the data:\n  a.jsonl:1: `label`: one of the labels") && told.contains("this is empty"), "{told}");
    assert!(told.contains("a.jsonl:2: `label`: there is no such field: the row has `text`"), "{told}");
}

#[test]
fn the_first_twenty_faults_are_listed() {
    let told = told(&Columns::new(), &parse("a.csv", &format!("text,label\n{}", "a,x\n".repeat(30)), &Delimited::csv()), &moods());
    assert!(
        told.starts_with("30 faults") && told.contains("a.csv:21:3:") && !told.contains("a.csv:22:3:") && told.ends_with("and 10 more"),
        "{told}"
    );
}

#[test]
fn fields_that_are_missing_are_told_once() {
    let rows = parse("a.csv", "sentence,lable\na,good\nb,bad\n", &Delimited::csv());
    let told = |columns: Columns| told(&columns, &rows, &moods());
    let both = told(Columns::new());
    assert!(both.starts_with("2 faults in the data:\n  a.csv: no field is called `text`, `words`"), "{both}");
    assert!(
        both.contains("no field is called `labels`, `logits`, `label`, `target` for the target `labels`: there are `sentence`, `lable`"),
        "{both}"
    );
    let one = told(Columns::new().text("sentence").target("label"));
    assert_eq!(one, "a.csv: there is no field `label` for the target `labels`: there are `sentence`, `lable`. Did you mean `lable`?");
    assert!(
        told(Columns::new().text("sentence").target_of("mood", "lable")).contains("has no output `mood` with a target: it has `logits`")
    );
    assert!(told(Columns::new().text("sentence").target("lable").numbers("n", ["x"])).contains("is not given `n`: it is given none"));
    assert!(told(Columns::new().choices(["sentence"]).target("lable")).contains("the head reads one text or pair an example"));
}

#[test]
fn nothing_to_train_on_is_told() {
    let told = told(&Columns::new(), &parse("a.csv", "text,label\n", &Delimited::csv()), &moods());
    assert_eq!(told, "there are no examples in a.csv: nothing can be trained on them");
    assert_eq!(read(&parse("a.csv", "text,label\na,good\n", &Delimited::csv()), &moods()).len(), 1);
}

#[test]
fn odd_labels_are_warned_of() {
    let one = read(&parse("a.csv", "text,label\na,good\nb,1\n", &Delimited::csv()), &moods());
    assert_eq!(one.warnings(), [Warning::OneLabel { target: "labels".to_owned(), label: "good".to_owned() }]);
    let two = read(&parse("a.csv", "text,label\na,good\nb,bad\n", &Delimited::csv()), &moods());
    assert_eq!(two.warnings(), [Warning::NeverSeen { target: "labels".to_owned(), labels: vec!["7".to_owned()] }]);
    assert_eq!(two.warnings()[0].to_string(), "`labels`: no example has 1 of the labels: `7`");
    assert_eq!(read(&parse("a.csv", "text,label\na,good\nb,bad\nc,7\n", &Delimited::csv()), &moods()).warnings(), []);
    let tagged = read(&parse("a", "a O\nb B\n", &Conll::new([(0, "words"), (1, "labels")])), &tags());
    assert_eq!(tagged.warnings(), [Warning::NeverSeen { target: "labels".to_owned(), labels: vec!["I".to_owned()] }]);
}

#[test]
fn sets_of_labels_are_lists_or_texts() {
    let set = head("labels a, b, c; input pooled; linear hidden -> labels; loss bce;");
    let rows = parse("a.tsv", "text\tlabels\nx\ta, 2\ny\t\nz\tb\n", &Delimited::tsv());
    let examples = read(&rows, &set);
    let numbers = |index| target(&examples, index);
    assert_eq!([numbers(0), numbers(1), numbers(2)], [[1.0, 0.0, 1.0], [0.0; 3], [0.0, 1.0, 0.0]].map(|set| Target::Numbers(set.to_vec())));
    let other = parse("a.tsv", "text\tlabels\nx\ta|c\n", &Delimited::tsv());
    assert_eq!(target(&Columns::new().separator('|').read(&other, &set).unwrap(), 0), numbers(0));
    assert!(told(&Columns::new(), &other, &set).starts_with("a.tsv:2:3: `labels`: item 0: one of the labels `a`, `c`, `b`"));
}

#[test]
fn labels_of_words_have_their_own_places() {
    let rows = parse("a.conll", "a O\nb X\n\nc I\n", &Conll::new([(0, "words"), (1, "labels")]));
    assert!(told(&Columns::new(), &rows, &tags()).starts_with("a.conll:2: `labels`: item 1: one of the labels `O`, `B`, `I`"));
    let rows = parse("a.csv", "words,labels\na b,O 1\n", &Delimited::csv());
    let examples = read(&rows, &tags());
    assert_eq!(target(&examples, 0), Target::Words(vec![Some(0), Some(1)]));
    assert_eq!(examples.get(0).unwrap().0.texts()[0].first(), &Segment::from(["a", "b"]));
    let short = parse("a.csv", "words,labels\na b,O\n", &Delimited::csv());
    assert_eq!(told(&Columns::new(), &short, &tags()), "a.csv:2:5: `labels`: there are 1 entries for 2 words: one a word is expected");
    let empty = parse("a.jsonl", "{\"words\": [], \"labels\": []}", &JsonLines::new());
    assert!(told(&Columns::new(), &empty, &tags()).contains("a text of one word at least is expected"));
}

#[test]
fn numbers_are_finite() {
    let value = head("input pooled; linear hidden -> 1; squeeze; loss mse;");
    let rows = |number: &str| parse("a.tsv", &format!("first\tsecond\tlabel\na\tb\t{number}\n"), &Delimited::tsv());
    assert_eq!(target(&read(&rows(" 3.800"), &value), 0), Target::Numbers(vec![3.8]));
    for odd in ["NaN", "inf", "1e400", "1e39", "", "3,8", "x"] {
        assert!(told(&Columns::new(), &rows(odd), &value).starts_with("a.tsv:2:5: `label`: a number is expected"), "{odd}");
    }
    let pair = read(&rows("1"), &value);
    assert_eq!(pair.get(0).unwrap().0.texts()[0].second().unwrap().joined(), "b");
}

#[test]
fn choices_have_a_context_or_not() {
    let choose = head("input pooled per choice; linear hidden -> 1; squeeze; loss cross_entropy;");
    let rows = parse("a.csv", "stem,a,b,label\ns,x,y,1\n", &Delimited::csv());
    let columns = Columns::new().choices(["a", "b"]).context("stem");
    let examples = columns.read(&rows, &choose).unwrap();
    let texts = examples.get(0).unwrap().0.texts();
    assert_eq!((texts.len(), texts[1].first().joined(), texts[1].second().unwrap().joined()), (2, "s".to_owned(), "y".to_owned()));
    assert_eq!(target(&examples, 0), class(1));
    let past = parse("a.csv", "stem,a,b,label\ns,x,y,2\n", &Delimited::csv());
    assert_eq!(told(&columns, &past, &choose), "a.csv:2:7: `label`: there is no choice 2: there are 2, with numbers from 0");
    let list = parse("a.jsonl", "{\"choices\": [\"x\", \"y\", \"z\"], \"label\": 2}", &JsonLines::new());
    assert_eq!(read(&list, &choose).get(0).unwrap().0.texts().len(), 3);
    assert!(told(&Columns::new().text("stem"), &rows, &choose).contains("name their fields with `choices`"));
}

#[test]
fn what_is_given_is_read_too() {
    let given = head(
        "labels no, yes; given account: features 2; given subject: position; input tokens; at subject; concat_in: linear hidden -> 2; let t = { }; concat t, account; linear 4 -> labels; loss cross_entropy;",
    );
    let rows = parse("a.csv", "text,x,y,subject,label\na man,1,0.5,1,yes\n", &Delimited::csv());
    let columns = Columns::new().numbers("account", ["x", "y"]).position("subject", "subject", Unit::Word);
    let examples = columns.read(&rows, &given).unwrap();
    let input = &examples.get(0).unwrap().0;
    assert_eq!((input.numbers(), input.positions()), (vec![("account", &[1.0, 0.5][..])], vec![("subject", Position::Word(1))]));
    let list = parse("a.jsonl", "{\"text\": \"a\", \"account\": [1, 2], \"subject\": {\"char\": 0}, \"label\": 0}", &JsonLines::new());
    assert_eq!(read(&list, &given).get(0).unwrap().0.positions(), [("subject", Position::Char(0))]);
    assert!(
        told(&Columns::new().numbers("account", ["x", "y"]), &rows, &given).contains("a.csv:2:13: `subject`: a position, {\"word\": 3}")
    );
    let few = Columns::new().numbers("account", ["x"]).position("subject", "subject", Unit::Word);
    assert!(
        told(&few, &rows, &given).starts_with("a.csv:2:7: `x`: 2 numbers are expected, and there are 1"),
        "{}",
        told(&few, &rows, &given)
    );
}

#[test]
fn several_targets_have_fields_of_their_own() {
    let both = head(
        "labels intent = go, stop; labels slot = O, B; input pooled; linear hidden -> intent; output intent; loss cross_entropy; \
         input tokens; linear hidden -> slot; output slots; loss cross_entropy;",
    );
    let rows = parse("a.csv", "words,slots,kind\na b,O B,stop\n", &Delimited::csv());
    let columns = Columns::new().target_of("intent", "kind");
    let examples = columns.read(&rows, &both).unwrap();
    let expected = [("labels.intent".to_owned(), class(1)), ("labels.slots".to_owned(), Target::Words(vec![Some(0), Some(1)]))];
    assert_eq!(examples.get(0).unwrap().1, expected);
    assert_eq!(Columns::new().without("intent").read(&rows, &both).unwrap().get(0).unwrap().1, expected[1..]);
    assert!(told(&Columns::new(), &rows, &both).contains("no field is called `labels.intent`, `intent` for the target `labels.intent`"));
    assert!(told(&columns.target("kind"), &rows, &both).contains("say whose field it is with `target_of`"));
}

fn question(answer: &str) -> Rows {
    let text = format!(
        r#"{{"data": [{{"title": "", "paragraphs": [{{"context": "Zoë eats.", "qas": [{{"id": "1", "question": "Who?", "answers": [{answer}]}}]}}]}}]}}"#
    );
    parse("a.json", &text, &Squad::new())
}

#[test]
fn answers_are_characters_and_may_be_none_where_the_decode_says_so() {
    let [plain, possible] = ["", ", no_answer"]
        .map(|no| head(&format!("input tokens; linear hidden -> 2; split start, end; loss span; decode span max_len=30, best=1{no};")));
    let end = |chars, last, or_cls| Target::Answer(AnswerEnd { chars, last, or_cls });
    let some = question(r#"{"text": "eats", "answer_start": 4}"#);
    let found = read(&some, &plain);
    assert_eq!(
        found.get(0).unwrap().1,
        [("labels.start".to_owned(), end(Some(4..8), false, false)), ("labels.end".to_owned(), end(Some(4..8), true, false))]
    );
    assert_eq!(target(&read(&some, &possible), 0), end(Some(4..8), false, true));
    assert_eq!(target(&read(&question(""), &possible), 0), end(None, false, true));
    assert!(told(&Columns::new(), &question(""), &plain).contains("heads with `decode span no_answer` know of none"));
    let tokens = parse("a.jsonl", "{\"text\": \"a\", \"label\": {\"start\": 1, \"end\": 2}}", &JsonLines::new());
    assert_eq!(target(&read(&tokens, &plain), 0), class(1));
    for odd in ["{\"chars\": [2, 1]}", "{\"chars\": [0, 9]}", "{\"chars\": 3}", "{}", "7"] {
        let rows = parse("a.jsonl", &format!("{{\"text\": \"a\", \"label\": {odd}}}"), &JsonLines::new());
        assert!(told(&Columns::new(), &rows, &plain).starts_with("a.jsonl:1: `label`: "), "{odd}");
    }
}

#[test]
fn trees_have_parents_and_relations() {
    let parse_head = head(
        "labels relation = root, nsubj; input tokens; let a = { linear hidden -> 4; } let b = { linear hidden -> 4; } arc: biaffine a, b -> 1; squeeze; output arc; loss tree; \
         input tokens; let c = { linear hidden -> 4; } let d = { linear hidden -> 4; } rel: biaffine c, d -> relation; output relation; loss cross_entropy;",
    );
    let rows = parse("a", "1\tIt\t_\t_\t_\t_\t2\tnsubj:x\t_\t_\n2\tis\t_\t_\t_\t_\t0\troot\t_\t_\n", &Conllu::new().universal());
    let examples = Columns::new().target_of("arc", "heads").target_of("relation", "relations").read(&rows, &parse_head).unwrap();
    let targets = &examples.get(0).unwrap().1;
    assert_eq!(targets[0].1, Target::WordParents(vec![Some(1), Some(1)]));
    assert_eq!(targets[1].1, Target::WordPairs(vec![(0, 1, 1), (1, 1, 0)]));
    let past = parse("a.csv", "words,arc,relation\na b,0 2,\n", &Delimited::csv());
    assert!(told(&Columns::new(), &past, &parse_head).contains("there is no word 2: the text has 2 words"));
}

#[test]
fn the_fingerprint_is_of_the_rows_and_of_the_reading() {
    let rows = parse("a.csv", "text,other,label\na,b,good\n", &Delimited::csv());
    let print = |columns: Columns| columns.read(&rows, &moods()).unwrap().fingerprint().to_owned();
    assert_eq!(print(Columns::new()), print(Columns::new()));
    assert_ne!(print(Columns::new()), print(Columns::new().text("other")));
}
