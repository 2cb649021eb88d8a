//! What may be written at the cursor.

use bert_dsl::ide::{self, Kind};
use lsp_types::{CompletionItem, CompletionItemKind, CompletionParams, Documentation};

use super::documents::Documents;
use super::fault::Fault;
use super::hover::markdown;

/// The characters behind which an editor asks by itself.
pub const TRIGGERS: [&str; 5] = [" ", ":", "=", ">", ","];

pub fn answer(documents: &Documents, params: CompletionParams) -> Result<Vec<CompletionItem>, Fault> {
    let at = params.text_document_position;
    let document = documents.get(&at.text_document.uri)?;
    let found = ide::complete(document.source(), document.analysis(), document.offset(at.position));
    Ok(found.into_iter().enumerate().map(|(number, completion)| item(number, completion)).collect())
}

fn item(number: usize, completion: ide::Completion) -> CompletionItem {
    let some = |text: String| Some(text).filter(|text| !text.is_empty());
    CompletionItem {
        kind: Some(kind(completion.kind)),
        detail: some(completion.detail),
        documentation: some(completion.about).map(|about| Documentation::MarkupContent(markdown(about))),
        insert_text: Some(completion.text).filter(|text| *text != completion.label),
        // In the order of the language's tables, and not of the alphabet.
        sort_text: Some(format!("{number:04}")),
        label: completion.label,
        ..CompletionItem::default()
    }
}

fn kind(kind: Kind) -> CompletionItemKind {
    match kind {
        Kind::Statement => CompletionItemKind::KEYWORD,
        Kind::Layer | Kind::Loss | Kind::Decode => CompletionItemKind::FUNCTION,
        Kind::Source => CompletionItemKind::CONSTANT,
        Kind::Key => CompletionItemKind::PROPERTY,
        Kind::Word => CompletionItemKind::ENUM_MEMBER,
        Kind::Size => CompletionItemKind::UNIT,
        Kind::Value | Kind::Given => CompletionItemKind::VARIABLE,
        Kind::Head => CompletionItemKind::CLASS,
    }
}
