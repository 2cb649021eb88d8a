//! Errors as an editor shows them.

use bert_dsl::Diagnostic;
use lsp_types::{DiagnosticRelatedInformation, DiagnosticSeverity, Location, NumberOrString, PublishDiagnosticsParams, Uri};

use super::documents::Document;

/// All errors of a file.
pub fn of(document: &Document) -> PublishDiagnosticsParams {
    let diagnostics = document.analysis().diagnostics().iter().map(|error| shown(document, error)).collect();
    PublishDiagnosticsParams { uri: document.uri.clone(), diagnostics, version: Some(document.version) }
}

/// That a file has no errors, since it is closed.
pub fn none(uri: Uri) -> PublishDiagnosticsParams {
    PublishDiagnosticsParams { uri, diagnostics: Vec::new(), version: None }
}

/// An error: what is wrong, why, what to write, and the other places that belong to it.
pub fn shown(document: &Document, error: &Diagnostic) -> lsp_types::Diagnostic {
    let place = |span| Location { uri: document.uri.clone(), range: document.range(span) };
    let related = error.related.iter().map(|(span, what)| DiagnosticRelatedInformation { location: place(*span), message: what.clone() });
    let notes = [("why", &error.reason), ("help", &error.help)];
    let notes = notes.iter().filter_map(|(title, note)| note.as_ref().map(|note| format!("\n{title}: {note}")));
    lsp_types::Diagnostic {
        range: document.range(error.span),
        severity: Some(DiagnosticSeverity::ERROR),
        code: Some(NumberOrString::String(error.code.to_string())),
        source: Some("bert".to_owned()),
        message: error.message.clone() + &notes.collect::<String>(),
        related_information: Some(related.collect()).filter(|related: &Vec<_>| !related.is_empty()),
        ..lsp_types::Diagnostic::default()
    }
}
