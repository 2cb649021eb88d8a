//! Pairs of values and of tokens, against their sums written out.

use super::*;

#[test]
fn biaffine_is_its_sum() {
    let (a, b, w) = (random(1, &[9, 2]), random(2, &[9, 3]), random(3, &[2, 3, 4]));
    let found = Biaffine::new(fixed(&w)).forward(&eval(), &[&tokens(&a), &tokens(&b)]).unwrap();
    assert_eq!((found.rows(), found.tensor().dims()), (Rows::Pair, &[9 + 25 + 1, 2][..]));
    let with_one = |rows: Vec<Vec<f64>>| rows.into_iter().map(|row| [row, vec![1.0]].concat()).collect::<Vec<_>>();
    let (a, b, w): (_, _, Vec<Vec<Vec<f64>>>) = (with_one(rows(&a)), with_one(rows(&b)), w.to_vec3().unwrap());
    let score = |i: usize, j: usize, n: usize| {
        let terms = (0..3).flat_map(|p| (0..4).map(move |q| (p, q)));
        terms.map(|(p, q)| a[i][p] * w[n][p][q] * b[j][q]).sum::<f64>()
    };
    let pairs = SEQUENCES.iter().flat_map(|range| range.clone().flat_map(|i| range.clone().map(move |j| (i, j))));
    let expected: Vec<f64> = pairs.flat_map(|(i, j)| (0..2).map(move |n| (i, j, n))).map(|(i, j, n)| score(i, j, n)).collect();
    assert_close(&numbers(found.tensor()), &expected, 1e-12);
    assert_eq!(found.to_padded().unwrap().dims(), [3, 6, 6, 2]);
}

#[test]
fn bilinear_is_its_sum() {
    let (a, b, w, bias) = (random(1, &[9, 2]), random(2, &[9, 3]), random(3, &[4, 2, 3]), random(4, &[4]));
    let layer = Bilinear::new(fixed(&w), fixed(&bias));
    let found = layer.forward(&eval(), &[&tokens(&a), &tokens(&b)]).unwrap();
    let (a2, b2, w2, bias2): (_, _, Vec<Vec<Vec<f64>>>, _) = (rows(&a), rows(&b), w.to_vec3().unwrap(), numbers(&bias));
    let score = |row: usize, n: usize| {
        let terms = (0..2).flat_map(|p| (0..3).map(move |q| (p, q)));
        bias2[n] + terms.map(|(p, q)| a2[row][p] * w2[n][p][q] * b2[row][q]).sum::<f64>()
    };
    let expected: Vec<f64> = (0..9).flat_map(|row| (0..4).map(move |n| (row, n))).map(|(row, n)| score(row, n)).collect();
    assert_close(&numbers(found.tensor()), &expected, 1e-12);
    let sequences = Value::new(random(1, &[3, 2]), Rows::Sequence, layout());
    let others = Value::new(random(2, &[3, 3]), Rows::Sequence, layout());
    assert_eq!(layer.forward(&eval(), &[&sequences, &others]).unwrap().tensor().dims(), [3, 4]);
}

#[test]
fn operands_belong_together() {
    let (weight, bias) = (fixed(&random(3, &[4, 2, 2])), fixed(&random(4, &[4])));
    let bilinear = Bilinear::new(weight.clone(), bias);
    let (a, one) = (tokens(&random(1, &[9, 2])), Value::new(random(1, &[3, 2]), Rows::Sequence, layout()));
    let elsewhere = Arc::new(Layout::new([&[0, 1, 2, 3, 4, 5, 6, 7, 8][..]], 9).unwrap());
    let other = Value::new(random(1, &[9, 2]), Rows::Token, elsewhere);
    for values in [vec![], vec![&a], vec![&a, &a, &a], vec![&a, &one], vec![&a, &other]] {
        assert!(bilinear.forward(&eval(), &values).is_err());
        assert!(Biaffine::new(weight.clone()).forward(&eval(), &values).is_err());
    }
}
