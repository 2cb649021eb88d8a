//! Pools over ragged rows.

use super::*;

fn naive_pool(pool: Pool, rows: &[Vec<f64>]) -> Vec<f64> {
    let (n, width) = (rows.len() as f64, 4);
    let sum: Vec<f64> = (0..width).map(|i| rows.iter().map(|row| row[i]).sum()).collect();
    match pool {
        Pool::Sum => sum,
        Pool::Mean => sum.iter().map(|x| x / n).collect(),
        Pool::MeanSqrt => sum.iter().map(|x| x / n.sqrt()).collect(),
        Pool::First => rows[0].clone(),
        Pool::Last => rows[rows.len() - 1].clone(),
        Pool::Max => (0..width).map(|i| rows.iter().map(|row| row[i]).fold(f64::NEG_INFINITY, f64::max)).collect(),
    }
}

const POOLS: [Pool; 6] = [Pool::Mean, Pool::Max, Pool::First, Pool::Last, Pool::Sum, Pool::MeanSqrt];

#[test]
fn pools_count_each_sequences_own_tokens() {
    let x = (random(1, &[9, 4]) - 3.0).unwrap();
    for pool in POOLS {
        let found = pool.forward(&eval(), &tokens(&x)).unwrap();
        assert_eq!((found.rows(), found.tensor().dims()), (Rows::Sequence, &[3, 4][..]));
        let expected: Vec<f64> = SEQUENCES.iter().flat_map(|range| naive_pool(pool, &rows(&x)[range.clone()])).collect();
        assert_close(&numbers(found.tensor()), &expected, 1e-7);
        check_gradients(std::slice::from_ref(&x), |cx, p| pool.forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone());
        let bare = tokens(&x).without_features(x.narrow(1, 0, 1).unwrap().squeeze(1).unwrap());
        assert_eq!(pool.forward(&eval(), &bare).unwrap().tensor().dims(), [3]);
    }
}

#[test]
fn max_pool_gives_a_tied_gradient_to_one_token() {
    let x = candle_core::Var::ones((9, 1), DType::F32, &Device::Cpu).unwrap();
    let pooled = Pool::Max.forward(&eval().with_gradients(), &Value::new(x.as_tensor().clone(), Rows::Token, layout())).unwrap();
    let gradients = pooled.tensor().sum_all().unwrap().backward().unwrap();
    assert_eq!(numbers(gradients.get(&x).unwrap()), [1.0, 0.0, 0.0, 1.0, 0.0, 0.0, 0.0, 0.0, 1.0]);
}

#[test]
fn pools_give_zeros_for_an_empty_selection() {
    let attention = PoolAttention::new(fixed(&random(2, &[1, 4])), fixed(&random(3, &[1])));
    for columns in [vec![vec![2], vec![], vec![3]], vec![vec![]; 3]] {
        let (picked, _) = layout().select(&columns).unwrap();
        let x = Value::new(random(1, &[picked.total(), 4]), Rows::Token, Arc::new(picked));
        let values = POOLS.iter().map(|pool| pool.forward(&eval(), &x).unwrap());
        for found in values.chain([attention.forward(&eval(), &x).unwrap()]) {
            assert_eq!(rows(found.tensor())[1], [0.0; 4]);
        }
    }
}

#[test]
fn pools_want_tokens() {
    let x = Value::new(random(1, &[3, 4]), Rows::Sequence, layout());
    assert!(POOLS.iter().all(|pool| pool.forward(&eval(), &x).is_err()));
}

#[test]
fn pool_attention_weighs_tokens() {
    let (x, w, b) = (random(1, &[9, 4]), random(2, &[1, 4]), random(3, &[1]));
    let found = PoolAttention::new(fixed(&w), fixed(&b)).forward(&eval(), &tokens(&x)).unwrap();
    let (w2, b2) = (numbers(&w), numbers(&b)[0]);
    let sequence = |range: &std::ops::Range<usize>| {
        let rows = &rows(&x)[range.clone()];
        let scores: Vec<f64> = rows.iter().map(|row| row.iter().zip(&w2).map(|(x, w)| x * w).sum::<f64>() + b2).collect();
        let shares = naive_softmax(&scores);
        (0..4).map(|i| rows.iter().zip(&shares).map(|(row, share)| row[i] * share).sum()).collect::<Vec<f64>>()
    };
    assert_close(&numbers(found.tensor()), &SEQUENCES.iter().flat_map(sequence).collect::<Vec<_>>(), 1e-12);
    check_gradients(&[x, w], |cx, p| {
        PoolAttention::new(p[1].clone(), fixed(&b)).forward(cx, &tokens(&p[0].get(cx))).unwrap().tensor().clone()
    });
}
