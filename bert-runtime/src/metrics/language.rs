//! Language models.

/// The perplexity of so many tokens whose cross-entropies, in natural logarithms, have this sum: `exp(sum / count)`.
///
/// It is infinite where that is too large for a number, and none of no tokens.
///
/// ```
/// use bert_runtime::metrics::perplexity;
///
/// assert_eq!(perplexity(0.0, 3.0), Some(1.0));
/// assert_eq!(perplexity(1e6, 2.0), Some(f64::INFINITY));
/// assert_eq!(perplexity(0.0, 0.0), None);
/// ```
pub fn perplexity(sum: f64, count: f64) -> Option<f64> {
    (count > 0.0).then(|| (sum / count).exp())
}
