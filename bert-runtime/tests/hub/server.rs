//! A hub on loopback: the few endpoints of Hugging Face's that a download uses, in HTTP/1.1, and the misdeeds a test asks for.

use std::collections::BTreeMap;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::{SocketAddr, TcpListener, TcpStream};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use crate::fixture::Model;

/// What a client asked for.
#[derive(Debug, Clone)]
pub struct Request {
    pub path: String,
    /// The first byte of the wanted range, and the last one where it is stated.
    pub range: Option<(usize, Option<usize>)>,
    pub host: String,
    pub token: Option<String>,
    /// How many requests for the same path and kind (a probe of one byte or a download) came before.
    pub before: usize,
}

impl Request {
    /// Whether it wants a file's content and not only its description.
    pub fn is_download_of(&self, file: &str) -> bool {
        self.path.ends_with(&format!("/{file}")) && !self.is_probe() && self.range.is_some()
    }

    pub fn is_listing(&self) -> bool {
        self.path.starts_with("/api/models/")
    }

    pub fn is_for(&self, file: &str) -> bool {
        self.path.ends_with(&format!("/{file}"))
    }

    /// Whether it wants only a file's description.
    pub fn is_probe(&self) -> bool {
        self.range == Some((0, Some(0)))
    }
}

/// An answer.
#[derive(Debug, Clone, Default)]
pub struct Reply {
    pub status: u16,
    pub headers: Vec<(&'static str, String)>,
    pub body: Vec<u8>,
    /// The connection closes after so many bytes of the body.
    pub cut: Option<usize>,
    /// The answer comes after so long.
    pub delay: Duration,
    /// The connection stays open for so long after the body, or what is left of it.
    pub pause: Duration,
}

impl Reply {
    pub fn status(status: u16) -> Self {
        Self { status, ..Self::default() }
    }

    pub fn with(mut self, name: &'static str, value: impl Into<String>) -> Self {
        self.headers.retain(|(known, _)| *known != name);
        self.headers.push((name, value.into()));
        self
    }
}

/// Alters, or replaces, the honest answer to a request.
type Mischief = dyn Fn(&Request, Reply) -> Reply + Send + Sync;

/// A running server; it ends with the test process.
pub struct Hub {
    address: SocketAddr,
    log: Arc<Mutex<Vec<Request>>>,
}

struct Service {
    model: Model,
    port: u16,
    log: Arc<Mutex<Vec<Request>>>,
    mischief: Box<Mischief>,
}

impl Hub {
    pub fn honest(model: Model) -> Self {
        Self::start(model, |_, reply| reply)
    }

    pub fn start(model: Model, mischief: impl Fn(&Request, Reply) -> Reply + Send + Sync + 'static) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").unwrap();
        let (address, log) = (listener.local_addr().unwrap(), Arc::default());
        let service = Arc::new(Service { model, port: address.port(), log: Arc::clone(&log), mischief: Box::new(mischief) });
        std::thread::spawn(move || {
            for stream in listener.incoming().flatten() {
                let service = Arc::clone(&service);
                std::thread::spawn(move || service.serve(stream));
            }
        });
        Self { address, log }
    }

    pub fn endpoint(&self) -> String {
        format!("http://{}", self.address)
    }

    /// The requests so far.
    pub fn log(&self) -> Vec<Request> {
        self.log.lock().unwrap().clone()
    }

    pub fn downloads_of(&self, file: &str) -> Vec<Request> {
        self.log().into_iter().filter(|request| request.is_download_of(file)).collect()
    }
}

impl Service {
    fn serve(&self, mut stream: TcpStream) {
        let Some(mut request) = read(&stream) else { return };
        {
            let mut log = self.log.lock().unwrap();
            request.before = log.iter().filter(|old| old.path == request.path && old.is_probe() == request.is_probe()).count();
            log.push(request.clone());
        }
        let reply = (self.mischief)(&request, self.answer(&request));
        std::thread::sleep(reply.delay);
        // A client may have gone away, which is its own affair.
        let _ = write(&mut stream, &reply);
    }

