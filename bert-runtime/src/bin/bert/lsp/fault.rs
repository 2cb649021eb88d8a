//! Why a request is not answered.

use lsp_server::{ErrorCode, RequestId, Response};
use serde_json::Value;

/// An error of the protocol, with its code.
#[derive(Debug)]
pub struct Fault {
    pub code: ErrorCode,
    pub what: String,
}

impl Fault {
    pub fn new(code: ErrorCode, what: impl Into<String>) -> Self {
        Self { code, what: what.into() }
    }

    /// The parameters of a method are not those that it has.
    pub fn parameters(method: &str, error: &serde_json::Error) -> Self {
        Self::new(ErrorCode::InvalidParams, format!("the parameters of `{method}` are not valid: {error}"))
    }
}

/// The response of a request.
pub fn response(id: RequestId, result: Result<Value, Fault>) -> Response {
    match result {
        Ok(value) => Response::new_ok(id, value),
        Err(fault) => Response::new_err(id, fault.code as i32, fault.what),
    }
}
