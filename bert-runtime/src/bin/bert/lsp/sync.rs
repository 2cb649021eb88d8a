//! What an editor says of the files that it has open.

use lsp_server::Notification;
use lsp_types::notification::{DidChangeTextDocument, DidCloseTextDocument, DidOpenTextDocument, Notification as _};
use lsp_types::{DidChangeTextDocumentParams, DidCloseTextDocumentParams, DidOpenTextDocumentParams, Uri};
use serde::de::DeserializeOwned;

use super::documents::Documents;
use super::fault::Fault;

/// Takes down what a notification says of a file. Gives the file whose errors are to be forgotten, where one is closed.
pub fn follow(documents: &mut Documents, notification: Notification) -> Result<Option<Uri>, Fault> {
    match notification.method.as_str() {
        DidOpenTextDocument::METHOD => {
            let DidOpenTextDocumentParams { text_document: file } = params(notification)?;
            documents.open(file.uri, file.version, file.text);
            Ok(None)
        }
        DidChangeTextDocument::METHOD => {
            let DidChangeTextDocumentParams { text_document: file, content_changes } = params(notification)?;
            documents.change(&file.uri, file.version, content_changes).map(|()| None)
        }
        DidCloseTextDocument::METHOD => {
            let DidCloseTextDocumentParams { text_document: file } = params(notification)?;
            documents.close(&file.uri).map(|()| Some(file.uri))
        }
        _ => Ok(None),
    }
}

fn params<P: DeserializeOwned>(notification: Notification) -> Result<P, Fault> {
    serde_json::from_value(notification.params).map_err(|error| Fault::parameters(&notification.method, &error))
}
