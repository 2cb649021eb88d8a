//! From an editor's first word to its last.

use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};

use lsp_server::{ErrorCode, Message, Notification, Request};
use lsp_types::notification::{Exit, LogMessage, Notification as _, PublishDiagnostics};
use lsp_types::request::{
    CodeActionRequest, Completion, DocumentSymbolRequest, Formatting, GotoDefinition, HoverRequest, Initialize, Request as _, Shutdown,
};
use lsp_types::{
    CodeActionKind, CodeActionOptions, CompletionOptions, HoverProviderCapability, InitializeParams, InitializeResult, LogMessageParams,
    MessageType, OneOf, PublishDiagnosticsParams, ServerCapabilities, ServerInfo, TextDocumentSyncCapability, TextDocumentSyncKind,
    TextDocumentSyncOptions,
};
use serde::Serialize;
use serde::de::DeserializeOwned;
use serde_json::Value;

use super::documents::Documents;
use super::fault::{Fault, response};
use super::positions::Encoding;
use super::wire::{self, Incoming, Line, calls_off};
use super::{actions, completion, definition, diagnostics, formatting, hover, symbols, sync};

/// How far an editor and the server are.
#[derive(Clone, Copy, PartialEq, Eq, Default)]
enum Stage {
    /// They do not know each other yet.
    #[default]
    New,
    Running,
    /// The editor wants no more answers.
    ShutDown,
}

/// What the server knows.
#[derive(Default)]
pub struct Server {
    stage: Stage,
    documents: Documents,
}

/// What comes after a message.
#[derive(PartialEq, Eq)]
enum Then {
    GoOn,
    End,
}

impl Server {
    /// Answers until the editor says that it is over, and says whether it ended as the protocol wants.
    ///
    /// Errors are told whenever nothing else waits, so that fast typing is not held up by what is out of date already.
    pub fn serve(mut self) -> io::Result<bool> {
        let line = Line::start();
        while let Ok(ready) = line.ready() {
            let incoming = match ready {
                Some(incoming) => Some(incoming),
                None => {
                    self.tell()?;
                    line.next()
                }
            };
            let Some(incoming) = incoming else { break };
            if self.handle(incoming, &line)? == Then::End {
                break;
            }
        }
        Ok(self.stage == Stage::ShutDown)
    }

    fn handle(&mut self, incoming: Incoming, line: &Line) -> io::Result<Then> {
        if let Some(id) = calls_off(&incoming) {
            // Whatever it calls off has been answered by now.
            line.was_cancelled(&id);
        }
        match incoming {
            Incoming::Broken(id, fault) => wire::refuse(&id, &fault)?,
            Incoming::Message(Message::Request(request)) => self.request(request, line)?,
            Incoming::Message(Message::Notification(notification)) if notification.method == Exit::METHOD => return Ok(Then::End),
            Incoming::Message(Message::Notification(notification)) => self.notification(notification)?,
            Incoming::Message(Message::Response(_)) => {}
        }
        Ok(Then::GoOn)
    }

    fn request(&mut self, request: Request, line: &Line) -> io::Result<()> {
        let Request { id, method, params } = request;
        let result = match line.was_cancelled(&id) {
            true => Err(Fault::new(ErrorCode::RequestCanceled, format!("`{method}` was called off"))),
            false => guarded(&method, || self.answer(&method, params)),
        };
        wire::write(response(id, result))
    }

    fn answer(&mut self, method: &str, params: Value) -> Result<Value, Fault> {
        match (self.stage, method) {
            (Stage::New, Initialize::METHOD) => {
                let found = read(method, params)?;
                self.stage = Stage::Running;
                self.initialize(&found)
            }
            (Stage::New, _) => Err(Fault::new(ErrorCode::ServerNotInitialized, format!("`{method}` comes before `initialize`"))),
            (Stage::Running, Shutdown::METHOD) => {
                self.stage = Stage::ShutDown;
                Ok(Value::Null)
            }
            (Stage::Running, Initialize::METHOD) => Err(Fault::new(ErrorCode::InvalidRequest, "`initialize` was said already")),
            (Stage::ShutDown, _) => Err(Fault::new(ErrorCode::InvalidRequest, format!("`{method}` comes after `shutdown`"))),
            (Stage::Running, _) => self.feature(method, params),
        }
    }

