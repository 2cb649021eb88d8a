//! Kernels as the driver has loaded them: a file of them once on each GPU, and each kernel found once.

use std::collections::HashMap;
use std::sync::{Arc, LazyLock, Mutex, PoisonError};

use candle_core::cuda_backend::WrapErr;
use candle_core::cuda_backend::cudarc::driver::sys::{CUdevice_attribute as Attribute, CUresult as Refusal};
use candle_core::cuda_backend::cudarc::driver::{CudaContext, CudaFunction, CudaModule, DriverError};
use candle_core::cuda_backend::cudarc::nvrtc::Ptx;
use candle_core::{Result, bail};

use super::launch::Launch;

macro_rules! compiled {
    ($($file:literal),*) => {
        [$(($file, include_bytes!(concat!(env!("OUT_DIR"), "/", $file, ".fatbin")))),*]
    };
}

/// The files of kernels: each in the machine code of the GPU that was built for, and as PTX for later ones.
const FILES: [(&str, &[u8]); 8] =
    compiled!["activation", "attention_plain", "attention_tiled", "dropout", "embedding", "norm", "optimizer", "sums"];

/// What one GPU has.
#[derive(Default)]
struct Loaded {
    modules: HashMap<&'static str, Arc<CudaModule>>,
    functions: HashMap<String, CudaFunction>,
}

/// By the GPU's number: all contexts of a GPU are its primary one. No two files have a kernel of one name.
static LOADED: LazyLock<Mutex<HashMap<usize, Loaded>>> = LazyLock::new(Mutex::default);

/// The kernel of a launch on the GPU of a context.
pub(super) fn function(context: &Arc<CudaContext>, launch: &Launch) -> Result<CudaFunction> {
    let mut all = LOADED.lock().unwrap_or_else(PoisonError::into_inner);
    let loaded = all.entry(context.ordinal()).or_default();
    if let Some(function) = loaded.functions.get(&launch.kernel) {
        return Ok(function.clone());
    }
    let function = loaded.module(context, launch.file)?.load_function(&launch.kernel).w()?;
    loaded.functions.insert(launch.kernel.clone(), function.clone());
    Ok(function)
}

impl Loaded {
    fn module(&mut self, context: &Arc<CudaContext>, file: &str) -> Result<Arc<CudaModule>> {
        let Some((file, binary)) = FILES.iter().find(|(name, _)| *name == file) else { bail!("there is no file {file} of kernels") };
        if let Some(module) = self.modules.get(file) {
            return Ok(module.clone());
        }
        let module = match context.load_module(Ptx::from_binary(binary.to_vec())) {
            Err(error) if is_of_another(&error) => bail!("{}", misfit(context, &error)),
            loaded => loaded.w()?,
        };
        Ok(self.modules.entry(file).or_insert(module).clone())
    }
}

/// Whether a driver refuses code since it is of another GPU or of a later toolkit.
fn is_of_another(error: &DriverError) -> bool {
    let signs = [Refusal::CUDA_ERROR_NO_BINARY_FOR_GPU, Refusal::CUDA_ERROR_INVALID_PTX, Refusal::CUDA_ERROR_UNSUPPORTED_PTX_VERSION];
    signs.contains(&error.0)
}

fn misfit(context: &CudaContext, error: &DriverError) -> String {
    let number = |attribute| context.attribute(attribute).unwrap_or_default();
    let major = number(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MAJOR);
    let minor = number(Attribute::CU_DEVICE_ATTRIBUTE_COMPUTE_CAPABILITY_MINOR);
    format!(
        "the GPU does not take the kernels, which were built for compute capability {} and CUDA {}: {error}. \
         Build with CUDA_COMPUTE_CAP={major}{minor}, or update the driver if it is older than that CUDA",
        env!("BERT_CUDA_CAPABILITY"),
        env!("BERT_CUDA_VERSION"),
    )
}
