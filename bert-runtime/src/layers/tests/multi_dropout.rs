//! Several masks, averaged.

use super::*;

fn block<'a>(weight: &'a Parameter) -> impl Fn(&Context, &Value) -> crate::Result<Value> + 'a {
    |cx, x| Linear::new(weight.clone(), None).forward(cx, &Dropout::new("inner", 0.3).forward(cx, x)?)
}

#[test]
fn evaluation_runs_the_block_once() {
    let (x, w) = (tokens(&random(1, &[9, 4])), fixed(&random(2, &[2, 4])));
    let found = MultiDropout::new("m", 5, 0.5).forward(&eval(), &x, block(&w)).unwrap();
    assert_eq!(numbers(found.tensor()), numbers(Linear::new(w, None).forward(&eval(), &x).unwrap().tensor()));
}

#[test]
fn training_averages_samples_of_their_own() {
    let (x, w, cx) = (tokens(&random(1, &[9, 4])), fixed(&random(2, &[2, 4])), Context::training(4, 7));
    let seen = std::cell::RefCell::new(Vec::new());
    let inner = block(&w);
    let watched = |cx: &Context, x: &Value| {
        let result = inner(cx, x)?;
        seen.borrow_mut().push((numbers(x.tensor()), numbers(result.tensor())));
        Ok(result)
    };
    let found = MultiDropout::new("m", 3, 0.5).forward(&cx, &x, watched).unwrap();
    let samples = seen.take();
    assert_eq!(samples.len(), 3);
    let mean: Vec<f64> = (0..18).map(|cell| samples.iter().map(|(_, result)| result[cell]).sum::<f64>() / 3.0).collect();
    assert_close(&numbers(found.tensor()), &mean, 1e-12);
    assert!(samples[0].0 != samples[1].0 && samples[1].0 != samples[2].0 && samples[0].0 != samples[2].0);
    let again = MultiDropout::new("m", 3, 0.5).forward(&cx, &x, block(&w)).unwrap();
    assert_eq!(numbers(again.tensor()), numbers(found.tensor()));
}

/// With nothing dropped before the block, samples differ by the dropout inside it.
#[test]
fn dropouts_inside_the_block_differ_by_sample() {
    let (x, w, cx) = (tokens(&random(1, &[9, 4])), fixed(&random(2, &[2, 4])), Context::training(4, 7));
    let once = block(&w)(&cx, &x).unwrap();
    let found = MultiDropout::new("m", 2, 0.0).forward(&cx, &x, block(&w)).unwrap();
    assert_ne!(numbers(found.tensor()), numbers(once.tensor()));
    let nested = |x: &Value| {
        let inner = MultiDropout::new("n", 2, 0.4);
        MultiDropout::new("m", 2, 0.0).forward(&cx, x, |cx, x| inner.forward(cx, x, |_, x| Ok(x.clone()))).unwrap()
    };
    let distinct: std::collections::BTreeSet<String> =
        numbers(nested(&x).tensor()).iter().zip(numbers(x.tensor())).map(|(y, x)| format!("{:.3}", y / x)).collect();
    assert!(distinct.len() > 3, "the samples of nested blocks are of their own: {distinct:?}");
}

#[test]
fn no_samples_are_an_error() {
    let x = tokens(&random(1, &[9, 4]));
    assert!(MultiDropout::new("m", 0, 0.5).forward(&Context::training(1, 1), &x, |_, x| Ok(x.clone())).is_err());
}
