//! One request through `hf-hub`'s client, with the redirects that it leads to.
//!
//! `hf-hub` sends the token along to where the hub redirects a probe. Here redirects are followed by hand, and the token goes to
//! the hub alone.

use std::time::Duration;

use hf_hub::api::sync::ApiRepo;
use ureq::Body;
use ureq::http::{HeaderMap, Response, StatusCode, Uri, header};

const REDIRECTS: usize = 10;

/// What came back, whatever its status.
pub(super) struct Answer {
    /// What the hub itself said last. Where it redirects to another host, this describes the file.
    pub(super) said: HeaderMap,
    /// The other host that the answer comes from, if it does.
    pub(super) elsewhere: Option<String>,
    pub(super) status: StatusCode,
    pub(super) headers: HeaderMap,
    pub(super) body: Body,
}

/// Asks for an address of the hub, or for a range of its bytes.
pub(super) fn get(repo: &ApiRepo, address: &str, range: Option<&str>, silence: Duration) -> Result<Answer, ureq::Error> {
    let hub: Uri = address.parse().map_err(|error| ureq::Error::BadUri(format!("{address}: {error}")))?;
    let (mut address, mut at_hub, mut said) = (hub.clone(), true, HeaderMap::new());
    for _ in 0..=REDIRECTS {
        at_hub &= (hub.scheme(), hub.authority()) == (address.scheme(), address.authority());
        let (head, body) = send(repo, &address, range, silence, at_hub)?.into_parts();
        if at_hub {
            said.clone_from(&head.headers);
        }
        if !head.status.is_redirection() {
            let elsewhere = address.host().filter(|_| !at_hub).map(str::to_owned);
            return Ok(Answer { said, elsewhere, status: head.status, headers: head.headers, body });
        }
        address = text(&head.headers, "location").and_then(|location| aim(&address, location)).ok_or(ureq::Error::RedirectFailed)?;
    }
    Err(ureq::Error::TooManyRedirects)
}

/// A header's value, where it is plain text.
pub(super) fn text<'a>(headers: &'a HeaderMap, name: &str) -> Option<&'a str> {
    headers.get(name)?.to_str().ok()
}

/// A request is only as patient as `silence`: it waits so long for a connection, and for every piece of an answer.
fn send(repo: &ApiRepo, address: &Uri, range: Option<&str>, silence: Duration, with_token: bool) -> Result<Response<Body>, ureq::Error> {
    let mut request = repo.info_request().uri(address.clone()).header(header::ACCEPT_ENCODING, "identity");
    if let Some(range) = range {
        request = request.header(header::RANGE, range);
    }
    if let Some(headers) = request.headers_mut().filter(|_| !with_token) {
        headers.remove(header::AUTHORIZATION);
    }
    let config = request.config().max_redirects(0).http_status_as_error(false);
    let config = config.timeout_connect(Some(silence)).timeout_per_read(Some(silence)).timeout_per_write(Some(silence));
    config.build().call()
}

/// Where a redirect leads from an address.
fn aim(from: &Uri, location: &str) -> Option<Uri> {
    let (scheme, authority) = (from.scheme_str()?, from.authority()?);
    let absolute = match location {
        _ if location.starts_with("//") => format!("{scheme}:{location}"),
        _ if location.starts_with('/') => format!("{scheme}://{authority}{location}"),
        _ => location.to_owned(),
    };
    absolute.parse().ok().filter(|aim: &Uri| matches!(aim.scheme_str(), Some("http" | "https")) && aim.host().is_some())
}

#[cfg(test)]
mod tests {
    use super::aim;

    #[test]
    fn a_redirect_is_relative_to_where_it_comes_from() {
        let from = "https://hub.example:8080/org/name?x=1".parse().unwrap();
        let aim = |location| aim(&from, location).map(|aim| aim.to_string());
        assert_eq!(aim("/a/b?c=d").as_deref(), Some("https://hub.example:8080/a/b?c=d"));
        assert_eq!(aim("//cdn.example/a").as_deref(), Some("https://cdn.example/a"));
        assert_eq!(aim("http://cdn.example/a").as_deref(), Some("http://cdn.example/a"));
        for location in ["", "a", "ftp://cdn.example/a", "file:///etc/passwd", "https://", "/a b"] {
            assert_eq!(aim(location), None, "{location}");
        }
    }
}
