//! The sizes of an encoder, for numbers in the place of names.

use crate::dim::{Dim, Symbol};

/// What is known of an encoder's sizes.
///
/// ```
/// use bert_dsl::{dim::Dim, explain::Sizes};
///
/// let twice = Dim::hidden().times(&Dim::number(2))?;
/// assert_eq!(Sizes::BERT_BASE.number(&twice), Some(1536));
/// assert_eq!(Sizes::default().number(&twice), None);
/// # Ok::<(), bert_dsl::dim::DimError>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sizes {
    /// `hidden`: the width of its outputs.
    pub hidden: Option<u64>,
    /// `vocab`: the size of its vocabulary.
    pub vocab: Option<u64>,
    /// `depth`: the number of its `layers` outputs, one more than its layers.
    pub depth: Option<u64>,
}

impl Sizes {
    /// Those of the first BERT (Devlin et al. 2019), `bert-base-uncased`.
    pub const BERT_BASE: Self = Self { hidden: Some(768), vocab: Some(30_522), depth: Some(13) };

    /// The number that a size is, where everything in it is known.
    pub fn number(&self, size: &Dim) -> Option<i128> {
        size.with(&|symbol| self.of(symbol).map(i128::from)).ok()?.as_number()
    }

    fn of(&self, symbol: Symbol) -> Option<u64> {
        match symbol {
            Symbol::Hidden => self.hidden,
            Symbol::Vocab => self.vocab,
            Symbol::Depth => self.depth,
            Symbol::Labels(_) => None,
        }
    }

    /// A size as a number if it is one, else by its names.
    pub(super) fn told(&self, size: &Dim) -> String {
        self.number(size).map_or_else(|| size.to_string(), grouped)
    }

    /// What is known, of the names that these sizes are made of.
    pub(super) fn named<'d>(&self, sizes: impl Iterator<Item = &'d Dim>) -> Vec<String> {
        let mut symbols: Vec<Symbol> = sizes.flat_map(Dim::symbols).collect();
        symbols.sort();
        symbols.dedup();
        symbols.into_iter().filter_map(|symbol| Some(format!("`{symbol}` {}", grouped(self.of(symbol)?.into())))).collect()
    }
}

/// A number with a comma after each three digits.
fn grouped(number: i128) -> String {
    let digits = number.unsigned_abs().to_string();
    let sign = if number < 0 { "-" } else { "" };
    let groups: Vec<&str> = digits.as_bytes().rchunks(3).rev().filter_map(|group| std::str::from_utf8(group).ok()).collect();
    format!("{sign}{}", groups.join(","))
}
