//! Where a name was given.

use bert_dsl::ide;
use lsp_types::{GotoDefinitionParams, Location};

use super::documents::Documents;
use super::fault::Fault;

pub fn answer(documents: &Documents, params: GotoDefinitionParams) -> Result<Option<Location>, Fault> {
    let at = params.text_document_position_params;
    let document = documents.get(&at.text_document.uri)?;
    let found = ide::definition(document.source(), document.analysis(), document.offset(at.position));
    Ok(found.map(|span| Location { uri: document.uri.clone(), range: document.range(span) }))
}
