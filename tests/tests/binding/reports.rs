//! Everything that is wrong with a checkpoint, in one report.

use bert_runtime::weights::{Entry, Outcome, Report};
use bert_runtime::{BertFor, BertHead, ErrorKind};
use candle_core::{DType, Device, Tensor};
use tests::folders::{Copy, fixture};

use crate::says;

#[derive(Debug, BertHead)]
#[head(path = "fixtures/token_classification/head.head")]
struct Menu;

const MISSING_OF_ENCODER: &str = "bert.encoder.layer.1.output.dense.weight";

/// The classifier's weight under a name with a slip, its bias too long, a tensor of the encoder gone, two that nothing asks for.
fn broken() -> Copy {
    Copy::of(fixture("token_classification")).with_weights(|weights| {
        let zeros = |shape: &[usize]| Tensor::zeros(shape, DType::F32, &Device::Cpu).unwrap();
        let weight = weights.remove("classifier.weight").unwrap();
        weights.insert("clasifier.weight".into(), weight);
        weights.insert("classifier.bias".into(), zeros(&[7]));
        weights.insert("cls.seq_relationship.weight".into(), zeros(&[2, 24]));
        weights.remove(MISSING_OF_ENCODER).unwrap();
    })
}

fn names(report: &Report, outcome: Outcome) -> Vec<&str> {
    report.of(outcome).map(|entry| entry.name.as_str()).collect()
}

fn entry<'a>(report: &'a Report, name: &str) -> &'a Entry {
    report.entries.iter().find(|entry| entry.name == name).unwrap()
}

/// The number of the line of the head's file that begins so.
fn line(start: &str) -> u32 {
    let text = std::fs::read_to_string(fixture("token_classification").join("head.head")).unwrap();
    text.lines().position(|line| line.trim_start().starts_with(start)).unwrap() as u32 + 1
}

#[test]
fn missing_mis_shaped_and_unused_tensors_are_told_at_once() {
    let error = BertFor::<Menu>::from_pretrained(broken().path(), &Device::Cpu).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Binding);
    let report = error.report().unwrap();
    assert_eq!(names(report, Outcome::Missing), [MISSING_OF_ENCODER, "classifier.weight"]);
    assert_eq!(names(report, Outcome::Mismatched), ["classifier.bias"]);
    assert_eq!(names(report, Outcome::Unused), ["clasifier.weight", "cls.seq_relationship.weight"]);
    assert_eq!(names(report, Outcome::Fresh), Vec::<&str>::new());
}

#[test]
fn the_report_names_the_line_the_shapes_and_the_nearest_name() {
    let error = BertFor::<Menu>::from_pretrained(broken().path(), &Device::Cpu).unwrap_err();
    let report = error.report().unwrap();
    let (weight, bias) = (entry(report, "classifier.weight"), entry(report, "classifier.bias"));
    assert_eq!(weight.site.as_ref().unwrap().line, line("classifier:"));
    assert_eq!(weight.nearest.as_deref(), Some("clasifier.weight"));
    assert_eq!((bias.wanted.as_deref(), bias.found.as_deref()), (Some(&[5][..]), Some(&[7][..])));
    assert_eq!(entry(report, MISSING_OF_ENCODER).site, None);
    let place = format!("line {}, `classifier: linear", line("classifier:"));
    says(&error.to_string(), &[MISSING_OF_ENCODER, &place, "clasifier.weight", "found [7], expected [5]", "cls.seq_relationship.weight"]);
}

#[test]
fn a_whole_checkpoint_leaves_nothing_to_say() {
    let model = BertFor::<Menu>::from_pretrained(fixture("token_classification"), &Device::Cpu).unwrap();
    let report = model.report();
    assert!(report.is_sound() && report.notes.is_empty() && !model.is_fresh());
    assert_eq!(report.of(Outcome::Loaded).count(), report.entries.len());
    assert_eq!(report.of(Outcome::Loaded).count(), model.parameters().len());
}

#[test]
fn a_head_for_another_width_says_what_it_wants() {
    let error = BertFor::<crate::poolers::Wide>::from_pretrained(fixture("regression"), &Device::Cpu).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Binding);
    says(&error.to_string(), &["768", "20", "linear 768 -> 1"]);
}
