//! Changes that mend errors.

use bert_dsl::{Diagnostic, Fix, Span};
use lsp_types::{CodeAction, CodeActionKind, CodeActionOrCommand, CodeActionParams, TextEdit, WorkspaceEdit};

use super::diagnostics;
use super::documents::{Document, Documents};
use super::fault::Fault;

pub fn answer(documents: &Documents, params: CodeActionParams) -> Result<Vec<CodeActionOrCommand>, Fault> {
    let document = documents.get(&params.text_document.uri)?;
    if !wants_fixes(params.context.only.as_deref()) {
        return Ok(Vec::new());
    }
    let (start, end) = (document.offset(params.range.start), document.offset(params.range.end));
    let meets = |span: Span| span.start <= end && start <= span.end;
    let errors = document.analysis().diagnostics().iter().filter(|error| meets(error.span));
    let fixes = errors.filter_map(|error| Some((error, error.fix.as_ref()?)));
    Ok(fixes.map(|(error, fix)| CodeActionOrCommand::CodeAction(action(document, error, fix))).collect())
}

/// Whether an editor asks for all actions, or for these.
fn wants_fixes(only: Option<&[CodeActionKind]>) -> bool {
    let holds = |kind: &CodeActionKind| kind.as_str().is_empty() || *kind == CodeActionKind::QUICKFIX;
    only.is_none_or(|only| only.iter().any(holds))
}

fn action(document: &Document, error: &Diagnostic, fix: &Fix) -> CodeAction {
    let edit = TextEdit { range: document.range(fix.span), new_text: fix.text.clone() };
    CodeAction {
        title: fix.title(),
        kind: Some(CodeActionKind::QUICKFIX),
        diagnostics: Some(vec![diagnostics::shown(document, error)]),
        edit: Some(WorkspaceEdit::new([(document.uri.clone(), vec![edit])].into())),
        is_preferred: Some(true),
        ..CodeAction::default()
    }
}
