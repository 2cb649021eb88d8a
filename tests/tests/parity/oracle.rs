//! The oracle's cases, made by transformers for each of BERT's heads.

use bert_dsl::{Source, format};
use bert_runtime::head;
use tests::case::Case;
use tests::folders::{names_in, shared};
use tests::heads::*;
use tests::proof::{Proof, prove_all};
use tests::proofs;

pub const CASES: &str = "oracle/cases";

pub const HUGGING_FACE: [Proof; 9] = proofs! {
    "hf_masked_lm": MaskedLm { logits },
    "hf_next_sentence": NextSentence { logits },
    "hf_pre_training": PreTraining { prediction_logits, seq_relationship_logits },
    "hf_sequence_classification": SequenceClassification { logits },
    "hf_regression": Similarity { logits },
    "hf_multi_label": Emotions { logits },
    "hf_token_classification": Ner { logits },
    "hf_question_answering": QuestionAnswering { start, end },
    "hf_multiple_choice": MultipleChoice { logits },
};

head! {
    head SentenceEmbedding {
        input tokens;
        pool mean;
        normalize;
        loss ranking scale=20;
    }

    /// A sparse vector over the vocabulary.
    head Splade {
        input tokens;
        cls.predictions {
            transform { dense: linear hidden->hidden; transform_act_fn: activation; LayerNorm: layer_norm; }
            decoder: linear hidden->vocab, tied=word_embeddings;
        }
        relu;
        log1p;
        pool max;
        decode embedding;
    }

    /// Text and numbers together.
    head Churn {
        labels stays, leaves;
        given account: features 12;
        input cls;
        let text = { linear hidden -> 20; relu; }
        concat text, account;
        layer_norm;
        linear 32 -> labels;
        loss cross_entropy class_weights=[1.0, 4.0], smoothing=0.1;
    }

    /// What the user wants, and the words that say of what: two outputs of one encoder pass.
    head Assistant {
        labels intent = flight, airfare, ground_service, abbreviation;
        labels slot = "O", "B-fromloc.city_name", "I-fromloc.city_name", "B-toloc.city_name", "I-toloc.city_name";

        input pooled;
        dropout;
        intent_classifier.linear: linear hidden -> intent;
        output intent;
        loss cross_entropy;

        input tokens;
        dropout;
        slot_classifier.linear: linear hidden -> slot;
        output slots;
        loss cross_entropy weight=1.0;
    }

    head LstmCrfNer {
        labels "O", "B-ORG", "I-ORG";
        input tokens;
        dropout 0.3;
        lstm: lstm hidden -> 24, bidirectional;
        classifier: linear 24 -> labels;
        crf;
        loss crf;
    }

    head TextCnn {
        labels negative, positive;
        input tokens;
        let three = { conv hidden -> 10, width=3; relu; pool max; }
        let four  = { conv hidden -> 10, width=4; relu; pool max; }
        let five  = { conv hidden -> 10, width=5; relu; pool max; }
        concat three, four, five;
        dropout 0.5;
        classifier: linear 30 -> labels;
        loss cross_entropy;
    }

    head MixedTagger {
        labels 17;
        input layers;
        mix;
        dropout 0.2;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    head LastFour {
        labels 9;
        input layers;
        take -2..;
        flatten;
        classifier: linear 2*hidden -> labels;
        loss cross_entropy;
    }

    head AttentionPooled {
        labels negative, neutral, positive;
        input tokens;
        pool attention;
        residual { down: linear hidden -> 12; relu; up: linear 12 -> hidden; }
        layer_norm;
        classifier: linear hidden -> labels;
        loss focal gamma=2;
    }

    /// How two marked entities are related.
    head Relation {
        labels none, founded, born_in;
        given subject: position;
        given object: position;
        input tokens;
        let s = { at subject; }
        let o = { at object; }
        concat s, o;
        dropout;
        classifier: linear 2*hidden -> labels;
        loss cross_entropy;
    }

    /// Biaffine dependency parser: each token's parent, and the relation between them.
    head Dependency {
        labels relation = root, nsubj, obj, det, amod, punct;
        input tokens;
        let child  = { dense: linear hidden -> 14; relu; dropout 0.33; }
        let parent = { dense: linear hidden -> 14; relu; dropout 0.33; }
        arc: biaffine child, parent -> 1;
        squeeze;
        output arc;
        loss tree;

        input tokens;
        let rel_child  = { dense: linear hidden -> 7; relu; }
        let rel_parent = { dense: linear hidden -> 7; relu; }
        rel: biaffine rel_child, rel_parent -> relation;
        output relation;
        loss cross_entropy;
    }

    /// Stars, 1 to 5: five ranks have four thresholds.
    head Stars {
        labels 5;
        input pooled;
        multi_dropout 5, p=0.3 { classifier: linear hidden -> labels - 1; }
        loss ordinal;
    }
}

const OWN: [Proof; 12] = proofs! {
    "sentence_embedding": SentenceEmbedding { embedding },
    "splade": Splade { embedding },
    "with_features": Churn { logits },
    "joint_intent_slots": Assistant { intent, slots },
    "lstm_crf_ner": LstmCrfNer { logits },
    "text_cnn": TextCnn { logits },
    "scalar_mix": MixedTagger { logits },
    "last_two": LastFour { logits },
    "attention_pooling": AttentionPooled { logits },
    "relation": Relation { logits },
    "dependency": Dependency { arc, relation },
    "ordinal": Stars { logits },
};

fn is_own(name: &str) -> bool {
    !name.starts_with("hf_") && !name.contains('.')
}

#[test]
fn heads_of_hugging_face_are_theirs() {
    let Some(cases) = shared(CASES) else { return };
    prove_all("oracle", &HUGGING_FACE, &cases, names_in(&cases, |name| name.starts_with("hf_")).len());
}

#[test]
fn heads_of_our_own_are_as_pytorch_has_them() {
    let Some(cases) = shared(CASES) else { return };
    prove_all("oracle-own", &OWN, &cases, names_in(&cases, is_own).len());
}

#[test]
fn every_case_of_hugging_face_has_a_head() {
    let Some(cases) = shared(CASES) else { return };
    let mut heads: Vec<&str> = HUGGING_FACE.iter().map(|proof| proof.name).collect();
    heads.sort_unstable();
    assert_eq!(names_in(&cases, |name| name.starts_with("hf_")), heads);
}

#[test]
fn heads_are_written_as_in_their_cases() {
    let Some(cases) = shared(CASES) else { return };
    for proof in HUGGING_FACE.iter().chain(&OWN) {
        let written = Case::open(cases.join(proof.name)).text("head.head");
        assert_eq!(canonical(proof.text), canonical(&written), "{}", proof.name);
    }
}

/// A head's canonical lines, without its name and visibility. A macro cannot see blank lines, so they do not count.
fn canonical(text: &str) -> Vec<String> {
    let is_bare = !text.lines().any(|line| line.starts_with("head ") || line.starts_with("pub head "));
    let named = if is_bare { format!("head X {{ {text} }}") } else { text.to_owned() };
    let canonical = format(&Source::new("head.head", named)).unwrap();
    let lines = canonical.lines().filter(|line| !line.is_empty());
    lines.map(|line| if line.contains("head ") && line.ends_with(" {") { "head {".to_owned() } else { line.to_owned() }).collect()
}
