//! Attention beside f64, on sequences that begin and end anywhere in a panel.

use std::ops::Range;

use super::{on_threads, panels, random, rows};
use crate::kernels::Isa;
use crate::kernels::attention::{Attention, Sequences};

/// Sequences of these lengths, one after the other.
fn ranges(lengths: &[usize]) -> Vec<Range<usize>> {
    let ends = lengths.iter().scan(0, |end, length| {
        *end += length;
        Some(*end)
    });
    ends.zip(lengths).map(|(end, length)| end - length..end).collect()
}

struct Case {
    heads: usize,
    width: usize,
    queries: Vec<usize>,
    keys: Vec<usize>,
}

impl Case {
    fn numbers(&self) -> [Vec<f32>; 3] {
        let [queries, keys] = [&self.queries, &self.keys].map(|lengths| lengths.iter().sum::<usize>() * self.width);
        [(1, queries), (2, keys), (3, keys)].map(|(seed, count)| random(seed, count).iter().map(|x| x * 4.0).collect())
    }

    fn found(&self, isa: Isa, [q, k, v]: &[Vec<f32>; 3]) -> Vec<f32> {
        let [query, key, value] = [q, k, v].map(|numbers| panels(numbers, self.width));
        let (of_query, of_key) = (ranges(&self.queries), ranges(&self.keys));
        let mut read = query.clone();
        let (query, key) = (Sequences { panels: &query, rows: &of_query }, Sequences { panels: &key, rows: &of_key });
        Attention { heads: self.heads, width: self.width, query, key, value: &value, kept: &[] }.read(isa, &mut read);
        rows(&read, self.width, q.len() / self.width)
    }

    fn expected(&self, [q, k, v]: &[Vec<f32>; 3]) -> Vec<f64> {
        let at = |numbers: &[f32], row: usize, feature: usize| f64::from(numbers[row * self.width + feature]);
        let size = self.width / self.heads;
        let mut read = vec![0.0; q.len()];
        for (queries, keys) in ranges(&self.queries).into_iter().zip(ranges(&self.keys)) {
            for (query, feature) in queries.flat_map(|query| (0..self.width).map(move |feature| (query, feature))) {
                let first = feature / size * size;
                let score = |key| (first..first + size).map(|f| at(q, query, f) * at(k, key, f)).sum::<f64>() / (size as f64).sqrt();
                let shares: Vec<f64> = keys.clone().map(|key| score(key).exp()).collect();
                let sum = shares.iter().zip(keys.clone()).map(|(share, key)| share * at(v, key, feature)).sum::<f64>();
                read[query * self.width + feature] = sum / shares.iter().sum::<f64>();
            }
        }
        read
    }
}

fn cases() -> Vec<Case> {
    let whole = |heads, width, lengths: &[usize]| Case { heads, width, queries: lengths.to_vec(), keys: lengths.to_vec() };
    vec![
        whole(1, 1, &[1]),
        whole(12, 384, &[5, 17, 1, 30]),
        whole(3, 192, &[33, 16, 100]),
        whole(2, 14, &[7, 9]),
        Case { heads: 4, width: 32, queries: vec![1, 0, 2, 20], keys: vec![9, 4, 40, 20] },
    ]
}

#[test]
fn what_is_read_is_the_mean_by_softmax_of_scores() {
    for isa in Isa::all() {
        for case in cases() {
            let numbers = case.numbers();
            for (place, (&found, exact)) in case.found(isa, &numbers).iter().zip(case.expected(&numbers)).enumerate() {
                assert!((f64::from(found) - exact).abs() < 2e-5, "{isa:?} {} wide, {place}: {found} and {exact}", case.width);
            }
        }
    }
}

#[test]
fn a_sequence_has_the_same_bits_alone_and_on_any_number_of_threads() {
    let case = Case { heads: 2, width: 64, queries: vec![5, 23, 40], keys: vec![5, 23, 40] };
    let numbers = case.numbers();
    let together = case.found(Isa::best(), &numbers);
    for threads in [1, 3, 8] {
        assert_eq!(on_threads(threads, || case.found(Isa::best(), &numbers)), together);
    }
    let second = numbers.each_ref().map(|numbers| numbers[5 * 64..28 * 64].to_vec());
    let alone = Case { heads: 2, width: 64, queries: vec![23], keys: vec![23] };
    assert_eq!(alone.found(Isa::best(), &second), together[5 * 64..28 * 64]);
}
