//! Tasks of several, left in a folder and read again.

use serde_json::Value;

use super::*;

/// A task of one, whose weights are not called as those of the head alone.
#[derive(Debug, MultiTask)]
pub struct Only {
    intent: Intent,
}

/// What `config.json` says after saving.
fn saved<T: Task>() -> (tempfile::TempDir, Value) {
    let (folder, encoder) = (tempfile::tempdir().unwrap(), Copy::of_tiny_bert());
    let model: BertFor<T> = Bert::options().fresh_for(encoder.path(), 5, &Device::Cpu).unwrap();
    model.save_pretrained(folder.path().join("model")).unwrap();
    let config = std::fs::read(folder.path().join("model/config.json")).unwrap();
    (folder, serde_json::from_slice(&config).unwrap())
}

#[test]
fn transformers_class_is_named_where_its_weights_have_its_names() {
    assert_eq!(saved::<Intent>().1["architectures"][0], "BertForSequenceClassification");
    assert_eq!(saved::<Only>().1["architectures"][0], "BertModel");
    let (_folder, several) = saved::<Assistant>();
    assert_eq!((&several["architectures"][0], &several["problem_type"]), (&"BertModel".into(), &Value::Null));
}

#[test]
fn all_fields_are_read_again_on_one_encoder() {
    let (folder, _) = saved::<Assistant>();
    let (before, path) = (single::<Assistant>(false), folder.path().join("model"));
    let after = BertFor::<Assistant>::from_pretrained(path, &Device::Cpu).unwrap();
    let said = |model: &BertFor<Assistant>| format!("{:?}", model.predict(TEXTS[0]).unwrap().into_inner());
    assert_eq!(said(&after), said(&before));
}
