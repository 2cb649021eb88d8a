//! With the feature `cuda`: the kernels are compiled, and NVIDIA's libraries get doors, so that the program starts where there is no driver.

#[cfg(feature = "cuda")]
#[path = "build/doors.rs"]
mod doors;
#[cfg(feature = "cuda")]
#[path = "build/kernels.rs"]
mod kernels;
#[cfg(feature = "cuda")]
#[path = "build/toolkit.rs"]
mod toolkit;

use std::process::ExitCode;

fn main() -> ExitCode {
    println!("cargo:rerun-if-changed=build.rs");
    println!("cargo:rerun-if-changed=build");
    match built() {
        Ok(()) => ExitCode::SUCCESS,
        Err(what) => {
            eprintln!("error: {what}");
            ExitCode::FAILURE
        }
    }
}

#[cfg(feature = "cuda")]
fn built() -> Result<(), String> {
    let toolkit = toolkit::Toolkit::find()?;
    kernels::compile(&toolkit)?;
    doors::make(&toolkit)
}

#[cfg(not(feature = "cuda"))]
fn built() -> Result<(), String> {
    Ok(())
}
