//! New weights, drawn by seed and name.

use rand_distr::{Distribution, Normal, Uniform};

use crate::context::keyed;
use crate::parameter::Init;

/// The most numbers that a new weight may have.
const MAX_COUNT: usize = 1 << 32;

/// The numbers of a new weight of this shape. They follow from the seed and the name alone.
///
/// `range` is the standard deviation of [`Init::Normal`].
///
/// # Errors
/// A shape that needs more memory than any weight should, and numbers that are no distribution.
pub(super) fn draw(init: Init, shape: &[usize], range: f64, seed: u64, name: &str) -> Result<Vec<f32>, String> {
    let mut numbers = room(shape)?;
    let count = shape.iter().product();
    let mut random = keyed(seed, 0, name, 0);
    match init {
        Init::Zeros => numbers.resize(count, 0.0),
        Init::Ones => numbers.resize(count, 1.0),
        Init::Normal => {
            let normal = Normal::new(0.0, range as f32).map_err(|error| format!("initializer_range {range}: {error}"))?;
            numbers.extend(normal.sample_iter(&mut random).take(count));
        }
        Init::Uniform(bound) => {
            let uniform = Uniform::new_inclusive(-bound as f32, bound as f32).map_err(|error| format!("uniform in +-{bound}: {error}"))?;
            numbers.extend(uniform.sample_iter(&mut random).take(count));
        }
    }
    Ok(numbers)
}

fn room(shape: &[usize]) -> Result<Vec<f32>, String> {
    let count = shape.iter().try_fold(1usize, |count, &size| count.checked_mul(size)).filter(|&count| count <= MAX_COUNT);
    let count = count.ok_or_else(|| format!("a new weight of shape {shape:?} would have more than {MAX_COUNT} numbers"))?;
    let mut numbers = Vec::new();
    numbers
        .try_reserve_exact(count)
        .map_err(|_| format!("a new weight of shape {shape:?} would need {} bytes, which are not there", 4 * count))?;
    Ok(numbers)
}
