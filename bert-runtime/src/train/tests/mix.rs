//! Trainings on several data sets, and on running text.

use super::{examples, trainer, weights};
use crate::DynamicBert;
use crate::data::pretraining::Pretraining;
use crate::data::{Documents, Plain};
use crate::head::Target;
use crate::interpret::{DynamicHead, DynamicInput};
use crate::testing::tiny_bert;
use crate::train::{Ending, Mix};

const TWO: &str = "labels no, yes; input pooled; linear hidden -> labels; output a; loss cross_entropy; \
                   input cls; linear hidden -> 3; output b; loss cross_entropy;";
const TEXT: &str = "a man is eating food .\nwho eats paris ?\nnew york , paris .\n\nfood is food .\nwho is a man ?\na man eats .\n";
const PRETRAINING: &str = "labels order = is_next, not_next; \
    input tokens; decoder: linear hidden -> vocab, tied=word_embeddings; output words; loss cross_entropy; \
    input pooled; order: linear hidden -> order; output order; loss cross_entropy;";

type Examples = Vec<(DynamicInput, Vec<(String, Target)>)>;

/// Examples that train one output alone.
fn of(output: &str, classes: i64) -> Examples {
    let one = |(number, (input, _)): (usize, (DynamicInput, _))| {
        (input, vec![(format!("labels.{output}"), Target::Classes(vec![number as i64 % classes]))])
    };
    examples().into_iter().enumerate().map(one).collect()
}

fn mix<'d>() -> Mix<'d, DynamicBert> {
    Mix::new().set("two", of("a", 2)).set("three", of("b", 3).into_iter().take(8).collect::<Vec<_>>())
}

#[test]
fn each_step_reads_one_set_and_all_heads_learn() {
    let folder = tiny_bert(true);
    let trained = trainer(folder.path(), TWO).epochs(2).train_mix(mix(), None).unwrap();
    assert_eq!((trained.records.len(), trained.ending), (2 * (3 + 2), Ending::Completed));
    let untrained = weights(&trainer(folder.path(), TWO).bert.fresh_dynamic(&DynamicHead::from_source(TWO).unwrap(), 42).unwrap());
    let trained = weights(&trained.model);
    for name in untrained.keys().filter(|name| !name.starts_with("bert.") || name.contains("word_embeddings")) {
        assert_ne!(untrained[name], trained[name], "{name}");
    }
}

#[test]
fn a_mix_is_resumed_to_the_same_bits() {
    let folder = tiny_bert(true);
    let train = |out: &std::path::Path, stop| {
        let trainer = trainer(folder.path(), TWO).epochs(2).folder(out).resume();
        let trainer = if stop > 0 { trainer.stop_after(stop) } else { trainer };
        weights(&trainer.train_mix(mix().alpha(0.5), None).unwrap().model)
    };
    let (whole, parts) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
    train(parts.path(), 4);
    assert!(train(parts.path(), 0) == train(whole.path(), 0));
}

#[test]
fn running_text_trains_hidden_words_and_the_order_of_sentences() {
    let folder = tiny_bert(true);
    let head = DynamicHead::from_source(PRETRAINING).unwrap();
    let run = || {
        let trainer = trainer(folder.path(), PRETRAINING).epochs(4).batch_size(2);
        let bert = trainer.bert.clone();
        let documents = Documents::parse("a.txt", TEXT, &Plain::lines()).unwrap();
        let text = Pretraining::new(&head, bert.tokenizer().unwrap(), documents, 3).unwrap();
        trainer.train_mix(Mix::new().text("text", text), None).unwrap()
    };
    let (first, second) = (run(), run());
    assert_eq!(first.records.len(), 8);
    assert!(first.records.iter().all(|record| record.losses.len() == 2));
    assert!(weights(&first.model) == weights(&second.model));
}

#[test]
fn a_head_that_no_set_trains_is_named() {
    let folder = tiny_bert(true);
    let said = trainer(folder.path(), TWO).train_mix(Mix::new().set("two", of("a", 2)), None).unwrap_err().to_string();
    assert!(said.contains("get no gradient") && said.contains("linear"), "{said}");
    let none = trainer(folder.path(), TWO).train_mix(Mix::new(), None).unwrap_err().to_string();
    assert!(none.contains("nothing to train on"), "{none}");
}
