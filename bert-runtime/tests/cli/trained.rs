//! `bert train`, `bert predict` and `bert eval`, on a small encoder with random weights.

use std::fs;
use std::io::{BufRead as _, BufReader, Write as _};
use std::path::Path;
use std::process::Stdio;
use std::sync::OnceLock;

use bert_runtime::{Bert, Device, DynamicHead};
use serde_json::Value;
use tempfile::TempDir;

use crate::support::{Run, bert, bert_reading, command, folder, write};

const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

/// A folder with a task that is begun and trained, for tests that only read it.
fn trained() -> &'static Path {
    static TRAINED: OnceLock<TempDir> = OnceLock::new();
    TRAINED.get_or_init(|| begun("classify")).path()
}

fn begun(task: &str) -> TempDir {
    let folder = folder();
    let run = |arguments: &[&str]| {
        let run = bert(folder.path(), arguments);
        assert_eq!(run.code, Some(0), "{arguments:?}: {}{}", run.out, run.err);
    };
    run(&["new", "begun", "--task", task]);
    run(&[
        "train",
        "begun/begun.head",
        "--model",
        TINY,
        "--data",
        "begun/examples.jsonl",
        "--out",
        "trained",
        "--epochs",
        "2",
        "--batch",
        "4",
    ]);
    folder
}

fn lines(run: &Run) -> Vec<Value> {
    run.out.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
}

fn model() -> bert_runtime::DynamicBert {
    let folder = trained().join("trained/model");
    let head = DynamicHead::from_file(folder.join("head.head")).unwrap();
    Bert::open(&folder, &Device::Cpu).unwrap().bind_dynamic(&head).unwrap()
}

#[test]
fn every_task_trains_and_answers() {
    for task in ["choice", "embedding", "multi-label", "pair", "rank", "regression", "similarity", "span", "tag"] {
        let folder = begun(task);
        for output in ["table", "jsonl", "csv"] {
            let run = bert(folder.path(), &["predict", "--model", "trained/model", "--data", "begun/examples.jsonl", "--output", output]);
            let rows = fs::read_to_string(folder.path().join("begun/examples.jsonl")).unwrap().lines().count();
            let header = usize::from(output != "jsonl");
            assert_eq!((run.code, run.out.lines().count()), (Some(0), rows + header), "{task} {output}: {}{}", run.out, run.err);
        }
        let eval = bert(folder.path(), &["eval", "--model", "trained/model", "--data", "begun/examples.jsonl"]);
        assert!(eval.code == Some(0) && eval.out.contains("loss"), "{task}: {}{}", eval.out, eval.err);
    }
}

#[test]
fn predictions_are_those_of_the_library() {
    let texts = ["A warm and funny film.", "", "  blanks  ", "What a waste!"];
    let filled: Vec<&str> = texts.into_iter().filter(|text| !text.trim().is_empty()).collect();
    let input = texts.join("\n");
    let run = bert_reading(trained(), &["predict", "--model", "trained/model", "--output", "jsonl"], &input);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let found: Vec<Value> = lines(&run).into_iter().map(|mut line| line["prediction"].take()).collect();
    let wanted: Vec<Value> =
        model().predict_many(filled).unwrap().iter().map(|one| serde_json::from_str(&one.to_string()).unwrap()).collect();
    assert_eq!(found, wanted);
}

#[test]
fn accuracy_is_the_share_of_right_predictions() {
    let predicted = bert(trained(), &["predict", "--model", "trained/model", "--data", "begun/examples.jsonl", "--output", "jsonl"]);
    let rows = lines(&predicted);
    let right = rows.iter().filter(|row| row["prediction"]["label"] == row["label"]).count();
    let eval = bert(trained(), &["eval", "--model", "trained/model", "--data", "begun/examples.jsonl", "--output", "jsonl"]);
    assert_eq!(lines(&eval)[0]["accuracy"].as_f64(), Some(right as f64 / rows.len() as f64), "{}", eval.out);
    let csv = bert(trained(), &["eval", "--model", "trained/model", "--data", "begun/examples.jsonl", "--output", "csv"]);
    assert!(csv.out.lines().next().unwrap().split(',').any(|name| name == "accuracy"), "{}", csv.out);
}

