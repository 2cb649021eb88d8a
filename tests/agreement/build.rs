//! Writes random heads, those of the catalogue that is built in and of the one beside the project, each in a module of its own, and macros that call a function for each.
#![allow(clippy::expect_used)]

use std::fmt::Write;
use std::path::{Path, PathBuf};
use std::{env, fs, io};

use programs::{Drawn, head};

/// How many random heads.
const COUNT: u64 = 200;
/// The seed of the first one; each has the next.
const SEED: u64 = 1_000_000;

/// A head in a module.
struct Written {
    module: String,
    name: String,
    text: String,
}

fn main() {
    println!("cargo::rerun-if-changed=build.rs");
    println!("cargo::rerun-if-env-changed=BERT_SHARED");
    let folder = PathBuf::from(env::var_os("OUT_DIR").expect("cargo gives a folder for what is generated"));
    let catalogue = catalogue().expect("the catalogue can be read");
    let code = [("for_each_random", random()), ("for_each_built_in", built_in()), ("for_each_of_the_catalogue", catalogue)]
        .map(|(each, heads)| source(each, &heads));
    let code = code.concat();
    fs::write(folder.join("heads.rs"), code).expect("what is generated can be written");
}

fn random() -> Vec<Written> {
    let written = |seed| {
        let head = head(seed, Drawn::ALL);
        Written { module: format!("head_{}", seed - SEED), name: head.name, text: head.text }
    };
    (SEED..SEED + COUNT).map(written).collect()
}

fn built_in() -> Vec<Written> {
    bert_dsl::catalogue::ENTRIES.iter().map(|entry| written(format!("built_in_{}", entry.name), entry.text)).collect()
}

/// The heads of the catalogue beside the project, in the order of their files; none where it is not there.
fn catalogue() -> io::Result<Vec<Written>> {
    let beside = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../../shared");
    let folder = env::var_os("BERT_SHARED").map_or(beside, PathBuf::from).join("catalogue");
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    println!("cargo::rerun-if-changed={}", folder.display());
    let mut files = fs::read_dir(folder)?.map(|entry| Ok(entry?.path())).collect::<io::Result<Vec<PathBuf>>>()?;
    files.retain(|file| file.extension().is_some_and(|end| end == "head"));
    files.sort();
    files.iter().map(|file| listed(file)).collect()
}

fn listed(file: &Path) -> io::Result<Written> {
    let module = file.file_stem().unwrap_or_default().to_string_lossy().into_owned();
    Ok(written(module, &fs::read_to_string(file)?))
}

/// A head in a module; one without a name is called `Bare`.
fn written(module: String, text: &str) -> Written {
    let name = text.lines().find_map(|line| line.trim_start_matches("pub ").strip_prefix("head ")?.split_whitespace().next());
    match name.map(str::to_owned) {
        Some(name) => Written { module, name, text: text.replacen("head ", "pub head ", usize::from(!text.contains("pub head "))) },
        None => Written { module, name: "Bare".to_owned(), text: format!("pub head Bare {{\n{text}\n}}") },
    }
}

fn source(each: &str, heads: &[Written]) -> String {
    let mut modules = String::new();
    let mut calls = String::new();
    for Written { module, name, text } in heads {
        let _ = write!(modules, "/// A head.\npub mod {module} {{\n::bert_runtime::head! {{\n{text}\n}}\n}}\n");
        let _ = writeln!(calls, "$run::<$crate::{module}::{name}>,");
    }
    format!(
        "{modules}/// The instance of a generic function for each head's task.\n#[macro_export]\nmacro_rules! {each} {{ ($run:ident) => {{ [{calls}] }}; }}\n"
    )
}
