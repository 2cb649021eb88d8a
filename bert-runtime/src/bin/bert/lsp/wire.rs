//! Messages on standard input and output: headers, an empty line, and JSON.

use std::collections::HashSet;
use std::io::{self, BufRead, Read as _, Write};
use std::sync::mpsc::{Receiver, TryRecvError, sync_channel};
use std::sync::{Arc, Mutex, PoisonError};

use lsp_server::{ErrorCode, Message, RequestId};
use lsp_types::notification::{Cancel, Notification as _};
use lsp_types::{CancelParams, NumberOrString};
use serde_json::{Value, json};

use super::fault::Fault;

/// What an editor sends.
pub enum Incoming {
    Message(Message),
    /// Something that is no message, and the id that it has if it has one.
    Broken(Value, Fault),
}

/// The longest message that is read, in bytes.
const LONGEST: u64 = 1 << 28;
/// The longest line of a header.
const LONGEST_HEADER: u64 = 1 << 12;
/// How many messages are held that nobody has taken yet.
const HELD: usize = 1024;

/// The next thing that is sent; none at the end.
pub fn read(input: &mut impl BufRead) -> io::Result<Option<Incoming>> {
    let Some(length) = length(input)? else { return Ok(None) };
    let length = match length {
        Ok(length) => length,
        Err(fault) => return Ok(Some(Incoming::Broken(Value::Null, fault))),
    };
    if length > LONGEST {
        io::copy(&mut input.take(length), &mut io::sink())?;
        let fault = Fault::new(ErrorCode::InvalidRequest, format!("a message has at most {LONGEST} bytes, and this has {length}"));
        return Ok(Some(Incoming::Broken(Value::Null, fault)));
    }
    let mut body = Vec::new();
    input.take(length).read_to_end(&mut body)?;
    Ok((body.len() as u64 == length).then(|| understood(&body)))
}

/// The length that headers give, up to the empty line behind them; none at the end of the input.
fn length(input: &mut impl BufRead) -> io::Result<Option<Result<u64, Fault>>> {
    let (mut length, mut line) = (None, Vec::new());
    loop {
        line.clear();
        if input.take(LONGEST_HEADER).read_until(b'\n', &mut line)? == 0 {
            return Ok(None);
        }
        let text = String::from_utf8_lossy(&line);
        if text.trim().is_empty() {
            let missing = || Fault::new(ErrorCode::ParseError, "a message begins with `Content-Length: N` and an empty line");
            return Ok(Some(length.ok_or_else(missing)));
        }
        let said = text.split_once(':').filter(|(name, _)| name.eq_ignore_ascii_case("content-length"));
        length = said.and_then(|(_, number)| number.trim().parse().ok()).or(length);
    }
}

fn understood(body: &[u8]) -> Incoming {
    let value: Value = match serde_json::from_slice(body) {
        Ok(value) => value,
        Err(error) => return Incoming::Broken(Value::Null, Fault::new(ErrorCode::ParseError, format!("this is not JSON: {error}"))),
    };
    let id = value.get("id").filter(|id| id.is_number() || id.is_string()).cloned().unwrap_or_default();
    match serde_json::from_value(value) {
        // A notification has no number: this is a request of one that no request can have.
        Ok(Message::Notification(_)) if !id.is_null() => {}
        Ok(message) => return Incoming::Message(message),
        Err(_) => {}
    }
    Incoming::Broken(id, Fault::new(ErrorCode::InvalidRequest, "this is neither a request nor a notification nor a response"))
}

/// Sends a message.
pub fn write(message: impl Into<Message>) -> io::Result<()> {
    message.into().write(&mut io::stdout().lock())
}

/// Says what is wrong with something that is no message.
pub fn refuse(id: &Value, fault: &Fault) -> io::Result<()> {
    let error = json!({ "code": fault.code as i32, "message": fault.what });
    let text = json!({ "jsonrpc": "2.0", "id": id, "error": error }).to_string();
    let mut out = io::stdout().lock();
    write!(out, "Content-Length: {}\r\n\r\n{text}", text.len())?;
    out.flush()
}

