//! What a checkpoint gives to a head, what it lacks, and what is said of it.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic)]

mod fresh;
mod inputs;
mod labels;
mod poolers;
mod reports;

/// Whether a message has all of these parts.
fn says(message: &str, parts: &[&str]) {
    for part in parts {
        assert!(message.contains(part), "no `{part}` in: {message}");
    }
}
