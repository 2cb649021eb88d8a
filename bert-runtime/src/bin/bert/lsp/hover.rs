//! What is said of what stands under the cursor.

use bert_dsl::ide;
use lsp_types::{Hover, HoverContents, HoverParams, MarkupContent, MarkupKind};

use super::documents::Documents;
use super::fault::Fault;

pub fn answer(documents: &Documents, params: HoverParams) -> Result<Option<Hover>, Fault> {
    let at = params.text_document_position_params;
    let document = documents.get(&at.text_document.uri)?;
    let found = ide::hover(document.source(), document.analysis(), document.offset(at.position));
    Ok(found.map(|found| Hover { contents: HoverContents::Markup(markdown(found.text)), range: Some(document.range(found.span)) }))
}

pub fn markdown(value: String) -> MarkupContent {
    MarkupContent { kind: MarkupKind::Markdown, value }
}
