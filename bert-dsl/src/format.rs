//! The canonical form of a source, comments kept.

mod comments;
mod printer;

use crate::diagnostic::Diagnostics;
use crate::source::Source;
use crate::syntax::ast::Head;
use printer::Printer;

/// The widest line that is not broken.
const WIDTH: usize = 100;

/// A source in its canonical form: formatting it again changes nothing, and it means the same.
///
/// ```
/// use bert_dsl::{format, Source};
///
/// let source = Source::new("two.head", "input pooled; linear 768->2 // two classes");
/// assert_eq!(format(&source)?, "input pooled;\nlinear 768 -> 2; // two classes\n");
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
///
/// # Errors
/// What is wrong with the form of the source; whether it makes sense does not matter here.
pub fn format(source: &Source) -> Result<String, Diagnostics> {
    let (file, diagnostics) = crate::syntax::tree(source);
    if !diagnostics.is_empty() {
        return Err(diagnostics.sorted());
    }
    let mut printer = Printer::new(source);
    printer.file(&file);
    Ok(printer.finish())
}

/// One head in its canonical form, without comments.
pub(crate) fn head(head: &Head, source: &Source) -> String {
    let mut printer = Printer::without_comments(source);
    match head.name.span == head.body.first().map_or(head.name.span, |first| first.span) {
        true => printer.named_body(&head.name, &head.body),
        false => printer.head(head),
    }
    printer.finish()
}
