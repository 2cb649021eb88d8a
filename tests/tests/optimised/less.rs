//! What is saved, counted in rows and layers.

use bert_runtime::encoder::{Encoded, Encoder};
use bert_runtime::head::{Head, Purpose, Target, Targets};
use bert_runtime::losses::total;
use bert_runtime::{Bert, Context, Module, all_parameters};

use crate::ways::{Given, Ways, encoder, given, run, ways};

fn head_of(name: &str) -> Ways {
    ways().into_iter().find(|ways| ways.name == name).unwrap()
}

/// A head with no pass and with every pass.
fn plain_and_optimised(name: &str, bert: &Bert) -> [Box<dyn Head>; 2] {
    let ways = head_of(name);
    ["no pass", "every pass"].map(|wanted| ways.all.iter().find(|(way, _)| *way == wanted).unwrap().1(bert))
}

fn encoded(bert: &Bert, head: &dyn Head, given: &Given, purpose: Purpose<'_>) -> Encoded {
    bert.encoder().encode(&Context::evaluation(), &given.batch, &head.demand(purpose)).unwrap()
}

/// For each example a class at every third token.
fn labels(given: &Given) -> (Targets, usize) {
    let layout = given.batch.layout();
    let is_labelled = |column: u32| column % 3 == 1;
    let classes = |column| if is_labelled(column) { 1 } else { -100 };
    let target = || Target::Classes((0..layout.width() as u32).map(classes).collect());
    let count = layout.all_positions().iter().filter(|column| is_labelled(**column)).count();
    (Targets::new().with("labels", (0..layout.examples()).map(|_| target()).collect()), count)
}

#[test]
fn a_vocabulary_is_scored_at_mask_tokens_and_labels_alone() {
    let bert = encoder();
    let given = given(&bert, false);
    // One of them looks at every token before it scores the vocabulary.
    for name in ["FillIn", "FillInDeeper"] {
        scores_where_it_is_asked(name, &bert, &given);
    }
}

fn scores_where_it_is_asked(name: &str, bert: &Bert, given: &Given) {
    let [plain, optimised] = plain_and_optimised(name, bert);
    let rows = |head: &dyn Head, purpose: Purpose<'_>| {
        run(bert, head, &Context::evaluation(), &given.batch, purpose).unwrap()[0].tensor().dims()[0]
    };
    let (targets, labelled) = labels(given);
    let masked: usize = given.batch.masked().iter().map(Vec::len).sum();
    let tokens = given.batch.layout().total();
    assert_eq!((masked, labelled < tokens / 2), (4, true));
    assert_eq!(rows(&*plain, Purpose::Predict), tokens);
    assert_eq!(rows(&*optimised, Purpose::Predict), masked);
    assert_eq!(rows(&*plain, Purpose::Loss(&targets)), tokens);
    assert_eq!(rows(&*optimised, Purpose::Loss(&targets)), labelled);
    assert_eq!(rows(&*optimised, Purpose::Forward), tokens);
}

#[test]
fn the_encoder_gives_the_tokens_that_are_pointed_at() {
    let bert = encoder();
    let given = given(&bert, false);
    let [plain, optimised] = plain_and_optimised("Marked", &bert);
    for purpose in [Purpose::Forward, Purpose::Predict, Purpose::Loss(&Targets::new())] {
        assert_eq!(encoded(&bert, &*plain, &given, purpose).output(0).unwrap().layout().total(), given.batch.layout().total());
        let found = encoded(&bert, &*optimised, &given, purpose).output(0).unwrap();
        let rows: Vec<&[u32]> = (0..6).map(|sequence| found.layout().positions(sequence)).collect();
        assert_eq!(rows, [&[2, 5][..], &[1], &[2, 5], &[1, 3], &[1, 2], &[4]]);
    }
}

/// The numbers of the encoder's layers that are a part of what the head's outputs were computed from.
fn layers_that_ran(bert: &Bert, head: &dyn Head, given: &Given) -> Vec<usize> {
    let targets = Targets::new().with("labels", vec![Target::Classes(vec![1]); given.batch.layout().examples()]);
    let cx = Context::evaluation().with_gradients();
    let outputs = run(bert, head, &cx, &given.batch, Purpose::Loss(&targets)).unwrap();
    let store = total(&head.loss(&cx, &outputs, &targets).unwrap()).unwrap().backward().unwrap();
    let ran = |layer: &usize| {
        let name = format!("bert.encoder.layer.{layer}.output.dense.weight");
        all_parameters(bert.encoder() as &dyn Module)
            .iter()
            .any(|parameter| parameter.name() == name && store.get(parameter.tensor()).is_some())
    };
    (0..5).filter(ran).collect()
}

#[test]
fn no_layer_runs_above_the_highest_that_is_taken() {
    let bert = encoder();
    let given = given(&bert, false);
    let [plain, optimised] = plain_and_optimised("Low", &bert);
    assert_eq!(layers_that_ran(&bert, &*plain, &given), [0, 1, 2, 3, 4]);
    assert_eq!(layers_that_ran(&bert, &*optimised, &given), [0]);
}

#[test]
fn layers_that_are_not_taken_are_not_kept() {
    let bert = encoder();
    let given = given(&bert, false);
    for (name, kept, rows) in [("Low", 2, 6), ("Mixed", 5, given.batch.layout().total()), ("Taken", 4, given.batch.layout().total())] {
        let [plain, optimised] = plain_and_optimised(name, &bert);
        let dims = |head: &dyn Head| encoded(&bert, head, &given, Purpose::Predict).output(0).unwrap().tensor().dims().to_vec();
        assert_eq!(dims(&*plain), [given.batch.layout().total(), 6, 32], "{name}");
        assert_eq!(dims(&*optimised), [rows, kept, 32], "{name}");
    }
}
