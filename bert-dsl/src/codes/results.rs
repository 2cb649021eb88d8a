//! The stories of labels, losses and decodes.

use super::Story;

pub(super) const UNKNOWN_LOSS: Story = Story::new(
    "The language has a fixed list of losses, each with a page in the reference.",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\nloss cross_entrpy;\n",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n",
);

pub(super) const UNKNOWN_DECODE: Story = Story::new(
    "The language has a fixed list of decodes, each with a page in the reference. A loss implies the one that is usual for it, so that most heads \
     need none.",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\ndecode argmx;\n",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\ndecode argmax;\n",
);

pub(super) const LOSS_ON_PROBABILITIES: Story = Story::new(
    "These losses take logits, numbers of any size, and make probabilities of them themselves, which is exact where a number is very large or very \
     small. A `softmax` or `sigmoid` before one would be applied twice, and the head would hardly learn.",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\nsoftmax;\nloss cross_entropy;\n",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n",
);

pub(super) const UNSUITED: Story = Story::new(
    "A loss or a decode reads values of one form: `threshold` reads a score a label, `span` two outputs over the tokens, `tree` a score for each \
     pair of them. This value has another form.",
    "labels billing, delivery;\ninput pooled;\nlinear hidden -> 1;\nsqueeze;\ndecode threshold 0.5;\n",
    "labels billing, delivery;\ninput pooled;\nlinear hidden -> labels;\ndecode threshold 0.5;\n",
);

pub(super) const LABEL_FIT: Story = Story::new(
    "A label set and the features that are chosen from must count the same. Write the set's name as the size, `-> labels`, and they always do.",
    "labels negative, neutral, positive;\ninput pooled;\nlinear hidden -> 2;\nloss cross_entropy;\n",
    "labels negative, neutral, positive;\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n",
);

pub(super) const BAD_LABEL: Story = Story::new(
    "Each label becomes a variant of a Rust enum. One that does not begin with a letter needs a name of its own, `five = \"5 stars\"`; two that \
     would become the same variant need different names; and a set has two labels at least.",
    "labels \"1 star\", \"5 stars\";\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n",
    "labels one = \"1 star\", five = \"5 stars\";\ninput pooled;\nlinear hidden -> labels;\nloss cross_entropy;\n",
);
