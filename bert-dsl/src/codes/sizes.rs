//! The stories of numbers and sizes.

use super::Story;

pub(super) const BAD_NUMBER: Story = Story::new(
    "Each number of the language has a range in which it means something: a probability is from 0 to 1, a weight is not negative, an epsilon is \
     above zero.",
    "input pooled;\ndropout 1.5;\nlinear hidden -> 2;\n",
    "input pooled;\ndropout 0.5;\nlinear hidden -> 2;\n",
);

pub(super) const BAD_SIZE: Story = Story::new(
    "A size counts numbers, so it is a whole number from 1 on. A division in it must come out even, and both directions of an LSTM share its size.",
    "input tokens;\nlstm hidden -> 255, bidirectional;\n",
    "input tokens;\nlstm hidden -> 256, bidirectional;\n",
);

pub(super) const SIZE_MISMATCH: Story = Story::new(
    "The compiler knows the size of every value. A layer that says which size it takes must be given that size; leave it out, as in `linear -> 2`, \
     and it takes what comes.",
    "input pooled;\ndense: linear hidden -> 64;\nclassifier: linear 128 -> 2;\n",
    "input pooled;\ndense: linear hidden -> 64;\nclassifier: linear 64 -> 2;\n",
);
