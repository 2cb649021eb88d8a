//! Where the CUDA toolkit is, and what it builds for.

use std::path::{Path, PathBuf};
use std::process::Command;

/// Where a toolkit may be named.
const NAMES: [&str; 4] = ["CUDA_HOME", "CUDA_PATH", "CUDA_ROOT", "CUDA_TOOLKIT_ROOT_DIR"];

/// A CUDA toolkit.
pub struct Toolkit {
    root: PathBuf,
}

impl Toolkit {
    /// The toolkit that the environment names, or the one of the `nvcc` on the path, or the usual folder.
    pub fn find() -> Result<Self, String> {
        NAMES.iter().for_each(|name| println!("cargo:rerun-if-env-changed={name}"));
        let named = NAMES.iter().filter_map(std::env::var_os).map(PathBuf::from);
        let root = named.chain(beside_nvcc()).chain([PathBuf::from("/usr/local/cuda")]).find(|root| nvcc(root).is_file());
        root.map(|root| Self { root }).ok_or_else(|| {
            "the feature `cuda` needs a CUDA toolkit: set CUDA_HOME to one, or make one with examples/gpu/toolchain.sh".into()
        })
    }

    /// The compiler.
    pub fn nvcc(&self) -> PathBuf {
        nvcc(&self.root)
    }

    /// The folder of headers.
    pub fn include(&self) -> PathBuf {
        self.root.join("include")
    }

    /// A file of the folder of libraries, where it is there.
    pub fn library(&self, name: &str) -> Option<PathBuf> {
        ["lib64", "lib", "targets/x86_64-linux/lib"].iter().map(|folder| self.root.join(folder).join(name)).find(|path| path.is_file())
    }

    /// The number of the major version.
    pub fn major(&self) -> Result<u32, String> {
        Ok(self.number()? / 1000)
    }

    /// The version, such as 13.0.
    pub fn version(&self) -> Result<String, String> {
        let number = self.number()?;
        Ok(format!("{}.{}", number / 1000, number % 1000 / 10))
    }

    /// The version as the header has it, such as 13000.
    fn number(&self) -> Result<u32, String> {
        let header = self.include().join("cuda.h");
        let text = std::fs::read_to_string(&header).map_err(|error| format!("{}: {error}", header.display()))?;
        let number = text.lines().find_map(|line| line.strip_prefix("#define CUDA_VERSION ")?.trim().parse().ok());
        number.ok_or_else(|| format!("{} says no CUDA_VERSION", header.display()))
    }
}

/// The compute capability that is built for, such as 90: the one that is asked for, else that of the GPU that is there.
pub fn capability() -> Result<String, String> {
    println!("cargo:rerun-if-env-changed=CUDA_COMPUTE_CAP");
    let asked = std::env::var("CUDA_COMPUTE_CAP").ok();
    let found = || Command::new("nvidia-smi").args(["--query-gpu=compute_cap", "--format=csv,noheader"]).output().ok();
    let text = asked.or_else(|| String::from_utf8(found()?.stdout).ok());
    let digits: String = text.iter().flat_map(|text| text.lines().next()).flat_map(str::chars).filter(char::is_ascii_digit).collect();
    if digits.is_empty() {
        return Err("no GPU says what to build for: set CUDA_COMPUTE_CAP, such as 80 for an A100 or 90 for an H100".into());
    }
    Ok(digits)
}

fn nvcc(root: &Path) -> PathBuf {
    root.join("bin/nvcc")
}

fn beside_nvcc() -> Option<PathBuf> {
    let path = std::env::var_os("PATH")?;
    let nvcc = std::env::split_paths(&path).map(|folder| folder.join("nvcc")).find(|nvcc| nvcc.is_file())?;
    Some(nvcc.parent()?.parent()?.to_owned())
}
