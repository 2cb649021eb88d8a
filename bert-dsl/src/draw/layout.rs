//! Places for everything: each frame's inside first, then the graph around it.

use super::card::{Card, Role, even};
use super::graph::{Graph, Graphs, Level, Node};
use super::layered::{Item, Layered};
use super::place::{Columns, Shape};

/// A rectangle, from its upper left corner.
#[derive(Debug, Clone, Copy)]
pub(super) struct Rect {
    pub x: f64,
    pub y: f64,
    pub width: f64,
    pub height: f64,
}

/// A picture in its places.
#[derive(Debug, Default)]
pub(super) struct Picture<'g> {
    pub width: f64,
    pub height: f64,
    pub frames: Vec<Framed<'g>>,
    pub cards: Vec<(Rect, &'g Card)>,
    pub edges: Vec<Edge>,
}

/// A frame in its place.
#[derive(Debug)]
pub(super) struct Framed<'g> {
    pub rect: Rect,
    pub title: &'g str,
    pub hint: &'g str,
    /// The left of its title.
    pub left: f64,
}

/// A line through these points: straight where two have one x, a curve otherwise.
#[derive(Debug)]
pub(super) struct Edge {
    pub points: Vec<(f64, f64)>,
    /// Whether it ends at a box, with an arrow.
    pub arrow: bool,
}

/// Between two layers.
pub(super) const GAP: f64 = 36.0;
/// Between the first or last layer inside of a frame and its border.
const INSIDE: f64 = 22.0;
/// The room at a frame's sides.
const SIDE: f64 = 16.0;
/// The room for a frame's title, on top.
pub(super) const TITLE: f64 = 22.0;
/// How wide a place is that an edge passes through.
const PASSAGE: f64 = 10.0;

/// A level in places of its own, from its upper left corner.
struct Placed<'g> {
    picture: Picture<'g>,
    entries: Vec<f64>,
    exits: Vec<f64>,
}

/// The whole picture; `outputs` stand in one row.
pub(super) fn layout<'g>(graphs: &'g Graphs, outputs: &[usize]) -> Picture<'g> {
    placed(graphs, 0, Layered::of(graphs.level(0), outputs, &[])).picture
}

fn placed<'g>(graphs: &'g Graphs, level: Level, layered: Layered) -> Placed<'g> {
    let graph = graphs.level(level);
    let insides: Vec<Option<Placed<'g>>> = graph
        .nodes
        .iter()
        .enumerate()
        .map(|(number, node)| match node {
            Node::Frame { title, inside, .. } => {
                let inner = Layered::of(graphs.level(*inside), &[], &layered.arrivals(number));
                Some(framed(placed(graphs, *inside, inner), title))
            }
            Node::Card(_) | Node::Entry | Node::Exit => None,
        })
        .collect();
    let shapes: Vec<Shape> = layered.items.iter().map(|item| shape(graphs, level, *item, &insides)).collect();
    let columns = Columns::of(&layered, &shapes);
    let rows = Rows::of(graph, &layered, &shapes);
    let mut picture = Picture {
        width: columns.lefts.iter().zip(&shapes).map(|(left, shape)| left + shape.width).fold(0.0, f64::max),
        height: rows.height,
        ..Picture::default()
    };
    let rects: Vec<Rect> = (0..shapes.len()).map(|item| rows.rect(item, columns.lefts[item], &shapes[item])).collect();
    picture.edges = edges(graphs, level, &layered, &columns, &rows, &rects);
    for ((node, inside), rect) in graph.nodes.iter().zip(insides).zip(&rects) {
        picture.put(node, inside, *rect);
    }
    let middle = |node: &usize| rects[*node].x + rects[*node].width / 2.0;
    Placed { picture, entries: graph.entries.iter().map(middle).collect(), exits: graph.exits.iter().map(middle).collect() }
}

impl<'g> Picture<'g> {
    /// Puts a node into its place, with what is inside of it.
    fn put(&mut self, node: &'g Node, inside: Option<Placed<'g>>, rect: Rect) {
        match (node, inside) {
            (Node::Card(card), _) => self.cards.push((rect, card)),
            (Node::Frame { title, hint, .. }, Some(inside)) => {
                let left = rect.x + title_left(&inside.exits, rect.width, title).unwrap_or(SIDE);
                self.frames.push(Framed { rect, title, hint, left });
                self.take(inside.picture, rect.x, rect.y);
            }
            (Node::Frame { .. } | Node::Entry | Node::Exit, _) => {}
        }
    }

    /// The same at another place.
    pub fn at(self, x: f64, y: f64) -> Self {
        let mut moved = Picture { width: self.width, height: self.height, ..Picture::default() };
        moved.take(self, x, y);
        moved
    }

    /// Takes another picture in, at this place.
    fn take(&mut self, other: Picture<'g>, x: f64, y: f64) {
        self.frames.extend(other.frames.into_iter().map(|frame| Framed { rect: frame.rect.moved(x, y), left: frame.left + x, ..frame }));
        self.cards.extend(other.cards.into_iter().map(|(rect, card)| (rect.moved(x, y), card)));
        let moved = |edge: Edge| Edge { points: edge.points.into_iter().map(|(left, top)| (left + x, top + y)).collect(), ..edge };
        self.edges.extend(other.edges.into_iter().map(moved));
    }
}

impl Rect {
    fn moved(self, x: f64, y: f64) -> Self {
        Self { x: self.x + x, y: self.y + y, ..self }
    }
}

