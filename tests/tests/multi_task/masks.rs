//! Dropout masks belong to a layer's whole path.

use bert_runtime::{Context, Tensor};
use tests::numbers::furthest;

use super::*;

head! {
    pub head Bare { input cls; drop: dropout 0.5; decode embedding; }

    pub head InScope { input cls; one { drop: dropout 0.5; } decode embedding; }
}

#[derive(Debug, MultiTask)]
pub struct Fields {
    one: Bare,
    two: Bare,
}

fn outputs<T: Task>(cx: &Context) -> Vec<Tensor> {
    let model: BertFor<T> = single(false);
    model.outputs(cx, &batch(model.bert())).unwrap().iter().map(|value| value.tensor().clone()).collect()
}

#[test]
fn two_fields_with_a_layer_of_one_path_have_masks_of_their_own() {
    let training = Context::training(3, 9);
    let [one, two] = outputs::<Fields>(&training).try_into().unwrap();
    assert!(furthest(&one, &two) > 0.1);
    let [one_again, two_again] = outputs::<Fields>(&Context::evaluation()).try_into().unwrap();
    assert_eq!(furthest(&one_again, &two_again), 0.0);
    let in_scope = outputs::<InScope>(&training);
    assert_eq!(furthest(&one, &in_scope[0]), 0.0, "a field is a scope as any other");
}
