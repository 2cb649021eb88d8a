//! What has no value is told, and is never a number that looks like one.

use crate::decode::Embedding;
use crate::error::ErrorKind;
use crate::metrics::*;

#[test]
fn of_nothing_there_is_no_score() {
    let (confusion, sets, queries) = (Confusion::default(), MultiLabel::default(), Retrieval::default());
    assert_eq!([confusion.accuracy(), confusion.macro_f1(), confusion.matthews()], [None; 3]);
    assert_eq!([sets.accuracy(), sets.macro_f1(), AnswerScores::default().f1(), RankScores::default().accuracy()], [None; 4]);
    assert_eq!([queries.mean_average_precision(), queries.mean_reciprocal_rank(), queries.recall_at(3)], [None; 3]);
    assert_eq!([Attachment::default().uas(), perplexity(0.0, 0.0), average_precision(&[], &[])], [None; 3]);
    assert_eq!(EntityScores::default().micro().f1(), 0.0);
}

#[test]
fn a_correlation_with_what_does_not_change_is_told() {
    for (a, b, told) in [
        (vec![1.0, 2.0], vec![0.1, 0.1], "is 0.1 throughout"),
        (vec![3.0; 4], vec![1.0, 2.0, 3.0, 4.0], "is 3 throughout"),
        (vec![1.0], vec![2.0], "two numbers or more"),
        (vec![1.0, 2.0], vec![1.0], "2 numbers are compared with 1"),
        (vec![1.0, f64::NAN], vec![1.0, 2.0], "not finite"),
        (vec![1.0, 2.0], vec![f64::INFINITY, 2.0], "not finite"),
    ] {
        for error in [pearson(&a, &b).unwrap_err(), spearman(&a, &b).unwrap_err()] {
            assert!(error.kind() == ErrorKind::Metric && error.to_string().contains(told), "{error}");
        }
    }
    let one = Embedding(vec![1.0, 0.0]);
    let mut pairs = Similarity::default();
    pairs.add(&one, &one, 1.0);
    pairs.add(&one, &one, 0.0);
    assert!(pairs.spearman().is_err());
}

#[test]
fn correlations_of_very_large_and_very_small_numbers_are_numbers() {
    let a = [1e300, -1e300, 5e299, 0.0];
    let b = [1e-300, -1e-300, 5e-301, 0.0];
    assert!((pearson(&a, &b).unwrap() - 1.0).abs() < 1e-12);
}

#[test]
fn scoring_all_candidates_alike_gains_nothing() {
    let mut queries = Retrieval::default();
    queries.add(&[true, false, false, false], &[0.0; 4]);
    queries.add(&[false, false], &[1.0, 2.0]);
    assert_eq!((queries.mean_average_precision(), queries.mean_reciprocal_rank()), (Some(0.25), Some(0.25)));
    assert_eq!((queries.recall_at(3), queries.recall_at(4), queries.without_relevant()), (Some(0.0), Some(1.0), 1));
    assert_eq!(places(&[f64::NAN, 1.0]), [2, 1]);
}
