//! Windows over ragged rows, against loops over columns.

use super::*;

/// The naive convolution: windows from these starts in one sequence, tokens looked up by their columns.
fn windows(x: &[Vec<f64>], columns: &[u32], starts: &[i64], weight: &Tensor, bias: &[f64]) -> Vec<f64> {
    let weight: Vec<Vec<Vec<f64>>> = weight.to_vec3().unwrap();
    let token = |column: i64| columns.iter().position(|&other| i64::from(other) == column).map(|index| &x[index]);
    let tap = |filter: &Vec<Vec<f64>>, start: i64, k: usize| {
        token(start + k as i64).map_or(0.0, |x| x.iter().zip(filter).map(|(x, w)| x * w[k]).sum::<f64>())
    };
    let value = |start: i64, out: usize| bias[out] + (0..weight[out][0].len()).map(|k| tap(&weight[out], start, k)).sum::<f64>();
    starts.iter().flat_map(|&start| (0..weight.len()).map(|out| value(start, out)).collect::<Vec<_>>()).collect()
}

fn expected(x: &Tensor, layout: &Layout, starts: impl Fn(&[u32]) -> Vec<i64>, weight: &Tensor, bias: &Tensor) -> Vec<f64> {
    let rows = rows(x);
    let of = |sequence| {
        let columns = layout.positions(sequence);
        windows(&rows[layout.rows(sequence)], columns, &starts(columns), weight, &numbers(bias))
    };
    (0..layout.sequences()).flat_map(of).collect()
}

#[test]
fn windows_run_over_columns() {
    let (x, layout) = (random(1, &[9, 3]), layout());
    for width in 1..=6 {
        let (weight, bias) = (random(2, &[2, 3, width]), random(3, &[2]));
        let left = (width as i64 - 1) / 2;
        let found = Conv::new(fixed(&weight), fixed(&bias), Padding::Same, 1).forward(&eval(), &tokens(&x)).unwrap();
        assert_eq!(found.layout(), &layout);
        let starts = |columns: &[u32]| columns.iter().map(|&column| i64::from(column) - left).collect();
        assert_close(&numbers(found.tensor()), &expected(&x, &layout, starts, &weight, &bias), 1e-12);
    }
}

#[test]
fn strides_count_from_each_rows_first_token() {
    let (x, layout) = (random(1, &[9, 3]), layout());
    for stride in 2..=4 {
        let (weight, bias) = (random(2, &[2, 3, 4]), random(3, &[2]));
        let found = Conv::new(fixed(&weight), fixed(&bias), Padding::Same, stride).forward(&eval(), &tokens(&x)).unwrap();
        let starts = |columns: &[u32]| {
            let (first, last) = (i64::from(columns[0]), i64::from(columns[columns.len() - 1]));
            (first..=last).step_by(stride).map(|centre| centre - 1).collect()
        };
        assert_close(&numbers(found.tensor()), &expected(&x, &layout, starts, &weight, &bias), 1e-12);
        assert_eq!(found.layout().width(), 5 / stride + 1);
    }
}

#[test]
fn windows_without_padding_lie_within_the_row() {
    let layout = Arc::new(Layout::new([&[0, 1, 2, 3, 4][..], &[2, 3, 5]], 7).unwrap());
    let (x, weight, bias) = (random(1, &[8, 3]), random(2, &[2, 3, 3]), random(3, &[2]));
    let value = Value::new(x.clone(), Rows::Token, layout.clone());
    let found = Conv::new(fixed(&weight), fixed(&bias), Padding::None, 1).forward(&eval(), &value).unwrap();
    let starts = |columns: &[u32]| (i64::from(columns[0])..=i64::from(columns[columns.len() - 1]) - 2).collect();
    assert_close(&numbers(found.tensor()), &expected(&x, &layout, starts, &weight, &bias), 1e-12);
    assert_eq!((found.layout().length(0), found.layout().length(1), found.layout().width()), (3, 2, 5));
    assert_eq!(Pool::Mean.forward(&eval(), &found).unwrap().tensor().dims(), [2, 2]);
}

#[test]
fn a_row_that_is_too_short_is_named() {
    let conv = Conv::new(fixed(&random(2, &[2, 3, 3])), fixed(&random(3, &[2])), Padding::None, 1);
    let error = conv.forward(&eval(), &tokens(&random(1, &[9, 3]))).unwrap_err();
    assert!(error.to_string().contains("row 2 has 1 tokens"), "{error}");
    let still = Conv::new(fixed(&random(2, &[2, 3, 3])), fixed(&random(3, &[2])), Padding::Same, 0);
    assert!(still.forward(&eval(), &tokens(&random(1, &[9, 3]))).is_err());
}