#[test]
fn formats_and_columns_give_the_same_predictions() {
    let folder = trained();
    write(folder, "data/a.csv", "id,sentence\n1,\"A film, and a good one.\"\n2,\"Two\nlines.\"\n");
    write(folder, "data/a.tsv", "sentence\tid\nA film, and a good one.\t1\n");
    write(folder, "data/a.txt", "A film, and a good one.\n");
    write(folder, "data/a.jsonl", "{\"sentence\": \"A film, and a good one.\"}\n");
    let first = |file: &str, map: bool| {
        let mut arguments = vec!["predict", "--model", "trained/model", "--output", "jsonl", "--data", file];
        arguments.extend(map.then_some(["--map", "text=sentence"]).into_iter().flatten());
        let run = bert(folder, &arguments);
        assert_eq!(run.code, Some(0), "{file}: {}", run.err);
        lines(&run).into_iter().map(|mut line| line["prediction"].take()).collect::<Vec<_>>()
    };
    let csv = first("data/a.csv", true);
    assert_eq!(csv.len(), 2);
    for (file, map) in [("data/a.tsv", true), ("data/a.txt", false), ("data/a.jsonl", true)] {
        assert_eq!(first(file, map), csv[..1], "{file}");
    }
    let out =
        bert(folder, &["predict", "--model", "trained/model", "--output", "csv", "--data", "data/a.csv", "--map", "text=sentence"]).out;
    let mut reader = csv::Reader::from_reader(out.as_bytes());
    assert_eq!(reader.headers().unwrap(), vec!["id", "sentence", "label", "score"]);
    let records: Vec<csv::StringRecord> = reader.records().map(Result::unwrap).collect();
    assert_eq!((records.len(), &records[1][1]), (2, "Two\nlines."));
    assert_eq!(&records[0][2], csv[0]["label"].as_str().unwrap());
}

#[test]
fn any_character_may_part_fields() {
    let folder = trained();
    write(folder, "data/a.ssv.csv", "id;text\n1;A film, and a good one.\n");
    write(folder, "data/tabs.csv", "id\ttext\n1\tA film, and a good one.\n");
    let texts = |file: &str, delimiter: &str| {
        let run = bert(folder, &["predict", "--model", "trained/model", "--output", "jsonl", "--data", file, "--delimiter", delimiter]);
        assert_eq!(run.code, Some(0), "{}", run.err);
        lines(&run).into_iter().map(|mut line| line["text"].take()).collect::<Vec<_>>()
    };
    assert_eq!(texts("data/a.ssv.csv", ";"), ["A film, and a good one."]);
    assert_eq!(texts("data/tabs.csv", "tab"), texts("data/tabs.csv", "\\t"));
    for (delimiter, file, wanted) in
        [(";;", "data/a.csv", "one character"), ("\"", "data/a.csv", "part no fields"), (";", "a.jsonl", "CSV and TSV")]
    {
        let run = bert(folder, &["predict", "--model", "trained/model", "--data", file, "--delimiter", delimiter]);
        assert!(run.code != Some(0) && run.err.contains(wanted), "{delimiter}: {}", run.err);
    }
}

const BOOK: &str = "\
CHAPTER I

It was late in the year. The days were short.
The wind came from the north, and the leaves were gone.
Nobody was in the street.

CHAPTER II

She opened the door. There was a letter on the floor.
It had no name on it, and no stamp.
He read it twice, and went out.
";

#[test]
fn hidden_words_are_trained_and_measured_on_running_text() {
    let folder = folder();
    write(folder.path(), "book.txt", BOOK);
    write(folder.path(), "test.txt", BOOK);
    assert_eq!(bert(folder.path(), &["new", "begun", "--task", "masked"]).code, Some(0));
    let train = ["train", "begun/begun.head", "--model", TINY, "--data", "book.txt", "--format", "prose", "--epochs", "2", "--batch", "2"];
    let run = bert(folder.path(), &[&train[..], &["--dev", "test.txt"]].concat());
    assert!(run.code == Some(0) && run.err.contains("sentences, 2 times"), "{}{}", run.out, run.err);
    assert!(run.out.contains("perplexity"), "{}", run.out);
    let eval = bert(folder.path(), &["eval", "--model", "trained/model", "--data", "test.txt", "--output", "jsonl"]);
    let scores = &lines(&eval)[0];
    assert!(scores["loss"].as_f64().is_some_and(f64::is_finite) && scores["masked_accuracy"].is_number(), "{}{}", eval.out, eval.err);
    assert_eq!(bert(folder.path(), &["eval", "--model", "trained/model", "--data", "test.txt", "--output", "jsonl"]).out, eval.out);
    let segments = ["eval", "--model", "trained/model", "--data", "test.txt", "--output", "jsonl", "--segments"];
    let told = bert(folder.path(), &[&segments[..], &["32"]].concat());
    assert!(told.code == Some(0) && lines(&told)[0]["loss"].is_number() && told.out != eval.out, "{}{}", told.out, told.err);
    let refused = bert(folder.path(), &[&segments[..], &["4096"]].concat());
    assert!(refused.code == Some(1) && refused.err.contains("`--segments 4096`: this encoder reads "), "{}", refused.err);
    let predict = bert(folder.path(), &["predict", "--model", "trained/model", "--text", "The [MASK] was late."]);
    assert_eq!((predict.code, predict.out.lines().count()), (Some(0), 2), "{}", predict.err);
}

