//! How far numbers are from one another.

use candle_core::{DType, Tensor};

/// All numbers of a tensor, in f64.
pub fn numbers(tensor: &Tensor) -> Vec<f64> {
    tensor.to_dtype(DType::F64).unwrap().flatten_all().unwrap().to_vec1().unwrap()
}

/// The largest difference of two tensors; infinite where their shapes differ or one holds NaN.
pub fn furthest(found: &Tensor, expected: &Tensor) -> f64 {
    if found.dims() != expected.dims() {
        return f64::INFINITY;
    }
    numbers(found).iter().zip(numbers(expected)).map(|(found, expected)| (found - expected).abs()).fold(0.0, largest)
}

/// The largest difference over the larger of 1 and the largest magnitude of what is expected.
pub fn relative(found: &Tensor, expected: &Tensor) -> f64 {
    furthest(found, expected) / numbers(expected).into_iter().map(f64::abs).fold(1.0, largest)
}

/// The larger of two numbers, where NaN is larger than any other.
pub fn largest(a: f64, b: f64) -> f64 {
    if a.is_nan() || b.is_nan() { f64::INFINITY } else { a.max(b) }
}

/// Whether two values print alike but for numbers that are a little apart, over the larger of 1 and their magnitude.
pub fn alike(a: &impl std::fmt::Debug, b: &impl std::fmt::Debug, tolerance: f64) -> bool {
    let (a, b) = (format!("{a:?}"), format!("{b:?}"));
    let (a, b): (Vec<&str>, Vec<&str>) = (words(&a).collect(), words(&b).collect());
    let close = |(a, b): (&&str, &&str)| match (a.parse::<f64>(), b.parse::<f64>()) {
        (Ok(a), Ok(b)) => (a - b).abs() <= tolerance * b.abs().max(1.0),
        _ => a == b,
    };
    a.len() == b.len() && a.iter().zip(&b).all(close)
}

fn words(text: &str) -> impl Iterator<Item = &str> {
    text.split([' ', ',', '(', ')', '[', ']', '{', '}'])
}
