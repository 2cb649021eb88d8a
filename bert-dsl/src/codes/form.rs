//! The stories of how a source is written.

use super::Story;

pub(super) const TOO_LARGE: Story = Story {
    why: "A head is a few lines. A source of more than a mebibyte is most often another file that was given by mistake, and it is refused \
          before time is spent on it. If it is one, part it into several files.",
    wrong: None,
    right: "input pooled;\nlinear hidden -> 2;\n",
};

pub(super) const TOO_DEEP: Story = Story::new(
    "Brackets, blocks and comments may stand within one another 64 deep, so that no source can exhaust the compiler. Give the inner part \
     of a computation a name of its own, or write the number that it comes to.",
    "input pooled;\nlinear -> ((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((((2\
     ))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))))));\n",
    "input pooled;\nlinear -> 2;\n",
);

pub(super) const TOO_MANY: Story = Story {
    why: "A source may have 20,000 statements. One that has more was most often written by a program: let it write several files.",
    wrong: None,
    right: "input pooled;\nlinear hidden -> 2;\n",
};

pub(super) const CHARACTER: Story = Story::new(
    "The same text stands in files and in Rust macros. Characters that cannot be seen, or that turn the order of a line, are refused everywhere, \
     in comments and strings too: what is read must be what is seen. Such a character often comes along with text that is copied.",
    "input pooled;\nlinear hidden\u{200b} -> 2;\n",
    "input pooled;\nlinear hidden -> 2;\n",
);

pub(super) const UNTERMINATED: Story = Story::new(
    "A string ends on the line on which it begins, and a comment that begins with `/*` ends with `*/`. What follows one without an end \
     would be read as a part of it.",
    "labels \"O\", \"B-PER;\ninput tokens;\nlinear hidden -> labels;\nloss cross_entropy;\n",
    "labels \"O\", \"B-PER\";\ninput tokens;\nlinear hidden -> labels;\nloss cross_entropy;\n",
);

pub(super) const UNBALANCED: Story = Story::new(
    "Each opening bracket has its closing partner, in the right order.",
    "head Mood {\n    input pooled;\n    linear hidden -> 2;\n",
    "head Mood {\n    input pooled;\n    linear hidden -> 2;\n}\n",
);

pub(super) const MALFORMED: Story = Story::new(
    "A statement is a word and its arguments, with commas between them and a `;` at the end. Arguments stand without brackets around them, \
     and sizes are written `FROM -> TO`.",
    "input pooled;\nlinear(768, 2);\n",
    "input pooled;\nlinear 768 -> 2;\n",
);

pub(super) const MISSING_SEPARATOR: Story = Story::new(
    "Statements end in `;`, and arguments are parted by `,`. Without one it is not clear where the next begins.",
    "input pooled\nlinear hidden -> 2;\n",
    "input pooled;\nlinear hidden -> 2;\n",
);

pub(super) const MISPLACED_DOC: Story = Story::new(
    "A comment of `///` documents the head or the output that follows it, and becomes its documentation in Rust. Anywhere else it would be \
     lost: write `//` there.",
    "input pooled;\n/// Two classes.\nlinear hidden -> 2;\n",
    "input pooled;\n// Two classes.\nlinear hidden -> 2;\n",
);

pub(super) const NO_HEAD: Story =
    Story::new("A source declares a head at least, or is the body of one.", "// to be written\n", "input pooled;\nlinear hidden -> 2;\n");

pub(super) const NAMELESS_HEAD: Story = Story::new(
    "The names of the Rust types come from the head's name. A bare body, without `head { .. }` around it, is called as its file or as the \
     Rust type that derives it.",
    "head {\n    input pooled;\n    linear hidden -> 2;\n}\n",
    "head Mood {\n    input pooled;\n    linear hidden -> 2;\n}\n",
);

pub(super) const MIXED_FORMS: Story = Story::new(
    "A source is either one bare body or heads with names. Statements beside a head belong to none.",
    "labels negative, positive;\n\nhead Mood {\n    input pooled;\n    linear hidden -> 2;\n}\n",
    "head Mood {\n    labels negative, positive;\n    input pooled;\n    linear hidden -> labels;\n}\n",
);

pub(super) const DUPLICATE_HEAD: Story = Story::new(
    "Each head becomes Rust types that are called after it: `Mood`, `MoodHead`, `MoodLabel`, `MoodOutput`. Two heads of a source cannot have one.",
    "head Mood {\n    input pooled;\n    linear hidden -> 2;\n}\n\nhead Mood {\n    input cls;\n    linear hidden -> 3;\n}\n",
    "head Mood {\n    input pooled;\n    linear hidden -> 2;\n}\n\nhead Tone {\n    input cls;\n    linear hidden -> 3;\n}\n",
);

pub(super) const ORDER: Story = Story::new(
    "A head says first what it has (`labels`, `given`), then what it reads (`input`), then its layers, and last what comes of them \
     (`output`, `loss`, `decode`).",
    "input pooled;\nlabels negative, positive;\nlinear hidden -> 2;\n",
    "labels negative, positive;\ninput pooled;\nlinear hidden -> labels;\n",
);

pub(super) const EMPTY: Story = Story::new(
    "A head without `input` reads nothing of the encoder, and a block without layers computes nothing: both are most often unfinished.",
    "head Mood {\n    labels negative, positive;\n}\n",
    "head Mood {\n    labels negative, positive;\n    input pooled;\n    linear hidden -> labels;\n}\n",
);

pub(super) const OUTPUTS: Story = Story::new(
    "A head with one pipeline need not name its result. Of several each has an `output`, so that results, losses and targets can be told apart.",
    "input pooled;\nlinear hidden -> 2;\n\ninput tokens;\nlinear hidden -> 5;\n",
    "input pooled;\nlinear hidden -> 2;\noutput mood;\n\ninput tokens;\nlinear hidden -> 5;\noutput tags;\n",
);

pub(super) const AFTER_OUTPUT: Story = Story::new(
    "`output`, `split` and `loss` end the layers of a pipeline: what they name or judge is its result. Layers stand before them.",
    "input pooled;\nlinear hidden -> 2;\noutput scores;\nrelu;\n",
    "input pooled;\nlinear hidden -> 2;\nrelu;\noutput scores;\n",
);

pub(super) const REPEATED: Story = Story::new(
    "A pipeline has one loss, one decode and one output, and an argument one value. To train towards two things give each a pipeline.",
    "input pooled;\nlinear hidden -> 2;\nloss mse;\nloss l1;\n",
    "input pooled;\nlinear hidden -> 2;\nloss mse;\n",
);
