//! `bert tree`, `bert draw` and `bert explain FILE`

use bert_dsl::catalogue::ENTRIES;

use crate::support::{RIGHT, bert, bert_reading, folder, write};

#[test]
fn a_head_is_printed_as_pytorch_prints_modules() {
    let folder = folder();
    write(folder.path(), "mood.head", RIGHT);
    let run = bert(folder.path(), &["tree", "mood.head"]);
    assert_eq!((run.code, run.err.contains("bert draw mood.head")), (Some(0), true), "{}", run.err);
    assert_eq!(run.out, "MoodHead(\n  (linear): Linear(in_features=hidden, out_features=2, bias=True)\n)\n");
    assert_eq!(bert_reading(folder.path(), &["tree", "-"], RIGHT).out.lines().count(), 3);
}

#[test]
fn every_head_of_the_catalogue_is_drawn() {
    let folder = folder();
    for entry in ENTRIES {
        let file = format!("{}.head", entry.name);
        write(folder.path(), &file, entry.text);
        for _ in 0..2 {
            let run = bert(folder.path(), &["draw", &file, "-o", "head.svg"]);
            assert_eq!((run.code, run.out.as_str()), (Some(0), "head.svg\n"), "{file}: {}", run.err);
        }
        let picture = std::fs::read_to_string(folder.path().join("head.svg")).unwrap();
        assert!(picture.starts_with("<svg") && picture.trim_end().ends_with("</svg>"), "{file}");
        assert_eq!(bert(folder.path(), &["draw", &file]).out, picture);
    }
}

#[test]
fn one_of_several_heads_is_chosen_to_be_drawn() {
    let folder = folder();
    write(folder.path(), "two.head", "head One { input pooled; } head Two { input tokens; }");
    let run = bert(folder.path(), &["draw", "two.head"]);
    assert!(run.code == Some(1) && run.err.contains("two.head has the heads `One`, `Two`: choose one with `--head NAME`"), "{}", run.err);
    assert!(bert(folder.path(), &["draw", "two.head", "--head", "Two"]).out.contains("Two"));
}

#[test]
fn a_head_is_told_step_by_step() {
    let folder = folder();
    write(folder.path(), "mood.head", RIGHT);
    let run = bert(folder.path(), &["explain", "mood.head"]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    for words in ["linear.weight [2, hidden]", "1,536 multiply-adds a text", "`tokens`"] {
        assert!(run.out.contains(words), "{words}: {}", run.out);
    }
    assert!(run.err.contains("numbers are for BERT-base"), "{}", run.err);
    let missing = bert(folder.path(), &["explain", "mod.head"]);
    assert!(missing.code == Some(1) && missing.err.contains("mod.head"), "{}", missing.err);
}

#[test]
fn with_a_model_its_tensors_are_told() {
    let (folder, tiny) = (folder(), concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert"));
    write(folder.path(), "mood.head", RIGHT);
    let run = bert(folder.path(), &["explain", "mood.head", "--model", tiny]);
    assert_eq!(run.code, Some(0), "{}", run.err);
    let hidden: serde_json::Value = serde_json::from_str(&std::fs::read_to_string(format!("{tiny}/config.json")).unwrap()).unwrap();
    let parameters = 2 * hidden["hidden_size"].as_u64().unwrap() + 2;
    assert!(run.out.contains(&format!("{parameters} parameters")) && run.out.contains("linear.weight"), "{}", run.out);
    assert!(run.out.contains("missing in the checkpoint"), "{}", run.out);
}
