//! Generated code among a user's own names and under a user's own lints, as rustc sees it: one file a circumstance.
//!
//! A case that passes would be built, and candle with it, in a profile of its own. So each case has one mistake, an item without
//! documentation at its end, and the text beside it shows that rustc finds no error and no warning but that one.
//!
//! `TRYBUILD=overwrite cargo test --release -p hygiene --test ui` writes the texts anew. Read every one before it is kept.

use tests::compile::with_flags;

#[test]
fn generated_code_is_at_home_everywhere() {
    if with_flags("generated_code_is_at_home_everywhere") {
        trybuild::TestCases::new().compile_fail("ui/*.rs");
    }
}
