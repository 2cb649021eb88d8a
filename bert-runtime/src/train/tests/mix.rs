//! Trainings on several data sets, and on running text.

use candle_core::{Device, IndexOp};

use super::{examples, trainer, weights};
use crate::DynamicBert;
use crate::data::pretraining::Pretraining;
use crate::data::{Documents, Plain};
use crate::head::Target;
use crate::interpret::{DynamicHead, DynamicInput};
use crate::model::Bert;
use crate::testing::tiny_bert;
use crate::text::collate;
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

/// Hidden words, the order of sentences, and sets of labels, which are numbers and have none where there is nothing to say.
const THREE: &str = "labels order = is_next, not_next; labels moods = good, bad; \
    input tokens; decoder: linear hidden -> vocab, tied=word_embeddings; output words; loss cross_entropy; \
    input pooled; order: linear hidden -> order; output order; loss cross_entropy; \
    input pooled; moods: linear hidden -> moods; output moods; loss bce;";

fn running(bert: &Bert) -> Pretraining<'_> {
    let documents = Documents::parse("a.txt", TEXT, &Plain::lines()).unwrap();
    Pretraining::new(&DynamicHead::from_source(PRETRAINING).unwrap(), bert.tokenizer().unwrap(), documents, 3).unwrap()
}

fn moods() -> Examples {
    let one = |(input, _)| (input, vec![("labels.moods".to_owned(), Target::Numbers(vec![1.0, 0.0]))]);
    examples().into_iter().map(one).collect()
}

/// How often the likeliest word at a mask is the hidden one, one example at a time.
fn share_of_words_found(model: &DynamicBert, text: &Pretraining<'_>) -> f64 {
    let (mask, mut found, mut all) = (model.bert().tokenizer().unwrap().special().mask.unwrap(), 0, 0);
    for number in 0..text.len() {
        let (encoding, targets) = text.get(0, number, 32).unwrap();
        let Target::Classes(hidden) = &targets[0].1 else { panic!("{targets:?}") };
        let outputs = model.forward(&collate(std::slice::from_ref(&encoding)).unwrap()).unwrap();
        for (token, piece) in encoding.pieces().iter().enumerate().filter(|(_, piece)| piece.id == mask) {
            let best = outputs[0].1.i((0, token)).unwrap().argmax(0).unwrap().to_scalar::<u32>().unwrap();
            (found, all) = (found + usize::from(i64::from(best) == hidden[token]), all + 1);
            assert_ne!(i64::from(piece.id), hidden[token]);
        }
    }
    found as f64 / all as f64
}

#[test]
fn dev_sets_are_measured_each_by_its_own_targets() {
    let folder = tiny_bert(true);
    let trainer = trainer(folder.path(), THREE).epochs(1).batch_size(2);
    let bert = trainer.bert.clone();
    let (train, dev) = (Mix::new().text("text", running(&bert)).set("moods", moods()), Mix::new().text("text", running(&bert)));
    let trained = trainer.train_mix(train, dev.set("moods", moods())).unwrap();
    let evaluated = trained.records.last().unwrap().dev.clone();
    let alone = Mix::new().text("text", running(&bert)).evaluate(&trained.model).unwrap();
    assert_eq!(evaluated["words.masked_accuracy"], alone.get("words.masked_accuracy").unwrap());
    assert_eq!(alone.get("words.masked_accuracy").unwrap(), share_of_words_found(&trained.model, &running(&bert)));
    let moods = trained.model.evaluate(moods()).unwrap();
    assert_eq!((evaluated["moods.f1_micro"], evaluated["moods.loss"]), (moods.get("moods.f1_micro").unwrap(), moods.get("loss").unwrap()));
    let parts = ["words.loss", "order.loss", "moods.loss"].map(|name| evaluated[name]).iter().sum::<f64>();
    assert!((evaluated["loss"] - parts).abs() < 1e-9, "{evaluated:?}");
    assert!(alone.get("moods.f1_micro").is_none());
}

#[test]
fn a_head_goes_on_with_more_of_it() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let first = trainer(folder.path(), &HEADS[..1].concat()).epochs(1).train(of_first(), None).unwrap().model;
    first.save_pretrained(out.path().join("first")).unwrap();
    let trainer = |head: &[&str]| trainer(&out.path().join("first"), &head.concat()).epochs(1).learning_rate(1e-9);
    let mix = || Mix::new().set("one", of("one", 2)).set("two", of("two", 3));
    let second = trainer(&HEADS).extend_pretrained_head().train_mix(mix(), None).unwrap().model;
    let (first, second) = (weights(&first), weights(&second));
    let furthest = |name: &str| first[name].iter().zip(&second[name]).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max);
    assert!(first.keys().all(|name| furthest(name) < 1e-6));
    assert!(second.keys().any(|name| name == "two.weight"));
    let new = weights(&trainer(&HEADS).train_mix(mix(), None).unwrap().model);
    assert_ne!(new["one.weight"], second["one.weight"]);
    assert_eq!(new["two.weight"].len(), second["two.weight"].len());
    let missing = trainer(&HEADS).from_pretrained_head().train_mix(mix(), None).unwrap_err().to_string();
    assert!(missing.contains("two.weight"), "{missing}");
}

/// A head, and what another adds to it.
const HEADS: [&str; 2] = [
    "input pooled; one: linear hidden -> 2; output one; loss cross_entropy; ",
    "input cls; two: linear hidden -> 3; output two; loss cross_entropy;",
];

/// Examples of the first head alone, whose only target has no output's name.
fn of_first() -> Examples {
    of("one", 2).into_iter().map(|(input, targets)| (input, vec![("labels".to_owned(), targets[0].1.clone())])).collect()
}

#[test]
fn what_a_checkpoint_has_in_another_shape_is_told_where_a_head_goes_on() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let first = DynamicHead::from_source(HEADS[0]).unwrap();
    DynamicBert::fresh_head(&first, folder.path(), 1, &Device::Cpu).unwrap().save_pretrained(out.path().join("first")).unwrap();
    let wider = HEADS[0].replace("-> 2", "-> 4");
    let said = trainer(&out.path().join("first"), &wider).extend_pretrained_head().train(of_first(), None).unwrap_err().to_string();
    assert!(said.contains("one.weight") && said.contains("[2, 8]"), "{said}");
}
