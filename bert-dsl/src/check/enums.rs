//! What a head wants of a user's own enum, whose size is known only when that is compiled.

use crate::check::Checker;
use crate::dim::{Dim, Symbol};
use crate::ir::{EnumRule, Labels, Wanted};
use crate::source::Span;

impl Checker<'_> {
    /// Wants an enum to make a size so; `told` is what wants it. Sizes that it does not decide are left to others.
    pub(crate) fn require_of_enum(&mut self, size: &Dim, wanted: Wanted, told: &str, span: Span) {
        if size.is_of_enums() {
            self.enum_rules.push(EnumRule { size: size.clone(), wanted, told: told.to_owned(), span });
        }
    }

    /// The size of a set: a number, or what an enum decides.
    pub(super) fn set_size(&self, set: usize) -> Dim {
        let symbol = || Dim::symbol(Symbol::Labels(set as u16));
        self.sets[set].labels.count().map_or_else(symbol, |count| Dim::number(count.into()))
    }

    /// A set that is a user's own enum, by its number and its path.
    pub(super) fn enum_path(&self, set: usize) -> Option<&str> {
        match &self.sets.get(set)?.labels {
            Labels::Enum(path) => Some(path),
            Labels::Named(_) | Labels::Count(_) => None,
        }
    }
}