#[test]
fn running_text_is_refused_where_it_has_no_targets_or_rows() {
    let folder = trained();
    write(folder, "data/book.txt", BOOK);
    let refused = |arguments: &[&str], wanted: &str| {
        let run = bert(folder, arguments);
        assert!(run.code == Some(1) && run.err.contains(wanted), "{arguments:?}: {}", run.err);
    };
    let train = ["train", "begun/begun.head", "--model", TINY, "--out", "data/none", "--data"];
    refused(&[&train[..], &["data/book.txt"]].concat(), "`Begun` finds none: give files of rows with what is right of each");
    refused(&[&train[..], &["begun/examples.jsonl", "data/book.txt"]].concat(), "data/book.txt is running text, and other files have rows");
    refused(&["predict", "--model", "trained/model", "--data", "data/book.txt", "--format", "prose"], "which has no rows");
}

#[test]
fn the_recipe_is_what_is_trained_by() {
    let folder = trained();
    let train = |out: &str, more: &[&str]| {
        let start = ["train", "begun/begun.head", "--model", TINY, "--data", "begun/examples.jsonl", "--epochs", "2", "--batch", "4"];
        bert(folder, &[&start[..], &["--rate", "1e-3", "--out", out], more].concat())
    };
    let steps = |out: &str| -> Vec<Value> {
        let file = fs::read_to_string(folder.join(out).join("metrics.jsonl")).unwrap();
        file.lines().map(|line| serde_json::from_str(line).unwrap()).collect()
    };
    let last = |out: &str, name: &str| steps(out).last().unwrap()[name].as_f64().unwrap();
    let constant = ["--warm-up", "0", "--decay", "constant", "--clip", "none"];
    assert_eq!(train("data/constant", &constant).code, Some(0));
    assert!(steps("data/constant").iter().all(|step| step["learning_rate"] == 1e-3));
    let accumulated = [&constant[..], &["--accumulation", "2"]].concat();
    assert_eq!(train("data/accumulated", &accumulated).code, Some(0));
    let (whole, parts) = (last("data/constant", "loss"), last("data/accumulated", "loss"));
    assert!((whole - parts).abs() < 1e-4 * whole, "{whole} {parts}");
    for (name, more) in [
        ("head_rate", ["--head-rate", "20"]),
        ("layer_decay", ["--layer-decay", "0.5"]),
        ("weight_decay", ["--weight-decay", "0.5"]),
        ("dropout", ["--dropout", "0.4"]),
    ] {
        assert_eq!(train(&format!("data/{name}"), &[&constant[..], &more].concat()).code, Some(0));
        assert_ne!(last(&format!("data/{name}"), "loss"), whole, "{name}");
        let resumed = train("data/constant", &[&constant[..], &more].concat());
        assert!(resumed.code == Some(1) && resumed.err.contains(name), "{}", resumed.err);
    }
    let config: Value = serde_json::from_slice(&fs::read(folder.join("data/dropout/model/config.json")).unwrap()).unwrap();
    assert!(config["hidden_dropout_prob"] == 0.4 && config["attention_probs_dropout_prob"] == 0.4, "{config}");
    assert!(train("data/none", &["--dropout", "1"]).err.contains("a dropout of 1 cannot be"));
    let refused = train("data/none", &["--warm-up", "7"]);
    assert!(refused.code == Some(1) && refused.err.contains("`warm_up` is 7"), "{}", refused.err);
    assert!(train("data/none", &["--clip", "no"]).err.contains("write a norm, such as 1, or `none`"));
    assert!(train("data/none", &["--decay", "fast"]).err.contains("write `linear`, `cosine` or `constant`"));
}

const BROKEN: &str = "{\"text\": \"one\"}\n{\"text\": \n{\"text\": 7.5}\n{\"other\": \"x\"}\n{\"text\": \"five\"}\n";

#[test]
fn a_broken_line_ends_it_behind_the_predictions_before_it() {
    let run = bert_reading(trained(), &["predict", "--model", "trained/model", "--output", "jsonl", "--format", "jsonl"], BROKEN);
    assert_eq!((run.code, run.out.lines().count()), (Some(1), 1), "{}", run.err);
    assert!(run.err.contains("<stdin>:2:") && run.err.contains("--skip-broken"), "{}", run.err);
}

#[test]
fn broken_lines_are_skipped_on_request_each_with_its_place() {
    let arguments = ["predict", "--model", "trained/model", "--output", "jsonl", "--format", "jsonl", "--skip-broken"];
    let run = bert_reading(trained(), &arguments, BROKEN);
    let texts: Vec<Value> = lines(&run).into_iter().map(|mut line| line["text"].take()).collect();
    assert_eq!((run.code, texts), (Some(0), vec!["one".into(), "five".into()]), "{}", run.err);
    for place in ["<stdin>:2:", "<stdin>:3", "<stdin>:4"] {
        assert!(run.err.contains(&format!("warning: skipped: {place}")), "{place}: {}", run.err);
    }
    assert!(run.err.contains("2 predicted, 3 skipped"), "{}", run.err);
}

