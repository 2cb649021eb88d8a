//! What the environment says about downloads.

use std::io::IsTerminal;
use std::path::PathBuf;
use std::time::Duration;

use ureq::http::Uri;

use super::super::environment::Variables;
use crate::{Error, ErrorKind, Result};

const PUBLIC_HUB: &str = "https://huggingface.co";
const SILENCE: Duration = Duration::from_secs(10);

/// How the hub is reached.
#[derive(Clone)]
pub(in super::super) struct Settings {
    pub(super) endpoint: String,
    pub(super) token: Option<String>,
    pub(super) progress: bool,
    pub(super) silence: Duration,
}

impl Settings {
    pub(in super::super) fn of(variables: &Variables<'_>) -> Result<Self> {
        Ok(Self {
            endpoint: endpoint(variables)?,
            token: token(variables)?,
            progress: !variables.is_true("HF_HUB_DISABLE_PROGRESS_BARS") && std::io::stderr().is_terminal(),
            silence: silence(variables)?,
        })
    }
}

/// A token never appears in what is printed.
impl std::fmt::Debug for Settings {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Settings").field("endpoint", &self.endpoint).field("token", &self.token.is_some()).finish_non_exhaustive()
    }
}

fn endpoint(variables: &Variables<'_>) -> Result<String> {
    let Some(endpoint) = variables.get("HF_ENDPOINT") else {
        return Ok(PUBLIC_HUB.into());
    };
    let endpoint = endpoint.to_string_lossy().trim().trim_end_matches('/').to_owned();
    let is_web = |uri: Uri| matches!(uri.scheme_str(), Some("https" | "http")) && uri.host().is_some();
    if endpoint.parse().is_ok_and(is_web) {
        return Ok(endpoint);
    }
    Err(Error::new(
        ErrorKind::Hub,
        format!("HF_ENDPOINT is `{endpoint}`, which is not an address; give one like {PUBLIC_HUB}, or unset it"),
    ))
}

fn token(variables: &Variables<'_>) -> Result<Option<String>> {
    let named = variables.get("HF_TOKEN").or_else(|| variables.get("HUGGING_FACE_HUB_TOKEN"));
    let token = match named {
        Some(token) => token.to_string_lossy().trim().to_owned(),
        None if variables.is_true("HF_HUB_DISABLE_IMPLICIT_TOKEN") => String::new(),
        None => token_file(variables).and_then(|path| std::fs::read_to_string(path).ok()).unwrap_or_default().trim().to_owned(),
    };
    if token.bytes().all(|byte| byte.is_ascii_graphic()) {
        return Ok(Some(token).filter(|token| !token.is_empty()));
    }
    Err(Error::new(
        ErrorKind::Hub,
        "the Hugging Face token has a space, a line break or a special character; set HF_TOKEN to one like `hf_...`",
    ))
}

fn token_file(variables: &Variables<'_>) -> Option<PathBuf> {
    variables.path("HF_TOKEN_PATH").or_else(|| variables.hugging_face().map(|folder| folder.join("token")))
}

fn silence(variables: &Variables<'_>) -> Result<Duration> {
    let Some(seconds) = variables.get("HF_HUB_DOWNLOAD_TIMEOUT") else {
        return Ok(SILENCE);
    };
    let seconds = seconds.to_string_lossy();
    let fault =
        || Error::new(ErrorKind::Hub, format!("HF_HUB_DOWNLOAD_TIMEOUT is `{seconds}`; give a number of seconds above 0, or unset it"));
    let whole: u64 = seconds.trim().parse().map_err(|_| fault())?;
    Some(Duration::from_secs(whole)).filter(|silence| !silence.is_zero()).ok_or_else(fault)
}