    fn feature(&self, method: &str, params: Value) -> Result<Value, Fault> {
        match method {
            HoverRequest::METHOD => self.with(method, params, hover::answer),
            Completion::METHOD => self.with(method, params, completion::answer),
            GotoDefinition::METHOD => self.with(method, params, definition::answer),
            Formatting::METHOD => self.with(method, params, formatting::answer),
            DocumentSymbolRequest::METHOD => self.with(method, params, symbols::answer),
            CodeActionRequest::METHOD => self.with(method, params, actions::answer),
            _ => Err(Fault::new(ErrorCode::MethodNotFound, format!("`{method}` is not known here"))),
        }
    }

    fn with<P: DeserializeOwned, R: Serialize>(
        &self,
        method: &str,
        params: Value,
        answer: fn(&Documents, P) -> Result<R, Fault>,
    ) -> Result<Value, Fault> {
        written(&answer(&self.documents, read(method, params)?)?)
    }

    fn initialize(&mut self, params: &InitializeParams) -> Result<Value, Fault> {
        let offered = params.capabilities.general.as_ref().and_then(|general| general.position_encodings.as_deref());
        let encoding = Encoding::of(offered.unwrap_or_default());
        self.documents = Documents::new(encoding);
        let info = ServerInfo { name: "bert".to_owned(), version: Some(env!("CARGO_PKG_VERSION").to_owned()) };
        written(&InitializeResult { capabilities: capabilities(encoding), server_info: Some(info) })
    }

    fn notification(&mut self, notification: Notification) -> io::Result<()> {
        if self.stage != Stage::Running {
            return Ok(());
        }
        match sync::follow(&mut self.documents, notification) {
            Ok(None) => Ok(()),
            Ok(Some(closed)) => publish(diagnostics::none(closed)),
            Err(fault) => log(fault.what),
        }
    }

    /// Tells the errors of the files that have changed.
    fn tell(&mut self) -> io::Result<()> {
        for document in self.documents.untold() {
            document.is_told = true;
            match guarded("diagnostics", || Ok(diagnostics::of(document))) {
                Ok(found) => publish(found)?,
                Err(fault) => log(fault.what)?,
            }
        }
        Ok(())
    }
}

fn capabilities(encoding: Encoding) -> ServerCapabilities {
    let sync = TextDocumentSyncOptions { open_close: Some(true), change: Some(TextDocumentSyncKind::INCREMENTAL), ..Default::default() };
    let triggers = completion::TRIGGERS.map(str::to_owned).into();
    let fixes = CodeActionOptions { code_action_kinds: Some(vec![CodeActionKind::QUICKFIX]), ..Default::default() };
    ServerCapabilities {
        position_encoding: Some(encoding.kind()),
        text_document_sync: Some(TextDocumentSyncCapability::Options(sync)),
        hover_provider: Some(HoverProviderCapability::Simple(true)),
        completion_provider: Some(CompletionOptions { trigger_characters: Some(triggers), ..Default::default() }),
        definition_provider: Some(OneOf::Left(true)),
        document_formatting_provider: Some(OneOf::Left(true)),
        document_symbol_provider: Some(OneOf::Left(true)),
        code_action_provider: Some(fixes.into()),
        ..Default::default()
    }
}

fn read<P: DeserializeOwned>(method: &str, params: Value) -> Result<P, Fault> {
    serde_json::from_value(params).map_err(|error| Fault::parameters(method, &error))
}

fn written(result: &impl Serialize) -> Result<Value, Fault> {
    serde_json::to_value(result).map_err(|error| Fault::new(ErrorCode::InternalError, error.to_string()))
}

/// A mistake of the compiler's own ends one answer, and not the editor's session: what is wrong stands on standard error.
fn guarded<R>(what: &str, run: impl FnOnce() -> Result<R, Fault>) -> Result<R, Fault> {
    let broken =
        |_| Err(Fault::new(ErrorCode::InternalError, format!("`{what}` ended in a mistake of the server's own: please report it")));
    catch_unwind(AssertUnwindSafe(run)).unwrap_or_else(broken)
}

fn publish(found: PublishDiagnosticsParams) -> io::Result<()> {
    wire::write(Notification::new(PublishDiagnostics::METHOD.to_owned(), found))
}

fn log(message: String) -> io::Result<()> {
    wire::write(Notification::new(LogMessage::METHOD.to_owned(), LogMessageParams { typ: MessageType::ERROR, message }))
}
