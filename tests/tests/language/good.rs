//! What becomes of good heads: the tree, the checked head, the Rust.

use bert_dsl::parse;

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
