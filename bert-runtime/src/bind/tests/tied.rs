//! Output layers whose weight is the encoder's.

use super::{checkpoint, config, failed, names, says, tensors};
use crate::bind::Binder;
use crate::parameter::{Init, ParameterSource};
use crate::weights::{NoteKind, Outcome};

const DECODER: &str = "cls.predictions.decoder.weight";
const EMBEDDINGS: &str = "bert.embeddings.word_embeddings.weight";

fn tied(binder: &mut Binder<'_>) -> crate::Parameter {
    let shape = [binder.vocab(), binder.hidden()];
    binder.tied_word_embeddings(DECODER, &shape)
}

#[test]
fn an_absent_decoder_is_the_embeddings() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    for trainable in [true, false] {
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap().trainable(trainable);
        let embeddings = ParameterSource::parameter(&mut binder, EMBEDDINGS, &[5, 4], Init::Normal);
        let decoder = tied(&mut binder);
        assert_eq!((decoder.tensor().id(), decoder.name()), (embeddings.tensor().id(), EMBEDDINGS));
        let (parameters, report) = binder.finish().unwrap();
        assert_eq!((parameters.len(), names(&report, Outcome::Tied)), (1, vec![DECODER]));
    }
}

#[test]
fn embeddings_that_nobody_read_yet_are_read() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    assert_eq!(tied(&mut binder).tensor().to_vec2::<f32>().unwrap()[4], [17., 18., 19., 20.]);
    assert_eq!(names(&binder.finish().unwrap().1, Outcome::Loaded), [EMBEDDINGS]);
}

#[test]
fn a_copy_is_tied_and_other_numbers_are_kept() {
    for differs in [false, true] {
        let mut have = tensors();
        let mut copy = have[0].2.clone();
        copy[3] += f32::from(differs);
        have.push((DECODER, &[5, 4], copy.clone()));
        let (config, (checkpoint, _folder)) = (config(""), checkpoint(&have));
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
        let decoder = tied(&mut binder);
        assert_eq!(decoder.tensor().flatten_all().unwrap().to_vec1::<f32>().unwrap(), copy);
        let (_, report) = binder.finish().unwrap();
        assert_eq!(report.notes.iter().any(|note| note.kind == NoteKind::UntiedDecoder), differs);
        assert_eq!(names(&report, Outcome::Tied).is_empty(), differs);
        assert!(!names(&report, Outcome::Unused).contains(&DECODER));
    }
}

#[test]
fn without_tying_the_decoder_must_be_there() {
    let (config, (checkpoint, _folder)) = (config(", \"tie_word_embeddings\": false"), checkpoint(&tensors()));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    tied(&mut binder);
    says(&failed(binder).1, &["cls.predictions.decoder.weight [5, 4], not tied, since tie_word_embeddings is false"]);
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    assert_eq!(tied(&mut binder).name(), DECODER);
    assert_eq!(names(&binder.finish().unwrap().1, Outcome::Fresh), [DECODER]);
}

#[test]
fn the_bias_has_two_names() {
    for name in ["cls.predictions.bias", "cls.predictions.decoder.bias"] {
        let (config, (checkpoint, _folder)) = (config(""), checkpoint(&[(name, &[5], vec![1.; 5])]));
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
        let vocab = binder.vocab();
        let bias = binder.parameter_or("cls.predictions.bias", &["cls.predictions.decoder.bias"], &[vocab], Init::Zeros);
        assert_eq!((bias.name(), bias.tensor().to_vec1::<f32>().unwrap()), ("cls.predictions.bias", vec![1.; 5]));
        assert!(names(&binder.finish().unwrap().1, Outcome::Unused).is_empty());
    }
}

#[test]
fn a_decoder_of_another_shape_is_no_tie() {
    let mut have = tensors();
    have.push((DECODER, &[6, 4], vec![1.; 24]));
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&have));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    tied(&mut binder);
    says(&failed(binder).1, &["cls.predictions.decoder.weight: found [6, 4], expected [5, 4]"]);
}
