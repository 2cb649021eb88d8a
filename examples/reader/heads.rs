//! The heads of the small model that ships, on one encoder.

use bert_runtime::data::sentences;
use bert_runtime::text::Text;
use bert_runtime::{MultiTask, head};

head! {
    /// BERT's own two pretraining tasks: which words are hidden, and whether the second sentence follows the first.
    pub head PreTraining {
        labels order = is_next, not_next;

        input tokens;
        predictions {
            transform {
                dense: linear hidden -> hidden;
                transform_act_fn: activation;
                LayerNorm: layer_norm;
            }
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        output words;
        loss cross_entropy;
        decode top_k 3;

        input pooled;
        seq_relationship: linear hidden -> order;
        output order;
        loss cross_entropy;
    }

    /// What a text says of its writer: any of 28 emotions.
    pub head Emotions {
        labels
            admiration, amusement, anger, annoyance, approval, caring, confusion, curiosity, desire, disappointment,
            disapproval, disgust, embarrassment, excitement, fear, gratitude, grief, joy, love, nervousness, optimism,
            pride, realization, relief, remorse, sadness, surprise, neutral;
        input pooled;
        dropout 0.1;
        classifier: linear hidden -> labels;
        loss bce weight=10;
        decode threshold 0.3;
    }

    /// The part of speech of each word.
    pub head Tags {
        labels ADJ, ADP, ADV, AUX, CCONJ, DET, INTJ, NOUN, NUM, PART, PRON, PROPN, PUNCT, SCONJ, SYM, VERB, X;
        input tokens;
        dropout 0.1;
        classifier: linear hidden -> labels;
        loss cross_entropy;
        decode argmax;
    }
}

/// All heads, in one encoder pass. The first is called `cls`, so that its weights have the names that BERT gives them.
#[derive(MultiTask)]
pub struct Reader {
    cls: PreTraining,
    emotions: Emotions,
    tags: Tags,
}

/// A text as the heads read it: its first sentence, and the others after it as the second text of a pair.
pub fn read(text: &str) -> Text {
    let text = text.trim();
    let first = sentences(text).next().unwrap_or(text);
    match text[first.len()..].trim_start() {
        "" => Text::from(first),
        rest => Text::pair(first, rest),
    }
}
