//! A GPU that is emulated: the kernels' own source, compiled for the processor and run a thread at a time.
#![allow(unsafe_code, clippy::unwrap_used, clippy::expect_used, clippy::panic)]

use std::cell::Cell;
use std::ffi::{CStr, CString, c_char, c_int, c_uint, c_void};
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::{Mutex, OnceLock, PoisonError};

use candle_core::{Result, bail};
use libloading::Library;

use super::launch::Launch;

type Emulate = unsafe extern "C" fn(*const c_char, *const c_uint, c_uint, *mut *mut c_void, c_int) -> *const c_char;

thread_local! {
    static ON: Cell<bool> = const { Cell::new(false) };
    /// Whether the threads of a block run from the last to the first.
    static BACKWARDS: Cell<bool> = const { Cell::new(false) };
}

/// Whether the processor passes for a GPU on this thread.
pub(crate) fn is_on() -> bool {
    ON.get()
}

/// The GPU that the tests of kernels run on instead, where `BERT_TEST_DEVICE` names one.
pub(crate) fn device_of_tests() -> Option<String> {
    std::env::var("BERT_TEST_DEVICE").ok()
}

/// What `run` gives where the processor passes for a GPU; `None`, saying so, where there is no C++ compiler.
pub(crate) fn emulated<R>(run: impl FnOnce() -> R) -> Option<R> {
    if device_of_tests().is_some() {
        return Some(run());
    }
    if library().is_none() {
        eprintln!("skipped: no C++ compiler ($CXX, c++) compiles the kernels for the processor");
        return None;
    }
    let before = ON.replace(true);
    let result = run();
    ON.set(before);
    Some(result)
}

/// The same with the threads of each block in the other order: kernels whose threads race give something else.
pub(crate) fn backwards<R>(run: impl FnOnce() -> R) -> R {
    BACKWARDS.set(true);
    let result = run();
    BACKWARDS.set(false);
    result
}

/// Runs a kernel, as the driver does.
pub(super) fn launch(launch: &Launch, operands: &[Vec<u64>]) -> Result<()> {
    static ONE_AT_A_TIME: Mutex<()> = Mutex::new(());
    let _alone = ONE_AT_A_TIME.lock().unwrap_or_else(PoisonError::into_inner);
    let Some(library) = library() else { bail!("there is no emulator") };
    let name = CString::new(launch.kernel.as_str()).unwrap();
    let grid = launch.grid.map(|size| size as c_uint);
    let mut places: Vec<*mut c_void> = operands.iter().map(|operand| operand.as_ptr().cast_mut().cast()).collect();
    // SAFETY: the library is the project's own, and `emulate` has this signature. The operands are those of the kernel.
    let fault = unsafe {
        let emulate = library.get::<Emulate>(b"emulate").unwrap();
        let fault = emulate(name.as_ptr(), grid.as_ptr(), launch.threads, places.as_mut_ptr(), BACKWARDS.get().into());
        (!fault.is_null()).then(|| CStr::from_ptr(fault).to_string_lossy().into_owned())
    };
    match fault {
        None => Ok(()),
        Some(fault) => bail!("{}: {fault}", launch.kernel),
    }
}

fn library() -> Option<&'static Library> {
    static LIBRARY: OnceLock<Option<Library>> = OnceLock::new();
    LIBRARY.get_or_init(|| compiled().map(|path| unsafe { Library::new(path) }.expect("the emulator loads"))).as_ref()
}

/// The emulator, where there is a compiler for it. Kernels that do not compile fail the test.
fn compiled() -> Option<PathBuf> {
    let compiler = std::env::var("CXX").unwrap_or_else(|_| "c++".into());
    Command::new(&compiler).arg("--version").output().ok().filter(|done| done.status.success())?;
    let folder = Path::new(env!("CARGO_MANIFEST_DIR")).join("src/gpu");
    let kernels = std::fs::read_dir(folder.join("kernels")).unwrap().map(|entry| entry.unwrap().path());
    let kernels = kernels.filter(|path| path.extension().is_some_and(|kind| kind == "cu"));
    let to = std::env::temp_dir().join(format!("bert-heads-emulator-{}.so", std::process::id()));
    let done = Command::new(&compiler)
        .args(["-std=c++17", "-O2", "-fPIC", "-shared", "-fvisibility=hidden", "-ffp-contract=off", "-Wno-unknown-pragmas", "-DEMULATED"])
        .arg("-I")
        .arg(folder.join("emulator"))
        .arg("-I")
        .arg(folder.join("kernels"))
        .arg("-o")
        .arg(&to)
        .arg(folder.join("emulator/emulator.cpp"))
        .args(["-x", "c++"])
        .args(kernels)
        .output()
        .unwrap();
    assert!(done.status.success(), "the kernels do not compile for the processor:\n{}", String::from_utf8_lossy(&done.stderr));
    Some(to)
}
