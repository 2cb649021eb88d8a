//! Outlines.

use bert_dsl::ide::{Symbol, symbols};
use bert_dsl::{Bare, Source, check};

fn listed(symbols: &[Symbol], depth: usize) -> String {
    let line = |symbol: &Symbol| {
        assert!(symbol.span.start <= symbol.name_span.start && symbol.name_span.end <= symbol.span.end, "{symbol:?}");
        format!("{}{:?} {} {}\n{}", "  ".repeat(depth), symbol.kind, symbol.name, symbol.detail, listed(&symbol.children, depth + 1))
    };
    symbols.iter().map(line).collect()
}

#[test]
fn all_that_is_declared_is_listed_in_its_order() {
    let text = "head A { labels mood = a, b; given at: position; input tokens; let x = { at at; } cls.dense { linear -> 8; } use B;
        concat x, x; residual { tanh; } out: linear -> mood; output y; loss cross_entropy; decode argmax; }";
    let found = symbols(&check(&Source::new("a.head", text), Bare::Refused));
    let wanted = "\
Head A head
  Labels mood labels
  Given at position
  Source input tokens 
  Value x let
    Layer at at
  Scope cls.dense 
    Layer linear linear
  Layer use B 
  Layer concat concat
  Scope residual 
    Layer tanh tanh
  Layer out linear
  Output y output
  Outcome loss cross_entropy 
  Outcome decode argmax 
";
    assert_eq!(listed(&found, 0), wanted);
}

#[test]
fn what_is_malformed_is_left_out() {
    let found = symbols(&check(&Source::new("a.head", "input cls; linear -> -> 2; tanh;"), Bare::Named("A")));
    assert_eq!(listed(&found, 0), "Source input cls \nLayer tanh tanh\n");
}
