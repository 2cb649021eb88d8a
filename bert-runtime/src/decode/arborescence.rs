//! The best tree over words that each choose a parent: Chu and Liu (1965), Edmonds (1967).

use std::cmp::Ordering;
use std::ops::{Add, Sub};

/// The parent of each word in the tree of the greatest sum of scores, a word's own number for the root.
///
/// `scores[i][j]` is that of `j` as the parent of `i`, and `scores[i][i]` that of `i` as the root. There is exactly one root
/// and no cycle. A score that is not a number counts as the worst.
pub(super) fn best_tree<S: AsRef<[f32]>>(scores: &[S]) -> Vec<usize> {
    let mut graph = Graph::new(scores);
    let mut contracted = Vec::new();
    while let Some(cycle) = graph.cycle() {
        contracted.push(graph.contract(&cycle));
    }
    let mut parents = vec![None; scores.len() + 1];
    graph.nodes().skip(1).for_each(|node| parents[graph.best[node].child] = Some(graph.best[node].parent));
    contracted.iter().rev().for_each(|contraction| contraction.open(&mut parents));
    let parent = |(word, parent): (usize, Option<usize>)| parent.and_then(|parent| parent.checked_sub(1)).unwrap_or(word);
    parents.into_iter().skip(1).enumerate().map(parent).collect()
}

/// What an arc is worth: first how few roots it makes, then its score, so that one root always beats two.
#[derive(Debug, Clone, Copy, PartialEq)]
struct Worth {
    roots: i32,
    score: f64,
}

impl Worth {
    fn order(&self, other: &Self) -> Ordering {
        other.roots.cmp(&self.roots).then(self.score.total_cmp(&other.score))
    }
}

impl Add for Worth {
    type Output = Self;

    fn add(self, other: Self) -> Self {
        Self { roots: self.roots + other.roots, score: self.score + other.score }
    }
}

impl Sub for Worth {
    type Output = Self;

    fn sub(self, other: Self) -> Self {
        Self { roots: self.roots - other.roots, score: self.score - other.score }
    }
}

/// An arc between nodes as they were at first: node 0 is above all roots, and node `i + 1` is word `i`.
#[derive(Debug, Clone, Copy)]
struct Arc {
    child: usize,
    parent: usize,
    worth: Worth,
}

/// Nodes, some of them grown together, with the best arc between any two.
struct Graph {
    /// `arcs[child][parent]`.
    arcs: Vec<Vec<Arc>>,
    /// The first nodes that each node has in it; none where it is part of another.
    members: Vec<Vec<usize>>,
    /// The best arc into each node.
    best: Vec<Arc>,
    /// The node that it comes from.
    from: Vec<usize>,
}

impl Graph {
    fn new<S: AsRef<[f32]>>(scores: &[S]) -> Self {
        let nodes = scores.len() + 1;
        let arcs: Vec<Vec<Arc>> = (0..nodes).map(|child| (0..nodes).map(|parent| arc(scores, child, parent)).collect()).collect();
        let members = (0..nodes).map(|node| vec![node]).collect();
        let best = arcs.iter().map(|row| row[0]).collect();
        let mut graph = Self { arcs, members, best, from: vec![0; nodes] };
        (1..nodes).for_each(|node| graph.choose(node));
        graph
    }

    fn nodes(&self) -> impl Iterator<Item = usize> {
        (0..self.members.len()).filter(|&node| !self.members[node].is_empty())
    }

    /// The best arc into a node.
    fn choose(&mut self, node: usize) {
        let others = self.nodes().filter(|&other| other != node);
        let best = others.max_by(|&a, &b| self.arcs[node][a].worth.order(&self.arcs[node][b].worth).then(b.cmp(&a)));
        if let Some(best) = best {
            (self.from[node], self.best[node]) = (best, self.arcs[node][best]);
        }
    }

    /// The nodes of a cycle of best arcs.
    fn cycle(&self) -> Option<Vec<usize>> {
        let mut seen = vec![0; self.members.len()];
        for start in self.nodes().filter(|&node| node != 0) {
            let mut node = start;
            while node != 0 && seen[node] == 0 {
                seen[node] = start;
                node = self.from[node];
            }
            if node != 0 && seen[node] == start {
                let first = node;
                let next = |&node: &usize| Some(self.from[node]).filter(|&next| next != first);
                return Some(std::iter::successors(Some(first), next).collect());
            }
        }
        None
    }

    /// Grows a cycle together into its first node: an arc into it takes the place of one of its own.
    fn contract(&mut self, cycle: &[usize]) -> Contraction {
        let grown = cycle[0];
        let parts: Vec<_> = cycle.iter().map(|&node| (self.members[node].clone(), self.best[node])).collect();
        let outside: Vec<usize> = self.nodes().filter(|node| !cycle.contains(node)).collect();
        for &other in &outside {
            let into = cycle.iter().map(|&node| self.instead(node, other)).max_by(|a, b| a.worth.order(&b.worth));
            let out = cycle.iter().map(|&node| self.arcs[other][node]).max_by(|a, b| a.worth.order(&b.worth));
            if let (Some(into), Some(out)) = (into, out) {
                (self.arcs[grown][other], self.arcs[other][grown]) = (into, out);
            }
        }
        let all = cycle.iter().flat_map(|&node| std::mem::take(&mut self.members[node])).collect();
        self.members[grown] = all;
        let lost: Vec<usize> = outside.into_iter().filter(|&other| other != 0 && cycle.contains(&self.from[other])).collect();
        lost.into_iter().chain([grown]).for_each(|node| self.choose(node));
        Contraction { parts }
    }

    /// The arc into a node of a cycle, worth what it gains over the node's own.
    fn instead(&self, node: usize, other: usize) -> Arc {
        let arc = self.arcs[node][other];
        Arc { worth: arc.worth - self.best[node].worth, ..arc }
    }
}

fn arc<S: AsRef<[f32]>>(scores: &[S], child: usize, parent: usize) -> Arc {
    let column = if parent == 0 { child } else { parent };
    let score = child.checked_sub(1).and_then(|row| scores.get(row)?.as_ref().get(column.checked_sub(1)?)).copied();
    let score = score.map_or(f32::MIN, |score: f32| if score.is_nan() { f32::MIN } else { score.clamp(f32::MIN, f32::MAX) });
    Arc { child, parent, worth: Worth { roots: i32::from(parent == 0), score: f64::from(score) } }
}

/// A cycle that grew together: what each of its nodes had in it, and its arc.
struct Contraction {
    parts: Vec<(Vec<usize>, Arc)>,
}

impl Contraction {
    /// Gives its nodes their own arcs back, but for the one that an arc from outside already leads into.
    fn open(&self, parents: &mut [Option<usize>]) {
        for (members, arc) in &self.parts {
            if members.iter().all(|&member| parents[member].is_none()) {
                parents[arc.child] = Some(arc.parent);
            }
        }
    }
}
