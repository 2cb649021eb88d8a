//! Between bytes of a text and an editor's lines and characters.

use lsp_types::{Position, PositionEncodingKind, Range};

/// What an editor counts in a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Encoding {
    /// Bytes of UTF-8.
    Utf8,
    /// Units of UTF-16, which every editor knows.
    #[default]
    Utf16,
    /// Characters.
    Utf32,
}

impl Encoding {
    /// The first of those that an editor offers.
    pub fn of(offered: &[PositionEncodingKind]) -> Self {
        let known = |kind: &PositionEncodingKind| [Self::Utf8, Self::Utf16, Self::Utf32].into_iter().find(|own| own.kind() == *kind);
        offered.iter().find_map(known).unwrap_or_default()
    }

    /// How the protocol calls it.
    pub fn kind(self) -> PositionEncodingKind {
        match self {
            Self::Utf8 => PositionEncodingKind::UTF8,
            Self::Utf16 => PositionEncodingKind::UTF16,
            Self::Utf32 => PositionEncodingKind::UTF32,
        }
    }

    fn width(self, letter: char) -> u32 {
        match self {
            Self::Utf8 => letter.len_utf8() as u32,
            Self::Utf16 => letter.len_utf16() as u32,
            Self::Utf32 => 1,
        }
    }
}

/// The lines of a text, which end at `\n`, `\r\n` or a lone `\r`.
#[derive(Debug)]
pub struct Lines {
    encoding: Encoding,
    starts: Vec<usize>,
    /// Behind each character that is not counted as so many bytes as it has: where that is, and how many bytes were not counted by then.
    wide: Vec<(usize, u32)>,
}

impl Lines {
    pub fn of(text: &str, encoding: Encoding) -> Self {
        let bytes = text.as_bytes();
        let ends = |at: &usize| bytes[*at] == b'\n' || bytes[*at] == b'\r' && bytes.get(at + 1) != Some(&b'\n');
        let starts = std::iter::once(0).chain((0..bytes.len()).filter(ends).map(|at| at + 1)).collect();
        let mut lost = 0;
        let wide = text.char_indices().filter(|(_, letter)| !letter.is_ascii()).map(|(at, letter)| {
            lost += letter.len_utf8() as u32 - encoding.width(letter);
            (at + letter.len_utf8(), lost)
        });
        Self { encoding, starts, wide: wide.collect() }
    }

    /// The line and character of a byte.
    pub fn position(&self, offset: usize) -> Position {
        let line = self.starts.partition_point(|start| *start <= offset).max(1) - 1;
        let start = self.starts[line];
        let counted = (offset - start) as u32 - (self.lost(offset) - self.lost(start));
        Position { line: line as u32, character: counted }
    }

    /// How many bytes in front of one are not counted.
    fn lost(&self, offset: usize) -> u32 {
        let before = self.wide.partition_point(|(end, _)| *end <= offset);
        before.checked_sub(1).map_or(0, |last| self.wide[last].1)
    }

    /// The lines and characters of a range of bytes.
    pub fn range(&self, bytes: std::ops::Range<usize>) -> Range {
        Range { start: self.position(bytes.start), end: self.position(bytes.end) }
    }

    /// The byte of a line and character; the end of the line or text where there is none such.
    pub fn offset(&self, text: &str, position: Position) -> usize {
        let Some(&start) = self.starts.get(position.line as usize) else { return text.len() };
        let end = self.starts.get(position.line as usize + 1).copied().unwrap_or(text.len());
        let line = text[start..end].trim_end_matches(['\n', '\r']);
        let mut counted = 0;
        let reaches = |(_, letter): &(usize, char)| {
            counted += self.encoding.width(*letter);
            counted > position.character
        };
        start + line.char_indices().find(reaches).map_or(line.len(), |(at, _)| at)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `ß` has 2 bytes and 1 unit, `映` 3 and 1, `🤗` 4 and 2.
    const TEXT: &str = "aß映\r\n🤗b\rc\n";

    fn at(line: u32, character: u32) -> Position {
        Position { line, character }
    }

    #[test]
    fn characters_are_counted_as_the_editor_does() {
        let places = |encoding| {
            let lines = Lines::of(TEXT, encoding);
            TEXT.char_indices().map(|(at, _)| lines.position(at)).map(|found| (found.line, found.character)).collect::<Vec<_>>()
        };
        assert_eq!(places(Encoding::Utf8), [(0, 0), (0, 1), (0, 3), (0, 6), (0, 7), (1, 0), (1, 4), (1, 5), (2, 0), (2, 1)]);
        assert_eq!(places(Encoding::Utf16), [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 2), (1, 3), (2, 0), (2, 1)]);
        assert_eq!(places(Encoding::Utf32), [(0, 0), (0, 1), (0, 2), (0, 3), (0, 4), (1, 0), (1, 1), (1, 2), (2, 0), (2, 1)]);
    }

    #[test]
    fn a_position_leads_back_to_its_byte() {
        for encoding in [Encoding::Utf8, Encoding::Utf16, Encoding::Utf32] {
            let lines = Lines::of(TEXT, encoding);
            for (byte, _) in TEXT.char_indices().filter(|(_, letter)| !letter.is_control()) {
                assert_eq!(lines.offset(TEXT, lines.position(byte)), byte, "{encoding:?}");
            }
            assert_eq!(lines.position(TEXT.len()), at(3, 0));
        }
    }

    #[test]
    fn places_that_are_not_there_are_the_nearest_in_front() {
        let lines = Lines::of(TEXT, Encoding::Utf16);
        assert_eq!(lines.offset(TEXT, at(0, 99)), "aß映".len());
        assert_eq!(lines.offset(TEXT, at(9, 0)), TEXT.len());
        assert_eq!(lines.offset(TEXT, at(1, 1)), "aß映\r\n".len());
        assert_eq!(Lines::of("", Encoding::Utf16).offset("", at(0, 3)), 0);
    }

    #[test]
    fn the_first_encoding_that_is_offered_is_taken() {
        assert_eq!(Encoding::of(&[]), Encoding::Utf16);
        assert_eq!(Encoding::of(&[PositionEncodingKind::new("utf-7"), PositionEncodingKind::UTF8]), Encoding::Utf8);
        assert_eq!(Encoding::of(&[PositionEncodingKind::UTF16, PositionEncodingKind::UTF8]), Encoding::Utf16);
    }
}
