//! The syntax tree: what is written, with its places. It may be nonsense; only [`crate::check`] says.
//!
//! Trees are equal where the same is written, wherever it stands, comments aside.

use crate::source::Spanned;

/// A name, or a word of the language.
pub type Name = Spanned<String>;

/// A whole source.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct File {
    /// The heads with a name.
    pub heads: Vec<Head>,
    /// The statements outside of any head: a bare body.
    pub body: Vec<Statement>,
}

/// `[pub] head NAME { body }`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Head {
    /// The doc comments in front of it.
    pub docs: Vec<Doc>,
    /// What stands in front of `head`: `pub`, or `pub(crate)`.
    pub visibility: Option<Spanned<String>>,
    /// Its name.
    pub name: Name,
    /// Its statements.
    pub body: Vec<Statement>,
    /// Where its closing bracket stands.
    pub closing: Spanned<()>,
}

/// A line or block of documentation, without its comment signs.
pub type Doc = Spanned<String>;

/// A statement; its place is all of it but its docs.
pub type Statement = Spanned<StatementNode>;

/// A statement with the doc comments in front of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatementNode {
    /// The doc comments in front of it, which only an `output` may have.
    pub docs: Vec<Doc>,
    /// What it is.
    pub kind: StatementKind,
}

/// What a statement is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StatementKind {
    /// `labels ..`
    Labels(Vec<LabelItem>),
    /// `given NAME: KIND ..`
    Given {
        /// Its name.
        name: Name,
        /// What it is.
        kind: Call,
    },
    /// `input WORD ..`
    Input(Vec<Name>),
    /// `use NAME`
    Use(Name),
    /// `[PATH:] LAYER ARGS [{ .. }]`
    Layer {
        /// The path that names it.
        path: Option<Path>,
        /// The layer with its arguments.
        call: Call,
        /// The block of a layer that has one.
        block: Option<Vec<Statement>>,
    },
    /// `PATH { .. }`
    Scope {
        /// The scope's path.
        path: Path,
        /// What is in it.
        block: Vec<Statement>,
    },
    /// `let NAME = { .. }`
    Let {
        /// Its name.
        name: Name,
        /// What it computes.
        block: Vec<Statement>,
    },
    /// `output NAME`
    Output(Name),
    /// `loss KIND ARGS`
    Loss(Call),
    /// `decode KIND ARGS`
    Decode(Call),
    /// Something that is no statement, reported already.
    Malformed,
    /// Doc comments with nothing after them.
    Docs,
}

/// One item of `labels`: names, each followed by `=`, and what they name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LabelItem {
    /// The names in front of `=`.
    pub names: Vec<Name>,
    /// What they name.
    pub value: Spanned<LabelValue>,
}

/// What stands for a label or for a whole set.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum LabelValue {
    /// A label that is a name.
    Name(String),
    /// A label in quotes, unescaped.
    Text(String),
    /// A number of labels.
    Count(String),
    /// A user's own enum.
    Enum(String),
}

/// A dotted path, as in `cls.predictions`.
pub type Path = Spanned<Segments>;

/// The segments of a path: names or numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Segments(pub Vec<Name>);

/// A word with its arguments: a layer, a loss, a decode.
pub type Call = Spanned<CallNode>;

/// What a call says.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CallNode {
    /// The word, or a Rust path with `::`.
    pub word: Name,
    /// Its arguments.
    pub arguments: Vec<Argument>,
}

/// One argument, with a key or by its place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Argument {
    /// The key in front of `=`.
    pub key: Option<Name>,
    /// The value.
    pub value: Spanned<Value>,
}

/// The value of an argument.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Value {
    /// A number, a name, or a computation of these.
    Expression(Expression),
    /// A string, unescaped.
    Text(String),
    /// `[a, b, ..]`
    List(Vec<Spanned<Value>>),
    /// `[FROM] -> TO`
    Arrow(Option<Spanned<Expression>>, Spanned<Expression>),
    /// `[FROM] .. [TO]`
    Range(Option<Spanned<Expression>>, Option<Spanned<Expression>>),
}

/// A computation of sizes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expression {
    /// A number as it is written.
    Number(String),
    /// A name.
    Name(String),
    /// `-x`
    Negative(Box<Spanned<Expression>>),
    /// `a + b`, `a - b`, `a * b`, `a / b`
    Binary(Box<Spanned<Expression>>, Operator, Box<Spanned<Expression>>),
}

/// What joins two sizes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Operator {
    /// `+`
    Plus,
    /// `-`
    Minus,
    /// `*`
    Times,
    /// `/`
    Over,
}

impl Operator {
    /// Its sign.
    pub fn sign(self) -> &'static str {
        match self {
            Self::Plus => "+",
            Self::Minus => "-",
            Self::Times => "*",
            Self::Over => "/",
        }
    }

    /// Whether it binds tighter than `+` and `-`.
    pub fn is_tight(self) -> bool {
        matches!(self, Self::Times | Self::Over)
    }
}

impl Segments {
    /// The path as it is written.
    pub fn dotted(&self) -> String {
        self.0.iter().map(|segment| segment.node.as_str()).collect::<Vec<_>>().join(".")
    }

    /// The word, where the path is one word.
    pub fn single(&self) -> Option<&Name> {
        match self.0.as_slice() {
            [only] => Some(only),
            _ => None,
        }
    }
}
