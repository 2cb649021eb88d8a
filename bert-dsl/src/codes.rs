//! The numbers of the rules that a head can break, and the story of each.

mod form;
mod layers;
mod names;
mod results;
mod sizes;

use std::fmt;
use std::str::FromStr;

/// Why a rule is one, with a head that breaks it and one that keeps it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Story {
    /// Why that is a rule, and what to do.
    pub why: &'static str,
    /// A source that breaks it; `None` where one is too long to be shown.
    pub wrong: Option<&'static str>,
    /// The same, put right.
    pub right: &'static str,
}

impl Story {
    const fn new(why: &'static str, wrong: &'static str, right: &'static str) -> Self {
        Self { why, wrong: Some(wrong), right }
    }
}

macro_rules! codes {
    ($(#[doc = $rule:literal] $name:ident = $number:literal, $($story:ident)::+;)*) => {
        /// A rule of the language. Its number never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $(#[doc = $rule] $name),* }

        impl Code {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The number, as in `H101`.
            pub fn number(self) -> u16 {
                match self { $(Code::$name => $number),* }
            }

            /// What is wrong where it is told.
            pub fn rule(self) -> &'static str {
                match self { $(Code::$name => $rule.trim_ascii()),* }
            }

            /// Its story.
            ///
            /// ```
            /// use bert_dsl::Code;
            ///
            /// let story = "H070".parse::<Code>().unwrap().story();
            /// assert!(story.wrong.unwrap().contains("input pooled;") && story.right.contains("input tokens;"));
            /// ```
            pub fn story(self) -> Story {
                match self { $(Code::$name => $($story)::+),* }
            }
        }
    };
}

codes! {
    /// The source is too large.
    TooLarge = 1, form::TOO_LARGE;
    /// Brackets or comments are nested too deeply.
    TooDeep = 2, form::TOO_DEEP;
    /// The source has too many statements.
    TooMany = 3, form::TOO_MANY;
    /// A character that no head may contain.
    Character = 4, form::CHARACTER;
    /// A comment or string has no end.
    Unterminated = 5, form::UNTERMINATED;
    /// A bracket has no partner.
    Unbalanced = 6, form::UNBALANCED;
    /// A statement is not written as statements are.
    Malformed = 10, form::MALFORMED;
    /// A `;` or `,` is missing.
    MissingSeparator = 11, form::MISSING_SEPARATOR;
    /// A doc comment documents nothing.
    MisplacedDoc = 12, form::MISPLACED_DOC;
    /// A source declares no head.
    NoHead = 20, form::NO_HEAD;
    /// A head has no name, where one is needed.
    NamelessHead = 21, form::NAMELESS_HEAD;
    /// A head and a bare body stand in one source.
    MixedForms = 22, form::MIXED_FORMS;
    /// Two heads have one name.
    DuplicateHead = 23, form::DUPLICATE_HEAD;
    /// A statement stands where it may not.
    Order = 30, form::ORDER;
    /// A head or block has nothing in it that computes.
    Empty = 31, form::EMPTY;
    /// A pipeline has no `output`, or more than one.
    Outputs = 32, form::OUTPUTS;
    /// A layer follows `output` or `split`.
    AfterOutput = 33, form::AFTER_OUTPUT;
    /// A statement is written twice.
    Repeated = 34, form::REPEATED;
    /// A name cannot be a name.
    BadName = 40, names::BAD_NAME;
    /// Two things have one name.
    DuplicateName = 41, names::DUPLICATE_NAME;
    /// A name is not known here.
    UnknownName = 42, names::UNKNOWN_NAME;
    /// A scope is called as the encoder is.
    ReservedScope = 43, names::RESERVED_SCOPE;
    /// A scope is called almost like a layer with a block.
    AlmostBlock = 44, names::ALMOST_BLOCK;
    /// Nothing reads a value that the head computes.
    Unused = 45, names::UNUSED;
    /// A number cannot be this number.
    BadNumber = 50, sizes::BAD_NUMBER;
    /// A size cannot be this size: zero, negative, a fraction, or too large.
    BadSize = 51, sizes::BAD_SIZE;
    /// Two sizes that must be equal are not.
    SizeMismatch = 52, sizes::SIZE_MISMATCH;
    /// A layer of this name does not exist.
    UnknownLayer = 60, layers::UNKNOWN_LAYER;
    /// An argument that is not taken.
    UnknownArgument = 62, layers::UNKNOWN_ARGUMENT;
    /// An argument that is missing.
    MissingArgument = 63, layers::MISSING_ARGUMENT;
    /// An argument of the wrong kind or value.
    BadArgument = 64, layers::BAD_ARGUMENT;
    /// A layer with a block has none, or one without has one.
    Block = 65, layers::BLOCK;
    /// An encoder output of this name does not exist.
    UnknownSource = 66, layers::UNKNOWN_SOURCE;
    /// A token axis is needed, and the value has none.
    NeedsTokens = 70, layers::NEEDS_TOKENS;
    /// A value for the whole text is needed, and the value has a token axis.
    NeedsWhole = 71, layers::NEEDS_WHOLE;
    /// A feature axis is needed, or must not be there.
    Features = 72, layers::FEATURES;
    /// Values that are combined have different axes.
    AxesDiffer = 73, layers::AXES_DIFFER;
    /// A loss of this name does not exist.
    UnknownLoss = 80, results::UNKNOWN_LOSS;
    /// A decode of this name does not exist.
    UnknownDecode = 81, results::UNKNOWN_DECODE;
    /// A loss on probabilities, which wants logits.
    LossOnProbabilities = 82, results::LOSS_ON_PROBABILITIES;
    /// A loss or decode does not suit the value.
    Unsuited = 83, results::UNSUITED;
    /// A label set and the value do not fit.
    LabelFit = 84, results::LABEL_FIT;
    /// A label is no label.
    BadLabel = 85, results::BAD_LABEL;
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "H{:03}", self.number())
    }
}

/// Its number, with or without the `H` and the zeros in front.
impl FromStr for Code {
    type Err = UnknownCode;

    fn from_str(text: &str) -> Result<Self, UnknownCode> {
        let digits = text.trim().trim_start_matches(['H', 'h']);
        let number = digits.parse().ok().filter(|_| digits.bytes().all(|digit| digit.is_ascii_digit()));
        let code = |number: u16| Code::ALL.iter().copied().find(|code| code.number() == number);
        number.and_then(code).ok_or_else(|| UnknownCode(text.to_owned()))
    }
}

/// A text that is the number of no rule.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct UnknownCode(String);

impl fmt::Display for UnknownCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "no diagnostic is called `{}`: they are called `H` and three digits, such as `{}`", self.0, Code::NeedsTokens)
    }
}

impl std::error::Error for UnknownCode {}
