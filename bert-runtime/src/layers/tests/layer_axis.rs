//! Values with a layer axis.

use super::*;
use crate::error::ErrorKind;

fn layered(x: &Tensor) -> Value {
    Value::with_layers(x.clone(), Rows::Token, layout())
}

fn cell(x: &[f64], row: usize, layer: usize, feature: usize) -> f64 {
    x[(row * 3 + layer) * 2 + feature]
}

#[test]
fn mix_weighs_layers() {
    let (x, w, g) = (random(1, &[9, 3, 2]), random(2, &[3]), random(3, &[1]));
    let found = Mix::new(fixed(&w), fixed(&g)).forward(&eval(), &layered(&x)).unwrap();
    let (x2, shares, gamma) = (numbers(&x), naive_softmax(&numbers(&w)), numbers(&g)[0]);
    let mixed = |row, feature| gamma * (0..3).map(|layer| shares[layer] * cell(&x2, row, layer, feature)).sum::<f64>();
    let expected: Vec<f64> = (0..9).flat_map(|row| (0..2).map(move |feature| (row, feature))).map(|(r, f)| mixed(r, f)).collect();
    assert_close(&numbers(found.tensor()), &expected, 1e-12);
    assert!(!found.has_layers() && found.has_features());
    check_gradients(&[x.clone(), w, g.clone()], |cx, p| {
        Mix::new(p[1].clone(), p[2].clone()).forward(cx, &layered(&p[0].get(cx))).unwrap().tensor().clone()
    });
    let error = Mix::new(fixed(&random(2, &[4])), fixed(&g)).forward(&eval(), &layered(&x)).unwrap_err();
    assert!(error.to_string().contains("4 weights, and the value has 3 layers"), "{error}");
}

#[test]
fn mix_is_finite_in_every_format() {
    for dtype in [DType::F16, DType::BF16] {
        let of = |seed, shape: &[usize]| random(seed, shape).to_dtype(dtype).unwrap();
        let found = Mix::new(fixed(&of(2, &[3])), fixed(&of(3, &[1]))).forward(&eval(), &layered(&of(1, &[9, 3, 2]))).unwrap();
        assert_eq!(found.tensor().dtype(), dtype);
        assert!(numbers(found.tensor()).iter().all(|x| x.is_finite()));
    }
}

#[test]
fn take_counts_from_both_ends() {
    let x = random(1, &[9, 3, 2]);
    let x2 = numbers(&x);
    for (take, layer) in [(Take::one(0), 0), (Take::one(2), 2), (Take::one(-1), 2), (Take::one(-3), 0)] {
        let found = take.forward(&eval(), &layered(&x)).unwrap();
        let expected: Vec<f64> = (0..9).flat_map(|row| [cell(&x2, row, layer, 0), cell(&x2, row, layer, 1)]).collect();
        assert_eq!(numbers(found.tensor()), expected);
        assert!(!found.has_layers());
    }
    let ranges = [(Some(-2), None, 1..3), (None, Some(2), 0..2), (Some(1), Some(-1), 1..2), (None, None, 0..3), (Some(0), Some(3), 0..3)];
    for (from, to, expected) in ranges {
        assert_eq!(Take::range(from, to).layers(3).unwrap(), expected);
    }
    let faults = [Take::one(3), Take::one(-4), Take::range(Some(-4), None), Take::range(None, Some(4)), Take::range(Some(2), Some(1))];
    for take in faults.iter().chain(&[Take::range(Some(1), Some(1)), Take::one(i64::MIN), Take::range(Some(3), None)]) {
        assert_eq!(take.forward(&eval(), &layered(&x)).unwrap_err().kind(), ErrorKind::Binding, "{take:?}");
    }
}

#[test]
fn flatten_puts_earlier_layers_first() {
    let x = random(1, &[9, 3, 2]);
    let forward = |cx: &Context, x: &Tensor| {
        let taken = Take::range(Some(1), None).forward(cx, &layered(x)).unwrap();
        Flatten.forward(cx, &taken).unwrap()
    };
    let found = forward(&eval(), &x);
    assert_eq!((found.tensor().dims(), found.has_layers(), found.width()), (&[9, 4][..], false, 4));
    let x2 = numbers(&x);
    let expected: Vec<f64> = (0..9).flat_map(|row| [(1, 0), (1, 1), (2, 0), (2, 1)].map(|(layer, f)| cell(&x2, row, layer, f))).collect();
    assert_eq!(numbers(found.tensor()), expected);
    check_gradients(&[x], |cx, p| forward(cx, &p[0].get(cx)).tensor().clone());
}

