//! Whether a record goes on in the next line, because a quoted field is open.

/// Where in a record of fields the reading is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum At {
    FieldStart,
    Plain,
    Quoted,
    /// Behind a quote within quotes: the end, or the first of two.
    Quote,
}

/// The quotes of a record, line by line.
#[derive(Debug, Clone)]
pub(in crate::data) struct Quotes {
    delimiter: char,
    at: At,
}

impl Quotes {
    pub(in crate::data) fn new(delimiter: char) -> Self {
        Self { delimiter, at: At::FieldStart }
    }

    /// Whether a field is still open when this line, the next of the record, ends. Bytes that are no text are told elsewhere.
    pub(super) fn are_open_after(&mut self, line: &[u8]) -> bool {
        for letter in String::from_utf8_lossy(line).trim_start_matches('\u{feff}').chars() {
            self.at = match (self.at, letter) {
                (At::FieldStart, '"') | (At::Quote, '"') => At::Quoted,
                (At::Quoted, '"') => At::Quote,
                (At::Quoted, _) => At::Quoted,
                (_, letter) if letter == self.delimiter || letter == '\n' => At::FieldStart,
                (At::FieldStart | At::Plain | At::Quote, _) => At::Plain,
            };
        }
        self.at == At::Quoted
    }
}
