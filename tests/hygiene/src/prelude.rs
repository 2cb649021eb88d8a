//! No prelude: nothing is in scope that is not named.
#![no_implicit_prelude]

::brt::head! {
    crate = ::brt;

    /// Good or bad?
    pub head Sentiment {
        labels negative, positive;
        input pooled;
        dropout 0.1;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// Everything that is true.
    pub head Topics {
        labels 4;
        input tokens;
        pool attention;
        linear -> labels;
        loss bce;
    }

    pub head Words {
        input tokens;
        cls.predictions {
            transform.dense: linear hidden -> hidden;
            transform.act: activation;
            decoder: linear hidden -> vocab, tied=word_embeddings;
        }
        loss cross_entropy;
    }
}

/// A vector for each text.
#[derive(::core::fmt::Debug, ::brt::BertHead)]
#[head("input tokens; pool mean; normalize; loss ranking scale=20", crate = ::brt)]
pub struct Sentence;

/// All of them at once.
#[derive(::core::fmt::Debug, ::brt::MultiTask)]
#[multi_task(crate = ::brt)]
pub struct Whole {
    sentiment: Sentiment,
    words: Words,
    sentence: Sentence,
}

/// Labels of a user's own.
#[derive(::core::fmt::Debug, ::core::clone::Clone, ::core::marker::Copy, ::brt::Labels)]
#[labels(crate = ::brt)]
pub enum Side {
    /// One.
    Left,
    /// The other.
    Right,
}
