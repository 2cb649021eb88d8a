//! From texts to token ids, and back from tokens to words and characters.

mod collate;
mod encoding;
mod files;
mod input;
mod special;
mod tokenizer;
mod truncate;
mod vocab;
mod vocabulary;
mod windows;

#[cfg(test)]
mod tests;

pub use collate::collate;
pub use encoding::{Encoding, Piece, Truncation};
pub use input::{Choices, Example, Position, Segment, Text};
pub use special::SpecialTokens;
pub use tokenizer::Tokenizer;
pub use vocabulary::Vocabulary;
pub(crate) use windows::Window;
pub use windows::Windows;
