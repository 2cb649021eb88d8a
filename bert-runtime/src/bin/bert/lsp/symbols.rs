//! What a file declares.

use bert_dsl::ide::{self, Symbol, SymbolKind as Kind};
use lsp_types::{DocumentSymbol, DocumentSymbolParams, SymbolKind};

use super::documents::{Document, Documents};
use super::fault::Fault;

pub fn answer(documents: &Documents, params: DocumentSymbolParams) -> Result<Vec<DocumentSymbol>, Fault> {
    let document = documents.get(&params.text_document.uri)?;
    Ok(ide::symbols(document.analysis()).iter().map(|symbol| shown(document, symbol)).collect())
}

// The protocol's type has a field that it calls deprecated, and no constructor.
#[allow(deprecated)]
fn shown(document: &Document, symbol: &Symbol) -> DocumentSymbol {
    DocumentSymbol {
        name: symbol.name.clone(),
        detail: Some(symbol.detail.clone()).filter(|detail| !detail.is_empty()),
        kind: kind(symbol.kind),
        tags: None,
        deprecated: None,
        range: document.range(symbol.span),
        selection_range: document.range(symbol.name_span),
        children: Some(symbol.children.iter().map(|child| shown(document, child)).collect()),
    }
}

fn kind(kind: Kind) -> SymbolKind {
    match kind {
        Kind::Head => SymbolKind::CLASS,
        Kind::Labels => SymbolKind::ENUM,
        Kind::Given => SymbolKind::FIELD,
        Kind::Source => SymbolKind::INTERFACE,
        Kind::Layer => SymbolKind::FUNCTION,
        Kind::Scope => SymbolKind::NAMESPACE,
        Kind::Value => SymbolKind::VARIABLE,
        Kind::Output => SymbolKind::PROPERTY,
        Kind::Outcome => SymbolKind::EVENT,
    }
}
