//! `tree`: a parent for each word.

use quote::quote;

use super::{Decode, Reading, Room, Row, wants_one};
use crate::check::{Arguments, Checker};
use crate::emit::Outlet;
use crate::losses::{Outcome, check_pairs};

/// The likeliest tree: one root, and no cycle.
#[derive(Debug, Clone, PartialEq)]
pub struct Tree;

pub(super) const ROW: Row = Row { word: "tree", form: "decode tree", read };

fn read(_arguments: &mut Arguments<'_, '_>) -> Option<Decode> {
    Some(Decode::Tree(Tree))
}

impl Room for Tree {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        wants_one(cx, outcome, "tree");
        check_pairs(cx, outcome);
    }

    fn rust(&self, outlet: &Outlet<'_>) -> Reading {
        let (p, x) = (outlet.root, outlet.first());
        Reading { call: quote!(#p::decode_tree(#x, reading)?), ty: quote!(#p::PerToken<#p::Parent>) }
    }

    fn explain(&self) -> String {
        "the likeliest tree of the words: one root, and no cycle".to_owned()
    }
}
