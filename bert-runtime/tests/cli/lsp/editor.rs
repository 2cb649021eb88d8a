//! An editor, as far as a language server sees one.

use std::io::{BufReader, Write as _};
use std::process::{Child, ChildStdin, Command, Stdio};
use std::sync::mpsc::{Receiver, channel};
use std::time::Duration;

use serde_json::{Value, json};

/// How long an answer may take, on any machine.
const PATIENCE: Duration = Duration::from_secs(60);

/// The file that tests have open.
pub const FILE: &str = "file:///heads/open.head";

pub struct Editor {
    child: Child,
    input: Option<ChildStdin>,
    coming: Receiver<Value>,
    /// Messages that came before the one that was waited for.
    kept: Vec<Value>,
    last: u32,
    version: i32,
}

impl Editor {
    /// The server as a process, of which nobody has asked anything.
    pub fn new() -> Self {
        let mut command = Command::new(env!("CARGO_BIN_EXE_bert"));
        let mut child = command.arg("lsp").stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::inherit()).spawn().unwrap();
        let (input, output) = (child.stdin.take(), child.stdout.take().unwrap());
        let (sender, coming) = channel();
        std::thread::spawn(move || {
            let mut output = BufReader::new(output);
            while let Some(message) = framed(&mut output) {
                if sender.send(message).is_err() {
                    return;
                }
            }
        });
        Self { child, input, coming, kept: Vec::new(), last: 0, version: 0 }
    }

    /// A server that is ready, for an editor that counts UTF-16.
    pub fn ready() -> Self {
        Self::with(json!({}))
    }

    /// A server that is ready, for an editor with these capabilities.
    pub fn with(capabilities: Value) -> Self {
        let mut editor = Self::new();
        editor.ask("initialize", json!({ "processId": null, "rootUri": null, "capabilities": capabilities })).unwrap();
        editor.tell("initialized", json!({}));
        editor
    }

    /// Bytes as they are.
    pub fn raw(&mut self, bytes: &[u8]) {
        let input = self.input.as_mut().unwrap();
        input.write_all(bytes).and_then(|()| input.flush()).unwrap();
    }

    pub fn send(&mut self, message: &Value) {
        self.raw(&frame(message));
    }

    /// A notification.
    pub fn tell(&mut self, method: &str, params: Value) {
        self.send(&json!({ "jsonrpc": "2.0", "method": method, "params": params }));
    }

    /// A request, and its number.
    pub fn begin(&mut self, method: &str, params: Value) -> u32 {
        self.last += 1;
        self.send(&request(self.last, method, params));
        self.last
    }

    /// A request and its result, or its error.
    pub fn ask(&mut self, method: &str, params: Value) -> Result<Value, Value> {
        let id = self.begin(method, params);
        self.answer(&json!(id))
    }

    /// The answer of a request.
    pub fn answer(&mut self, id: &Value) -> Result<Value, Value> {
        let mut found = self.wait(|message| message.get("method").is_none() && message["id"] == *id);
        match found.get_mut("error") {
            Some(error) => Err(error.take()),
            None => Ok(found["result"].take()),
        }
    }

    /// The first message, of those that came and those that come, that is wanted.
    pub fn wait(&mut self, wanted: impl Fn(&Value) -> bool) -> Value {
        if let Some(at) = self.kept.iter().position(&wanted) {
            return self.kept.remove(at);
        }
        loop {
            let message = self.coming.recv_timeout(PATIENCE).expect("the server does not answer");
            if wanted(&message) {
                return message;
            }
            self.kept.push(message);
        }
    }

    /// Opens a file.
    pub fn open(&mut self, text: &str) {
        self.version += 1;
        let file = json!({ "uri": FILE, "languageId": "head", "version": self.version, "text": text });
        self.tell("textDocument/didOpen", json!({ "textDocument": file }));
    }

    /// Changes the file by one change after the other, each a start, an end and a text.
    pub fn change(&mut self, changes: &[([u32; 2], [u32; 2], &str)]) {
        self.version += 1;
        let place = |[line, character]: [u32; 2]| json!({ "line": line, "character": character });
        let change = |(start, end, text): &([u32; 2], [u32; 2], &str)| json!({ "range": { "start": place(*start), "end": place(*end) }, "text": text });
        let changes: Vec<Value> = changes.iter().map(change).collect();
        self.tell("textDocument/didChange", json!({ "textDocument": { "uri": FILE, "version": self.version }, "contentChanges": changes }));
    }

    /// The errors of the file as it is now.
    pub fn errors(&mut self) -> Vec<Value> {
        let version = self.version;
        let mut found = self.wait(|message| {
            message["method"] == "textDocument/publishDiagnostics"
                && message["params"]["uri"] == FILE
                && message["params"]["version"] == version
        });
        self.kept.retain(|message| message["method"] != "textDocument/publishDiagnostics");
        found["params"]["diagnostics"].as_array_mut().unwrap().drain(..).collect()
    }

    /// A request about a place of the file.
    pub fn at(&mut self, method: &str, line: u32, character: u32) -> Value {
        self.ask(method, json!({ "textDocument": { "uri": FILE }, "position": { "line": line, "character": character } })).unwrap()
    }

    /// A request about the whole file.
    pub fn of_file(&mut self, method: &str, mut params: Value) -> Value {
        params["textDocument"] = json!({ "uri": FILE });
        self.ask(method, params).unwrap()
    }

    /// How many answers have come that nobody has waited for: all of them are results.
    pub fn answered(&mut self) -> usize {
        let is_answer = |message: &Value| message.get("method").is_none();
        assert!(self.kept.iter().filter(|message| is_answer(message)).all(|message| message.get("result").is_some()), "{:?}", self.kept);
        let before = self.kept.len();
        self.kept.retain(|message| !is_answer(message));
        before - self.kept.len()
    }

    /// Ends the session as editors do, and gives the exit code.
    pub fn end(mut self) -> Option<i32> {
        assert_eq!(self.ask("shutdown", Value::Null), Ok(Value::Null));
        self.tell("exit", Value::Null);
        self.code()
    }

    /// Closes standard input.
    pub fn hang_up(&mut self) {
        self.input = None;
    }

    /// The exit code, once the server has ended.
    pub fn code(&mut self) -> Option<i32> {
        self.hang_up();
        self.child.wait().unwrap().code()
    }
}

pub fn request(id: u32, method: &str, params: Value) -> Value {
    json!({ "jsonrpc": "2.0", "id": id, "method": method, "params": params })
}

/// A message as it is sent.
pub fn frame(message: &Value) -> Vec<u8> {
    let text = message.to_string();
    format!("Content-Length: {}\r\n\r\n{text}", text.len()).into_bytes()
}

fn framed(output: &mut impl std::io::BufRead) -> Option<Value> {
    let mut length = None;
    loop {
        let mut line = String::new();
        if output.read_line(&mut line).ok()? == 0 {
            return None;
        }
        match line.trim_end().split_once(": ") {
            Some(("Content-Length", number)) => length = number.parse::<usize>().ok(),
            Some(_) => {}
            None => break,
        }
    }
    let mut body = vec![0; length.expect("an answer has its length")];
    output.read_exact(&mut body).ok()?;
    Some(serde_json::from_slice(&body).expect("an answer is JSON"))
}
