//! Writes random heads, each in a module of its own, and a macro that calls a function for each.
#![allow(clippy::expect_used)]

use std::fmt::Write;
use std::path::PathBuf;
use std::{env, fs};

use programs::{Drawn, Head, head};

/// How many heads.
const COUNT: u64 = 200;
/// The seed of the first one; each has the next.
const SEED: u64 = 1_000_000;

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    let heads: Vec<Head> = (SEED..SEED + COUNT).map(|seed| head(seed, Drawn::ALL)).collect();
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo gives a folder for what is generated"));
    fs::write(folder.join("heads.rs"), source(&heads)).expect("what is generated can be written");
}

fn source(heads: &[Head]) -> String {
    let mut modules = String::new();
    let mut calls = String::new();
    for (number, Head { name, text }) in heads.iter().enumerate() {
        let _ = write!(modules, "/// A random head.\npub mod head_{number} {{\n::bert_runtime::head! {{\n{text}\n}}\n}}\n");
        let _ = writeln!(calls, "$run::<$crate::head_{number}::{name}>,");
    }
    format!(
        "{modules}/// The instance of a generic function for each head's task.\n#[macro_export]\nmacro_rules! for_each {{ ($run:ident) => {{ [{calls}] }}; }}\n"
    )
}
