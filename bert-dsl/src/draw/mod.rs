//! A head as a picture.
//!
//! ```text
//! checked head -> graphs of boxes and frames -> layers -> places -> SVG
//!                 build.rs, graph.rs            layered.rs  place.rs, layout.rs  svg.rs
//! ```
//!
//! A block, a scope and a named value are frames with a graph of their own inside; each graph is laid out in layers, each box above those that it
//! reads. Edges run between the layers, or in a column of their own through one, so that none passes through a box.

mod build;
mod card;
mod graph;
mod layered;
mod layout;
mod place;
mod svg;
mod text;

use build::Drawing;
use card::{Card, Kind, Role};
use layout::{Edge, GAP, Picture, Rect, layout};
use svg::Svg;
use text::Font;

use crate::explain;
use crate::ir::CheckedHead;

/// Around the picture.
const MARGIN: f64 = 24.0;
/// From the head's name to what is below it.
const NAME: f64 = 40.0;
/// The least width, for the encoder's sentences.
const LEAST: f64 = 330.0;

/// A head as an SVG picture: what the encoder gives below, then each layer with its axes, and outputs, losses and decodes on top. Boxes in dashes are
/// there in training alone, and those in amber learn.
///
/// It has colours and a background of its own, for light pages and dark ones; stands on its own in a file and within HTML; and is the same
/// each time it is made.
///
/// ```
/// use bert_dsl::{check, draw, Bare, Source};
///
/// let source = Source::new("two.head", "input pooled; classifier: linear hidden -> 2;");
/// let head = &check(&source, Bare::Named("Two")).heads()?[0];
/// let picture = draw::svg(head);
/// assert!(picture.starts_with("<svg ") && picture.contains("linear hidden \u{2192} 2"));
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
pub fn svg(head: &CheckedHead) -> String {
    let drawing = Drawing::of(head);
    let picture = layout(&drawing.graphs, &drawing.outputs);
    let name = Font { size: 17.0, bold: true, mono: false, colour: "#1b2433" };
    let inner = picture.width.max(LEAST).max(name.width(&head.name));
    let encoder = encoder(head, inner);
    let (left, bar) = (MARGIN + ((inner - picture.width) / 2.0).round(), MARGIN + NAME + picture.height + GAP);
    let mut svg = Svg::new(inner + 2.0 * MARGIN, bar + encoder.size().1 + MARGIN, &head.name, &head.docs.join("\n"));
    svg.line(name, MARGIN, MARGIN + 6.0, &head.name, " text-anchor=\"start\"");
    let picture = picture.at(left, MARGIN + NAME);
    picture.frames.iter().for_each(|frame| svg.frame(frame));
    picture.edges.iter().chain(&from_encoder(&picture, bar)).for_each(|edge| svg.edge(edge));
    svg.card(Rect { x: MARGIN, y: bar, width: inner, height: encoder.size().1 }, &encoder);
    picture.cards.iter().for_each(|(rect, card)| svg.card(*rect, card));
    svg.done()
}

/// The picture as lines of documentation, one block of HTML no wider than the page.
///
/// ```
/// use bert_dsl::{check, draw, Bare, Source};
///
/// let head = &check(&Source::new("two.head", "input pooled; linear hidden -> 2;"), Bare::Named("Two")).heads()?[0];
/// let lines = draw::rustdoc(head);
/// assert!(lines[0].is_empty() && lines[1].starts_with(" <svg style="));
/// # Ok::<(), bert_dsl::Diagnostics>(())
/// ```
pub fn rustdoc(head: &CheckedHead) -> Vec<String> {
    let picture = svg(head).replacen("<svg ", "<svg style=\"max-width: 100%; height: auto\" ", 1);
    std::iter::once(String::new()).chain(picture.lines().map(|line| format!(" {line}"))).collect()
}

/// The encoder's own box, as wide as the picture.
fn encoder(head: &CheckedHead, width: f64) -> Card {
    let card = Card::new(Kind::Encoder, "the encoder computes what the head reads, and no more").with(Role::Call, "encoder");
    explain::encoder_work(head).iter().fold(card, |card, sentence| card.within(Role::Name, &sentence.replace('`', ""), width - MARGIN))
}

/// The lines from the encoder to what it gives.
fn from_encoder(picture: &Picture<'_>, top: f64) -> Vec<Edge> {
    let sources = picture.cards.iter().filter(|(_, card)| card.kind == Kind::Source);
    let middle = |rect: &Rect| rect.x + rect.width / 2.0;
    sources.map(|(rect, _)| Edge { points: vec![(middle(rect), top), (middle(rect), rect.y + rect.height)], arrow: true }).collect()
}
