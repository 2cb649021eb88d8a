//! How far two lists of numbers go together.

use crate::error::{Error, ErrorKind, Result};

/// Pearson's correlation, from -1 to 1: `sum (a - mean a)(b - mean b) / sqrt(sum (a - mean a)^2 sum (b - mean b)^2)`.
///
/// ```
/// use bert_runtime::metrics::pearson;
///
/// assert!((pearson(&[1.0, 2.0, 4.0], &[1.0, 3.0, 7.0])? - 1.0).abs() < 1e-12);
/// assert!(pearson(&[1.0, 2.0], &[5.0, 5.0]).is_err());
/// # Ok::<(), bert_runtime::Error>(())
/// ```
///
/// # Errors
/// Of kind [`Metric`](ErrorKind::Metric), where it has no value: lists of different lengths, fewer than two numbers, numbers that are
/// all equal, and those that are not finite.
pub fn pearson(a: &[f64], b: &[f64]) -> Result<f64> {
    check(a, b)?;
    let (a, b) = (centred(a), centred(b));
    let product = a.iter().zip(&b).map(|(a, b)| a * b).sum::<f64>();
    Ok(product.clamp(-1.0, 1.0))
}

/// Spearman's correlation, from -1 to 1: Pearson's of the ranks, of which equal numbers share the mean.
///
/// ```
/// use bert_runtime::metrics::spearman;
///
/// assert!((spearman(&[1.0, 10.0, 100.0], &[0.1, 0.2, 0.9])? - 1.0).abs() < 1e-12);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
///
/// # Errors
/// As [`pearson`].
pub fn spearman(a: &[f64], b: &[f64]) -> Result<f64> {
    check(a, b)?;
    pearson(&ranks(a), &ranks(b))
}

/// The rank of each number, from 1; equal numbers have the mean of theirs.
///
/// ```
/// assert_eq!(bert_runtime::metrics::ranks(&[3.0, 1.0, 3.0, 2.0]), [3.5, 1.0, 3.5, 2.0]);
/// ```
pub fn ranks(numbers: &[f64]) -> Vec<f64> {
    let mut order: Vec<usize> = (0..numbers.len()).collect();
    order.sort_by(|&a, &b| numbers[a].total_cmp(&numbers[b]));
    let (mut ranks, mut before) = (vec![0.0; numbers.len()], 0);
    for equal in order.chunk_by(|&a, &b| numbers[a] == numbers[b]) {
        let rank = before as f64 + (equal.len() as f64 + 1.0) / 2.0;
        equal.iter().for_each(|&number| ranks[number] = rank);
        before += equal.len();
    }
    ranks
}

fn check(a: &[f64], b: &[f64]) -> Result<()> {
    let told = |what: String| Err(Error::new(ErrorKind::Metric, format!("the correlation has no value: {what}")));
    if a.len() != b.len() {
        return told(format!("{} numbers are compared with {}", a.len(), b.len()));
    }
    if a.len() < 2 {
        return told(format!("it wants two numbers or more, and there are {}", a.len()));
    }
    if a.iter().chain(b).any(|number| !number.is_finite()) {
        return told("there are numbers that are not finite".to_owned());
    }
    match [a, b].into_iter().find(|list| list.iter().all(|number| *number == list[0])) {
        Some(constant) => told(format!("one of the two lists is {} throughout", constant[0])),
        None => Ok(()),
    }
}

/// The numbers less their mean, over the root of the sum of their squares.
///
/// They are divided by the greatest of them first, so that no square is too large or too small.
fn centred(numbers: &[f64]) -> Vec<f64> {
    let mean = numbers.iter().map(|number| number / numbers.len() as f64).sum::<f64>();
    let mut less: Vec<f64> = numbers.iter().map(|number| number - mean).collect();
    let greatest = less.iter().fold(0.0f64, |greatest, number| greatest.max(number.abs()));
    less.iter_mut().for_each(|number| *number /= greatest);
    let length = less.iter().map(|number| number * number).sum::<f64>().sqrt();
    less.iter().map(|number| number / length).collect()
}
