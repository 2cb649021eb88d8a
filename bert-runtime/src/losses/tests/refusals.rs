//! What the later losses refuse, with the example that is at fault.

use super::*;

#[test]
fn wrong_targets_of_the_later_losses_name_the_example() {
    let x = sequences(&random(1, &[2, 3]));
    let (good, numbers) = ([classes(&[0]), classes(&[0])], [floats(&[0.0; 3]), floats(&[0.0; 3])]);
    let pair = Value::new(random(1, &[35]), Rows::Pair, layout()).without_features(random(1, &[35]));
    let parents = |class: i64| [classes(&[-100; 6]), classes(&[class, -100, -100, -100, -100]), classes(&[-100; 6])];
    let focal = |weights: Option<Vec<f32>>| Focal { class_weights: weights, ..Default::default() };
    let share = |odd: &[f32]| [floats(&[0.0; 3]), floats(odd)];
    let faults = [
        (focal(None).part("logits", 1.0, &cx(), &x, &[classes(&[0]), classes(&[3])]), "example 1"),
        (focal(Some(vec![1.0])).part("logits", 1.0, &cx(), &x, &good), "1 class weights"),
        (L1.part("logits", 1.0, &cx(), &x, &share(&[0.0; 2])), "example 1"),
        (Huber::default().part("logits", 1.0, &cx(), &x, &share(&[0.0, f32::NAN, 0.0])), "example 1"),
        (Ordinal.part("logits", 1.0, &cx(), &x, &[classes(&[3]), classes(&[4])]), "example 1"),
        (Ordinal.part("logits", 1.0, &cx(), &x, &[classes(&[-1]), classes(&[3])]), "example 0"),
        (Ordinal.part("logits", 1.0, &cx(), &bare(&random(1, &[9])), &good), "a logit a threshold"),
        (Cosine.part("logits", 1.0, &cx(), &x, &[floats(&[0.5]), floats(&[0.5])]), "1 pairs"),
        (Cosine.part("logits", 1.0, &cx(), &x, &[floats(&[1.5])]), "example 0"),
        (Cosine.part("logits", 1.0, &cx(), &x, &good[..1]), "example 0"),
        (Triplet::default().part("logits", 1.0, &cx(), &x), "2 texts"),
        (Triplet::default().part("logits", 1.0, &cx(), &tokens(&random(1, &[9, 3]))), "fold its tokens"),
        (Kl.part("logits", 1.0, &cx(), &x, &share(&[0.5, 0.4, 0.0])), "example 1"),
        (Kl.part("logits", 1.0, &cx(), &x, &share(&[1.5, -0.5, 0.0])), "example 1"),
        (Tree.part("arc", 1.0, &cx(), &x, &numbers), "squeeze"),
        (Tree.part("arc", 1.0, &cx(), &pair, &parents(5)), "example 1"),
    ];
    for (number, (result, place)) in faults.into_iter().enumerate() {
        let error = result.map(|part| part.name).expect_err(&format!("case {number}"));
        assert_eq!(error.kind(), ErrorKind::Target);
        assert!(error.to_string().contains(place), "case {number}: {error}");
    }
}

#[test]
fn later_losses_of_nothing_are_zero() {
    let none = sequences(&random(1, &[0, 3]));
    let ignored = sequences(&random(1, &[1, 3]));
    let parts = [
        Triplet::default().part("a", 1.0, &cx(), &none).unwrap(),
        Cosine.part("b", 1.0, &cx(), &none, &[]).unwrap(),
        Kl.part("c", 1.0, &cx(), &ignored, &[floats(&[0.0; 3])]).unwrap(),
        Ordinal.part("d", 1.0, &cx(), &ignored, &[classes(&[-100])]).unwrap(),
        Focal::default().part("e", 1.0, &cx(), &ignored, &[classes(&[-100])]).unwrap(),
    ];
    assert!(parts.iter().all(|part| part.count == 0.0 && sum(part) == 0.0));
}
