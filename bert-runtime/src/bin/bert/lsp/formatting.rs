//! The canonical form, as `bert fmt` writes it.

use bert_dsl::{Span, format};
use lsp_types::{DocumentFormattingParams, TextEdit};

use super::documents::Documents;
use super::fault::Fault;

/// The one edit that makes the canonical form, if it is another. A file that is not written as heads are has none: its errors say why.
pub fn answer(documents: &Documents, params: DocumentFormattingParams) -> Result<Option<Vec<TextEdit>>, Fault> {
    let document = documents.get(&params.text_document.uri)?;
    let (old, new) = (document.source().text(), format(document.source()));
    Ok(new.ok().map(|new| {
        let changed = changed(old, &new);
        changed.map(|(span, text)| TextEdit { range: document.range(span), new_text: text.to_owned() }).into_iter().collect()
    }))
}

/// The lines in which two texts differ: where they are in the old one, and what they are in the new one.
fn changed<'t>(old: &str, new: &'t str) -> Option<(Span, &'t str)> {
    if old == new {
        return None;
    }
    let start = common(old.split_inclusive('\n'), new.split_inclusive('\n'));
    let (old_rest, new_rest) = (&old[start..], &new[start..]);
    let end = common(old_rest.split_inclusive('\n').rev(), new_rest.split_inclusive('\n').rev());
    Some((Span::new(start, old.len() - end), &new_rest[..new_rest.len() - end]))
}

/// How many bytes the lines have in which two texts agree, up to the first in which they do not.
fn common<'a, 'b>(old: impl Iterator<Item = &'a str>, new: impl Iterator<Item = &'b str>) -> usize {
    old.zip(new).take_while(|(old, new)| old == new).map(|(line, _)| line.len()).sum()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_lines_between_those_that_agree_are_changed() {
        assert_eq!(changed("a\nb\nc\n", "a\nB\nc\n"), Some((Span::new(2, 4), "B\n")));
        assert_eq!(changed("a\nc\n", "a\nb\nc\n"), Some((Span::new(2, 2), "b\n")));
        assert_eq!(changed("a\nb\n", "a\n"), Some((Span::new(2, 4), "")));
        assert_eq!(changed("a\na\n", "a\na\na\n"), Some((Span::new(4, 4), "a\n")));
        assert_eq!(changed("a", "a\n"), Some((Span::new(0, 1), "a\n")));
        assert_eq!(changed("a\n", "a\n"), None);
    }
}
