//! BERT's own nine heads, as the language's catalogue writes them.

use bert_runtime::{BertHead, head};

head! {
    /// Fills in masked tokens. Any position can be masked, so it reads every token's vector.
    pub head MaskedLm {
        input tokens;
        cls.predictions {
            transform {
                dense: linear hidden -> hidden;
                transform_act_fn: activation;
                LayerNorm: layer_norm;
            }
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        loss cross_entropy;
    }

    /// Does the second text follow the first? One answer for the whole input, so it reads the pooled vector.
    pub head NextSentence {
        labels is_next, not_next;
        input pooled;
        cls.seq_relationship: linear hidden -> labels;
        loss cross_entropy;
    }

    /// BERT's own two pretraining tasks on one encoder pass.
    pub head PreTraining {
        labels order = is_next, not_next;

        input tokens;
        cls.predictions {
            transform {
                dense: linear hidden -> hidden;
                transform_act_fn: activation;
                LayerNorm: layer_norm;
            }
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        output prediction_logits;
        loss cross_entropy;

        input pooled;
        cls.seq_relationship: linear hidden -> order;
        output seq_relationship_logits;
        loss cross_entropy;
    }

    /// How alike two sentences are, 0 to 5.
    pub head Similarity {
        input pooled;
        dropout;
        classifier: linear hidden -> 1;
        squeeze;
        loss mse;
    }

    pub head Emotions {
        labels joy, anger, fear, surprise;
        input pooled;
        dropout;
        classifier: linear hidden -> labels;
        loss bce;
        decode threshold 0.3;
    }

    pub head Ner {
        labels "O", "B-PER", "I-PER", "B-LOC", "I-LOC";
        input tokens;
        dropout;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    pub head QuestionAnswering {
        input tokens;
        qa_outputs: linear hidden -> 2;
        split start, end;
        loss span;
        decode span max_len=30, best=3;
    }

    pub head MultipleChoice {
        input pooled per choice;
        dropout;
        classifier: linear hidden -> 1;
        squeeze;
        loss cross_entropy;
    }
}

/// One of three classes, for a whole text.
#[derive(Debug, BertHead)]
#[head("labels 3; input pooled; dropout; classifier: linear hidden -> labels; loss cross_entropy;")]
pub struct SequenceClassification;

/// Calls a function that is generic over a [`Sample`](crate::samples::Sample) for each of the nine heads.
#[macro_export]
macro_rules! each_head {
    ($check:ident $(, $argument:expr)*) => {{
        $check::<$crate::heads::MaskedLm>($($argument),*);
        $check::<$crate::heads::NextSentence>($($argument),*);
        $check::<$crate::heads::PreTraining>($($argument),*);
        $check::<$crate::heads::SequenceClassification>($($argument),*);
        $check::<$crate::heads::Similarity>($($argument),*);
        $check::<$crate::heads::Emotions>($($argument),*);
        $check::<$crate::heads::Ner>($($argument),*);
        $check::<$crate::heads::QuestionAnswering>($($argument),*);
        $check::<$crate::heads::MultipleChoice>($($argument),*);
    }};
}
