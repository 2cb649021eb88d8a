//! The real files, with the counts that their publishers give.
#![allow(clippy::type_complexity)]

use std::path::Path;

use crate::data::{Columns, Conll, Conllu, Delimited, Format, JsonLines, Parallel, Rows, Squad};
use crate::head::Target;
use crate::interpret::DynamicHead;
use crate::targets::collate_targets;
use crate::testing::shared;
use crate::text::{Example as _, Tokenizer};

/// The rows of a file of the shared data.
fn open(folder: &Path, file: &str, format: &impl Format) -> Rows {
    Rows::open(folder.join(file), format).unwrap()
}

/// How often a field has this value.
fn count(rows: &Rows, name: &str, value: &str) -> usize {
    rows.iter().filter(|row| row.read::<String>(name).unwrap() == value).count()
}

/// How many items the lists of a field have, all together.
fn items(rows: &Rows, name: &str) -> usize {
    rows.iter().map(|row| row.read::<Vec<String>>(name).unwrap().len()).sum()
}

#[test]
fn the_real_files_have_the_counts_of_their_publishers() {
    let Some(data) = shared("data") else { return };
    let checks: [(&str, fn(&Path)); 8] = [
        ("sst2", sst2),
        ("stsb", stsb),
        ("goemotions", goemotions),
        ("commonsenseqa", commonsenseqa),
        ("wnut17", wnut17),
        ("ud_english_ewt", ud_english_ewt),
        ("squad_dev", squad_dev),
        ("atis", atis),
    ];
    for (folder, check) in checks {
        check(&data.join(folder));
    }
    println!("data {0}/{0}", checks.len());
}

fn sst2(folder: &Path) {
    let [train, dev] = ["train.tsv", "dev.tsv"].map(|file| open(folder, file, &Delimited::tsv().trimmed()));
    assert_eq!((train.len(), count(&train, "label", "1"), count(&train, "label", "0")), (67349, 37569, 29780));
    assert_eq!((dev.len(), count(&dev, "label", "1"), count(&dev, "label", "0")), (872, 444, 428));
    assert_eq!(train[0].read::<String>("sentence").unwrap(), "hide new secretions from the parental units");
    assert_eq!(train.files()[0].sha256, "48eac26399f8456935f81dd9e3a745c1430adb6c62e233ccfe22db4a0d15d1d1");
}

fn stsb(folder: &Path) {
    let [train, dev] = ["train.tsv", "dev.tsv"].map(|file| open(folder, file, &Delimited::tsv()));
    assert_eq!((train.len(), dev.len()), (5749, 1500));
    assert!(train.iter().chain(&dev).all(|row| (0.0..=5.0).contains(&row.read::<f32>("score").unwrap())));
}

fn goemotions(folder: &Path) {
    let tsv = Delimited::tsv().names(["text", "labels", "id"]);
    let counts = ["train.tsv", "dev.tsv", "test.tsv"].map(|file| {
        let rows = open(folder, file, &tsv);
        (rows.len(), rows.iter().filter(|row| row.read::<String>("labels").unwrap().contains(',')).count())
    });
    assert_eq!(counts, [(43410, 7102), (5426, 878), (5427, 837)]);
}

fn commonsenseqa(folder: &Path) {
    let files = ["v1.0_train_rand_split.jsonl", "v1.0_dev_rand_split.jsonl", "v1.0_test_rand_split_no_answers.jsonl"];
    let rows = files.map(|file| open(folder, file, &JsonLines::new()));
    assert_eq!(rows.each_ref().map(Rows::len), [7610, 950, 940]);
    assert!(rows.iter().flatten().all(|row| row.read::<Vec<String>>("question.choices.text").unwrap().len() == 3));
    assert!(rows[2].iter().all(|row| row.get("answerKey").is_none()));
}

fn wnut17(folder: &Path) {
    let conll = Conll::new([(0, "words"), (1, "labels")]);
    let rows = ["wnut17train.conll", "emerging.dev.conll", "emerging.test.annotated"].map(|file| open(folder, file, &conll));
    assert_eq!(rows.each_ref().map(|rows| (rows.len(), items(rows, "words"))), [(3394, 62730), (1009, 15733), (1287, 23394)]);
}

fn ud_english_ewt(folder: &Path) {
    let rows = ["en_ewt-ud-dev.conllu", "en_ewt-ud-train.conllu"].map(|file| open(folder, file, &Conllu::new()));
    assert_eq!(rows.each_ref().map(|rows| (rows.len(), items(rows, "words"))), [(2001, 25147), (12544, 204577)]);
}

fn squad_dev(folder: &Path) {
    let rows = open(folder, "dev-v1.1.json", &Squad::new());
    let titles: std::collections::BTreeSet<String> = rows.iter().map(|row| row.read("title").unwrap()).collect();
    assert_eq!((rows.len(), titles.len()), (10570, 48));
    let text = std::fs::read_to_string(folder.join("dev-v1.1.json")).unwrap();
    for row in rows.iter().step_by(500) {
        let key: String = text.chars().skip(row.place().column.unwrap() - 1).take(40).collect();
        assert!(key.contains(&row.read::<String>("id").unwrap()), "{key}");
    }
}

