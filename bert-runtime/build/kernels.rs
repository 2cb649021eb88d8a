//! The kernels, from CUDA to PTX.

use std::path::{Path, PathBuf};
use std::process::Command;

use crate::toolkit::{Toolkit, capability};

const FOLDER: &str = "src/gpu/kernels";

/// Compiles each file of kernels to PTX, in the folder of what is built.
pub fn compile(toolkit: &Toolkit) -> Result<(), String> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let capability = capability()?;
    let folder = std::fs::read_dir(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    let mut files = folder.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_some_and(|kind| kind == "cu"));
    files.try_for_each(|file| to_ptx(toolkit, &capability, &file))
}

fn to_ptx(toolkit: &Toolkit, capability: &str, file: &Path) -> Result<(), String> {
    let to =
        PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default()).join(file.with_extension("ptx").file_name().unwrap_or_default());
    let architecture = format!("--gpu-architecture=compute_{capability}");
    let done = Command::new(toolkit.nvcc()).args(["--ptx", "-O3", "-std=c++17", &architecture, "-o"]).arg(&to).arg(file).output();
    match done {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("{} does not compile:\n{}", file.display(), String::from_utf8_lossy(&done.stderr))),
        Err(error) => Err(format!("{}: {error}", toolkit.nvcc().display())),
    }
}
