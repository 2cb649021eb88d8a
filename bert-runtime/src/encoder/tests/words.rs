//! The `words` source: one row a word.

use std::sync::Arc;

use super::*;
use crate::encoder::{Encoder, Pieces};
use crate::error::ErrorKind;
use crate::layers::testing::{assert_close, numbers};
use crate::layers::{At, Conv, Padding};
use crate::value::Rows;

/// Words that follow a hole, words that have no piece, and a row without any word.
fn words() -> Vec<Vec<Option<u32>>> {
    vec![
        vec![Some(0), Some(0), Some(2)],
        vec![None, Some(0), Some(1), Some(1), Some(3), None],
        vec![Some(0), Some(0), Some(0), Some(1)],
        vec![None],
    ]
}

/// The columns of each word's pieces.
fn pieces() -> Vec<Vec<Vec<u32>>> {
    vec![vec![vec![1, 2], vec![4]], vec![vec![1], vec![2, 3], vec![4]], vec![vec![2, 3, 4], vec![5]], vec![]]
}

fn with_words() -> Batch {
    batch().with_words(words()).unwrap()
}

/// The mean of the first pieces, or of all.
fn expected(whole: &Value, all: bool, keep: impl Fn(usize, &[u32]) -> bool) -> Vec<f64> {
    let vector = |sequence: usize, column: u32| {
        let row = whole.layout().row_at(sequence, column).unwrap();
        numbers(&whole.tensor().narrow(0, row, 1).unwrap())
    };
    let word = |sequence: usize, columns: &[u32]| {
        let read = if all { columns } else { &columns[..1] };
        let vectors: Vec<Vec<f64>> = read.iter().map(|&column| vector(sequence, column)).collect();
        (0..8).map(|i| vectors.iter().map(|vector| vector[i]).sum::<f64>() / vectors.len() as f64).collect::<Vec<_>>()
    };
    let of = |(sequence, words): (usize, Vec<Vec<u32>>)| {
        words.iter().filter(|columns| keep(sequence, columns)).flat_map(|columns| word(sequence, columns)).collect::<Vec<_>>()
    };
    pieces().into_iter().enumerate().flat_map(of).collect()
}

#[test]
fn a_word_is_its_first_piece_or_the_mean() {
    let encoder = encoder();
    for cx in [Context::evaluation(), Context::training(5, 2), Context::evaluation().with_gradients()] {
        let whole = encoder.encode(&cx, &batch(), &all_tokens()).unwrap().output(0).unwrap();
        for (pieces, all) in [(Pieces::First, false), (Pieces::Mean, true)] {
            let wanted = demand(Source::Words(pieces), RowChoice::All);
            let found = encoder.encode(&cx, &with_words(), &wanted).unwrap().output(0).unwrap();
            assert_eq!((found.rows(), found.layout().has_words(), found.layout().width()), (Rows::Token, true, 4));
            assert_eq!(found.layout().all_positions(), [0, 2, 0, 1, 3, 0, 1]);
            assert_close(&numbers(found.tensor()), &expected(&whole, all, |_, _| true), 1e-6);
            assert_eq!(found.to_padded().unwrap().dims(), [4, 4, 8]);
        }
    }
}

#[test]
fn words_are_chosen_by_their_tokens() {
    let cx = Context::evaluation();
    let whole = encoder().encode(&cx, &batch(), &all_tokens()).unwrap().output(0).unwrap();
    let columns = vec![vec![4], vec![3, 4], vec![], vec![]];
    let wanted = demand(Source::Words(Pieces::Mean), RowChoice::At(Arc::new(columns.clone())));
    let found = encoder().encode(&cx, &with_words(), &wanted).unwrap().output(0).unwrap();
    let held = |sequence: usize, pieces: &[u32]| pieces.iter().any(|column| columns[sequence].contains(column));
    assert_close(&numbers(found.tensor()), &expected(&whole, true, held), 1e-6);
    assert_eq!(found.layout().all_positions(), [2, 1, 3]);
    let none = demand(Source::Words(Pieces::First), RowChoice::At(Arc::new(vec![vec![], vec![0], vec![], vec![]])));
    let error = encoder().encode(&cx, &with_words(), &none).unwrap_err();
    assert!(error.to_string().contains("sequence 1 has no word at position 0"), "{error}");
}

