//! Several threads on one model, and several heads on one encoder.

use std::fmt::Debug;

use bert_runtime::{Bert, Text};
use candle_core::Device;
use tests::each_head;
use tests::folders::Copy;
use tests::heads::*;
use tests::numbers::alike;
use tests::samples::{Sample, fresh};

fn threads_agree<T: Sample<Prediction: Debug>>() {
    let model = fresh::<T>();
    let ask = || format!("{:?}", model.predict_many(T::inputs()).unwrap());
    let alone = ask();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| (0..3).map(|_| ask()).collect::<Vec<_>>())).collect();
        for thread in threads {
            assert!(thread.join().unwrap().iter().all(|answers| *answers == alone), "{}", T::NAME);
        }
    });
}

#[test]
fn eight_threads_predict_on_one_model_as_one_does() {
    each_head!(threads_agree);
}

/// Four heads on one encoder, asked together and each alone.
macro_rules! answered_together {
    ($bert:expr, $texts:expr, $($task:ident $field:tt),+) => {
        let models = ($($bert.fresh::<$task>($field).unwrap(),)+);
        let together = $bert.predict_many_with(($(&models.$field,)+), $texts).unwrap();
        for (text, together) in $texts.into_iter().zip(together) {
            let together = together.into_inner();
            $(
                let alone = models.$field.predict(text.clone()).unwrap().into_inner();
                assert!(alike(&together.$field, &alone, 1e-6), "{}: {:?} and {alone:?}", stringify!($task), together.$field);
            )+
        }
    };
}

#[test]
fn heads_in_one_pass_say_what_each_says_alone() {
    let folder = Copy::of_tiny_bert();
    let bert = Bert::open(folder.path(), &Device::Cpu).unwrap();
    let texts: Vec<Text> = PreTraining::inputs().into_iter().chain(Ner::inputs()).collect();
    answered_together!(bert, texts.clone(), MaskedLm 0, NextSentence 1, Ner 2, QuestionAnswering 3);
    answered_together!(bert, texts.clone(), PreTraining 0, SequenceClassification 1, Similarity 2, Emotions 3);
}
