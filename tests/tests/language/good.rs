//! What becomes of good heads: the tree, the checked head, the Rust.

use bert_dsl::{Source, parse};

use crate::support::{checked, good, rust, snapshot};
use crate::tree;

#[test]
fn trees() {
    for source in good() {
        let (file, errors) = parse(&source);
        assert!(errors.is_empty(), "{}", errors.render(&source));
        snapshot("tree", &source, &tree::shown(&file));
    }
}

#[test]
fn checked_heads() {
    for source in good() {
        let heads: Vec<String> = checked(&source).iter().map(ToString::to_string).collect();
        snapshot("checked", &source, &heads.join("\n"));
    }
}

#[test]
fn printed_rust() {
    for source in good() {
        let items = checked(&source).iter().map(|head| rust(head, &source)).collect();
        snapshot("rust", &source, &prettyplease::unparse(&syn::parse2(items).unwrap()));
    }
}

#[test]
fn the_same_rust_each_time() {
    for source in good() {
        let once = || checked(&source).iter().map(|head| rust(head, &source).to_string()).collect::<String>();
        assert_eq!(once(), once());
    }
}

/// In whichever unnamed block they are, unnamed layers leave the written names alone.
#[test]
fn names_in_unnamed_blocks() {
    let block = "residual { linear -> 8; linear: linear -> hidden; }";
    let source = Source::new("x", format!("input pooled; {block} {block} {block}"));
    let heads = checked(&source);
    let paths: Vec<String> = heads[0].layers().iter().map(|layer| layer.path.join(".")).collect();
    let expected =
        ["residual", "residual_1", "residual_2"].map(|block| [block.to_owned(), format!("{block}.linear_1"), format!("{block}.linear")]);
    assert_eq!(paths, expected.concat());
}
