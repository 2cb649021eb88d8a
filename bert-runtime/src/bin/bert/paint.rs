//! Colours.

/// What makes a text look so, for terminals.
#[derive(Debug, Clone, Copy)]
pub struct Style(&'static str);

pub const BOLD: Style = Style("\x1b[1m");
pub const RED: Style = Style("\x1b[1;31m");
pub const GREEN: Style = Style("\x1b[1;32m");
pub const YELLOW: Style = Style("\x1b[1;33m");
pub const CYAN: Style = Style("\x1b[1;36m");

/// Texts with colours, or without.
#[derive(Debug, Clone, Copy)]
pub struct Paint {
    pub colours: bool,
}

impl Paint {
    pub fn new(colours: bool) -> Self {
        Self { colours }
    }

    /// A text that looks so, where there are colours.
    pub fn with(self, Style(style): Style, text: &str) -> String {
        if self.colours { format!("{style}{text}\x1b[0m") } else { text.to_owned() }
    }
}