#[test]
fn training_data_that_is_wrong_is_told_whole_before_training() {
    let folder = trained();
    write(
        folder,
        "data/wrong.jsonl",
        "{\"text\": \"a\", \"label\": \"good\"}\n{\"text\": \"b\", \"label\": \"positive\"}\n{\"text\": \"c\"}\n",
    );
    let train = |more: &[&str]| {
        let start = ["train", "begun/begun.head", "--model", TINY, "--data", "data/wrong.jsonl", "--epochs", "1", "--out"];
        bert(folder, &[&start, more].concat())
    };
    let run = train(&["data/out"]);
    assert_eq!(run.code, Some(1));
    assert!(run.err.contains("data/wrong.jsonl:1") && run.err.contains("data/wrong.jsonl:3"), "{}", run.err);
    assert!(!folder.join("data/out").exists());
    let run = train(&["data/out", "--skip-broken"]);
    assert!(run.code == Some(0) && run.err.contains("skipped: data/wrong.jsonl:1"), "{}", run.err);
    assert!(run.err.contains("every example has the label `positive`"), "{}", run.err);
}

#[test]
fn what_is_not_there_is_an_error_that_says_what_to_do() {
    let folder = trained();
    let cases: [(&[&str], &str); 12] = [
        (&["predict", "--model", "trained/model", "--device", "cuda:0", "--text", "a"], "`cuda:0` is not there: "),
        (&["predict", "--model", "trained/model", "--device", "gpu", "--text", "a"], "write `cpu`, `cuda` or `cuda:N`"),
        (&["predict", "--model", "no/model", "--text", "a"], "was not saved with a head"),
        (&["predict", "begun/begun.head", "--model", TINY, "--text", "a"], "`bert train begun/begun.head --model "),
        (&["predict", "--model", "trained/model", "What a film!"], "write `--text \"What a film!\"`"),
        (&["predict", "--model", "trained", "--text", "a"], "its model is in `--model trained/model`"),
        (&["predict", "--model", "trained/model", "--data", "no.txt"], "no.txt cannot be read"),
        (&["predict", "--model", "trained/model", "--data", "begun"], "it is a folder"),
        (&["predict", "--model", "trained/model", "--data", "trained/curve.xyz"], "say it with `--format`"),
        (&["predict", "--model", "trained/model", "--data", "begun/examples.jsonl", "--map", "txt=text"], "Did you mean `text`?"),
        (&["predict", "--model", "trained/model", "--data", "begun/examples.jsonl", "--map", "text"], "write `--map text=sentence`"),
        (&["eval", "--model", "trained/model", "--data", "begun/examples.jsonl", "--map", "target=lable"], "`label`"),
    ];
    for (arguments, wanted) in cases {
        let run = bert(folder, arguments);
        assert!(run.code == Some(1) && run.err.contains(wanted) && !run.err.contains("panicked"), "{arguments:?}: {}", run.err);
    }
}

#[test]
fn nothing_on_standard_input_is_an_error() {
    let run = bert_reading(trained(), &["predict", "--model", "trained/model"], "\n\n");
    assert!(run.code == Some(1) && run.err.contains("there was nothing to predict"), "{}", run.err);
}

/// An answer comes while the input is still open.
#[test]
fn predictions_stream() {
    let mut command = command(trained());
    command.args(["predict", "--model", "trained/model", "--output", "jsonl"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().unwrap();
    let (mut input, mut output) = (child.stdin.take().unwrap(), BufReader::new(child.stdout.take().unwrap()));
    for text in ["first", "second"] {
        writeln!(input, "{text}").unwrap();
        let mut line = String::new();
        output.read_line(&mut line).unwrap();
        assert_eq!(serde_json::from_str::<Value>(&line).unwrap()["text"], text);
    }
    drop(input);
    assert!(child.wait().unwrap().success());
}

#[test]
fn a_training_goes_on_or_is_refused_under_other_settings() {
    let folder = begun("classify");
    let train = |epochs: &str| {
        let arguments = [
            "train",
            "begun/begun.head",
            "--model",
            TINY,
            "--data",
            "begun/examples.jsonl",
            "--out",
            "trained",
            "--batch",
            "4",
            "--epochs",
        ];
        bert(folder.path(), &[&arguments[..], &[epochs]].concat())
    };
    assert_eq!(train("2").code, Some(0));
    let other = train("5");
    assert!(other.code == Some(1) && other.err.contains("epochs"), "{}", other.err);
}
