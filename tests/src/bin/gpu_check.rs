//! Every case of some folders on a GPU, in every number format, and what happens where memory does not suffice.
//!
//! ```text
//! gpu_check DEVICE FOLDER..        # such as cuda:0, and folders of cases
//! ```

use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Instant;

use bert_runtime::{Error, ErrorKind, device};
use candle_core::{DType, Device, Tensor};
use tests::case::Case;
use tests::on_device::{Found, check};

fn main() -> ExitCode {
    let mut arguments = std::env::args().skip(1);
    let Some(name) = arguments.next() else {
        eprintln!("usage: gpu_check DEVICE FOLDER..");
        return ExitCode::FAILURE;
    };
    let device = match device::open(&name) {
        Ok(device) => device,
        Err(error) => {
            eprintln!("error: {error}");
            return ExitCode::FAILURE;
        }
    };
    eprintln!("device: {}", device::describe(&device));
    let cases: Vec<PathBuf> = arguments.flat_map(|folder| cases_in(Path::new(&folder))).collect();
    let mut faults = 0;
    for dtype in [DType::F32, DType::F16, DType::BF16] {
        faults += all(&cases, &device, dtype);
    }
    faults += usize::from(!memory(&device)) + usize::from(!absent());
    if faults == 0 { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}

/// The folders that have a head and its numbers.
fn cases_in(folder: &Path) -> Vec<PathBuf> {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten().map(|entry| entry.path());
    let mut cases: Vec<PathBuf> =
        entries.filter(|case| case.join("head.head").is_file() && case.join("io.safetensors").is_file()).collect();
    cases.sort();
    cases
}

/// All cases in a format; how many are not as they should be.
fn all(cases: &[PathBuf], device: &Device, dtype: DType) -> usize {
    let (start, mut values, mut gradients, mut least, mut faults) = (Instant::now(), 0.0f64, 0.0f64, 1.0f64, 0);
    for case in cases {
        match check(&Case::open(case), device, dtype) {
            Ok(Found::Apart(value, gradient)) => (values, gradients) = (values.max(value), gradients.max(gradient)),
            Ok(Found::Cosine(cosine)) => least = least.min(cosine),
            Err(fault) => {
                faults += 1;
                println!("{} in {dtype:?}: {fault}", case.display());
            }
        }
    }
    let furthest = match dtype {
        DType::F32 => format!("values {values:.1e} apart at most, gradients {gradients:.1e}"),
        _ => format!("cosine {least:.6} at least"),
    };
    println!("cases-{dtype:?} {}/{}: {furthest}, {:.1} s", cases.len() - faults, cases.len(), start.elapsed().as_secs_f64());
    faults
}

/// Fills the device until nothing is left: that is an error of its own kind, and after it the device works on.
fn memory(device: &Device) -> bool {
    if !device.is_cuda() {
        return true;
    }
    let fill = || -> candle_core::Result<()> {
        let mut held = Vec::new();
        loop {
            held.push(Tensor::zeros(1 << 28, DType::F32, device)?);
        }
    };
    let kind = fill().map_err(Error::from).map_err(|error| error.kind());
    let works = Tensor::ones(1000, DType::F32, device).and_then(|ones| ones.sum_all()?.to_scalar::<f32>());
    let (is_told, goes_on) = (kind == Err(ErrorKind::Memory), works.is_ok_and(|sum| sum == 1000.0));
    println!("memory: told as {kind:?}, and {}", if goes_on { "the device works on" } else { "the device is lost" });
    is_told && goes_on
}

/// A GPU that is not there is an error, and never another device.
fn absent() -> bool {
    let told = device::open("cuda:99").map_err(|error| (error.kind(), error.to_string()));
    println!("cuda:99: {told:?}");
    matches!(told, Err((ErrorKind::Device, _)))
}
