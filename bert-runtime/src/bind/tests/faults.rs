//! Everything that can be wrong is told at once, with its place.

use candle_core::DType;

use super::{checkpoint, config, failed, names, says, tensors};
use crate::bind::{Binder, Size};
use crate::context::Context;
use crate::encoder::Source;
use crate::parameter::{Init, ParameterSource};
use crate::weights::{NoteKind, Outcome};

#[test]
fn a_sound_head_is_loaded() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    binder.at(3, "classifier: linear hidden -> 2");
    let weight = binder.parameter("classifier.weight", &[Size::from(2), binder.hidden()], Init::Normal);
    binder.parameter("classifier.bias", &[Size::from(2)], Init::Zeros);
    let (parameters, report) = binder.finish().unwrap();
    assert_eq!(weight.get(&Context::evaluation()).to_vec2::<f32>().unwrap(), [[1., 2., 3., 4.], [5., 6., 7., 8.]]);
    assert_eq!(parameters.iter().map(|parameter| parameter.name()).collect::<Vec<_>>(), ["classifier.weight", "classifier.bias"]);
    assert!(parameters.iter().all(|parameter| parameter.var().is_none()));
    assert_eq!(names(&report, Outcome::Loaded), ["classifier.weight", "classifier.bias"]);
    assert_eq!(names(&report, Outcome::Unused).len(), 3);
    says(
        &report.to_string(),
        &["Bound to", "3 in the checkpoint and not used", "bert.pooler.dense.bias", "line 3, `classifier: linear hidden -> 2`"],
    );
    assert!(report.strict().is_err());
}

#[test]
fn all_faults_come_in_one_error() {
    let mut have = tensors();
    have.retain(|(name, ..)| !name.starts_with("bert.pooler"));
    have.push(("clasifier2.weight", &[1], vec![1.]));
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&have));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    binder.at(1, "input pooled");
    binder.source(Source::Pooled);
    binder.at(2, "classifier: linear 768 -> 4");
    binder.require(768, binder.hidden(), "the input of `classifier`");
    binder.parameter("classifier.weight", &[Size::from(4), binder.hidden() / 3], Init::Normal);
    binder.parameter("classifier.bias", &[Size::from(4)], Init::Zeros);
    binder.at(3, "classifier2: linear 1 -> 1");
    let stand_in = binder.parameter("classifier2.weight", &[Size::from(1), Size::from(7)], Init::Normal);
    assert_eq!(stand_in.tensor().dims(), [1, 7]);
    let (report, text) = failed(binder);
    says(&text, &["line 1, `input pooled`: the checkpoint has no pooler", "`input cls`", "`input pooled fresh`"]);
    says(&text, &["line 2, `classifier: linear 768 -> 4`: the input of `classifier` is 768, and 4 is expected"]);
    says(&text, &["`classifier.weight` has no size: 4 / 3 leaves a rest"]);
    says(&text, &["classifier.bias: found [2], expected [4] (line 2"]);
    says(&text, &["classifier2.weight [1, 7] (line 3", "nearest name in the checkpoint is `clasifier2.weight`"]);
    assert_eq!(
        (report.faults.len(), names(&report, Outcome::Missing), names(&report, Outcome::Mismatched)),
        (3, vec!["classifier2.weight"], vec!["classifier.bias"])
    );
}

#[test]
fn long_lists_are_counted() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    for number in 0..50 {
        binder.parameter(&format!("layer.{number}.missing"), &[Size::from(1)], Init::Normal);
    }
    let (report, text) = failed(binder);
    assert_eq!(report.of(Outcome::Missing).count(), 50);
    says(&text, &["50 missing in the checkpoint", "layer.19.missing", "and 30 more"]);
    assert!(!text.contains("layer.20.missing"));
}

#[test]
fn swapped_axes_and_integers_are_told() {
    let (config, (swapped, _folder)) = (config(""), checkpoint(&[("a", &[4, 2], vec![0.5; 8])]));
    let mut binder = Binder::from_checkpoint(&config, &swapped).unwrap();
    binder.parameter("a", &[Size::from(2), Size::from(4)], Init::Normal);
    says(&failed(binder).1, &["a: found [4, 2], expected [2, 4], the axes are swapped"]);
    let integers = crate::weights::tests::with_header("{\"a\": {\"dtype\": \"I64\", \"shape\": [1], \"data_offsets\": [0, 8]}}", &[0; 8]);
    let integers = crate::weights::tests::open("model.safetensors", &integers).unwrap();
    let mut binder = Binder::from_checkpoint(&config, &integers).unwrap();
    binder.parameter("a", &[Size::from(1)], Init::Normal);
    says(&failed(binder).1, &["a [1], stored as I64, and floats are expected"]);
}

