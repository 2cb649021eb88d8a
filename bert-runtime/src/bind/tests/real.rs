//! Real checkpoints, where the workspace's shared files are there.

use super::{names, says};
use crate::bind::{Binder, Size};
use crate::config::BertConfig;
use crate::encoder::{BertEncoder, Source};
use crate::parameter::Init;
use crate::weights::tests::shared;
use crate::weights::{Checkpoint, Outcome};

#[test]
fn masked_words_bind_to_what_transformers_saved() {
    let Some(folder) = shared("oracle/cases/hf_masked_lm") else { return };
    let (config, checkpoint) = (BertConfig::from_folder(&folder).unwrap(), Checkpoint::open(&folder).unwrap());
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    BertEncoder::load(&config, &mut binder, checkpoint.has_pooler()).unwrap();
    let (hidden, vocab) = (binder.hidden(), binder.vocab());
    binder.at(4, "cls.predictions.transform.dense: linear hidden -> hidden");
    binder.parameter("cls.predictions.transform.dense.weight", &[hidden, hidden], Init::Normal);
    binder.parameter("cls.predictions.transform.dense.bias", &[hidden], Init::Zeros);
    binder.parameter("cls.predictions.transform.LayerNorm.weight", &[hidden], Init::Ones);
    binder.parameter("cls.predictions.transform.LayerNorm.bias", &[hidden], Init::Zeros);
    binder.tied_word_embeddings("cls.predictions.decoder.weight", &[vocab, hidden]);
    binder.parameter_or("cls.predictions.bias", &["cls.predictions.decoder.bias"], &[vocab], Init::Zeros);
    let (parameters, report) = binder.finish().unwrap();
    assert_eq!(parameters.len(), checkpoint.names().count());
    assert_eq!(names(&report.strict().unwrap(), Outcome::Tied), ["cls.predictions.decoder.weight"]);
}

#[test]
fn an_encoder_that_was_saved_alone_binds() {
    let Some(folder) = shared("models/all-MiniLM-L6-v2") else { return };
    let (config, checkpoint) = (BertConfig::from_folder(&folder).unwrap(), Checkpoint::open(&folder).unwrap());
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    let encoder = BertEncoder::load(&config, &mut binder, checkpoint.has_pooler()).unwrap();
    binder.source(Source::Pooled);
    encoder.attach_pooler(binder.pooler().unwrap().clone()).unwrap();
    let (parameters, report) = binder.finish().unwrap();
    assert_eq!((parameters.len(), names(&report, Outcome::Unused)), (checkpoint.names().count(), vec![]));
    let mut second = Binder::fresh_head(&config, &checkpoint, 1).unwrap().with_encoder(&encoder);
    second.source(Source::Pooled);
    let width = second.hidden();
    second.parameter("classifier.weight", &[Size::from(2), width], Init::Normal);
    let (parameters, report) = second.finish().unwrap();
    assert_eq!((parameters.len(), names(&report, Outcome::Unused)), (1, vec![]));
    says(&report.to_string(), &["1 newly initialised"]);
}
