//! What can be read off a picture by a parser of XML and a font.

use roxmltree::{Document, Node};
use ttf_parser::Face;

/// A rectangle.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct Rect {
    pub left: f64,
    pub top: f64,
    pub right: f64,
    pub bottom: f64,
}

/// A box or a frame.
#[derive(Debug)]
pub struct Group {
    pub class: String,
    pub path: Option<String>,
    pub rect: Rect,
    /// Its lines, each with the room that it takes in DejaVu.
    pub texts: Vec<(String, Rect)>,
}

/// A picture.
pub struct Svg {
    pub page: Rect,
    pub groups: Vec<Group>,
    /// Points along each edge.
    pub edges: Vec<Vec<(f64, f64)>>,
}

impl Rect {
    /// This rectangle with so much less on each side.
    pub fn shrunk(self, by: f64) -> Self {
        Self { left: self.left + by, top: self.top + by, right: self.right - by, bottom: self.bottom - by }
    }

    pub fn holds(self, other: Self) -> bool {
        self.left <= other.left && self.top <= other.top && self.right >= other.right && self.bottom >= other.bottom
    }

    pub fn has(self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && (self.top..=self.bottom).contains(&y)
    }

    pub fn meets(self, other: Self) -> bool {
        self.left < other.right && other.left < self.right && self.top < other.bottom && other.top < self.bottom
    }

    /// Whether a point is on its upper or lower side.
    pub fn has_on_side(self, (x, y): (f64, f64)) -> bool {
        (self.left..=self.right).contains(&x) && [self.top, self.bottom].iter().any(|side| (side - y).abs() < 0.01)
    }
}

fn number(node: Node<'_, '_>, name: &str) -> f64 {
    node.attribute(name).unwrap_or_else(|| panic!("no {name}")).parse().unwrap()
}

/// The faces of DejaVu, plain, bold and of one width.
struct Faces([Face<'static>; 3]);

impl Faces {
    fn new() -> Self {
        let faces = [dejavu::sans::regular(), dejavu::sans::bold(), dejavu::sans_mono::regular()];
        Self(faces.map(|bytes| Face::parse(bytes, 0).unwrap()))
    }

    /// How wide a line is at size 1; a letter that the face lacks counts as a whole square.
    fn width(&self, text: &str, bold: bool, mono: bool) -> f64 {
        let face = &self.0[if mono { 2 } else { usize::from(bold) }];
        let advance = |letter| face.glyph_index(letter).and_then(|glyph| face.glyph_hor_advance(glyph));
        text.chars().map(|letter| advance(letter).map_or(1.0, |wide| f64::from(wide) / f64::from(face.units_per_em()))).sum()
    }
}

/// Reads a picture.
pub fn read(text: &str) -> Svg {
    let document = Document::parse(text).unwrap_or_else(|error| panic!("{error}: {text}"));
    let (root, faces) = (document.root_element(), Faces::new());
    let page = Rect { left: 0.0, top: 0.0, right: number(root, "width"), bottom: number(root, "height") };
    let groups = root.children().filter(|node| node.has_tag_name("g")).map(|node| group(node, &faces)).collect();
    let edges = root.children().filter(|node| node.attribute("class") == Some("edge"));
    Svg { page, groups, edges: edges.map(|edge| points(edge.attribute("d").unwrap())).collect() }
}

fn group(node: Node<'_, '_>, faces: &Faces) -> Group {
    let rect = node.children().find(|child| child.has_tag_name("rect")).unwrap();
    let (left, top) = (number(rect, "x"), number(rect, "y"));
    Group {
        class: node.attribute("class").unwrap().to_owned(),
        path: node.attribute("data-path").map(str::to_owned),
        rect: Rect { left, top, right: left + number(rect, "width"), bottom: top + number(rect, "height") },
        texts: node.children().filter(|child| child.has_tag_name("text")).map(|text| line(text, faces)).collect(),
    }
}

fn line(node: Node<'_, '_>, faces: &Faces) -> (String, Rect) {
    let (text, size, x, y) = (node.text().unwrap(), number(node, "font-size"), number(node, "x"), number(node, "y"));
    let mono = node.attribute("font-family").is_some_and(|family| family.contains("monospace"));
    let wide = size * faces.width(text, node.attribute("font-weight") == Some("bold"), mono);
    let left = if node.attribute("text-anchor") == Some("start") { x } else { x - wide / 2.0 };
    (text.to_owned(), Rect { left, top: y - 0.76 * size, right: left + wide, bottom: y + 0.24 * size })
}

/// Points along a path of `M`, `V` and `C`.
fn points(path: &str) -> Vec<(f64, f64)> {
    let mut found: Vec<(f64, f64)> = Vec::new();
    for command in commands(path) {
        let numbers: Vec<f64> = command[1..].split(' ').map(|number| number.parse().unwrap()).collect();
        match (&command[..1], numbers.as_slice()) {
            ("M", [x, y]) => found.push((*x, *y)),
            ("V", [y]) => {
                let (x, from) = *found.last().unwrap();
                found.extend((1..=40).map(|step| (x, from + (y - from) * f64::from(step) / 40.0)));
            }
            ("C", [a, b, c, d, e, f]) => {
                let start = *found.last().unwrap();
                found.extend((1..=40).map(|step| curve([start, (*a, *b), (*c, *d), (*e, *f)], f64::from(step) / 40.0)));
            }
            other => panic!("{other:?}"),
        }
    }
    found
}

fn curve(corners: [(f64, f64); 4], t: f64) -> (f64, f64) {
    let weights = [(1.0 - t).powi(3), 3.0 * t * (1.0 - t).powi(2), 3.0 * t * t * (1.0 - t), t.powi(3)];
    corners.iter().zip(weights).fold((0.0, 0.0), |(x, y), (corner, weight)| (x + corner.0 * weight, y + corner.1 * weight))
}

/// The commands of a path, each with its numbers.
fn commands(path: &str) -> Vec<&str> {
    let starts: Vec<usize> = path.match_indices(char::is_uppercase).map(|(index, _)| index).chain([path.len()]).collect();
    starts.windows(2).map(|ends| &path[ends[0]..ends[1]]).collect()
}
