//! The same proof on the project's own fixtures.

use bert_runtime::BertHead;
use tests::folders::{fixture, names_in};
use tests::proof::{Proof, prove_all};
use tests::proofs;

macro_rules! heads {
    ($($task:ident = $path:literal;)+) => {
        $(
            #[derive(Debug, BertHead)]
            #[head(path = $path)]
            pub struct $task;
        )+
    };
}

heads! {
    FillMask = "fixtures/masked_lm/head.head";
    FillMaskUntied = "fixtures/masked_lm_untied/head.head";
    Topics = "fixtures/multi_label/head.head";
    Choose = "fixtures/multiple_choice/head.head";
    Continues = "fixtures/next_sentence/head.head";
    Pretraining = "fixtures/pre_training/head.head";
    Answer = "fixtures/question_answering/head.head";
    Score = "fixtures/regression/head.head";
    Letter = "fixtures/sequence_classification/head.head";
    Menu = "fixtures/token_classification/head.head";
}

pub const FIXTURES: [Proof; 10] = proofs! {
    "masked_lm": FillMask { logits },
    "masked_lm_untied": FillMaskUntied { logits },
    "multi_label": Topics { logits },
    "multiple_choice": Choose { logits },
    "next_sentence": Continues { logits },
    "pre_training": Pretraining { prediction_logits, seq_relationship_logits },
    "question_answering": Answer { start, end },
    "regression": Score { logits },
    "sequence_classification": Letter { logits },
    "token_classification": Menu { logits },
};

#[test]
fn heads_of_hugging_face_are_theirs() {
    let folder = fixture("");
    let cases = names_in(&folder, |name| folder.join(name).join("head.head").is_file());
    prove_all("fixtures", &FIXTURES, &folder, cases.len());
    assert_eq!(cases, FIXTURES.map(|proof| proof.name));
}
