//! A head's labels and the checkpoint's `id2label`.

use bert_runtime::weights::NoteKind;
use bert_runtime::{BertFor, ErrorKind, Task, head};
use candle_core::Device;
use serde_json::json;
use tests::folders::{Copy, fixture};
use tests::heads::SequenceClassification;

use crate::says;

/// The line of `Turned`, which follows.
const TURNED: u32 = line!() + 2;
head! {
    head Turned { labels delivery, refund, praise; input pooled; dropout; classifier: linear -> labels; loss cross_entropy; }
    head Right { labels refund, delivery, praise; input pooled; dropout; classifier: linear -> labels; loss cross_entropy; }
    head Others { labels refund, delivery, blame; input pooled; dropout; classifier: linear -> labels; loss cross_entropy; }
    head Two { labels refund, delivery; input pooled; dropout; classifier: linear -> labels; loss cross_entropy; }
}

fn fault<T: Task>() -> String {
    let error = BertFor::<T>::from_pretrained(fixture("sequence_classification"), &Device::Cpu).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Binding);
    error.to_string()
}

fn notes<T: Task>(id2label: &serde_json::Value) -> Vec<String> {
    let copy = Copy::of(fixture("sequence_classification")).with_config("id2label", id2label.clone()).with_config("label2id", json!(null));
    let model = BertFor::<T>::from_pretrained(copy.path(), &Device::Cpu).unwrap();
    let by_number = model.report().notes.iter().filter(|note| note.kind == NoteKind::LabelsByNumber);
    by_number.map(|note| note.text.clone()).collect()
}

#[test]
fn the_same_names_in_another_order_are_shown_beside_one_another() {
    says(
        &fault::<Turned>(),
        &["[delivery, refund, praise]", "[refund, delivery, praise]", "another order", &format!("line {TURNED}, `labels")],
    );
}

#[test]
fn other_names_are_shown_beside_one_another() {
    says(&fault::<Others>(), &["[refund, delivery, blame]", "[refund, delivery, praise]"]);
}

#[test]
fn another_number_of_labels_is_told_with_the_shapes() {
    says(&fault::<Two>(), &["has 2 labels", "has 3", "classifier.weight", "found [3, 16], expected [2, 16]"]);
}

#[test]
fn labels_without_names_are_matched_by_number_with_a_note() {
    let named = json!({"0": "refund", "1": "delivery", "2": "praise"});
    assert_eq!(notes::<Right>(&named), Vec::<String>::new());
    says(&notes::<Right>(&json!({"0": "LABEL_0", "1": "LABEL_1", "2": "LABEL_2"}))[0], &["by number", "LABEL_0"]);
    says(&notes::<Right>(&json!(null))[0], &["by number", "no id2label"]);
    says(&notes::<SequenceClassification>(&named)[0], &["by number"]);
}
