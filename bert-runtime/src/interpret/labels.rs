//! The labels of an interpreted head: names or numbers that are known when it runs.

use std::sync::Arc;

/// What a label set has.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Labels {
    /// There is no set: what is chosen has a number alone.
    None,
    /// So many labels without names.
    Count(usize),
    /// Each label's name, in `id2label` order.
    Named(Arc<[String]>),
}

impl Labels {
    /// The names; none where there are only numbers.
    pub fn names(&self) -> &[String] {
        match self {
            Self::None | Self::Count(_) => &[],
            Self::Named(names) => names,
        }
    }

    /// How many labels there are.
    pub fn count(&self) -> usize {
        match self {
            Self::None => 0,
            Self::Count(count) => *count,
            Self::Named(names) => names.len(),
        }
    }
}
