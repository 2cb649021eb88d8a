//! The nine stock heads: an evaluation is the predictions and the loss that they give otherwise.

use bert_runtime::decode::{At, Classified};
use bert_runtime::head::{IntoTargets, Target};
use bert_runtime::interpret::DynamicInput;
use bert_runtime::metrics::{AnswerScores, Confusion, EntityScores, Evaluation, MultiLabel};
use bert_runtime::targets::Span;
use bert_runtime::{BertFor, Context, DynamicHead, Head, Label, Task as _, Text};
use tests::heads::*;
use tests::samples::{EXAMPLES, Sample, batch, fresh};

fn targets<T: Sample>(model: &BertFor<T>) -> Vec<T::Target> {
    let target = |(number, input): (usize, T::Input)| T::target(number, &model.bert().tokenize(&input).unwrap());
    T::inputs().into_iter().enumerate().map(target).collect()
}

/// The evaluation of a head's examples, once it is shown to be that of the interpreted head, with predictions as `predict_many` gives them
/// and the loss of all examples in one batch.
fn evaluated<T: Sample<Input: Into<DynamicInput>, Prediction: std::fmt::Debug>>() -> (BertFor<T>, Evaluation) {
    let model = fresh::<T>();
    let examples = || T::inputs().into_iter().zip(targets(&model));
    let mut seen = Vec::new();
    let evaluation = model.evaluate_each(examples(), |number, answer| seen.push((number, format!("{answer:?}")))).unwrap();
    let expected = model.predict_many(T::inputs()).unwrap();
    assert_eq!(seen, expected.iter().map(|answer| format!("{answer:?}")).enumerate().collect::<Vec<_>>());
    let cut = expected.iter().filter(|answer| answer.truncation().is_some()).count();
    assert_eq!((evaluation.examples, evaluation.truncated), (EXAMPLES, cut));
    let (batch, wanted) = batch::<T>(model.bert(), 0..EXAMPLES, 0);
    let loss = model.loss(&Context::evaluation(), &batch, &wanted).unwrap().total().unwrap().to_scalar::<f32>().unwrap();
    assert!((evaluation.get("loss").unwrap() / f64::from(loss) - 1.0).abs() < 1e-5, "{evaluation}, and the loss is {loss}");
    let head = DynamicHead::from_source(T::TEXT).unwrap();
    let interpreted = model.bert().fresh_dynamic(&head, 11).unwrap();
    assert_eq!(interpreted.head().outcomes(), model.head().outcomes());
    let named = |target: T::Target| target.into_targets().into_iter().map(|(name, target)| (name.into_owned(), target)).collect::<Vec<_>>();
    assert_eq!(interpreted.evaluate(examples().map(|(input, target)| (input, named(target)))).unwrap(), evaluation);
    (model, evaluation)
}

fn names(evaluation: &Evaluation) -> Vec<&str> {
    evaluation.iter().map(|score| score.name.as_str()).collect()
}

#[test]
fn labels_of_texts() {
    let (model, evaluation) = evaluated::<SequenceClassification>();
    let answers = model.predict_many(SequenceClassification::inputs()).unwrap();
    let confusion: Confusion =
        targets(&model).into_iter().zip(answers).map(|(wanted, answer)| (wanted.index(), answer.label.index())).collect();
    assert_eq!((evaluation.get("accuracy"), evaluation.get("matthews_correlation")), (confusion.accuracy(), confusion.matthews()));
    let (_, next) = evaluated::<NextSentence>();
    assert_eq!(names(&next), ["loss", "accuracy", "f1", "precision", "recall", "matthews_correlation"]);
}

#[test]
fn tags_of_words() {
    let (model, evaluation) = evaluated::<Ner>();
    let mut scores = EntityScores::default();
    for (wanted, answer) in targets(&model).into_iter().zip(model.predict_many(Ner::inputs()).unwrap()) {
        let tag = |word: &At<Classified<NerLabel>>| Some(((*wanted.0.get(word.word?)?)?.to_string(), word.value.label.to_string()));
        let words = answer.words.iter().filter_map(tag);
        let (wanted, predicted): (Vec<String>, Vec<String>) = words.unzip();
        scores.add(&wanted, &predicted);
    }
    assert_eq!(evaluation.get("entity_f1"), Some(scores.micro().f1()));
    assert_eq!(names(&evaluation), ["loss", "entity_f1", "entity_precision", "entity_recall", "accuracy"]);
}

#[test]
fn answers_in_texts() {
    let (model, _) = evaluated::<QuestionAnswering>();
    let context = "Anna walked to the bank in Paris.";
    let input = || Text::from(("Where?", context));
    let text = model.bert().tokenize(&input()).unwrap().remove(0);
    let best = model.predict(input()).unwrap().best().unwrap().text.clone();
    let mut scores = AnswerScores::default();
    let mut asked = Vec::new();
    for wanted in ["Anna", "the bank", "bank in Paris", "Paris.", context] {
        let start = context.find(wanted).unwrap();
        let tokens = text.tokens_of(1, start..start + wanted.len()).unwrap();
        asked.push((input(), Span { start: tokens.start, end: tokens.end - 1 }));
        scores.add(&best, &[wanted]);
    }
    let evaluation = model.evaluate(asked).unwrap();
    assert_eq!((evaluation.get("exact_match"), evaluation.get("f1")), (scores.exact_match(), scores.f1()));
}

#[test]
fn sets_numbers_masks_and_choices() {
    let (model, evaluation) = evaluated::<Emotions>();
    let mut sets = MultiLabel::default();
    for (wanted, answer) in targets(&model).into_iter().zip(model.predict_many(Emotions::inputs()).unwrap()) {
        let holds =
            |list: &[EmotionsLabel]| (0..EmotionsLabel::COUNT).map(|label| list.iter().any(|one| one.index() == label)).collect::<Vec<_>>();
        sets.add(&holds(&wanted.0), &holds(&answer.labels));
    }
    assert_eq!((evaluation.get("f1_micro"), evaluation.get("accuracy")), (Some(sets.micro().f1()), sets.accuracy()));
    assert_eq!(names(&evaluated::<Similarity>().1), ["loss", "pearson", "spearman", "mse", "mae"]);
    assert_eq!(names(&evaluated::<MultipleChoice>().1), ["loss", "accuracy"]);
    let (_, masked) = evaluated::<MaskedLm>();
    assert_eq!(names(&masked), ["loss", "masked_accuracy", "perplexity"]);
    assert!((masked.get("perplexity").unwrap().ln() - masked.get("loss").unwrap()).abs() < 1e-9);
}

#[test]
fn several_outputs_have_their_names_in_front() {
    let (_, evaluation) = evaluated::<PreTraining>();
    let expected = [
        "loss",
        "prediction_logits.loss",
        "seq_relationship_logits.loss",
        "prediction_logits.masked_accuracy",
        "prediction_logits.perplexity",
        "seq_relationship_logits.accuracy",
    ];
    assert_eq!(names(&evaluation)[..6], expected);
}

#[test]
fn a_target_that_does_not_fit_names_its_example() {
    let model = fresh::<Ner>();
    let mut all = targets(&model);
    all[2].0.pop();
    let error = model.evaluate(Ner::inputs().into_iter().zip(all)).unwrap_err().to_string();
    assert!(error.contains("example 2"), "{error}");
    let interpreted = model.bert().fresh_dynamic(&DynamicHead::from_source(Ner::TEXT).unwrap(), 11).unwrap();
    let nothing = interpreted.evaluate([("Paris", Vec::<(String, Target)>::new())]).unwrap();
    assert!(nothing.is_empty() && nothing.examples == 1);
}
