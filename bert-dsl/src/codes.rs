//! The numbers of the rules that a head can break.

use std::fmt;

macro_rules! codes {
    ($($(#[$doc:meta])* $name:ident = $number:literal),* $(,)?) => {
        /// A rule of the language. Its number never changes its meaning.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
        #[non_exhaustive]
        pub enum Code { $($(#[$doc])* $name),* }

        impl Code {
            /// All of them, in the order of their numbers.
            pub const ALL: &'static [Code] = &[$(Code::$name),*];

            /// The number, as in `H101`.
            pub fn number(self) -> u16 {
                match self { $(Code::$name => $number),* }
            }
        }
    };
}

codes! {
    /// The source is too large.
    TooLarge = 1,
    /// Brackets or comments are nested too deeply.
    TooDeep = 2,
    /// The source has too many statements.
    TooMany = 3,
    /// A character that no head may contain.
    Character = 4,
    /// A comment or string has no end.
    Unterminated = 5,
    /// A bracket has no partner.
    Unbalanced = 6,
    /// A statement is not written as statements are.
    Malformed = 10,
    /// A `;` or `,` is missing.
    MissingSeparator = 11,
    /// A doc comment documents nothing.
    MisplacedDoc = 12,
    /// A source declares no head.
    NoHead = 20,
    /// A head has no name, where one is needed.
    NamelessHead = 21,
    /// A head and a bare body stand in one source.
    MixedForms = 22,
    /// Two heads have one name.
    DuplicateHead = 23,
    /// A statement stands where it may not.
    Order = 30,
    /// A head or block has nothing in it that computes.
    Empty = 31,
    /// A pipeline has no `output`, or more than one.
    Outputs = 32,
    /// A layer follows `output` or `split`.
    AfterOutput = 33,
    /// A statement is written twice.
    Repeated = 34,
    /// A name cannot be a name.
    BadName = 40,
    /// Two things have one name.
    DuplicateName = 41,
    /// A name is not known here.
    UnknownName = 42,
    /// A scope is called as the encoder is.
    ReservedScope = 43,
    /// A scope is called almost like a layer with a block.
    AlmostBlock = 44,
    /// Nothing reads a value that the head computes.
    Unused = 45,
    /// A number cannot be this number.
    BadNumber = 50,
    /// A size cannot be this size: zero, negative, a fraction, or too large.
    BadSize = 51,
    /// Two sizes that must be equal are not.
    SizeMismatch = 52,
    /// A layer of this name does not exist.
    UnknownLayer = 60,
    /// An argument that is not taken.
    UnknownArgument = 62,
    /// An argument that is missing.
    MissingArgument = 63,
    /// An argument of the wrong kind or value.
    BadArgument = 64,
    /// A layer with a block has none, or one without has one.
    Block = 65,
    /// An encoder output of this name does not exist.
    UnknownSource = 66,
    /// A token axis is needed, and the value has none.
    NeedsTokens = 70,
    /// A value for the whole text is needed, and the value has a token axis.
    NeedsWhole = 71,
    /// A feature axis is needed, or must not be there.
    Features = 72,
    /// Values that are combined have different axes.
    AxesDiffer = 73,
    /// A loss of this name does not exist.
    UnknownLoss = 80,
    /// A decode of this name does not exist.
    UnknownDecode = 81,
    /// A loss on probabilities, which wants logits.
    LossOnProbabilities = 82,
    /// A loss or decode does not suit the value.
    Unsuited = 83,
    /// A label set and the value do not fit.
    LabelFit = 84,
    /// A label is no label.
    BadLabel = 85,
}

impl fmt::Display for Code {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "H{:03}", self.number())
    }
}
