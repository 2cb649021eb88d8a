//! What is too long, too deep or too much ends in an error with a place, on a small stack too.

use std::collections::BTreeSet;

use bert_dsl::{Bare, Source, check, format};

/// The codes that a text gets, on a thread with a stack of 256 KiB.
fn codes(text: String) -> BTreeSet<String> {
    let looked_at = move || {
        let source = Source::new("limits", text);
        let analysis = check(&source, Bare::Named("Bare"));
        for error in analysis.diagnostics() {
            assert!(error.span.end as usize <= source.text().len());
            assert!(error.words().len() < 1_000, "{}", error.words().len());
        }
        let _ = format(&source);
        analysis.diagnostics().iter().map(|error| error.code.to_string()).collect()
    };
    std::thread::Builder::new().stack_size(256 << 10).spawn(looked_at).unwrap().join().unwrap()
}

fn nested(open: &str, close: &str, depth: usize) -> String {
    format!("{}1{}", open.repeat(depth), close.repeat(depth))
}

fn only(code: &str) -> BTreeSet<String> {
    BTreeSet::from([code.to_owned()])
}

#[test]
fn brackets_in_a_size() {
    let size = |depth| format!("input pooled; linear -> {};", nested("(", ")", depth));
    assert!(codes(size(64)).is_empty());
    for depth in [65, 10_000, 400_000] {
        assert_eq!(codes(size(depth)), only("H002"), "{depth}");
    }
}

#[test]
fn blocks() {
    let blocks = |depth: usize| format!("input pooled; {}relu;{}", "a {".repeat(depth), "}".repeat(depth));
    assert!(codes(blocks(63)).is_empty());
    assert!(codes(blocks(64)) == only("H002") || codes(blocks(64)).is_empty());
    for depth in [65, 10_000, 200_000] {
        assert_eq!(codes(blocks(depth)), only("H002"), "{depth}");
    }
}

#[test]
fn comments() {
    assert!(codes(format!("input pooled; {}", nested("/*", "*/", 64))).is_empty());
    for depth in [65, 1_000, 200_000] {
        assert_eq!(codes(format!("input pooled; {}", nested("/*", "*/", depth))), only("H002"), "{depth}");
    }
}

/// Brackets beyond every limit of a source: its size comes first.
#[test]
fn a_million_of_anything() {
    for open in ["(", "[", "{", "/*", "-", "a.", "1+", "a=", ";", "\"\\", "/// \n", "é"] {
        let found = codes(open.repeat(1_000_000));
        assert!(!found.is_empty(), "{open}");
    }
}

#[test]
fn chains() {
    assert_eq!(codes(format!("input pooled; linear -> 1{};", "+1".repeat(64))), only_none());
    assert_eq!(codes(format!("input pooled; linear -> 1{};", "+1".repeat(200_000))), only("H002"));
    assert!(codes(format!("input pooled; linear -> 1{};", "*-1".repeat(100_000))).contains("H002"));
    assert!(codes(format!("input pooled; {}: relu;", ["a"; 65].join("."))).contains("H002"));
    assert!(codes(format!("input pooled; {}: relu;", ["a"; 100_000].join("."))).contains("H002"));
    assert!(codes(format!("labels {}b; input pooled;", "a = ".repeat(100_000))).len() < 4);
}

fn only_none() -> BTreeSet<String> {
    BTreeSet::new()
}

/// Brackets that a comment hides, so that as many stay open: reading them takes no time to speak of.
#[test]
fn brackets_behind_comments() {
    for sign in ["//", "///", "// {", "/// ["] {
        for open in ["(", "[", "a {", "a: residual {", "let a = {", "-(", "[("] {
            let depth = 60 / open.matches(['(', '[', '{']).count();
            let opened = format!("{}{sign} )]}}", open.repeat(depth));
            for lead in ["input pooled; linear -> ", "input pooled; ", "labels ", "", "head A { input pooled; x y "] {
                assert!(!codes(format!("{lead}{opened}")).is_empty());
                assert!(!codes(format!("{lead}{opened}\n= {opened}")).is_empty());
            }
        }
    }
}

#[test]
fn sizes_of_a_source() {
    assert_eq!(codes(" ".repeat(10 << 20)), only("H001"));
    assert_eq!(codes(format!("input pooled; {}", "relu; ".repeat(100_000))), only("H003"));
    assert_eq!(codes(format!("input pooled; {}", "foo ".repeat(200_000))), only("H010"));
    assert!(codes(format!("input pooled; {}", "relu; ".repeat(19_000))).is_empty());
}

