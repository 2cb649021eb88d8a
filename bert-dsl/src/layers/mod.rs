//! The layers of the language: one room each, and the table that lists them.
//!
//! A room holds a layer's words and arguments, its rule for axes and sizes, its parameters, what it is in Rust, and the
//! sentence that explains it. Its twin of the same name in the runtime holds its arithmetic.

mod combined;
mod form;
mod recurrent;
mod room;

pub use custom::Setting;
pub use form::Form;
pub use recurrent::Recurrence;
pub(crate) use room::{At, Naming, Room, Rust, Weight};

use crate::check::Arguments;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::manual::{self, Entry, Manual};

/// A row of the table: the words by which a layer is called, who reads its arguments, and what it says of itself.
pub(crate) struct Row {
    words: &'static [&'static str],
    block: bool,
    read: fn(&mut Arguments<'_, '_>) -> Option<Layer>,
    manual: Manual,
}

/// How a layer of the user's own is called.
const CUSTOM: &str = "crate::path::Layer";

impl Row {
    fn form(&self, word: &str) -> String {
        let call = if word.contains("::") { CUSTOM } else { word };
        manual::form(call, self.manual.arguments, self.block)
    }
}

macro_rules! table {
    ($($module:ident :: $room:ident),* $(,)?) => {
        $(mod $module; pub use $module::$room;)*

        /// A layer with its arguments.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Layer { $(#[doc = concat!("See [`", stringify!($room), "`].")] $room($room)),* }

        impl Layer {
            /// Its room.
            pub(crate) fn room(&self) -> &dyn Room {
                match self { $(Self::$room(room) => room),* }
            }

            /// The name of its page: its word, or what its words have in common.
            pub fn page(&self) -> &'static str {
                match self { $(Self::$room(_) => stringify!($module)),* }
            }

            /// How it is called.
            pub fn form(&self) -> Form {
                self.room().form()
            }
        }

        /// Every row, by the name of its page.
        const TABLE: &[(&str, Row)] = &[$((stringify!($module), $module::ROW)),*];
    };
}

table! {
    linear::Linear,
    activation::Activation,
    dropout::Dropout,
    layer_norm::LayerNorm,
    rms_norm::RmsNorm,
    normalize::Normalize,
    scale::Scale,
    pool::Pool,
    pool_attention::PoolAttention,
    concat::Concat,
    add::Add,
    sub::Sub,
    mul::Mul,
    bilinear::Bilinear,
    biaffine::Biaffine,
    mix::Mix,
    take::Take,
    flatten::Flatten,
    at::TokenAt,
    lstm::Lstm,
    gru::Gru,
    conv::Conv,
    attention::Attention,
    transformer::Transformer,
    residual::Residual,
    multi_dropout::MultiDropout,
    squeeze::Squeeze,
    split::Split,
    crf::Crf,
    custom::Custom,
}

/// Every word that is a layer.
pub fn words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().flat_map(|(_, row)| row.words).copied()
}

/// The words of layers with a block.
pub(crate) fn block_words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|(_, row)| row.block).flat_map(|(_, row)| row.words).copied()
}

/// How a layer is written, if it is one of the table's.
pub(crate) fn form(word: &str) -> Option<String> {
    row(word).map(|row| row.form(word))
}

/// The row of a word, or of a path to a layer of the user's own.
fn row(word: &str) -> Option<&'static Row> {
    let row = TABLE.iter().map(|(_, row)| row).find(|row| row.words.contains(&word));
    if word.contains("::") { Some(&custom::ROW) } else { row }
}

/// What each row says of itself: the name of its page, how it is called, its words and its manual.
pub(crate) fn manuals() -> impl Iterator<Item = Entry> {
    TABLE.iter().map(|(page, row)| {
        let call = match *page {
            "pool_attention" => "pool",
            "custom" => CUSTOM,
            page => row.words.iter().find(|word| **word == page).or(row.words.first()).copied().unwrap_or(page),
        };
        Entry { page, words: row.words, form: row.form(call), arguments: row.manual.arguments.to_vec(), manual: &row.manual }
    })
}

/// Whether a word is a layer.
pub(crate) fn is_layer(word: &str) -> bool {
    words().any(|known| known == word)
}

/// Whether a word is a layer with a block.
pub(crate) fn has_block(word: &str) -> bool {
    block_words().any(|known| known == word)
}

/// Reads a layer with its arguments; `None` after an error.
pub(crate) fn read(mut arguments: Arguments<'_, '_>) -> Option<Layer> {
    let word = arguments.word().node.as_str();
    let Some(row) = row(word) else {
        unknown(&mut arguments);
        return None;
    };
    arguments.expect(row.manual.arguments, || row.form(word));
    let layer = (row.read)(&mut arguments);
    if layer.is_some() {
        arguments.finish();
    }
    layer
}

fn unknown(arguments: &mut Arguments<'_, '_>) {
    let word = arguments.word();
    let diagnostic = Diagnostic::new(Code::UnknownLayer, word.span, format!("no layer is called `{}`", word.node));
    arguments.cx.report(match crate::losses::is_loss(word) {
        true => diagnostic.help(format!("it is a loss: write `loss {};`", word.node)).mended(word.span, format!("loss {}", word.node)),
        false => diagnostic.meant(word, words(), || "`linear`, `dropout`, `pool mean` are layers; a scope is written `NAME { .. }`".into()),
    });
}
