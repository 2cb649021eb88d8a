//! A box with its lines of text.

use super::text::{BOUND, Font};

/// What a box stands for, by which it is coloured.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    Encoder,
    Source,
    Given,
    /// A layer that learns.
    Learned,
    /// A layer without parameters.
    Plain,
    Output,
    Loss,
    Decode,
}

/// What a line says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    /// What is called.
    Call,
    /// Under which name.
    Name,
    /// What it gives.
    Axes,
}

/// A box with its text.
#[derive(Debug, Clone)]
pub(super) struct Card {
    pub kind: Kind,
    /// The path of the layer that it is.
    pub path: Option<String>,
    /// What is said of it when it is pointed at.
    pub hint: String,
    /// Whether it is there in training alone.
    pub training: bool,
    pub lines: Vec<(Role, String)>,
}

/// The widest line of a box.
const WIDEST: f64 = 300.0;
const SIDE: f64 = 12.0;
const EDGE: f64 = 8.0;

impl Kind {
    /// The name of the class of its boxes.
    pub fn class(self) -> &'static str {
        self.look().0
    }

    /// The fill of its boxes.
    pub fn fill(self) -> &'static str {
        self.look().1
    }

    /// The colour of its border.
    pub fn stroke(self) -> &'static str {
        self.look().2
    }

    fn look(self) -> (&'static str, &'static str, &'static str) {
        match self {
            Self::Encoder => ("encoder", "#26344d", "#26344d"),
            Self::Source => ("source", "#e3eefc", "#4a7fc1"),
            Self::Given => ("given", "#e2f4e9", "#3d9a69"),
            Self::Learned => ("layer", "#fff1d8", "#cf8a22"),
            Self::Plain => ("layer", "#f4f6f8", "#98a3b1"),
            Self::Output => ("output", "#ede7fb", "#7758bd"),
            Self::Loss => ("loss", "#fde6e9", "#c4566a"),
            Self::Decode => ("decode", "#ddf3f3", "#2f8f94"),
        }
    }
}

impl Role {
    /// How it is set, in a box of this kind.
    pub fn font(self, kind: Kind) -> Font {
        let dark = kind == Kind::Encoder;
        let colour = |light, on_dark| if dark { on_dark } else { light };
        match self {
            Self::Call => Font { size: 13.0, bold: true, mono: false, colour: colour("#1b2433", "#ffffff") },
            Self::Name => Font { size: 11.0, bold: false, mono: false, colour: colour("#566275", "#c9d4e6") },
            Self::Axes => Font { size: 11.0, bold: false, mono: true, colour: colour("#23508c", "#c9d4e6") },
        }
    }
}

impl Card {
    /// A box without text.
    pub fn new(kind: Kind, hint: impl Into<String>) -> Self {
        Self { kind, path: None, hint: hint.into(), training: false, lines: Vec::new() }
    }

    /// The same with one more text, in as many lines as it takes.
    #[must_use]
    pub fn with(self, role: Role, text: &str) -> Self {
        self.within(role, text, WIDEST)
    }

    /// The same with one more text, in lines no wider than this.
    #[must_use]
    pub fn within(mut self, role: Role, text: &str, width: f64) -> Self {
        let lines = role.font(self.kind).wrapped(text, width);
        self.lines.extend(lines.into_iter().filter(|line| !line.is_empty()).map(|line| (role, line.replace(BOUND, " "))));
        self
    }

    /// Its width, which has a middle among whole numbers, and its height.
    pub fn size(&self) -> (f64, f64) {
        let widths = self.lines.iter().map(|(role, line)| role.font(self.kind).width(line));
        let heights = self.lines.iter().map(|(role, _)| role.font(self.kind).line());
        (even(widths.fold(44.0, f64::max) + 2.0 * SIDE), heights.sum::<f64>() + 2.0 * EDGE)
    }

    /// Where each line's middle stands below the top.
    pub fn middles(&self) -> Vec<f64> {
        let mut below = EDGE;
        let middle = |(role, _): &(Role, String)| {
            let line = role.font(self.kind).line();
            below += line;
            below - line / 2.0
        };
        self.lines.iter().map(middle).collect()
    }
}

/// The next even number.
pub(super) fn even(width: f64) -> f64 {
    (width / 2.0).ceil() * 2.0
}
