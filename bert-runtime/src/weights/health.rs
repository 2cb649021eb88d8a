//! What the numbers of a weight look like.

/// What is odd about the numbers of a weight.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Health {
    Sound,
    NonFinite,
    AllZero,
}

impl Health {
    /// Of two parts together.
    pub(super) fn and(self, other: Self) -> Self {
        match (self, other) {
            (Self::NonFinite, _) | (_, Self::NonFinite) => Self::NonFinite,
            (Self::AllZero, Self::AllZero) => Self::AllZero,
            _ => Self::Sound,
        }
    }
}
