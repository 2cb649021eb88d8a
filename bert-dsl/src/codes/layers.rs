//! The stories of layers, of their arguments and of the axes that they read.

use super::Story;

pub(super) const UNKNOWN_LAYER: Story = Story::new(
    "The language has a fixed list of layers. A layer of your own is a Rust type, named by its path: `crate::layers::Highway hidden -> hidden`.",
    "input pooled;\nlineer hidden -> 2;\n",
    "input pooled;\nlinear hidden -> 2;\n",
);

pub(super) const UNKNOWN_ARGUMENT: Story = Story::new(
    "Each layer, loss and decode takes the arguments of its page in the reference and no others: an argument that is not known would otherwise \
     be passed over in silence.",
    "input pooled;\nlinear hidden -> 2, bais=false;\n",
    "input pooled;\nlinear hidden -> 2, bias=false;\n",
);

pub(super) const MISSING_ARGUMENT: Story = Story::new(
    "Some arguments have no value that would suit most heads, so they must be given.",
    "input tokens;\nattention;\nlinear hidden -> 2;\n",
    "input tokens;\nattention heads=8;\nlinear hidden -> 2;\n",
);

pub(super) const BAD_ARGUMENT: Story = Story::new(
    "An argument has a kind: a number, a word of a short list, a size behind `->`. This one is of another.",
    "input pooled;\nlinear 2;\n",
    "input pooled;\nlinear -> 2;\n",
);

pub(super) const BLOCK: Story = Story::new(
    "`residual` and `multi_dropout` compute something around the layers in their block, so they need one. Other layers have none: what belongs \
     together is put into a scope, `NAME { .. }`.",
    "input pooled;\nresidual;\nlinear hidden -> 2;\n",
    "input pooled;\nresidual { linear hidden -> hidden; tanh; }\nlinear hidden -> 2;\n",
);

pub(super) const UNKNOWN_SOURCE: Story = Story::new(
    "A head reads one of the encoder's outputs: `pooled` or `cls`, one vector a text; `tokens` or `words`, one vector a token or a word; or \
     `layers`, all layers' vectors. `pooled fresh` is a new pooler, and `per choice` reads several texts an example.",
    "input poled;\nlinear hidden -> 2;\n",
    "input pooled;\nlinear hidden -> 2;\n",
);

pub(super) const NEEDS_TOKENS: Story = Story::new(
    "BERT gives one vector a token. Its pooler makes one of them all, tanh(dense(first token)), and what it has folded together cannot be \
     told apart again. So a task that wants an answer for each token (tags, masked words, the start and the end of an answer) reads `tokens`, \
     and keeps the token axis to its end.",
    "labels \"O\", \"B-PER\", \"I-PER\";\ninput pooled;\nclassifier: linear hidden -> labels;\nloss cross_entropy;\n",
    "labels \"O\", \"B-PER\", \"I-PER\";\ninput tokens;\nclassifier: linear hidden -> labels;\nloss cross_entropy;\n",
);

pub(super) const NEEDS_WHOLE: Story = Story::new(
    "This loss compares or ranks whole texts, and needs one vector or number for each. Fold the tokens into one, with `pool mean` or \
     `pool attention`, or read `pooled` or `cls`.",
    "input tokens;\nnormalize;\nloss ranking;\n",
    "input tokens;\npool mean;\nnormalize;\nloss ranking;\n",
);

pub(super) const FEATURES: Story = Story::new(
    "Some layers and losses run over the features, the last axis, and some want plain numbers without one. `squeeze` turns the single feature \
     of `linear -> 1` into a plain number; a loss that chooses needs as many features as there are choices.",
    "input pooled;\nlinear hidden -> 1;\nsqueeze;\nloss cross_entropy;\n",
    "labels no, yes;\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n",
);

pub(super) const AXES_DIFFER: Story = Story::new(
    "Values that are combined must have the same axes: one vector a text cannot be put beside one a token. Fold the tokens first, or read both \
     from the same source.",
    "input pooled;\nlet whole = { linear hidden -> 8; }\nlet each = { input tokens; linear hidden -> 8; }\nconcat whole, each;\nlinear -> 2;\n",
    "input pooled;\nlet whole = { linear hidden -> 8; }\nlet each = { input tokens; linear hidden -> 8; pool mean; }\n\
     concat whole, each;\nlinear -> 2;\n",
);
