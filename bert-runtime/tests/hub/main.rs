//! Models from the hub: a small hub on loopback, and look-ups in processes of their own.
#![allow(clippy::unwrap_used, clippy::expect_used, clippy::panic, unreachable_pub)]

mod fixture;
mod refusals;
mod server;
mod success;
mod trouble;
mod whole;

/// Other tests start this one in a process of its own; by itself it does nothing.
#[test]
fn look_up_for_another_test() {
    fixture::look_up();
}
