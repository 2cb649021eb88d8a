//! How wide a text is, whatever font shows it: no less than in DejaVu, which is wider than the fonts that browsers choose.

use std::fmt::Write as _;

/// A way to set a line of text.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) struct Font {
    pub size: f64,
    pub bold: bool,
    pub mono: bool,
    pub colour: &'static str,
}

/// A space at which no line is broken.
pub(super) const BOUND: char = '\u{a0}';

/// How far a line is from the next, in its size.
const LEADING: f64 = 1.4;

/// The widths of characters in a font without serifs, plain and bold, in the font's size.
const SANS: &[(&str, f64, f64)] =
    &[("ijlI.,:;'|J", 0.34, 0.41), ("frt()[]-/ \"!`", 0.46, 0.53), ("mMwW@%", 1.0, 1.11), ("=+<>#~&", 0.84, 0.88)];

impl Font {
    /// The width of a text.
    pub fn width(self, text: &str) -> f64 {
        text.chars().map(|letter| self.letter(letter)).sum::<f64>() * self.size
    }

    /// From one line to the next.
    pub fn line(self) -> f64 {
        (self.size * LEADING).round()
    }

    fn letter(self, letter: char) -> f64 {
        if !letter.is_ascii() && letter != BOUND {
            return 1.1;
        }
        if self.mono {
            return 0.615;
        }
        let (plain, bold) = match SANS.iter().find(|(letters, ..)| letters.contains(letter)) {
            Some((_, plain, bold)) => (*plain, *bold),
            None if letter.is_ascii_uppercase() => (0.79, 0.86),
            None => (0.64, 0.72),
        };
        if self.bold { bold } else { plain }
    }

    /// The text in lines no wider than this, about equally long. They are broken at spaces; a word that is wider itself is broken where it must be.
    pub fn wrapped(self, text: &str, width: f64) -> Vec<String> {
        let mut lines = self.filled(text, width);
        let longest = text.split(' ').map(|word| self.width(word)).fold(0.0, f64::max);
        let mut narrower = width - self.size;
        while narrower > longest {
            let others = self.filled(text, narrower);
            if others.len() > lines.len() {
                break;
            }
            lines = others;
            narrower -= self.size;
        }
        lines
    }

    fn filled(self, text: &str, width: f64) -> Vec<String> {
        let mut lines = vec![String::new()];
        for word in text.split(' ').filter(|word| !word.is_empty()).flat_map(|word| self.pieces(word, width)) {
            match lines.last_mut() {
                Some(line) if line.is_empty() => line.push_str(&word),
                Some(line) if self.width(line) + self.width(" ") + self.width(&word) <= width => {
                    let _ = write!(line, " {word}");
                }
                _ => lines.push(word),
            }
        }
        lines
    }

    fn pieces(self, word: &str, width: f64) -> Vec<String> {
        let (mut pieces, mut reached) = (vec![String::new()], 0.0);
        for letter in word.chars() {
            let wide = self.letter(letter) * self.size;
            if reached + wide > width {
                pieces.push(String::new());
                reached = 0.0;
            }
            reached += wide;
            pieces.last_mut().into_iter().for_each(|piece| piece.push(letter));
        }
        pieces
    }
}
