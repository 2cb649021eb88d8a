//! Focal, l1, huber, ordinal, cosine, triplet, kl and tree against their formulas in f64, and their gradients.

use super::*;

fn rows(x: &Tensor) -> Vec<Vec<f64>> {
    x.to_vec2().unwrap()
}

fn pairs(tensor: &Tensor) -> Value {
    Value::new(tensor.clone(), Rows::Pair, layout()).without_features(tensor.clone())
}

/// Of rows of logits with the class of each, -100 for none.
fn naive_focal(rows: &[Vec<f64>], targets: &[i64], gamma: f64, weights: &[f64]) -> (f64, f64) {
    let mut total = (0.0, 0.0);
    for (row, &class) in rows.iter().zip(targets).filter(|(_, class)| **class != -100) {
        let (log, weight) = (log_softmax(row)[class as usize], weights[class as usize]);
        total.0 -= weight * (1.0 - log.exp()).powf(gamma) * log;
        total.1 += weight;
    }
    total
}

#[test]
fn focal_is_its_formula() {
    let x = random(1, &[4, 3]);
    let targets = [classes(&[2]), classes(&[-100]), classes(&[0]), classes(&[1])];
    for (gamma, weights) in [(2.0, None), (0.5, None), (1.0, Some(vec![0.5f32, 2.0, 3.0])), (0.0, Some(vec![3.0, 0.25, 1.0]))] {
        let wide: Vec<f64> = weights.clone().unwrap_or(vec![1.0; 3]).into_iter().map(f64::from).collect();
        let loss = Focal { gamma, class_weights: weights, ..Default::default() };
        let part = loss.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
        let (expected, count) = naive_focal(&rows(&x), &[2, -100, 0, 1], gamma, &wide);
        assert_close(&[sum(&part), part.count], &[expected, count], 1e-9);
        check_gradients(std::slice::from_ref(&x), |cx, p| loss.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
    }
}

#[test]
fn focal_without_gamma_is_cross_entropy_also_among_choices_and_tokens() {
    let (focal, cross) = (Focal { gamma: 0.0, ignore: 7, class_weights: None }, CrossEntropy { ignore: 7, ..Default::default() });
    let (x, y) = (choices(&random(1, &[6]), &[0, 2, 5, 6]), bare(&random(2, &[9])));
    for (x, targets) in [(&x, [classes(&[1]), classes(&[7]), classes(&[0])]), (&y, [classes(&[2]), classes(&[4]), classes(&[3])])] {
        let found = focal.part("logits", 1.0, &cx(), x, &targets).unwrap();
        let expected = cross.part("logits", 1.0, &cx(), x, &targets).unwrap();
        assert_close(&[sum(&found), found.count], &[sum(&expected), expected.count], 1e-9);
    }
}

#[test]
fn focal_is_finite_where_the_target_is_certain() {
    let x = Var::from_tensor(&Tensor::new(&[[100f32, -100.0, 0.0], [-100.0, 100.0, 0.0]], &Device::Cpu).unwrap()).unwrap();
    let targets = [classes(&[0]), classes(&[0])];
    for gamma in [0.0, 0.5, 2.0] {
        let loss = Focal { gamma, ..Default::default() };
        let part = loss.part("logits", 1.0, &cx().with_gradients(), &sequences(x.as_tensor()), &targets).unwrap();
        assert_close(&[sum(&part)], &[200.0], 1e-6);
        let gradients = part.sum.backward().unwrap();
        assert!(numbers(gradients.get(&x).unwrap()).iter().all(|slope| slope.is_finite()), "gamma {gamma}");
    }
}

#[test]
fn l1_and_huber_are_their_formulas() {
    let x = random(1, &[2, 3]);
    let wanted = [0.5f32, -1.0, 2.0, 3.0, 0.0, 1.5];
    let targets = [floats(&wanted[..3]), floats(&wanted[3..])];
    let errors: Vec<f64> = numbers(&x).iter().zip(wanted).map(|(x, t)| x - f64::from(t)).collect();
    let part = L1.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
    assert_close(&[sum(&part), part.count], &[errors.iter().map(|error| error.abs()).sum(), 6.0], 1e-9);
    check_gradients(std::slice::from_ref(&x), |cx, p| L1.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
    for delta in [1.0, 0.3, 2.5] {
        let huber = |error: &f64| if error.abs() <= delta { error * error / 2.0 } else { delta * (error.abs() - delta / 2.0) };
        let part = Huber { delta }.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
        assert_close(&[sum(&part), part.count], &[errors.iter().map(huber).sum(), 6.0], 1e-9);
    }
}

#[test]
fn hubers_gradient_is_the_error_cut_off() {
    let x = Var::from_tensor(&Tensor::new(&[-4f32, -0.5, 0.0, 0.5, 4.0], &Device::Cpu).unwrap()).unwrap();
    let value = sequences(x.as_tensor()).without_features(x.as_tensor().clone());
    let targets = vec![floats(&[0.0]); 5];
    let cx = cx().with_gradients();
    let slopes = |part: Part| numbers(part.sum.backward().unwrap().get(&x).unwrap());
    assert_eq!(slopes(Huber { delta: 1.5 }.part("logits", 1.0, &cx, &value, &targets).unwrap()), [-1.5, -0.5, 0.0, 0.5, 1.5]);
    assert_eq!(slopes(L1.part("logits", 1.0, &cx, &value, &targets).unwrap()), [-1.0, -1.0, 0.0, 1.0, 1.0]);
}

#[test]
fn ordinal_asks_each_threshold() {
    let x = random(1, &[4, 3]);
    let (ranks, targets) = ([3i64, 0, -100, 1], [classes(&[3]), classes(&[0]), classes(&[-100]), classes(&[1])]);
    let part = Ordinal.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
    let of = |(row, rank): (Vec<f64>, i64)| {
        (0..3).map(|k| naive_bce(row[k as usize], f64::from(u8::from(rank > k)), 1.0)).sum::<f64>() * f64::from(u8::from(rank >= 0))
    };
    let expected: f64 = rows(&x).into_iter().zip(ranks).map(of).sum();
    assert_close(&[sum(&part), part.count], &[expected, 9.0], 1e-9);
    check_gradients(&[x], |cx, p| Ordinal.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn ordinal_of_tokens_ignores_padding_and_marks() {
    let x = random(1, &[9, 2]);
    let targets = [classes(&[9, 0, 1, 9, 2, 9]), classes(&[0, -100, 2, -100, 1]), classes(&[-100; 6])];
    let part = Ordinal.part("logits", 1.0, &cx(), &tokens(&x), &targets).unwrap();
    let ranks = [0i64, 1, 2, 0, -100, 2, -100, 1, -100];
    let all = rows(&x);
    let kept = all.iter().zip(ranks).filter(|(_, rank)| *rank >= 0);
    let expected: f64 =
        kept.flat_map(|(row, rank)| (0..2).map(move |k| naive_bce(row[k], f64::from(u8::from(rank > k as i64)), 1.0))).sum();
    assert_close(&[sum(&part), part.count], &[expected, 12.0], 1e-9);
}

fn dot(a: &[f64], b: &[f64]) -> f64 {
    a.iter().zip(b).map(|(a, b)| a * b).sum()
}

#[test]
fn cosine_is_its_formula() {
    let x = random(1, &[6, 4]);
    let targets = [floats(&[0.75]), floats(&[-1.0]), floats(&[0.0])];
    let part = Cosine.part("embedding", 1.0, &cx(), &sequences(&x), &targets).unwrap();
    let all = rows(&x);
    let error = |(pair, wanted): (&[Vec<f64>], f64)| {
        let lengths = dot(&pair[0], &pair[0]).sqrt() * dot(&pair[1], &pair[1]).sqrt();
        (dot(&pair[0], &pair[1]) / lengths - wanted).powi(2)
    };
    let expected: f64 = all.chunks(2).zip([0.75, -1.0, 0.0]).map(error).sum();
    assert_close(&[sum(&part), part.count], &[expected, 3.0], 1e-9);
    check_gradients(&[x], |cx, p| Cosine.part("embedding", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn cosine_of_a_vector_without_length_is_zero_and_has_a_gradient() {
    let x = Var::from_tensor(&Tensor::new(&[[0f32, 0.0], [3.0, 4.0]], &Device::Cpu).unwrap()).unwrap();
    let part = Cosine.part("embedding", 1.0, &cx().with_gradients(), &sequences(x.as_tensor()), &[floats(&[0.5])]).unwrap();
    assert_close(&[sum(&part)], &[0.25], 1e-6);
    assert!(numbers(part.sum.backward().unwrap().get(&x).unwrap()).iter().all(|slope| slope.is_finite()));
}

#[test]
fn triplet_is_its_formula() {
    let x = random(1, &[6, 4]);
    let all = rows(&x);
    let distance = |a: &[f64], b: &[f64]| a.iter().zip(b).map(|(a, b)| (a - b + 1e-6).powi(2)).sum::<f64>().sqrt();
    let excess: Vec<f64> = all.chunks(3).map(|row| distance(&row[0], &row[1]) - distance(&row[0], &row[2])).collect();
    for margin in [0.1, 1.0, 5.0] {
        let part = Triplet { margin }.part("embedding", 1.0, &cx(), &sequences(&x)).unwrap();
        let expected = excess.iter().map(|excess| (excess + margin).max(0.0)).sum();
        assert_close(&[sum(&part), part.count], &[expected, 2.0], 1e-9);
        check_gradients(std::slice::from_ref(&x), |cx, p| {
            Triplet { margin }.part("embedding", 1.0, cx, &sequences(&p[0].get(cx))).unwrap().sum
        });
    }
    assert!(excess.iter().any(|excess| excess + 0.1 < 0.0) || excess.iter().any(|excess| *excess > 0.0));
}

fn naive_kl(rows: &[Vec<f64>], shares: &[Vec<f32>]) -> f64 {
    let row = |(row, shares): (&Vec<f64>, &Vec<f32>)| -> f64 {
        let terms = log_softmax(row).into_iter().zip(shares).filter(|(_, share)| **share > 0.0);
        terms.map(|(log, share)| f64::from(*share) * (f64::from(*share).ln() - log)).sum()
    };
    rows.iter().zip(shares).map(row).sum()
}

#[test]
fn kl_is_its_formula() {
    let x = random(1, &[3, 3]);
    let shares = [vec![0.25f32, 0.5, 0.25], vec![0.0, 1.0, 0.0], vec![0.0; 3]];
    let targets = shares.clone().map(Target::Numbers);
    let part = Kl.part("logits", 1.0, &cx(), &sequences(&x), &targets).unwrap();
    assert_close(&[sum(&part), part.count], &[naive_kl(&rows(&x)[..2], &shares), 2.0], 1e-7);
    check_gradients(&[x], |cx, p| Kl.part("logits", 1.0, cx, &sequences(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn kl_runs_over_choices_and_over_tokens_without_padding() {
    let (x, y) = (random(1, &[6]), random(2, &[9]));
    let (a, b) = (numbers(&x), numbers(&y));
    let shares = [vec![0.5f32, 0.5], vec![0.125, 0.125, 0.75], vec![1.0]];
    let part = Kl.part("logits", 1.0, &cx(), &choices(&x, &[0, 2, 5, 6]), &shares.clone().map(Target::Numbers)).unwrap();
    let ragged = [a[..2].to_vec(), a[2..5].to_vec(), a[5..].to_vec()];
    assert_close(&[sum(&part), part.count], &[naive_kl(&ragged, &shares), 3.0], 1e-7);
    let targets = [floats(&[9.0, 0.25, 0.25, 9.0, 0.5]), floats(&[0.0; 6]), floats(&[9.0, 9.0, 9.0, 1.0])];
    let part = Kl.part("logits", 1.0, &cx(), &bare(&y), &targets).unwrap();
    let ragged = [b[..3].to_vec(), b[8..].to_vec()];
    assert_close(&[sum(&part), part.count], &[naive_kl(&ragged, &[vec![0.25, 0.25, 0.5], vec![1.0]]), 2.0], 1e-7);
    check_gradients(&[y], |cx, p| Kl.part("logits", 1.0, cx, &bare(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn tree_chooses_among_the_tokens_of_the_sequence_alone() {
    let x = random(1, &[9 + 25 + 1]);
    let targets = [classes(&[7, 4, -100, 7, 1]), classes(&[0, 4, 2, -100, -100]), classes(&[-100, -100, -100, 3, -100, -100])];
    let part = Tree.part("arc", 1.0, &cx(), &pairs(&x), &targets).unwrap();
    let all = numbers(&x);
    let row = |start: usize, length: usize| all[start..start + length].to_vec();
    let rows = [row(0, 3), row(6, 3), row(9, 5), row(14, 5), row(19, 5), row(34, 1)];
    let (expected, count) = naive_cross_entropy(&rows, &[2, 0, 0, 4, 2, 0], &[1.0; 5], 0.0);
    assert_close(&[sum(&part), part.count], &[expected, count], 1e-7);
    check_gradients(&[x], |cx, p| Tree.part("arc", 1.0, cx, &pairs(&p[0].get(cx)), &targets).unwrap().sum);
}

#[test]
fn pairs_may_come_as_squares_of_their_own_tokens() {
    let columns: [&[u32]; 2] = [&[0, 1], &[0, 1, 2]];
    let layout = Arc::new(Layout::new(columns, 3).unwrap());
    let value = Value::new(random(1, &[13, 2]), Rows::Pair, layout);
    let large = [classes(&[0, 1, 9, 1, -100, 9, 9, 9, 9]), classes(&[1, -100, -100, 0, 0, 1, -100, -100, 1])];
    let small = [classes(&[0, 1, 1, -100]), large[1].clone()];
    let loss = |targets: &[Target]| CrossEntropy::default().part("relation", 1.0, &cx(), &value, targets);
    let (one, other) = (loss(&large).unwrap(), loss(&small).unwrap());
    assert_eq!((sum(&one), one.count, other.count), (sum(&other), 8.0, 8.0));
    assert!(loss(&[classes(&[0]), large[1].clone()]).unwrap_err().to_string().contains("example 0"));
}

#[test]
fn they_compute_halves_in_f32() {
    let x = sequences(&random(1, &[6, 3]).to_dtype(DType::BF16).unwrap());
    let zeros = vec![classes(&[0]); 6];
    let parts = [
        Focal::default().part("a", 1.0, &cx(), &x, &zeros).unwrap(),
        Ordinal.part("b", 1.0, &cx(), &x, &zeros).unwrap(),
        L1.part("c", 1.0, &cx(), &x, &vec![floats(&[1.0; 3]); 6]).unwrap(),
        Huber::default().part("d", 1.0, &cx(), &x, &vec![floats(&[1.0; 3]); 6]).unwrap(),
        Kl.part("e", 1.0, &cx(), &x, &vec![floats(&[0.5, 0.5, 0.0]); 6]).unwrap(),
        Cosine.part("f", 1.0, &cx(), &x, &vec![floats(&[0.5]); 3]).unwrap(),
        Triplet::default().part("g", 1.0, &cx(), &x).unwrap(),
    ];
    assert!(parts.iter().all(|part| part.sum.dtype() == DType::F32 && sum(part).is_finite()));
}
