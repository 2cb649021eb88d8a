//! The tasks that can be begun with.

use clap::ValueEnum;

/// What is to be predicted of what.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum Task {
    /// One label for a text.
    Classify,
    /// One label for two texts.
    Pair,
    /// Any number of labels for a text.
    MultiLabel,
    /// A number for a text.
    Regression,
    /// A rank for a text, such as stars.
    Rank,
    /// A label for each word: names, parts of speech.
    Tag,
    /// Where in a text the answer to a question stands.
    Span,
    /// Which of several endings suits a beginning.
    Choice,
    /// How alike two texts are.
    Similarity,
    /// A vector for a text, for search and clusters.
    Embedding,
    /// The words behind `[MASK]`.
    Masked,
}

/// What a task begins with.
pub struct Template {
    pub head: &'static str,
    pub program: &'static str,
    pub examples: &'static str,
}

macro_rules! template {
    ($task:literal) => {
        Template {
            head: include_str!(concat!("templates/", $task, "/task.head")),
            program: include_str!(concat!("templates/", $task, "/main.rs")),
            examples: include_str!(concat!("templates/", $task, "/examples.jsonl")),
        }
    };
}

impl Task {
    /// How it is called on the command line.
    pub fn word(self) -> String {
        self.to_possible_value().map_or_else(String::new, |value| value.get_name().to_owned())
    }

    /// What it is.
    pub fn sentence(self) -> String {
        self.to_possible_value().and_then(|value| value.get_help().map(ToString::to_string)).unwrap_or_default()
    }

    /// Whether a pretrained checkpoint has its head already.
    pub fn is_pretrained(self) -> bool {
        self == Self::Masked
    }

    pub fn template(self) -> Template {
        match self {
            Self::Classify => template!("classify"),
            Self::Pair => template!("pair"),
            Self::MultiLabel => template!("multi-label"),
            Self::Regression => template!("regression"),
            Self::Rank => template!("rank"),
            Self::Tag => template!("tag"),
            Self::Span => template!("span"),
            Self::Choice => template!("choice"),
            Self::Similarity => template!("similarity"),
            Self::Embedding => template!("embedding"),
            Self::Masked => template!("masked"),
        }
    }

    /// A first prediction with the trained model.
    pub fn prediction(self) -> &'static str {
        match self {
            Self::Span | Self::Choice | Self::Pair | Self::Similarity => "bert predict --model trained/model --data examples.jsonl",
            _ => "bert predict --model trained/model --text \"A text of your own.\"",
        }
    }
}
