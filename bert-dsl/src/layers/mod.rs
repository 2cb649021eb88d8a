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
use crate::nearest::suggestion;

/// A row of the table: the words by which a layer is called, and who reads its arguments.
pub(crate) struct Row {
    words: &'static [&'static str],
    form: &'static str,
    block: bool,
    read: fn(&mut Arguments<'_, '_>) -> Option<Layer>,
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

            /// How it is called.
            pub fn form(&self) -> Form {
                self.room().form()
            }
        }

        const TABLE: &[Row] = &[$($module::ROW),*];
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
    TABLE.iter().flat_map(|row| row.words).copied()
}

/// The words of layers with a block.
pub(crate) fn block_words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().filter(|row| row.block).flat_map(|row| row.words).copied()
}

/// How a layer is written, if it is one of the table's.
pub(crate) fn form(word: &str) -> Option<&'static str> {
    TABLE.iter().find(|row| row.words.contains(&word)).map(|row| row.form)
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
    let found = if word.contains("::") { Some(&custom::ROW) } else { TABLE.iter().find(|row| row.words.contains(&word)) };
    let Some(row) = found else {
        unknown(&mut arguments);
        return None;
    };
    arguments.form(row.form);
    let layer = (row.read)(&mut arguments);
    if layer.is_some() {
        arguments.finish();
    }
    layer
}

fn unknown(arguments: &mut Arguments<'_, '_>) {
    let word = arguments.word();
    let help = match crate::losses::is_loss(word) {
        true => format!("it is a loss: write `loss {};`", word.node),
        false => suggestion(word, words())
            .unwrap_or_else(|| "`linear`, `dropout`, `pool mean` are layers; a scope is written `NAME { .. }`".into()),
    };
    arguments.cx.report(Diagnostic::new(Code::UnknownLayer, word.span, format!("no layer is called `{}`", word.node)).help(help));
}
