//! Rankings of candidates: how early the relevant ones come.

use crate::metrics::counts::mean;

/// The place of each candidate by its score, from 1 for the highest.
///
/// Candidates of one score all have the last of their places, so that scoring all alike gains nothing. What is no number comes last.
///
/// ```
/// assert_eq!(bert_runtime::metrics::places(&[0.5, 0.9, 0.5, 0.1]), [3, 1, 3, 4]);
/// ```
pub fn places(scores: &[f64]) -> Vec<usize> {
    let score = |candidate: usize| Some(scores[candidate]).filter(|score| !score.is_nan()).unwrap_or(f64::NEG_INFINITY);
    let mut order: Vec<usize> = (0..scores.len()).collect();
    order.sort_by(|&a, &b| score(b).total_cmp(&score(a)));
    let (mut places, mut seen) = (vec![0; scores.len()], 0);
    for equal in order.chunk_by(|&a, &b| score(a) == score(b)) {
        seen += equal.len();
        equal.iter().for_each(|&candidate| places[candidate] = seen);
    }
    places
}

/// The average precision of one ranking, from 0 to 1: the mean over the relevant candidates of the share of relevant ones among those
/// that come no later.
///
/// It is scikit-learn's `average_precision_score`, the sum over thresholds of precision times the gain in recall; none where no
/// candidate is relevant.
///
/// ```
/// use bert_runtime::metrics::average_precision;
///
/// assert_eq!(average_precision(&[true, false, true], &[0.9, 0.8, 0.7]), Some((1.0 + 2.0 / 3.0) / 2.0));
/// ```
pub fn average_precision(relevant: &[bool], scores: &[f64]) -> Option<f64> {
    mean_precision(&relevant_places(relevant, scores))
}

/// The mean of the precisions at some places, in rising order, at which alone relevant candidates are.
fn mean_precision(found: &[usize]) -> Option<f64> {
    let precision = |place: usize| found.partition_point(|&other| other <= place) as f64 / place as f64;
    mean(found.iter().map(|&place| precision(place)))
}

/// The places of the relevant candidates, in rising order.
fn relevant_places(relevant: &[bool], scores: &[f64]) -> Vec<usize> {
    let mut found: Vec<usize> =
        places(scores).into_iter().zip(relevant).filter(|(_, relevant)| **relevant).map(|(place, _)| place).collect();
    found.sort_unstable();
    found
}

/// The rankings of many queries. A query without a relevant candidate counts in no mean, as in trec_eval.
///
/// ```
/// use bert_runtime::metrics::Retrieval;
///
/// let mut queries = Retrieval::default();
/// queries.add(&[false, true, false], &[0.3, 0.9, 0.1]);
/// queries.add(&[true, false, false], &[0.3, 0.9, 0.1]);
/// assert_eq!(queries.mean_average_precision(), Some(0.75));
/// assert_eq!(queries.mean_reciprocal_rank(), Some(0.75));
/// assert_eq!(queries.recall_at(1), Some(0.5));
/// ```
#[derive(Debug, Clone, Default, PartialEq)]
pub struct Retrieval {
    /// Of each query that counts the places of its relevant candidates, in rising order.
    queries: Vec<Vec<usize>>,
    without: usize,
}

impl Retrieval {
    /// Counts one query: whether each of its candidates is relevant, and its score.
    pub fn add(&mut self, relevant: &[bool], scores: &[f64]) {
        match relevant_places(relevant, scores) {
            found if found.is_empty() => self.without += 1,
            found => self.queries.push(found),
        }
    }

    /// The mean of the queries' [average precisions](average_precision); none where no query counts.
    pub fn mean_average_precision(&self) -> Option<f64> {
        mean(self.queries.iter().filter_map(|found| mean_precision(found)))
    }

    /// The mean of one over the place of the first relevant candidate; none where no query counts.
    pub fn mean_reciprocal_rank(&self) -> Option<f64> {
        mean(self.queries.iter().filter_map(|found| found.first()).map(|&place| 1.0 / place as f64))
    }

    /// The mean share of a query's relevant candidates that are among the first `k`; none where no query counts.
    pub fn recall_at(&self, k: usize) -> Option<f64> {
        mean(self.queries.iter().map(|found| found.partition_point(|&place| place <= k) as f64 / found.len() as f64))
    }

    /// How many queries have no relevant candidate.
    pub fn without_relevant(&self) -> usize {
        self.without
    }
}
