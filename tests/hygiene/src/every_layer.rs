//! Every kind of layer, loss and decode in one place, for the warnings that any of them could give.

brt::head! {
    crate = ::brt;

    /// Layers without parameters, and with.
    pub head Layers {
        input pooled fresh;
        layer_norm;
        rms_norm eps=1e-12;
        gelu; gelu_new; relu; silu; tanh; sigmoid; softmax; log_softmax; log1p; abs; softplus; elu; leaky_relu;
        activation;
        scale 2;
        scale learned;
        normalize;
        residual { down: linear -> 4; tanh; up: linear 4 -> hidden; }
        let a = { linear -> 3 }
        let b = { input cls; linear -> 3 }
        let c = { mul a, b; }
        let d = { sub c, a; }
        concat a, b, d;
        linear -> 1;
        squeeze;
        loss bce;
    }

    /// A head without a loss.
    pub head Silent { input cls; linear hidden -> 2; }

    /// Another head's layers.
    pub head Again { input pooled; scope { use Silent; } linear -> 1; }

    /// A number.
    pub head Score { input pooled; linear hidden -> 1; squeeze; loss mse; }

    /// Several texts an example.
    pub head Choice { input pooled per choice; linear hidden -> 1; squeeze; loss cross_entropy; }

    /// The best three.
    pub head Best { labels a, b, c, d; input pooled; linear hidden -> labels; loss cross_entropy smoothing=0.1; }

    /// Labels without names.
    pub head Numbered { labels 5; input pooled; linear hidden -> labels; loss cross_entropy class_weights=[1, 1, 1, 1, 2]; }

    /// Entities and a text's own label.
    pub head Both {
        labels tag = "O", "B-X", "I-X";
        labels kind = a, b;
        input tokens;
        linear hidden -> tag;
        /// A label a token.
        output tags;
        loss cross_entropy;
        input pooled;
        linear hidden -> kind;
        output kinds;
        loss bce pos_weight=[1, 2];
        decode threshold 0.3;
    }

    /// Characters of the text.
    pub head Where { input tokens; linear hidden -> 2; split first, last; loss span; decode span max_len=5, best=2; }
}

/// What a user has already.
pub mod own {
    /// A user's own labels.
    #[derive(Debug, Clone, Copy, PartialEq, Eq, brt::Labels)]
    #[labels(crate = ::brt)]
    pub enum Mood {
        /// Not good.
        Bad,
        /// Good.
        #[label("quite \"good\" {}")]
        Good,
    }
}

brt::head! {
    crate = ::brt;

    /// Labels of an enum of the user's own.
    pub head Moods { labels crate::every_layer::own::Mood; input pooled; linear hidden -> labels; loss cross_entropy class_weights=[1, 2]; }

    /// The threshold between them.
    pub head Ordered { labels crate::every_layer::own::Mood; input pooled; linear hidden -> labels - 1; loss ordinal; }
}