#[test]
fn the_encoder_reads_through_the_same_door() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    binder.at(1, "not the encoder's line");
    let source: &mut dyn ParameterSource = &mut binder;
    source.parameter("bert.embeddings.position_embeddings.weight", &[512, 4], Init::Normal);
    let weight = source.parameter("bert.pooler.dense.weight", &[4, 4], Init::Normal);
    assert_eq!(weight.tensor().to_vec2::<f32>().unwrap()[3], [13., 14., 15., 16.]);
    let (report, _) = failed(binder);
    let missing = report.of(Outcome::Missing).next().unwrap();
    assert_eq!((missing.name.as_str(), &missing.site), ("bert.embeddings.position_embeddings.weight", &None));
}

#[test]
fn odd_numbers_are_noted() {
    let (config, (checkpoint, _folder)) =
        (config(""), checkpoint(&[("nan", &[2], vec![1., f32::NAN]), ("big", &[1], vec![1e30]), ("zero", &[1, 2], vec![0., 0.])]));
    let bind = |dtype| {
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap().with_dtype(dtype);
        binder.parameter("nan", &[Size::from(2)], Init::Normal);
        binder.parameter("big", &[Size::from(1)], Init::Normal);
        binder.parameter("zero", &[Size::from(1), Size::from(2)], Init::Normal);
        binder.finish().unwrap().1
    };
    let kinds = |dtype| bind(dtype).notes.iter().map(|note| note.kind).collect::<Vec<_>>();
    assert_eq!(kinds(DType::F32), [NoteKind::NonFinite, NoteKind::AllZero]);
    assert_eq!(kinds(DType::F16), [NoteKind::NonFinite, NoteKind::NonFinite, NoteKind::AllZero]);
    says(&bind(DType::F32).strict().unwrap_err().to_string(), &["`nan` holds NaN or infinite"]);
    let integers = Binder::from_checkpoint(&config, &checkpoint).unwrap().with_dtype(DType::I64);
    says(&failed(integers).1, &["i64", "F32, F16, BF16 or F64"]);
}

#[test]
fn an_untrained_pooler_is_noted_where_it_is_read() {
    let mut have = tensors();
    have[2].2 = vec![0.; 4];
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&have));
    for reads in [true, false] {
        let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
        ParameterSource::parameter(&mut binder, "bert.pooler.dense.bias", &[4], Init::Zeros);
        binder.source(if reads { Source::Pooled } else { Source::Cls });
        let notes = binder.finish().unwrap().1.notes;
        assert_eq!(notes.iter().any(|note| note.kind == NoteKind::UntrainedPooler), reads);
    }
}

#[test]
fn sizes_without_end_take_no_memory() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let huge = Size::from(u64::MAX / 2);
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap();
    binder.parameter("a", &[huge, huge], Init::Normal);
    binder.parameter("b", &[huge * 3, Size::from(1)], Init::Normal);
    binder.parameter("c", &[binder.hidden() - 5, Size::from(0)], Init::Normal);
    let (_, text) = failed(binder);
    says(
        &text,
        &[
            "a [9223372036854775807, 9223372036854775807]",
            "`b` has no size: 9223372036854775807 * 3 is out of range",
            "4 - 5 is out of range",
            "it is 0",
        ],
    );
    let mut binder = Binder::fresh_head(&config, &checkpoint, 1).unwrap();
    binder.parameter("a", &[huge, huge], Init::Normal);
    binder.parameter("b", &[Size::from(1u64 << 33)], Init::Normal);
    says(&failed(binder).1, &["`a`: a new weight", "`b`: a new weight"]);
}

#[test]
fn one_name_is_one_weight() {
    let (config, (checkpoint, _folder)) = (config(""), checkpoint(&tensors()));
    let mut binder = Binder::from_checkpoint(&config, &checkpoint).unwrap().trainable(true);
    let [first, second] = [(), ()].map(|()| binder.parameter("classifier.bias", &[Size::from(2)], Init::Zeros));
    assert_eq!(first.tensor().id(), second.tensor().id());
    assert!(first.var().is_some());
    binder.parameter("classifier.bias", &[Size::from(3)], Init::Zeros);
    says(&failed(binder).1, &["`classifier.bias` is wanted as [3], and it is [2] already"]);
}

#[test]
fn sizes_compute_both_ways() {
    let size = Size::from(12);
    for result in [size + 2 - 2u64, 24 - size, 2 * size / 2, 144 / size, size * size / size] {
        assert_eq!(result.get(), Ok(12));
    }
    for fault in [size / 5, 5 / size, size / 0, size - 13, 1 - size, size * u64::MAX, size + u64::MAX, Size::from(-1), size - size] {
        assert!(fault.get().is_err(), "{fault}");
    }
    assert!((size / 5 * 5).get().is_err());
}
