//! Whatever passes run, a head says the same.
//!
//! Values are compared in double precision and not bit by bit: a matrix product of fewer rows may add in another order.

use std::collections::BTreeMap;

use bert_runtime::decode::Reading;
use bert_runtime::head::{Head, Purpose, Targets};
use bert_runtime::losses::total;
use bert_runtime::{Bert, Context, Rows, all_parameters};
use candle_core::Tensor;
use tests::numbers::{alike, largest, numbers, relative};

use crate::ways::{Given, Ways, checked, encoder, given, run, targets, ways};

const TOLERANCE: f64 = 1e-12;

fn contexts() -> [Context; 2] {
    [Context::evaluation().with_gradients(), Context::training(5, 2)]
}

fn each_head(check: impl Fn(&Ways, &Bert, &Given)) {
    for ways in ways() {
        let bert = encoder();
        let choices = checked(&ways).sources[0].per_choice;
        check(&ways, &bert, &given(&bert, choices));
    }
}

/// The heads in all ways, that with no pass first.
fn bound(ways: &Ways, bert: &Bert) -> Vec<(String, Box<dyn Head>)> {
    ways.all.iter().map(|(name, way)| (format!("{} with {name}", ways.name), way(bert))).collect()
}

#[test]
fn outputs_are_equal_in_evaluation_and_in_training() {
    each_head(|ways, bert, given| {
        for cx in contexts() {
            let outputs = |head: &dyn Head| run(bert, head, &cx, &given.batch, Purpose::Forward).unwrap();
            let heads = bound(ways, bert);
            let plain = outputs(&*heads[0].1);
            for (name, head) in &heads[1..] {
                for (output, plain) in outputs(&**head).iter().zip(&plain) {
                    assert!(
                        output.rows() == plain.rows() && (output.rows() == Rows::Sequence || output.layout() == plain.layout()),
                        "{name}"
                    );
                    let apart = relative(output.tensor(), plain.tensor());
                    assert!(apart <= TOLERANCE, "{name}: outputs are {apart:e} apart");
                }
            }
        }
    });
}

#[test]
fn predictions_are_equal() {
    each_head(|ways, bert, given| {
        let reading = Reading::new(&given.encodings).with_tokenizer(bert.tokenizer().unwrap());
        let predicted = |head: &dyn Head| {
            let outputs = run(bert, head, &Context::evaluation(), &given.batch, Purpose::Predict).unwrap();
            head.decode(&outputs, &reading).unwrap()
        };
        let heads = bound(ways, bert);
        let plain = predicted(&*heads[0].1);
        for (name, head) in &heads[1..] {
            assert!(alike(&predicted(&**head), &plain, 1e-6), "{name}");
        }
    });
}

/// The loss and its gradients, or what is wrong with the targets.
fn learnt(bert: &Bert, head: &dyn Head, cx: &Context, given: &Given, targets: &Targets) -> Result<(f64, BTreeMap<String, Tensor>), String> {
    let outputs = run(bert, head, cx, &given.batch, Purpose::Loss(targets)).map_err(|error| error.to_string())?;
    let loss = head.loss(cx, &outputs, targets).and_then(|parts| total(&parts)).map_err(|error| error.to_string())?;
    let store = loss.backward().unwrap();
    let all = all_parameters(bert.encoder()).into_iter().chain(all_parameters(head));
    let gradients = all.filter_map(|parameter| Some((parameter.name().to_owned(), store.get(parameter.tensor())?.clone())));
    Ok((numbers(&loss)[0], gradients.collect()))
}

/// How far gradients are apart; what has none has one of zeros, as what a head does not read.
fn apart(a: &BTreeMap<String, Tensor>, b: &BTreeMap<String, Tensor>) -> f64 {
    let zeros = |tensor: &Tensor| tensor.zeros_like().unwrap();
    let one = |name: &String| match (a.get(name), b.get(name)) {
        (Some(a), Some(b)) => relative(a, b),
        (Some(only), None) | (None, Some(only)) => relative(only, &zeros(only)),
        (None, None) => 0.0,
    };
    a.keys().chain(b.keys()).map(one).fold(0.0, largest)
}

#[test]
fn losses_and_gradients_are_equal() {
    let learn = std::cell::Cell::new(0);
    each_head(|ways, bert, given| {
        let heads = bound(ways, bert);
        let outputs = run(bert, &*heads[0].1, &Context::evaluation(), &given.batch, Purpose::Forward).unwrap();
        let targets = targets(&checked(ways), &outputs);
        for cx in contexts() {
            let plain = learnt(bert, &*heads[0].1, &cx, given, &targets);
            learn.set(learn.get() + usize::from(plain.is_ok()));
            for (name, head) in &heads[1..] {
                match (learnt(bert, &**head, &cx, given, &targets), &plain) {
                    (Ok((loss, gradients)), Ok((plain, wanted))) => {
                        let far = largest((loss - plain).abs() / plain.abs().max(1.0), apart(&gradients, wanted));
                        assert!(far <= 1e-6, "{name}: {far:e} apart");
                        assert!(!wanted.is_empty(), "{name}");
                    }
                    (found, plain) => assert_eq!(found.err(), plain.as_ref().err().cloned(), "{name}"),
                }
            }
        }
    });
    assert!(learn.get() >= 24, "twelve heads at least have a loss on these targets, in two contexts: {}", learn.get());
}

/// Rows of nothing, and targets for tokens that are not there.
#[test]
fn a_batch_without_any_label_has_no_loss_and_one_with_too_few_says_so() {
    let bert = encoder();
    let given = given(&bert, false);
    for ways in ways().into_iter().filter(|ways| ["Places", "FillIn"].contains(&ways.name)) {
        let examples = given.batch.layout().examples();
        let all = |class: i64, length: usize| {
            let target = bert_runtime::head::Target::Classes(vec![class; length]);
            Targets::new().with("labels", vec![target; examples])
        };
        for (name, head) in bound(&ways, &bert) {
            let learn = |targets: &Targets| learnt(&bert, &*head, &Context::evaluation().with_gradients(), &given, targets);
            let (loss, gradients) = learn(&all(-100, given.batch.layout().width())).unwrap();
            assert_eq!((loss, gradients.len()), (0.0, 0), "{name}");
            let fault = learn(&all(-100, 4)).unwrap_err();
            assert!(fault.contains("give each token column its target"), "{name}: {fault}");
        }
    }
}
