//! Enums of a user's own as label sets, from the derive to a checkpoint's `id2label`.
#![allow(clippy::unwrap_used, missing_docs)]

use bert_runtime::{Bert, BertFor, Device, ErrorKind, Label as _, Labels, head};

/// What a passenger asks for.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Labels)]
pub enum Wish {
    Flight,
    GroundService,
    #[label("B-fromloc.city_name")]
    From,
    HTTPError = 3,
    r#Type,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Labels)]
pub enum Mood {
    #[label("negative")]
    Bad,
    #[label("neutral")]
    Neither,
    #[label("positive")]
    Good,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Labels)]
pub enum Complaint {
    Refund,
    Delivery,
    Praise,
}

head! {
    head Asked { labels crate::Wish; input pooled; linear hidden -> labels; loss cross_entropy class_weights=[1, 1, 1, 1, 2]; }
    head Ranked { labels crate::Wish; input pooled; linear hidden -> labels - 1; loss ordinal; }
    head Adopted { labels crate::Mood; input pooled; linear hidden -> 3; loss bce pos_weight=[1, 2, 3]; }
    head Parted { labels crate::Mood; input tokens; linear hidden -> labels; split low, middle, high; }
    head Sentiment { labels crate::Mood; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy; }
    head Topic { labels crate::Complaint; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy; }
}

const WISHES: [Wish; 5] = [Wish::Flight, Wish::GroundService, Wish::From, Wish::HTTPError, Wish::r#Type];
const TINY: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/tiny-bert");
const SINGLE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/fixtures/layouts/single");

#[test]
fn variants_are_labels_in_their_order_and_by_their_names() {
    let names = ["flight", "ground_service", "B-fromloc.city_name", "h_t_t_p_error", "type"];
    assert_eq!((Wish::NAMES, Wish::COUNT), (&names[..], 5));
    for (index, (wish, name)) in WISHES.into_iter().zip(names).enumerate() {
        assert_eq!((wish.index(), Wish::from_index(index)), (index, Some(wish)));
        assert_eq!((wish.to_string(), name.parse::<Wish>().unwrap()), (name.to_owned(), wish));
        let json = serde_json::to_string(&wish).unwrap();
        assert_eq!(json, format!("{name:?}"));
        assert_eq!(serde_json::from_str::<Wish>(&json).unwrap(), wish);
    }
    assert_eq!(Wish::from_index(5), None);
    assert!("flights".parse::<Wish>().unwrap_err().to_string().contains("are flight, "));
}

#[test]
fn heads_have_as_many_outputs_as_the_enum_has_labels() {
    let bert = Bert::open(TINY, &Device::Cpu).unwrap();
    let asked = bert.fresh::<Asked>(1).unwrap().predict("a text").unwrap();
    assert_eq!(asked.scores.iter().map(|(label, _)| *label).collect::<Vec<_>>(), WISHES);
    let ranked = bert.fresh::<Ranked>(1).unwrap();
    assert_eq!(ranked.parameters().last().unwrap().tensor().dims(), [4]);
    assert!(WISHES.contains(&ranked.predict("a text").unwrap().rank));
    let adopted = bert.fresh::<Adopted>(1).unwrap().predict("a text").unwrap();
    assert_eq!(adopted.scores.iter().map(|(label, _)| label.index()).collect::<Vec<_>>(), [0, 1, 2]);
    bert.fresh::<Parted>(1).unwrap().predict("a text").unwrap();
}

#[test]
fn an_enum_is_matched_with_id2label_as_named_labels_are() {
    let topic = BertFor::<Topic>::from_pretrained(SINGLE, &Device::Cpu).unwrap();
    assert!(topic.report().notes.is_empty(), "{}", topic.report());
    let answer = topic.predict("a text").unwrap();
    assert_eq!(answer.scores.iter().map(|(label, _)| label.to_string()).collect::<Vec<_>>(), ["refund", "delivery", "praise"]);
    let error = BertFor::<Sentiment>::from_pretrained(SINGLE, &Device::Cpu).unwrap_err();
    assert_eq!(error.kind(), ErrorKind::Binding);
    let told = "`labels` is [negative, neutral, positive], and id2label in config.json is [refund, delivery, praise]: other names";
    assert!(error.to_string().contains(told), "{error}");
}