/// Messages that are read ahead on a thread of their own, so that one that is called off is known before its turn.
pub struct Line {
    coming: Receiver<Incoming>,
    cancelled: Arc<Mutex<HashSet<RequestId>>>,
}

impl Line {
    /// Begins to read standard input.
    pub fn start() -> Self {
        let (sender, coming) = sync_channel(HELD);
        let cancelled = Arc::new(Mutex::new(HashSet::new()));
        let seen = Arc::clone(&cancelled);
        std::thread::spawn(move || {
            let mut input = io::stdin().lock();
            while let Ok(Some(incoming)) = read(&mut input) {
                if let Some(id) = calls_off(&incoming) {
                    seen.lock().unwrap_or_else(PoisonError::into_inner).insert(id);
                }
                if sender.send(incoming).is_err() {
                    return;
                }
            }
        });
        Self { coming, cancelled }
    }

    /// The next message, if one is there already; an error where none will ever come.
    pub fn ready(&self) -> Result<Option<Incoming>, ()> {
        match self.coming.try_recv() {
            Ok(incoming) => Ok(Some(incoming)),
            Err(TryRecvError::Empty) => Ok(None),
            Err(TryRecvError::Disconnected) => Err(()),
        }
    }

    /// The next message, waited for; none at the end.
    pub fn next(&self) -> Option<Incoming> {
        self.coming.recv().ok()
    }

    /// Whether a request was called off; it is not asked again.
    pub fn was_cancelled(&self, id: &RequestId) -> bool {
        self.cancelled.lock().unwrap_or_else(PoisonError::into_inner).remove(id)
    }
}

/// The request that a message calls off.
pub fn calls_off(incoming: &Incoming) -> Option<RequestId> {
    let Incoming::Message(Message::Notification(notification)) = incoming else { return None };
    let params: CancelParams =
        (notification.method == Cancel::METHOD).then(|| serde_json::from_value(notification.params.clone()).ok())??;
    Some(match params.id {
        NumberOrString::Number(number) => number.into(),
        NumberOrString::String(text) => text.into(),
    })
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used, clippy::panic)]
    use super::*;

    fn all(text: &str) -> Vec<String> {
        let mut input = text.as_bytes();
        let mut found = Vec::new();
        while let Some(incoming) = read(&mut input).unwrap() {
            found.push(match incoming {
                Incoming::Message(Message::Request(request)) => request.method,
                Incoming::Message(other) => format!("{other:?}"),
                Incoming::Broken(id, fault) => format!("{id} {}", fault.code as i32),
            });
        }
        found
    }

    fn framed(body: &str) -> String {
        format!("Content-Length: {}\r\n\r\n{body}", body.len())
    }

    #[test]
    fn what_is_no_message_is_told_and_the_next_one_is_read() {
        let right = framed(r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#);
        for (broken, wanted) in [
            (framed("{"), "null -32700"),
            (framed("\u{0}"), "null -32700"),
            (framed("[]"), "null -32600"),
            (framed(r#"{"id": 7, "method": 3}"#), "7 -32600"),
            (framed(r#"{"id": 1.5, "methode": "a", "jsonrpc": "2.0", "params": 1}"#), "1.5 -32600"),
            (framed(r#"{"jsonrpc": "2.0", "id": 5000000000, "method": "shutdown"}"#), "5000000000 -32600"),
            (format!("Content-Type: x\r\n\r\n{right}").replacen(&right, "", 1), "null -32700"),
            ("Content-Length: many\r\n\r\n".to_owned(), "null -32700"),
        ] {
            assert_eq!(all(&(broken.clone() + &right)), [wanted, "shutdown"], "{broken:?}");
        }
    }

    #[test]
    fn headers_are_read_in_any_case_and_order_and_an_end_in_a_message_is_the_end() {
        let body = r#"{"jsonrpc":"2.0","id":1,"method":"shutdown"}"#;
        let text = format!("content-type: x\ncontent-length:{}\n\n{body}", body.len());
        assert_eq!(all(&text), ["shutdown"]);
        assert!(all(&text[..text.len() - 1]).is_empty() && all("Content-Length: 5").is_empty());
    }
}