    fn answer(&self, request: &Request) -> Reply {
        let parts: Vec<_> = request.path.trim_start_matches('/').split('/').collect();
        match parts[..] {
            ["api", "models", org, name, "revision", revision] if self.knows(org, name, revision) => self.listing(),
            [org, name, "resolve", revision, file] if self.knows(org, name, revision) => self.resolve(request, file),
            ["api", "resolve-cache", file] | ["cdn", file] => self.file(request, file),
            _ => Reply::status(404),
        }
    }

    fn knows(&self, org: &str, name: &str, revision: &str) -> bool {
        (org, name) == ("org", "name") && ["main", "refs%2Fpr%2F1", self.model.commit].contains(&revision)
    }

    fn listing(&self) -> Reply {
        let names: Vec<_> = self.model.files.iter().map(|file| format!(r#"{{"rfilename": "{}"}}"#, file.name)).collect();
        let body = format!(r#"{{"id": "org/name", "sha": "{}", "private": false, "siblings": [{}]}}"#, self.model.commit, names.join(", "));
        Reply { status: 200, body: body.into_bytes(), ..Reply::default() }
    }

    /// As on huggingface.co: a large file is sent from another host, a small one from this host or by a relative redirect.
    fn resolve(&self, request: &Request, name: &str) -> Reply {
        let Some(file) = self.model.file(name) else { return Reply::status(404) };
        let described = |reply: Reply| reply.with("X-Repo-Commit", self.model.commit);
        if file.tag.len() == 64 {
            let elsewhere = format!("http://localhost:{}/cdn/{name}", self.port);
            let linked = described(Reply::status(302)).with("X-Linked-Etag", format!("\"{}\"", file.tag));
            return linked.with("ETag", "\"of-the-redirect\"").with("Location", elsewhere);
        }
        if name == "vocab.txt" {
            return described(Reply::status(307)).with("Location", format!("/api/resolve-cache/{name}"));
        }
        self.file(request, name)
    }

    fn file(&self, request: &Request, name: &str) -> Reply {
        let Some(file) = self.model.file(name) else { return Reply::status(404) };
        let size = file.content.len();
        if size == 0 {
            return Reply::status(416)
                .with("Content-Range", "bytes */0")
                .with("ETag", "\"empty\"")
                .with("X-Repo-Commit", self.model.commit);
        }
        let (first, last) = request.range.map_or((0, size - 1), |(first, last)| (first, last.unwrap_or(size - 1).min(size - 1)));
        if first >= size {
            return Reply::status(416);
        }
        let reply = Reply { status: 206, body: file.content[first..=last].to_vec(), ..Reply::default() };
        let reply = reply.with("ETag", format!("\"{}\"", file.tag)).with("X-Repo-Commit", self.model.commit);
        reply.with("Content-Range", format!("bytes {first}-{last}/{size}")).with("Accept-Ranges", "bytes")
    }
}

fn read(stream: &TcpStream) -> Option<Request> {
    let mut lines = BufReader::new(stream.take(1 << 16)).lines().map_while(Result::ok);
    let path = lines.next()?.split(' ').nth(1)?.to_owned();
    let headers: BTreeMap<_, _> = lines
        .take_while(|line| !line.is_empty())
        .filter_map(|line| line.split_once(": ").map(|(name, value)| (name.to_lowercase(), value.to_owned())))
        .collect();
    let range = headers.get("range").and_then(|range| {
        let (first, last) = range.strip_prefix("bytes=")?.split_once('-')?;
        Some((first.parse().ok()?, last.parse().ok()))
    });
    let (host, token) = (headers.get("host")?.clone(), headers.get("authorization").cloned());
    Some(Request { path, range, host, token, before: 0 })
}

fn write(stream: &mut TcpStream, reply: &Reply) -> std::io::Result<()> {
    write!(stream, "HTTP/1.1 {} Reason\r\nConnection: close\r\n", reply.status)?;
    if !reply.headers.iter().any(|(name, _)| *name == "Content-Length") {
        write!(stream, "Content-Length: {}\r\n", reply.body.len())?;
    }
    for (name, value) in &reply.headers {
        write!(stream, "{name}: {value}\r\n")?;
    }
    stream.write_all(b"\r\n")?;
    stream.write_all(&reply.body[..reply.cut.unwrap_or(reply.body.len()).min(reply.body.len())])?;
    std::thread::sleep(reply.pause);
    Ok(())
}