#[test]
fn a_batch_equals_its_rows_one_by_one() {
    let cx = Context::training(3, 9);
    for pieces in [Pieces::First, Pieces::Mean] {
        let wanted = demand(Source::Words(pieces), RowChoice::All);
        let whole = encoder().encode(&cx, &with_words(), &wanted).unwrap().output(0).unwrap();
        for row in 0..3 {
            let alone = single(row, 2).with_words(vec![words()[row].clone()]).unwrap();
            let found = encoder().encode(&cx, &alone, &wanted).unwrap().output(0).unwrap();
            assert_close(&numbers(found.tensor()), &numbers(&rows_of(&whole, row)), 1e-6);
        }
    }
}

#[test]
fn layers_above_run_over_words() {
    let x =
        encoder_in(DType::F64).encode(&Context::evaluation(), &with_words(), &demand(Source::Words(Pieces::Mean), RowChoice::All)).unwrap();
    let x = x.output(0).unwrap();
    let (found, row) =
        (At.forward(&Context::evaluation(), &x, &[2, 3, 5, 3]), |row: usize| numbers(&x.tensor().narrow(0, row, 1).unwrap()));
    assert!(found.unwrap_err().to_string().contains("sequence 3 has no token at position 3"));
    let ones = Parameter::fixed("w", Tensor::ones((1, 8, 3), DType::F64, &Device::Cpu).unwrap());
    let zero = Parameter::fixed("b", Tensor::zeros(1, DType::F64, &Device::Cpu).unwrap());
    let sums = Conv::new(ones, zero, Padding::Same, 1).forward(&Context::evaluation(), &x).unwrap();
    let sum = |rows: &[usize]| rows.iter().flat_map(|&number| row(number)).sum::<f64>();
    // The first text's words are 0 and 2, and the second's 0, 1 and 3: a word without pieces stands between.
    assert_close(&numbers(sums.tensor())[..5], &[sum(&[0]), sum(&[1]), sum(&[2, 3]), sum(&[2, 3]), sum(&[4])], 1e-9);
}

#[test]
fn words_that_do_not_fit_are_errors() {
    let error = encoder().encode(&Context::evaluation(), &batch(), &demand(Source::Words(Pieces::First), RowChoice::All)).unwrap_err();
    assert!(error.kind() == ErrorKind::Input && error.to_string().contains("with_words"), "{error}");
    let mut short = words();
    short[2].pop();
    let mut falls = words();
    falls[1][4] = Some(0);
    for (words, what) in [(vec![], "0 lists of words"), (short, "sequence 2 has 4 tokens"), (falls, "sequence 1 do not rise")] {
        let error = batch().with_words(words).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn words_are_chosen_at_the_ends() {
    let cx = Context::evaluation();
    for pieces in [Pieces::First, Pieces::Mean] {
        let all = encoder().encode(&cx, &with_words(), &demand(Source::Words(pieces), RowChoice::All)).unwrap().output(0).unwrap();
        for (choice, last) in [(RowChoice::First, false), (RowChoice::Last, true)] {
            let found = encoder().encode(&cx, &with_words(), &demand(Source::Words(pieces), choice)).unwrap().output(0).unwrap();
            let ends = (0..4).filter_map(|sequence| {
                let mut rows = all.layout().rows(sequence);
                let row = if last { rows.next_back() } else { rows.next() };
                row.map(|row| numbers(&all.tensor().get(row).unwrap()))
            });
            assert_close(&numbers(found.tensor()), &ends.flatten().collect::<Vec<_>>(), 1e-6);
            assert_eq!(found.layout().width(), all.layout().width());
        }
    }
}
