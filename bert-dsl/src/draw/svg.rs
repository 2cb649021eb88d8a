//! A picture as SVG, with nothing in it that depends on the page around it: no style sheet, no script, no name, no blank line.

use std::fmt::Write as _;

use super::card::Card;
use super::layout::{Edge, Framed, Rect, TITLE, title_font};
use super::text::Font;

const SANS: &str = "system-ui, -apple-system, 'Segoe UI', Roboto, 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
const MONO: &str = "ui-monospace, SFMono-Regular, Menlo, Consolas, 'DejaVu Sans Mono', monospace";
const INK: &str = "#6b7788";

/// Text that becomes SVG.
pub(super) struct Svg(String);

impl Svg {
    /// An empty picture of this size, with a background of its own.
    pub fn new(width: f64, height: f64, title: &str, told: &str) -> Self {
        let mut text = format!(
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"{width}\" height=\"{height}\" viewBox=\"0 0 {width} {height}\" \
             role=\"img\" font-family=\"{SANS}\" text-anchor=\"middle\">\n"
        );
        let _ = writeln!(text, "<title>{}</title>\n<desc>{}</desc>", escaped(title), escaped(told));
        let _ = writeln!(
            text,
            "<rect x=\"0.5\" y=\"0.5\" width=\"{}\" height=\"{}\" rx=\"12\" fill=\"#ffffff\" stroke=\"#d3dae3\"/>",
            width - 1.0,
            height - 1.0
        );
        Self(text)
    }

    /// The whole text.
    pub fn done(mut self) -> String {
        self.0 += "</svg>\n";
        self.0
    }

    /// A frame with its title.
    pub fn frame(&mut self, frame: &Framed<'_>) {
        let rect = frame.rect;
        let _ = writeln!(self.0, "<g class=\"frame\"><title>{}</title>", escaped(frame.hint));
        self.rect(rect, 10.0, "fill=\"#1b2433\" fill-opacity=\"0.04\" stroke=\"#b9c3d0\"");
        let font = title_font();
        self.line(font, frame.left, rect.y + TITLE / 2.0 + 2.0, frame.title, " text-anchor=\"start\"");
        self.0 += "</g>\n";
    }

    /// A box with its lines.
    pub fn card(&mut self, rect: Rect, card: &Card) {
        let path = card.path.as_ref().map_or_else(String::new, |path| format!(" data-path=\"{}\"", escaped(path)));
        let _ = writeln!(self.0, "<g class=\"{}\"{path}><title>{}</title>", card.kind.class(), escaped(&card.hint));
        let dashes = if card.training { " stroke-dasharray=\"5 3\"" } else { "" };
        self.rect(rect, 7.0, &format!("fill=\"{}\" stroke=\"{}\" stroke-width=\"1.3\"{dashes}", card.kind.fill(), card.kind.stroke()));
        for ((role, line), middle) in card.lines.iter().zip(card.middles()) {
            self.line(role.font(card.kind), rect.x + rect.width / 2.0, rect.y + middle, line, "");
        }
        self.0 += "</g>\n";
    }

    /// A line of text in a font, whose middle is at this height.
    pub fn line(&mut self, font: Font, x: f64, middle: f64, text: &str, more: &str) {
        let bold = if font.bold { " font-weight=\"bold\"" } else { "" };
        let mono = if font.mono { format!(" font-family=\"{MONO}\"") } else { String::new() };
        let (size, colour, y) = (font.size, font.colour, middle + font.size * 0.36);
        let _ = writeln!(
            self.0,
            "<text x=\"{x}\" y=\"{y:.1}\" font-size=\"{size}\" fill=\"{colour}\"{bold}{mono}{more}>{}</text>",
            escaped(text)
        );
    }

    /// An edge, with an arrow where it ends at a box.
    pub fn edge(&mut self, edge: &Edge) {
        let Some((x, y)) = edge.points.first() else { return };
        let mut path = format!("M{x} {y}");
        for ends in edge.points.windows(2) {
            let [(x, y), (to_x, to_y)] = [ends[0], ends[1]];
            let half = (y + to_y) / 2.0;
            let _ = match ((x - to_x).abs() < 0.01, y == to_y) {
                (true, true) => Ok(()),
                (true, false) => write!(path, "V{to_y}"),
                (false, _) => write!(path, "C{x} {half} {to_x} {half} {to_x} {to_y}"),
            };
        }
        let _ = writeln!(self.0, "<path class=\"edge\" d=\"{path}\" fill=\"none\" stroke=\"{INK}\" stroke-width=\"1.4\"/>");
        if let Some((x, y)) = edge.points.last().filter(|_| edge.arrow) {
            let _ = writeln!(self.0, "<path d=\"M{x} {y}l-4.5 9h9z\" fill=\"{INK}\"/>");
        }
    }

    fn rect(&mut self, rect: Rect, radius: f64, look: &str) {
        let Rect { x, y, width, height } = rect;
        let _ = writeln!(self.0, "<rect x=\"{x}\" y=\"{y}\" width=\"{width}\" height=\"{height}\" rx=\"{radius}\" {look}/>");
    }
}

/// A text between tags or quotes. A character that XML has no place for becomes one that says so.
fn escaped(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for letter in text.trim().chars() {
        match letter {
            '&' => escaped += "&amp;",
            '<' => escaped += "&lt;",
            '>' => escaped += "&gt;",
            '"' => escaped += "&quot;",
            '\n' => escaped += "&#10;",
            '\t' => escaped.push(' '),
            control if control.is_control() || matches!(control, '\u{fffe}' | '\u{ffff}') => escaped.push('\u{fffd}'),
            letter => escaped.push(letter),
        }
    }
    escaped
}
