//! How predictions are read: one room a decode, and the table that lists them.
//!
//! A room holds a decode's words and arguments, what it can read, and what it is in Rust. Its twin of the same name in the
//! runtime does the reading.

use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::emit::{Fragment, Outlet};
use crate::losses::Outcome;
use crate::manual::{self, Entry, Manual};

/// A decode's own rules.
pub(crate) trait Room {
    /// What is wrong with reading this outcome so.
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>);

    /// Whether it reads the mask tokens alone.
    fn reads_masked(&self) -> bool {
        false
    }

    /// The call that reads the outputs, and the type of one example's prediction.
    fn rust(&self, outlet: &Outlet<'_>) -> Reading;

    /// What a prediction is, as a sentence without its full stop.
    fn explain(&self) -> String;
}

/// A decode in Rust.
pub(crate) struct Reading {
    /// The expression that reads all examples.
    pub call: Fragment,
    /// The type of one example's prediction, for values without a `choice` axis that is left.
    pub ty: Fragment,
}

/// A row of the table.
pub(crate) struct Row {
    word: &'static str,
    read: fn(&mut Arguments<'_, '_>) -> Option<Decode>,
    manual: Manual,
}

impl Row {
    fn form(&self) -> String {
        manual::form(&format!("decode {}", self.word), self.manual.arguments, false)
    }
}

macro_rules! table {
    ($($module:ident :: $room:ident),* $(,)?) => {
        $(mod $module; pub use $module::$room;)*

        /// A decode with its arguments.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Decode { $(#[doc = concat!("See [`", stringify!($room), "`].")] $room($room)),* }

        impl Decode {
            /// Its room.
            pub(crate) fn room(&self) -> &dyn Room {
                match self { $(Self::$room(room) => room),* }
            }

            /// What a prediction is, as a sentence without its full stop.
            pub fn explain(&self) -> String {
                self.room().explain()
            }

            /// The name of its page.
            pub fn page(&self) -> &'static str {
                match self { $(Self::$room(_) => stringify!($module)),* }
            }
        }

        /// Every row, by the name of its page.
        const TABLE: &[(&str, Row)] = &[$((stringify!($module), $module::ROW)),*];
    };
}

table! {
    argmax::Argmax,
    top_k::TopK,
    entities::Entities,
    threshold::Threshold,
    value::Value,
    span::Span,
    embedding::Embedding,
    viterbi::Viterbi,
    rank::Rank,
    tree::Tree,
    tensor::Tensor,
}

pub use entities::Strategy;
pub use value::Link;

/// Every word that is a decode.
pub fn words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|(_, row)| row.word).filter(|word| !word.is_empty())
}

/// What each row says of itself.
pub(crate) fn manuals() -> impl Iterator<Item = Entry> {
    TABLE.iter().map(|(page, row)| {
        let form = if row.word.is_empty() { String::new() } else { row.form() };
        Entry { page, words: std::slice::from_ref(&row.word), form, arguments: row.manual.arguments.to_vec(), manual: &row.manual }
    })
}

/// Reads a decode; `None` after an error.
pub(crate) fn read(mut arguments: Arguments<'_, '_>) -> Option<Decode> {
    let word = arguments.word();
    let Some(row) = TABLE.iter().map(|(_, row)| row).find(|row| row.word == word.node && !row.word.is_empty()) else {
        unknown(&mut arguments);
        return None;
    };
    arguments.expect(row.manual.arguments, || row.form());
    let decode = (row.read)(&mut arguments)?;
    arguments.finish();
    Some(decode)
}

fn unknown(arguments: &mut Arguments<'_, '_>) {
    let word = arguments.word();
    let all = words().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
    let diagnostic = Diagnostic::new(Code::UnknownDecode, word.span, format!("no decode is called `{}`", word.node));
    arguments.cx.report(diagnostic.meant(word, words(), || format!("the decodes are {all}")));
}

/// Reports that a decode does not suit what it reads.
fn unsuited(cx: &mut Checker<'_>, outcome: &Outcome<'_>, message: String, help: &str) {
    cx.report(Diagnostic::new(Code::Unsuited, outcome.span, message).help(help));
}

/// Refuses several outputs where one is read.
fn wants_one(cx: &mut Checker<'_>, outcome: &Outcome<'_>, word: &str) {
    if outcome.outputs > 1 {
        let message = format!("`{word}` reads one output, and `split` gives {}", outcome.outputs);
        unsuited(cx, outcome, message, "leave the `split` out, or write `decode span;`");
    }
}

/// Wants a feature axis.
fn wants_features(cx: &mut Checker<'_>, outcome: &Outcome<'_>, word: &str) {
    if outcome.ty.feature().is_none() && !outcome.ty.is_unknown() {
        let message = format!("`{word}` reads a feature axis, and this value, {}, has none", outcome.ty);
        unsuited(cx, outcome, message, "leave the `squeeze` out, or write `decode value;`");
    }
}
