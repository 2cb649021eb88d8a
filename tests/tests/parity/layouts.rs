//! One checkpoint in the forms that folders of the hub have.

use bert_runtime::weights::Outcome;
use bert_runtime::{BertFor, ErrorKind};
use candle_core::Device;
use tests::case::Case;
use tests::folders::{fixture, names_in};
use tests::numbers::furthest;
use tests::proof::{VALUES, within};

use crate::fixtures::Letter;

const LEGACY: &str = "pytorch_legacy";

fn open(layout: &str) -> bert_runtime::Result<BertFor<Letter>> {
    BertFor::from_pretrained(fixture("layouts").join(layout), &Device::Cpu)
}

#[test]
fn every_form_gives_the_same_answers() {
    let root = fixture("layouts");
    let case = Case::open(&root);
    let forms = names_in(&root, |name| root.join(name).is_dir() && name != LEGACY);
    assert_eq!(forms.len(), 6);
    let expected = open("single").unwrap().predict("Anna never walked in Paris again.").unwrap();
    for form in forms {
        let model = open(&form).unwrap_or_else(|error| panic!("{form}: {error}"));
        let logits = model.forward(&case.batch()).unwrap().logits;
        within(&form, furthest(&logits, case.tensor("out.logits")), VALUES).unwrap();
        assert_eq!(*model.predict("Anna never walked in Paris again.").unwrap(), *expected, "{form}");
    }
}

#[test]
fn a_file_of_old_pytorch_is_refused_with_the_way_to_convert_it() {
    let error = open(LEGACY).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Weights);
    let message = error.to_string();
    for part in ["pytorch_model.bin", "torch.load", "safetensors"] {
        assert!(message.contains(part), "{message}");
    }
}

#[test]
fn tensors_that_nothing_asks_for_are_told() {
    let unused = |layout: &str| {
        let model = open(layout).unwrap();
        model.report().of(Outcome::Unused).map(|entry| entry.name.clone()).collect::<Vec<_>>()
    };
    assert!(unused("single").is_empty());
    let extra = unused("extra_tensors");
    assert!(extra.iter().any(|name| name == "cls.seq_relationship.weight"), "{extra:?}");
    assert!(extra.iter().all(|name| name.starts_with("cls.") || name.ends_with("position_ids")), "{extra:?}");
}
