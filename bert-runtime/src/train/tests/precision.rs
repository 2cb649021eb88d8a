//! Mixed precision, loss scales, and steps that memory does not suffice for.

use candle_core::{DType, Device};

use super::{HEAD, examples, train, trainer, weights};
use crate::error::ErrorKind;
use crate::gpu::emulated::emulated;
use crate::interpret::DynamicHead;
use crate::model::Bert;
use crate::testing::memory::with_memory_for;
use crate::testing::tiny_bert;
use crate::train::Precision;
use crate::train::precision::LossScale;

#[test]
fn a_model_learns_in_mixed_precision_with_weights_in_f32() {
    let folder = tiny_bert(true);
    let run = |precision| {
        let trained = train(trainer(folder.path(), HEAD).epochs(12).precision(precision)).unwrap();
        let losses: Vec<f64> = trained.records.iter().filter_map(|record| record.dev.get("loss").copied()).collect();
        assert!(losses[11] < 0.6 * losses[0], "{precision:?}: {losses:?}");
        assert!(trained.model.parameters().iter().all(|parameter| parameter.tensor().dtype() == DType::F32));
        trained.records
    };
    for precision in [Precision::BF16, Precision::F16] {
        run(precision);
    }
    emulated(|| run(Precision::F16));
}

/// On the kernels of a GPU a training gives what it gives on the processor, but for rounding.
#[test]
fn a_training_on_emulated_kernels_is_that_of_the_processor() {
    let folder = tiny_bert(true);
    let losses = || {
        let trained = train(trainer(folder.path(), HEAD)).unwrap();
        trained.records.iter().filter_map(|record| record.loss).collect::<Vec<_>>()
    };
    let exact = losses();
    emulated(|| {
        let found = losses();
        assert_eq!(found.len(), exact.len());
        assert!(found.iter().zip(&exact).all(|(found, exact)| (found - exact).abs() < 2e-3), "{found:?} {exact:?}");
    });
}

#[test]
fn weights_in_another_format_are_refused() {
    let folder = tiny_bert(true);
    let bert = Bert::options().dtype(DType::BF16).open(folder.path(), &Device::Cpu).unwrap();
    let head = DynamicHead::from_source(HEAD).unwrap();
    let trainer = bert.dynamic_trainer(&head).precision(Precision::F16).progress(false).signals(false);
    let told = trainer.train(examples(), None).unwrap_err().to_string();
    assert!(told.contains("mixed precision keeps weights in F32: open it in F32"), "{told}");
}

#[test]
fn a_scale_is_halved_where_gradients_are_infinite_and_doubled_after_long() {
    let mut scale = LossScale::new(Precision::F16);
    assert!(scale.skips(Precision::F16, f64::INFINITY) && scale.skips(Precision::F16, f64::NAN));
    assert_eq!((scale.scale, scale.skipped), (16384.0, 2));
    assert!((0..2000).all(|_| !scale.skips(Precision::F16, 1.0)));
    assert_eq!(scale.scale, 32768.0);
    let mut full = LossScale::new(Precision::Full);
    assert!(!full.skips(Precision::Full, f64::INFINITY));
    assert_eq!(full.scale, 1.0);
}

/// A scale that never suffices ends as an error: the numbers themselves are infinite then.
#[test]
fn infinite_numbers_are_an_error_in_the_end() {
    let mut scale = LossScale::new(Precision::F16);
    let skipped = (0..100).take_while(|_| scale.skips(Precision::F16, f64::INFINITY)).count();
    assert_eq!((skipped, scale.scale), (16, 1.0));
}

#[test]
fn mixed_precision_is_resumed_with_its_scale() {
    let (folder, out) = (tiny_bert(true), tempfile::tempdir().unwrap());
    let whole = weights(&train(trainer(folder.path(), HEAD).precision(Precision::F16)).unwrap().model);
    let half = trainer(folder.path(), HEAD).precision(Precision::F16).folder(out.path()).stop_after(4);
    train(half).unwrap();
    let rest = trainer(folder.path(), HEAD).precision(Precision::F16).folder(out.path()).resume();
    assert_eq!(weights(&train(rest).unwrap().model), whole);
}

#[test]
fn a_step_that_memory_does_not_suffice_for_says_what_to_set() {
    let folder = tiny_bert(true);
    let error = with_memory_for(10, || train(trainer(folder.path(), HEAD))).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Memory);
    let told = error.to_string();
    assert!(told.contains("a batch of 4 texts with") && told.contains("a larger `accumulation`"), "{told}");
}