/// A level with the room of a frame around it.
fn framed<'g>(inside: Placed<'g>, title: &str) -> Placed<'g> {
    let inner = inside.picture.width;
    let mut side = SIDE;
    let shifted = |side: f64| inside.exits.iter().map(|exit| exit + side).collect::<Vec<f64>>();
    while title_left(&shifted(side), even(inner + 2.0 * side), title).is_none() {
        side += 1.0;
    }
    let bottom = if inside.entries.is_empty() { SIDE } else { 0.0 };
    let top = if inside.exits.is_empty() { TITLE } else { 0.0 };
    let mut picture = Picture { width: even(inner + 2.0 * side), height: inside.picture.height + top + bottom, ..Picture::default() };
    let (entries, exits) = (inside.entries.iter().map(|entry| entry + side).collect(), shifted(side));
    picture.take(inside.picture, side, top);
    Placed { picture, entries, exits }
}

/// Where a frame's title stands between the lines that leave the frame.
fn title_left(exits: &[f64], width: f64, title: &str) -> Option<f64> {
    let wide = title_width(title);
    let mut edges: Vec<f64> = exits.to_vec();
    edges.sort_by(f64::total_cmp);
    let lefts = std::iter::once(0.0).chain(edges.iter().copied());
    let rights = edges.iter().copied().chain([width]);
    let margin = SIDE / 2.0;
    lefts.zip(rights).find(|(left, right)| right - left >= wide + 2.0 * margin).map(|(left, _)| left + margin)
}

/// How a frame's title is set.
pub(super) fn title_font() -> super::text::Font {
    Role::Name.font(super::card::Kind::Plain)
}

fn title_width(title: &str) -> f64 {
    title_font().width(title)
}

fn shape(graphs: &Graphs, level: Level, item: Item, insides: &[Option<Placed<'_>>]) -> Shape {
    let passage = Shape { width: PASSAGE, ..Shape::default() };
    let Item::Node(node) = item else { return passage };
    match (&graphs.level(level).nodes[node], &insides[node]) {
        (Node::Card(card), _) => {
            let (width, height) = card.size();
            Shape { width, height, ..Shape::default() }
        }
        (Node::Frame { .. }, Some(inside)) => Shape {
            width: inside.picture.width,
            height: inside.picture.height,
            entries: inside.entries.clone(),
            exits: inside.exits.clone(),
        },
        (Node::Exit, _) => Shape { height: TITLE, ..passage },
        (Node::Frame { .. } | Node::Entry, _) => passage,
    }
}

/// Where the layers stand from top to bottom.
struct Rows {
    height: f64,
    /// The top and bottom of each layer, lowest first.
    bounds: Vec<(f64, f64)>,
    layer_of: Vec<usize>,
}

impl Rows {
    fn of(graph: &Graph, layered: &Layered, shapes: &[Shape]) -> Self {
        let heights: Vec<f64> =
            layered.layers.iter().map(|layer| layer.iter().map(|item| shapes[*item].height).fold(0.0, f64::max)).collect();
        let is_border = |layer: usize| (layer == 0 && !graph.entries.is_empty()) || (layer + 1 == heights.len() && !graph.exits.is_empty());
        let gap = |layer: usize| if is_border(layer) || is_border(layer + 1) { INSIDE } else { GAP };
        let (mut bottom, mut bounds) = (0.0, Vec::new());
        for (layer, own) in heights.iter().enumerate() {
            bounds.push((bottom - own, bottom));
            bottom -= own + gap(layer);
        }
        let height = bounds.last().map_or(0.0, |(top, _)| -top);
        bounds.iter_mut().for_each(|(top, bottom)| (*top, *bottom) = (*top + height, *bottom + height));
        let mut layer_of = vec![0; shapes.len()];
        for (number, layer) in layered.layers.iter().enumerate() {
            layer.iter().for_each(|item| layer_of[*item] = number);
        }
        Self { height, bounds, layer_of }
    }

    fn bounds(&self, item: usize) -> (f64, f64) {
        self.bounds[self.layer_of[item]]
    }

    /// An item in the middle of its layer.
    fn rect(&self, item: usize, x: f64, shape: &Shape) -> Rect {
        let (top, bottom) = self.bounds(item);
        Rect { x, y: ((top + bottom - shape.height) / 2.0).round(), width: shape.width, height: shape.height }
    }
}

fn edges(graphs: &Graphs, level: Level, layered: &Layered, columns: &Columns, rows: &Rows, rects: &[Rect]) -> Vec<Edge> {
    let is = |item: usize, wanted: fn(&Node) -> bool| match layered.items[item] {
        Item::Node(node) => wanted(&graphs.level(level).nodes[node]),
        Item::Passage => false,
    };
    let edge = |parts: &Vec<usize>| {
        let mut points = Vec::new();
        for (number, part) in parts.iter().enumerate() {
            let (from, to) = (layered.parts[*part].from.node, layered.parts[*part].to.node);
            let (below, above) = columns.ends(layered, *part);
            if number == 0 {
                points.push((below, rects[from].y));
            }
            points.extend([(below, rows.bounds(from).0), (above, rows.bounds(to).1)]);
        }
        let (x, _) = points.last().copied().unwrap_or_default();
        let end = parts.last().map_or(0, |part| layered.parts[*part].to.node);
        let last = if is(end, |node| matches!(node, Node::Exit)) { rects[end].y } else { rects[end].y + rects[end].height };
        points.push((x, last));
        Edge { points, arrow: is(end, |node| matches!(node, Node::Card(_))) }
    };
    layered.edges.iter().map(edge).collect()
}
