#![allow(clippy::unwrap_used, clippy::panic)]

mod heads;
mod independent;
mod undefined;
