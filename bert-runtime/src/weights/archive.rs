//! What every format of weights has in common.

use candle_core::{DType, Tensor};

use super::health::Health;
use crate::error::Result;

/// How a file stores the numbers of a tensor.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum StoredType {
    /// Floats that can be read, and are cast to the format that is asked for.
    Float(DType),
    /// Anything else, by the file's own name for it. It is never cast in silence: asking for it is an error.
    Other(String),
}

impl std::fmt::Display for StoredType {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Self::Float(dtype) => f.write_str(&dtype.as_str().to_uppercase()),
            Self::Other(name) => f.write_str(name),
        }
    }
}

/// What a file says of a tensor before its numbers are read.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TensorFacts {
    /// Its shape, as the file has it.
    pub shape: Vec<usize>,
    /// How its numbers are stored.
    pub stored: StoredType,
}

/// A file of named tensors.
pub(crate) trait Archive: std::fmt::Debug + Send + Sync {
    /// Its tensors, each name once, with sizes that the file really has.
    fn tensors(&self) -> Vec<(&str, TensorFacts)>;

    /// The numbers of a float tensor, on the CPU and cast to this format, and what they look like.
    ///
    /// # Errors
    /// A name that is not there, numbers that are not floats, and a file that changed or cannot be read.
    fn read(&self, name: &str, dtype: DType) -> Result<(Tensor, Health)>;
}
