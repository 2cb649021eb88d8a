//! Losses that read examples together, labels of a user's own enum, several tasks, and rankings.

use bert_runtime::head::Target;
use bert_runtime::metrics::{Retrieval, spearman};
use bert_runtime::{Bert, BertFor, Device, DynamicBert, DynamicHead, Head, Labels, MultiTask, Task, head};
use tests::folders::Copy;

#[derive(Debug, Clone, Copy, PartialEq, Eq, Labels)]
pub enum Place {
    #[label("O")]
    Outside,
    #[label("B-LOC")]
    Begins,
    #[label("I-LOC")]
    GoesOn,
}

head! {
    pub head Places { labels crate::together::Place; input tokens; linear hidden -> labels; loss cross_entropy; decode entities; }
    pub head Mood { labels calm, angry; input cls; linear hidden -> labels; loss cross_entropy; }
    pub head Alike { input tokens; pool mean; loss cosine; }
    pub head Near { input tokens; pool mean; normalize; loss ranking; }
    pub head Answers { input cls; linear hidden -> 1; squeeze; loss bce; }
    pub head Where { input tokens; linear hidden -> 2; split first, last; loss span; }
}

#[derive(MultiTask)]
pub struct All {
    pub places: Places,
    pub mood: Mood,
    pub span: Where,
}

const TEXTS: [&str; 6] =
    ["A film.", "The river that we crossed.", "Anna walked to the bank.", "Paris", "No.", "It ended well, and nobody came."];

fn bert() -> Bert {
    Bert::open(Copy::of_tiny_bert().path(), &Device::Cpu).unwrap()
}

fn model<T: Task>() -> BertFor<T> {
    bert().fresh(11).unwrap()
}

/// The interpreted head with the weights of the compiled one.
fn interpreted<T: Task>() -> DynamicBert {
    bert().fresh_dynamic(&DynamicHead::from_source(T::TEXT).unwrap(), 11).unwrap()
}

#[test]
fn pairs_stay_together_and_correlate() {
    let model = model::<Alike>();
    let wanted = [0.9f32, 0.2, 0.5];
    let examples = TEXTS.into_iter().enumerate().map(|(number, text)| (text, wanted[number / 2]));
    let evaluation = model.evaluate(examples.clone()).unwrap();
    let vectors = model.predict_many(TEXTS).unwrap();
    let cosines: Vec<f64> = vectors.chunks(2).map(|pair| f64::from(pair[0].cosine(&pair[1]))).collect();
    let distances = cosines.iter().zip(wanted).map(|(cosine, wanted)| (cosine - f64::from(wanted)).powi(2));
    assert!((evaluation.get("loss").unwrap() - distances.sum::<f64>() / 3.0).abs() < 1e-5, "{evaluation}");
    let expected = spearman(&cosines, &wanted.map(f64::from)).unwrap();
    assert!((evaluation.get("spearman").unwrap() - expected).abs() < 1e-9, "{evaluation}");
    let targets = examples.map(|(text, wanted)| (text, vec![("labels".to_owned(), Target::Numbers(vec![wanted]))]));
    assert_eq!(interpreted::<Alike>().evaluate(targets).unwrap(), evaluation);
    let error = model.evaluate([("A film.", 0.5)]).unwrap_err().to_string();
    assert!(error.contains("takes 2 at a time"), "{error}");
}

#[test]
fn a_loss_over_the_batch_is_all_that_is_told() {
    let model = model::<Near>();
    let evaluation = model.evaluate(TEXTS.map(|text| (text, ()))).unwrap();
    assert_eq!(evaluation.iter().map(|score| score.name.as_str()).collect::<Vec<_>>(), ["loss"]);
    assert!(evaluation.unmeasured()[0].name == "embedding" && evaluation.unmeasured()[0].why.contains("the loss alone"));
    let vectors = model.predict_many(TEXTS).unwrap();
    let dots = |first: usize| [0, 1, 2].map(|second| f64::from(vectors[2 * first].dot(&vectors[2 * second + 1])) * 20.0);
    let loss = |first: usize| dots(first).map(f64::exp).iter().sum::<f64>().ln() - dots(first)[first];
    let expected = [0, 1, 2].map(loss).iter().sum::<f64>() / 3.0;
    assert!((evaluation.get("loss").unwrap() - expected).abs() < 1e-4, "{evaluation}, and {expected} is expected");
}

#[test]
fn passages_are_ranked_by_their_query() {
    let model = model::<Answers>();
    let pairs =
        [("Who?", TEXTS[0], 1.0f32), ("Why?", TEXTS[1], 0.0), ("Who?", TEXTS[2], 0.0), ("Why?", TEXTS[3], 1.0), ("Who?", TEXTS[4], 0.0)];
    let evaluation = model.evaluate(pairs.map(|(query, text, wanted)| ((query, text), wanted))).unwrap();
    let mut retrieval = Retrieval::default();
    for asked in ["Who?", "Why?"] {
        let own: Vec<_> = pairs.iter().filter(|(query, ..)| *query == asked).collect();
        let scores: Vec<f64> = own.iter().map(|(query, text, _)| f64::from(*model.predict((*query, *text)).unwrap())).collect();
        retrieval.add(&own.iter().map(|(.., wanted)| *wanted == 1.0).collect::<Vec<_>>(), &scores);
    }
    assert_eq!((evaluation.get("map"), evaluation.get("mrr")), (retrieval.mean_average_precision(), retrieval.mean_reciprocal_rank()));
}

#[test]
fn tasks_of_several_are_measured_under_their_fields() {
    let model = model::<All>();
    let outcomes = model.head().outcomes();
    let told: Vec<(&str, usize, Vec<&str>)> =
        outcomes.iter().map(|one| (one.name.as_str(), one.labels.count(), one.targets.iter().map(String::as_str).collect())).collect();
    let span = vec!["labels.span.first", "labels.span.last"];
    assert_eq!(told, [("places", 3, vec!["labels.places"]), ("mood", 2, vec!["labels.mood"]), ("span", 0, span)]);
    assert_eq!(outcomes[0].labels.names(), ["O", "B-LOC", "I-LOC"]);
    let target = |mood: MoodLabel| AllTarget { mood: Some(mood), ..AllTarget::default() };
    let evaluation = model.evaluate([("A film.", target(MoodLabel::Calm)), ("No.", target(MoodLabel::Calm))]).unwrap();
    let labels = ["A film.", "No."].map(|text| model.predict(text).unwrap().mood.label);
    let right = labels.iter().filter(|label| **label == MoodLabel::Calm).count();
    assert_eq!((evaluation.get("mood.accuracy"), evaluation.get("places.entity_f1")), (Some(right as f64 / 2.0), None));
}
