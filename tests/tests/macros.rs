//! What the macros make: the same items from a text in `head!`, in a derive and in a file, with labels as they are written.

#![allow(clippy::unwrap_used)]

use bert_runtime::decode::IndexLabel;
use bert_runtime::{BertHead, Label, Task, head};

head! {
    /// Is a review good or bad?
    pub head Sentiment {
        labels negative, "very positive", five_stars = "5 stars", "fromloc.city_name";
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    head Stars {
        labels 5;
        input pooled;
        linear hidden -> labels;
        loss cross_entropy;
    }

    head Hostile {
        labels quote = "\"; } } fn main() {} /*", comment = "*/ // {{", lines = "a\nb\0", tick = "a`b", emoji = "🙂", empty = "";
        input pooled;
        linear hidden -> labels;
        loss cross_entropy;
    }
}

/// The head `Sentiment`, in a string.
mod derived {
    #[derive(super::BertHead)]
    #[head(
        r#"/// Is a review good or bad?
        pub head Sentiment {
            labels negative, "very positive", five_stars = "5 stars", "fromloc.city_name";
            input pooled; dropout;
            classifier: linear hidden -> labels;
            loss cross_entropy
        }"#
    )]
    pub struct Sentiment;
}

/// The heads of the fixtures, as their files.
mod in_files {
    use super::BertHead;

    #[derive(BertHead)]
    #[head(path = "fixtures/next_sentence/head.head")]
    pub struct Continues;

    #[derive(BertHead)]
    #[head(path = "fixtures/masked_lm_untied/head.head")]
    pub struct FillMask;
}

/// Every label, through its name and its number and back.
fn names_go_there_and_back<L>(names: &[&str])
where
    L: Label
        + PartialEq
        + std::fmt::Display
        + std::str::FromStr<Err = bert_runtime::Error>
        + serde::Serialize
        + serde::de::DeserializeOwned,
{
    assert_eq!(L::NAMES, names);
    assert_eq!(L::COUNT, names.len());
    assert!(L::from_index(names.len()).is_none());
    for (index, name) in names.iter().enumerate() {
        let label = L::from_index(index).unwrap();
        assert_eq!(label.index(), index);
        assert_eq!(label.to_string(), *name);
        assert_eq!(name.parse::<L>().unwrap(), label);
        assert_eq!(serde_json::to_value(label).unwrap(), *name);
        assert_eq!(serde_json::from_value::<L>(serde_json::json!(name)).unwrap(), label);
    }
}

const NAMES: [&str; 4] = ["negative", "very positive", "5 stars", "fromloc.city_name"];

#[test]
fn labels_have_the_names_and_the_order_of_the_source() {
    names_go_there_and_back::<SentimentLabel>(&NAMES);
    names_go_there_and_back::<derived::SentimentLabel>(&NAMES);
    let variants = [SentimentLabel::Negative, SentimentLabel::VeryPositive, SentimentLabel::FiveStars, SentimentLabel::FromlocCityName];
    assert_eq!(variants.map(Label::index), [0, 1, 2, 3]);
}

#[test]
fn labels_are_data_and_never_code() {
    names_go_there_and_back::<HostileLabel>(&["\"; } } fn main() {} /*", "*/ // {{", "a\nb\0", "a`b", "🙂", ""]);
}

#[test]
fn a_wrong_label_is_told_the_nearest() {
    let error = "negativ".parse::<SentimentLabel>().unwrap_err().to_string();
    assert!(error.contains("`negativ`") && error.contains("negative, "), "{error}");
    let error = serde_json::from_str::<SentimentLabel>("\"Negative\"").unwrap_err().to_string();
    assert!(error.contains("`Negative`"), "{error}");
    assert!(serde_json::from_str::<SentimentLabel>("0").is_err());
}

#[test]
fn labels_can_be_padded_and_ordered_and_be_keys() {
    assert_eq!(format!("{:>10}|", SentimentLabel::Negative), "  negative|");
    assert!(SentimentLabel::Negative < SentimentLabel::FiveStars);
    let map = std::collections::HashMap::from([(SentimentLabel::Negative, 1)]);
    assert_eq!(serde_json::to_string(&map).unwrap(), r#"{"negative":1}"#);
    assert_eq!(serde_json::from_str::<std::collections::HashMap<SentimentLabel, i32>>(r#"{"negative":1}"#).unwrap(), map);
}

#[test]
fn labels_without_names_are_numbers_that_fit() {
    let best: StarsLabel = IndexLabel::<5>::new(4).unwrap();
    assert_eq!((StarsLabel::COUNT, StarsLabel::NAMES.len(), best.to_string().as_str()), (5, 0, "4"));
    assert_eq!("LABEL_4".parse::<StarsLabel>().unwrap(), best);
    assert_eq!(serde_json::to_string(&best).unwrap(), "4");
    assert!(serde_json::from_str::<StarsLabel>("5").is_err());
}

#[test]
fn a_derive_and_the_macro_make_one_head() {
    assert_eq!(Sentiment::NAME, derived::Sentiment::NAME);
    assert_eq!(Sentiment::TEXT, derived::Sentiment::TEXT);
    assert_eq!(Sentiment::READS, derived::Sentiment::READS);
    assert!(Sentiment::TEXT.starts_with("/// Is a review good or bad?\npub head Sentiment {"), "{}", Sentiment::TEXT);
}

#[test]
fn a_derive_reads_its_file() {
    for (text, folder) in [(in_files::Continues::TEXT, "next_sentence"), (in_files::FillMask::TEXT, "masked_lm_untied")] {
        let file = bert_dsl::read(format!("fixtures/{folder}/head.head")).unwrap();
        let heads = bert_dsl::check(&file, bert_dsl::Bare::Refused).heads().unwrap();
        assert_eq!(heads[0].text, text);
    }
    assert_eq!(in_files::Continues::NAME, "Continues");
}

/// cargo's own list of what this test was made from: the head files are on it, so editing one builds anew.
#[test]
fn head_files_are_tracked() {
    let program = std::env::current_exe().unwrap();
    let list = std::fs::read_to_string(program.with_extension("d")).unwrap();
    for folder in ["next_sentence", "masked_lm_untied"] {
        let file = format!("fixtures/{folder}/head.head");
        assert!(list.lines().any(|line| line.ends_with(&format!("{file}:"))), "{file} is not among\n{list}");
    }
}
