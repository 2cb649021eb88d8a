//! Heads inside of functions, of one name in two of them, and from a macro's variables.

use brt::{Label, Task};

/// The name of the head in this function, and how many labels it has.
#[must_use]
pub const fn two() -> (&'static str, usize) {
    brt::head! {
        crate = ::brt;
        head Local { labels a, b; input pooled; linear hidden -> labels; loss cross_entropy; }
    }
    (Local::NAME, LocalLabel::COUNT)
}

/// The same of the head of the same name in this function.
#[must_use]
pub const fn three() -> (&'static str, usize) {
    #[derive(brt::BertHead)]
    #[head("labels a, b, c; input pooled; linear hidden -> labels; loss cross_entropy;", crate = ::brt)]
    struct Local;
    (Local::NAME, LocalLabel::COUNT)
}

macro_rules! classifier {
    ($(#[$doc:meta])* $krate:path, $name:ident, $size:expr, $($label:literal)*) => {
        brt::head! {
            crate = $krate;
            $(#[$doc])*
            pub head $name {
                labels $($label),*;
                input pooled;
                dense: linear hidden -> 2 * $size;
                linear -> labels;
                loss cross_entropy;
            }
        }
    };
}

classifier! {
    /// A head from a macro's variables, whose sum stays a sum.
    ::brt, Made, 3 + 1, "no" "yes"
}