#[test]
fn long_words() {
    let long = "a".repeat(100_000);
    assert_eq!(codes(format!("input pooled; {long}: relu;")), only("H040"));
    assert_eq!(codes(format!("input pooled; {long};")), only("H060"));
    assert_eq!(codes(format!("input {long};")), only("H066"));
    assert_eq!(codes(format!("input pooled; linear -> {};", "1".repeat(100_000))), only("H051"));
    assert_eq!(codes(format!("input pooled; loss {long};")), only("H080"));
    assert!(codes(format!("labels \"{long}\", b; input pooled; linear -> labels;")).is_empty());
}

#[test]
fn numbers() {
    let size = |size: &str| codes(format!("input pooled; linear hidden -> {size};"));
    for good in ["1", "1_000", "2147483648", "007"] {
        assert!(size(good).is_empty(), "{good}");
    }
    for bad in ["0", "2147483649", "4294967296", "9223372036854775808", "18446744073709551616", "-1", "1e3", "0x10", "1.5", "1u8"] {
        assert_eq!(size(bad), only("H051"), "{bad}");
    }
    assert_eq!(size("+5"), only("H010"));
    let dropout = |p: &str| codes(format!("input pooled; dropout {p};"));
    for good in ["0", "0.0", "0.999", "1e-400", "5e-1"] {
        assert!(dropout(good).is_empty(), "{good}");
    }
    for bad in ["1", "1.0000001", "-0", "-0.5", "1e400"] {
        assert_eq!(dropout(bad), only("H050"), "{bad}");
    }
    for bad in ["NaN", "inf"] {
        assert_eq!(dropout(bad), only("H062"), "{bad}");
    }
}

#[test]
fn weights_of_labels() {
    for loss in ["cross_entropy class_weights", "focal class_weights", "bce pos_weight"] {
        let weights = |weight: &str| codes(format!("labels a, b; input pooled; linear -> labels; loss {loss}=[1, {weight}];"));
        for good in ["4", "0.5", "3.4e38"] {
            assert!(weights(good).is_empty(), "{loss} {good}");
        }
        for bad in ["1e39", "1e300", "1e400"] {
            assert_eq!(weights(bad), only("H050"), "{loss} {bad}");
        }
    }
}

#[test]
fn numbers_of_labels() {
    let labels = |labels: &str| codes(format!("labels {labels}; input pooled; linear -> labels; loss cross_entropy;"));
    assert_eq!(labels("0"), only("H051"));
    assert_eq!(labels("1"), only("H083"));
    assert!(labels("2").is_empty());
    assert!(labels("1_000_000").is_empty());
    assert_eq!(labels("4294967296"), only("H051"));
    let many = (0..100_001).map(|number| format!("a{number}")).collect::<Vec<_>>().join(",");
    assert_eq!(labels(&many), only("H085"));
}

#[test]
fn odd_characters() {
    for text in ["\0", "input pooled;\u{1}", "\u{202e}", "a\u{200b}b", "\"\u{2066}\"", "// \u{feff}", "/* \u{200f} */"] {
        assert!(codes(format!("input pooled; {text}")).contains("H004"), "{text:?}");
    }
    for text in ["é: relu;", "日本: relu;", "// ✓ \u{1F600}", "\u{c}"] {
        assert!(codes(format!("input pooled; {text}")).is_empty(), "{text:?}");
    }
    for text in ["é".repeat(3), "²".to_owned(), "😀".to_owned(), "a\u{301}".to_owned(), "\u{212a}".to_owned()] {
        let _ = codes(format!("labels \"{text}\"; input pooled; {text}: relu;"));
    }
}

#[test]
fn files() {
    let folder = tempfile::tempdir().unwrap();
    let write = |name: &str, bytes: &[u8]| {
        let path = folder.path().join(name);
        std::fs::write(&path, bytes).unwrap();
        bert_dsl::read(path).map(|source| source.text().to_owned())
    };
    assert_eq!(write("plain", b"input pooled;"), Ok("input pooled;".to_owned()));
    assert_eq!(write("mark", b"\xef\xbb\xbfinput pooled;"), Ok("input pooled;".to_owned()));
    assert!(write("broken", b"input \xff;").unwrap_err().contains("byte 6"));
    assert!(write("wide", b"\xff\xfei\0n\0").unwrap_err().contains("UTF-16"));
    assert!(write("wide", b"i\0n\0p\0").unwrap_err().contains("UTF-16"));
    assert!(write("large", &vec![b' '; (1 << 20) + 1]).unwrap_err().contains("bytes"));
    assert!(bert_dsl::read(folder.path()).unwrap_err().contains("not a file"));
    assert!(bert_dsl::read(folder.path().join("none")).unwrap_err().contains("none"));
}
