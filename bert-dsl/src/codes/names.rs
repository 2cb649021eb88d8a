//! The stories of names.

use super::Story;

pub(super) const BAD_NAME: Story = Story::new(
    "Names become Rust types and fields. A head's name begins with a capital letter, and some names are taken: Rust's own words for types, \
     `text` for what every example has, and the language's sizes.",
    "head mood {\n    input pooled;\n    linear hidden -> 2;\n}\n",
    "head Mood {\n    input pooled;\n    linear hidden -> 2;\n}\n",
);

pub(super) const DUPLICATE_NAME: Story = Story::new(
    "Values, layers, outputs and labels are told apart by their names, in Rust and in the checkpoint. Two layers of one name would share a tensor \
     by accident.",
    "input pooled;\ndense: linear hidden -> 64;\ndense: linear 64 -> 2;\n",
    "input pooled;\ndense: linear hidden -> 64;\nclassifier: linear 64 -> 2;\n",
);

pub(super) const UNKNOWN_NAME: Story = Story::new(
    "A value is named by `let` or `given` before it is read, and a size by `labels` before it is used. A `let` is known to the end of its own \
     pipeline.",
    "input pooled;\nlinear hidden -> labels;\n",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\n",
);

pub(super) const RESERVED_SCOPE: Story = Story::new(
    "In a checkpoint the encoder's own tensors are called `bert.` and so on. A layer of the head with that name could not be told from them.",
    "input pooled;\nbert.classifier: linear hidden -> 2;\n",
    "input pooled;\nclassifier: linear hidden -> 2;\n",
);

pub(super) const ALMOST_BLOCK: Story = Story::new(
    "`NAME { .. }` only puts a name in front of the layers inside, and `residual { .. }` computes something around them. A scope that is called \
     almost like such a layer is a slip that would go unseen, since both are valid.",
    "input pooled;\nresidul { linear hidden -> hidden; }\nlinear hidden -> 2;\n",
    "input pooled;\nresidual { linear hidden -> hidden; }\nlinear hidden -> 2;\n",
);

pub(super) const UNUSED: Story = Story::new(
    "What nothing reads costs time and trains nothing. Either something should read it, or it should not be there.",
    "input tokens;\nlet mean = { pool mean; }\nlet most = { pool max; }\nadd mean, mean;\nlinear hidden -> 2;\n",
    "input tokens;\nlet mean = { pool mean; }\nlet most = { pool max; }\nadd mean, most;\nlinear hidden -> 2;\n",
);
