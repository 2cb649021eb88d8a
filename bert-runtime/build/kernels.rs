//! The kernels, from CUDA to what a driver loads.

use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};

use crate::toolkit::{Toolkit, capability};

const FOLDER: &str = "src/gpu/kernels";

/// Compiles the files of kernels, all at once, in the folder of what is built: each to the machine code of a GPU of the capability that is built for,
/// which the driver need not compile, and to PTX, from which it compiles for later ones.
pub fn compile(toolkit: &Toolkit) -> Result<(), String> {
    println!("cargo:rerun-if-changed={FOLDER}");
    let capability = capability()?;
    println!("cargo:rustc-env=BERT_CUDA_CAPABILITY={capability}");
    println!("cargo:rustc-env=BERT_CUDA_VERSION={}", toolkit.version()?);
    let folder = std::fs::read_dir(FOLDER).map_err(|error| format!("{FOLDER}: {error}"))?;
    let files = folder.filter_map(|entry| Some(entry.ok()?.path())).filter(|path| path.extension().is_some_and(|kind| kind == "cu"));
    let begun: Vec<_> = files.map(|file| (begin(toolkit, &capability, &file), file)).collect();
    begun.into_iter().try_for_each(|(compiler, file)| end(toolkit, compiler, &file))
}

fn begin(toolkit: &Toolkit, capability: &str, file: &Path) -> std::io::Result<Child> {
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    let to = folder.join(file.with_extension("fatbin").file_name().unwrap_or_default());
    let code = format!("--generate-code=arch=compute_{capability},code=[compute_{capability},sm_{capability}]");
    let mut compiler = Command::new(toolkit.nvcc());
    compiler.args(["--fatbin", "-O3", "-std=c++17", &code, "-o"]).arg(&to).arg(file).stdout(Stdio::null()).stderr(Stdio::piped()).spawn()
}

fn end(toolkit: &Toolkit, compiler: std::io::Result<Child>, file: &Path) -> Result<(), String> {
    match compiler.and_then(Child::wait_with_output) {
        Ok(done) if done.status.success() => Ok(()),
        Ok(done) => Err(format!("{} does not compile:\n{}", file.display(), String::from_utf8_lossy(&done.stderr))),
        Err(error) => Err(format!("{}, for {}: {error}", toolkit.nvcc().display(), file.display())),
    }
}