#[test]
fn layers_come_first_in_the_padded_form() {
    let x = random(1, &[9, 3, 2]);
    let padded = layered(&x).to_padded().unwrap();
    assert_eq!(padded.dims(), [3, 3, 6, 2]);
    let (x2, found) = (numbers(&x), numbers(&padded));
    for (row, (sequence, column)) in [(0, 1), (0, 2), (0, 4), (1, 0), (1, 1)].into_iter().enumerate() {
        for layer in 0..3 {
            assert_eq!(found[((layer * 3 + sequence) * 6 + column) * 2 + 1], cell(&x2, row, layer, 1));
        }
    }
    assert_eq!(found[0], 0.0);
}

#[test]
fn layers_by_row_and_pools_keep_the_axis() {
    let x = random(1, &[9, 3, 2]);
    let slice = |layer| x.narrow(1, layer, 1).unwrap().squeeze(1).unwrap();
    let attention = PoolAttention::new(fixed(&random(2, &[1, 2])), fixed(&random(3, &[1])));
    let linear = Linear::new(fixed(&random(2, &[4, 2])), Some(fixed(&random(3, &[4]))));
    type Forward<'a> = Box<dyn Fn(&Value) -> Value + 'a>;
    let forwards: [Forward<'_>; 4] = [
        Box::new(|x| Pool::Mean.forward(&eval(), x).unwrap()),
        Box::new(|x| Pool::Max.forward(&eval(), x).unwrap()),
        Box::new(|x| attention.forward(&eval(), x).unwrap()),
        Box::new(|x| linear.forward(&eval(), x).unwrap()),
    ];
    for forward in forwards {
        let whole = forward(&layered(&x));
        assert!(whole.has_layers());
        for layer in 0..3 {
            let found = Take::one(layer as i64).forward(&eval(), &whole).unwrap();
            assert_close(&numbers(found.tensor()), &numbers(forward(&tokens(&slice(layer))).tensor()), 1e-6);
        }
    }
}

#[test]
fn layers_are_wanted() {
    let x = tokens(&random(1, &[9, 2]));
    let mix = Mix::new(fixed(&random(2, &[3])), fixed(&random(3, &[1])));
    let errors = [mix.forward(&eval(), &x), Take::one(0).forward(&eval(), &x), Flatten.forward(&eval(), &x)].map(Result::unwrap_err);
    assert!(errors.iter().all(|error| error.to_string().contains("read `layers`")));
    assert_eq!(mix.class().as_deref(), Some("ScalarMix()"));
    assert!(Take::one(0).class().is_none() && Flatten.class().is_none() && At.class().is_none());
}

#[test]
fn at_picks_a_token_by_its_column() {
    let x = random(1, &[9, 2]);
    let found = At.forward(&eval(), &tokens(&x), &[4, 0, 3]).unwrap();
    assert_eq!((found.rows(), rows(found.tensor())), (Rows::Sequence, [2, 3, 8].map(|row| rows(&x)[row].clone()).to_vec()));
    assert_eq!(At.forward(&eval(), &layered(&random(1, &[9, 3, 2])), &[4, 0, 3]).unwrap().tensor().dims(), [3, 3, 2]);
    check_gradients(std::slice::from_ref(&x), |cx, p| At.forward(cx, &tokens(&p[0].get(cx)), &[4, 0, 3]).unwrap().tensor().clone());
    for (columns, what) in [(&[3, 0, 3][..], "no token at position 3"), (&[4, 0], "2 positions for 3 sequences")] {
        let error = At.forward(&eval(), &tokens(&x), columns).unwrap_err();
        assert!(error.to_string().contains(what), "{error}");
    }
    assert!(At.forward(&eval(), &Value::new(random(1, &[3, 2]), Rows::Sequence, layout()), &[0, 0, 0]).is_err());
}
