//! Doors to NVIDIA's libraries.
//!
//! cudarc is told by candle to link them, and a program that links them does not start without a driver. So the linker finds archives of their names
//! first, in the folder of what is built: each function of a library is a door in them, which loads the library when somebody first goes through, and
//! gives an error where it cannot be loaded. The CUDA runtime, which candle's kernels want, is linked as a whole: it loads the driver itself.

use std::collections::BTreeSet;
use std::path::{Path, PathBuf};

use crate::toolkit::Toolkit;

/// A library: its name for the linker, its headers, how its functions begin, and what they give where it cannot be loaded.
struct Library {
    name: &'static str,
    headers: &'static [&'static str],
    prefix: &'static str,
    /// The number in the name of the file that is loaded; none for the toolkit's own.
    version: Option<u32>,
    absent: u32,
}

const LIBRARIES: [Library; 5] = [
    // CUDA_ERROR_STUB_LIBRARY
    Library { name: "cuda", headers: &["cuda.h"], prefix: "cu", version: Some(1), absent: 34 },
    // CUBLAS_STATUS_NOT_INITIALIZED
    Library { name: "cublas", headers: &["cublas_api.h", "cublas_v2.h"], prefix: "cublas", version: None, absent: 1 },
    Library { name: "cublasLt", headers: &["cublasLt.h"], prefix: "cublasLt", version: None, absent: 1 },
    // CURAND_STATUS_INITIALIZATION_FAILED
    Library { name: "curand", headers: &["curand.h"], prefix: "curand", version: Some(10), absent: 203 },
    // NVRTC_ERROR_INTERNAL_ERROR
    Library { name: "nvrtc", headers: &["nvrtc.h"], prefix: "nvrtc", version: None, absent: 11 },
];

/// Makes the archives, where the target has doors; elsewhere the libraries are linked.
pub fn make(toolkit: &Toolkit) -> Result<(), String> {
    let target = |name: &str| std::env::var(format!("CARGO_CFG_TARGET_{name}")).unwrap_or_default();
    if [target("OS"), target("ARCH")] != ["linux", "x86_64"] {
        return Ok(());
    }
    let folder = PathBuf::from(std::env::var_os("OUT_DIR").unwrap_or_default());
    LIBRARIES.iter().try_for_each(|library| door(toolkit, library, &folder))?;
    if let Some(runtime) = toolkit.library("libcudart_static.a") {
        let to = folder.join("libcudart.a");
        std::fs::copy(&runtime, &to).map_err(|error| format!("{}: {error}", to.display()))?;
    }
    println!("cargo:rustc-link-search=native={}", folder.display());
    Ok(())
}

fn door(toolkit: &Toolkit, library: &Library, folder: &Path) -> Result<(), String> {
    let names = functions(toolkit, library)?;
    let list = folder.join(format!("{}_doors.inc", library.name));
    let lines: String = names.iter().enumerate().map(|(number, name)| format!("DOOR({number}, {name})\n")).collect();
    std::fs::write(&list, lines).map_err(|error| format!("{}: {error}", list.display()))?;
    let version = library.version.map_or_else(|| toolkit.major(), Ok)?;
    cc::Build::new()
        .file("build/doors.c")
        .define("DOORS", format!("\"{}\"", list.display()).as_str())
        .define("LIBRARY", library.name)
        .define("FILE_NAME", format!("\"lib{}.so.{version}\"", library.name).as_str())
        .define("ABSENT", library.absent.to_string().as_str())
        .opt_level(2)
        .cargo_metadata(false)
        .try_compile(library.name)
        .map_err(|error| format!("the doors of {} do not compile: {error}", library.name))
}

/// All names in a library's headers that may be functions.
fn functions(toolkit: &Toolkit, library: &Library) -> Result<BTreeSet<String>, String> {
    let mut names = BTreeSet::new();
    for header in library.headers {
        let path = toolkit.include().join(header);
        let text = std::fs::read_to_string(&path).map_err(|error| format!("{}: {error}", path.display()))?;
        let words = text.split(|sign: char| !sign.is_ascii_alphanumeric() && sign != '_');
        names.extend(words.filter(|word| is_function(word, library.prefix)).map(str::to_owned));
    }
    Ok(names)
}

/// Functions go on with a capital letter; types end in `_t`, and other names do no harm.
fn is_function(word: &str, prefix: &str) -> bool {
    let rest = word.strip_prefix(prefix).and_then(|rest| rest.chars().next());
    rest.is_some_and(|next| next.is_ascii_uppercase()) && !word.ends_with("_t")
}
