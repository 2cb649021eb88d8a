//! From logits to probabilities, in single precision.

/// The softmax of some logits, computed from the largest down so that nothing overflows.
pub(super) fn softmax(logits: &[f32]) -> Vec<f32> {
    let highest = logits.iter().copied().fold(f32::NEG_INFINITY, f32::max);
    let powers: Vec<f32> = logits.iter().map(|logit| (logit - highest).exp()).collect();
    let sum: f32 = powers.iter().sum();
    powers.into_iter().map(|power| power / sum).collect()
}

/// The sigmoid of a logit.
pub(super) fn sigmoid(logit: f32) -> f32 {
    if logit >= 0.0 {
        1.0 / (1.0 + (-logit).exp())
    } else {
        let power = logit.exp();
        power / (1.0 + power)
    }
}

/// The number of the largest score, the first of equals; 0 where there is none.
pub(super) fn largest(scores: &[f32]) -> usize {
    let larger = |best: usize, other: usize| if scores[other] > scores[best] { other } else { best };
    (0..scores.len()).fold(0, larger)
}

/// The numbers of the `count` largest scores, the largest first, and the lower number first among equals.
pub(super) fn largest_of(scores: &[f32], count: usize) -> Vec<usize> {
    let mut order: Vec<usize> = (0..scores.len()).collect();
    let by_score = |a: &usize, b: &usize| scores[*b].total_cmp(&scores[*a]).then(a.cmp(b));
    if count < order.len() {
        if count > 0 {
            order.select_nth_unstable_by(count - 1, by_score);
        }
        order.truncate(count);
    }
    order.sort_unstable_by(by_score);
    order
}