fn atis(folder: &Path) {
    let counts = ["train", "dev", "test"].map(|split| {
        let file = |what: &str| folder.join(format!("{split}.{what}"));
        let rows =
            Parallel::new().words("words", file("seq.in")).words("slots", file("seq.out")).line("intent", file("label")).open().unwrap();
        let intents: std::collections::BTreeSet<String> = rows.iter().map(|row| row.read("intent").unwrap()).collect();
        (rows.len(), intents.len())
    });
    assert_eq!(counts.map(|(rows, _)| rows), [4478, 500, 893]);
    assert_eq!(counts[0].1, 21);
}

/// A head with this many labels, or those of a list of names.
fn head(source: &str) -> DynamicHead {
    DynamicHead::from_source(source).unwrap()
}

#[test]
fn the_real_files_fit_heads() {
    let Some(data) = shared("data") else { return };
    let tsv = Delimited::tsv();
    let mood = head("labels negative, positive; input pooled; linear hidden -> labels; loss cross_entropy;");
    let reviews = Columns::new().text("sentence").read(&open(&data, "sst2/dev.tsv", &tsv), &mood).unwrap();
    assert_eq!((reviews.len(), reviews.warnings().len()), (872, 0));
    let alike = head("input pooled; linear hidden -> 1; squeeze; loss mse;");
    let pairs = Columns::new().pair("sentence1", "sentence2").target("score").read(&open(&data, "stsb/dev.tsv", &tsv), &alike).unwrap();
    assert_eq!(pairs.len(), 1500);
    let feelings = head("labels 28; input pooled; linear hidden -> labels; loss bce;");
    let comments = Columns::new().read(&open(&data, "goemotions/dev.tsv", &tsv.names(["text", "labels", "id"])), &feelings).unwrap();
    let held = |target: &Target| matches!(target, Target::Numbers(set) if set.iter().filter(|share| **share == 1.0).count() > 1);
    assert_eq!((comments.len(), comments.iter().filter(|(_, targets)| held(&targets[0].1)).count()), (5426, 878));
    let choose = head("input pooled per choice; linear hidden -> 1; squeeze; loss cross_entropy;");
    let letter = |row: &crate::data::Row| match row.read::<String>("answerKey").map_err(|error| error.to_string())?.as_bytes() {
        [letter @ b'A'..=b'C'] => Ok((letter - b'A').into()),
        other => Err(format!("no choice is called {other:?}")),
    };
    let questions = open(&data, "commonsenseqa/v1.0_dev_rand_split.jsonl", &JsonLines::new()).with_field("label", letter).unwrap();
    let choices = Columns::new().context("question.stem").choices(["question.choices.text"]).read(&questions, &choose).unwrap();
    assert_eq!(choices.len(), 950);
    let names = "O, B-person, I-person, B-location, I-location, B-group, I-group, B-creative-work, I-creative-work, B-corporation, I-corporation, B-product, I-product";
    let quoted = names.split(", ").map(|name| format!("\"{name}\"")).collect::<Vec<_>>().join(", ");
    let entities = head(&format!("labels {quoted}; input tokens; linear hidden -> labels; loss cross_entropy;"));
    let tagged =
        Columns::new().read(&open(&data, "wnut17/wnut17train.conll", &Conll::new([(0, "words"), (1, "labels")])), &entities).unwrap();
    assert_eq!((tagged.len(), tagged.warnings().len()), (3394, 0));
    let arcs =
        head("input tokens; let a = { linear hidden -> 4; } let b = { linear hidden -> 4; } biaffine a, b -> 1; squeeze; loss tree;");
    assert_eq!(Columns::new().read(&open(&data, "ud_english_ewt/en_ewt-ud-dev.conllu", &Conllu::new()), &arcs).unwrap().len(), 2001);
    println!("data-mapped 6/6");
}

/// The answers of SQuAD are found again under the tokens that they become.
#[test]
fn real_answers_lie_under_their_tokens() {
    let Some(data) = shared("data") else { return };
    let tokenizer = Tokenizer::open(data.join("bert_vocab")).unwrap();
    let span = head("input tokens; linear hidden -> 2; split start, end; loss span;");
    let rows = open(&data, "squad_dev/dev-v1.1.json", &Squad::new());
    let examples = Columns::new().read(&rows, &span).unwrap();
    let (mut found, mut cut) = (0, 0);
    for (row, (input, targets)) in rows.iter().zip(&examples).step_by(10) {
        let texts = vec![tokenizer.encode(&input.texts()[0], 384).unwrap()];
        let collated = collate_targets([targets.clone()], std::slice::from_ref(&texts)).unwrap();
        let token = |name: &str| match collated.require(name).unwrap() {
            [Target::Classes(class)] => usize::try_from(class[0]).ok(),
            other => panic!("{other:?}"),
        };
        let (Some(start), Some(end)) = (token("labels.start"), token("labels.end")) else {
            cut += 1;
            continue;
        };
        let (answer, under) = (row.read::<String>("answer.text").unwrap(), texts[0].excerpt(start..end + 1));
        assert!(under.sequence == 1 && under.text.contains(&answer), "`{answer}` in `{}`", under.text);
        let excess = under.text.chars().count() - answer.chars().count();
        found += usize::from(excess == 0);
    }
    assert!(found > 1000 && cut < 40, "{found} to the character, {cut} cut off, of 1057");
    println!("data-answers {found}/1057 to the character, {cut} cut off");
}
