//! `tree`: a parent for each word.

use super::{Decode, Reading, Room, Row, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::{Outlet, quote};
use crate::losses::{Outcome, check_pairs};
use crate::manual::Manual;

/// The likeliest tree: one root, and no cycle.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree;

pub(super) const ROW: Row = Row {
    word: "tree",
    read,
    manual: Manual {
        arguments: &[],
        about: "The tree with the highest sum of scores that has one root and no cycle (Chu and Liu 1965; Edmonds 1967).",
        example: "\
input tokens;
let child = { linear hidden -> 16; relu; }
let parent = { linear hidden -> 16; relu; }
biaffine child, parent -> 1;
squeeze;
loss tree;
decode tree;
",
    },
};

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Tree(Tree))
}

impl Room for Tree {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "tree");
        check_pairs(cx, outcome);
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (root, x) = (outlet.root, outlet.first());
        Reading { call: quote!(p::decode_tree(#x, reading)?), ty: quote!(#root::PerToken<#root::Parent>) }
    }

    fn explain(&self) -> String {
        "the likeliest tree of the words: one root, and no cycle".to_owned()
    }
}
