//! Pictures stand in rustdoc as they are.

use std::path::Path;
use std::process::Command;

use bert_dsl::draw;

use crate::heads;
use crate::svg::read;

/// What rustdoc makes of a crate, in which each head is a type with its picture.
fn page(folder: &Path, code: &str, item: &str) -> String {
    std::fs::write(folder.join("lib.rs"), code).unwrap();
    let rustdoc = std::env::var_os("RUSTDOC").unwrap_or_else(|| "rustdoc".into());
    let done = Command::new(rustdoc)
        .args(["lib.rs", "--crate-name", "pictures", "--edition", "2024", "-D", "warnings", "-D", "rustdoc::all", "-o", "html"])
        .current_dir(folder)
        .output()
        .unwrap();
    assert!(done.status.success(), "{}", String::from_utf8_lossy(&done.stderr));
    std::fs::read_to_string(folder.join(format!("html/pictures/struct.{item}.html"))).unwrap()
}

#[test]
fn rustdoc_passes_a_picture_on_without_a_warning() {
    let folder = Path::new(env!("CARGO_TARGET_TMPDIR")).join("pictures");
    std::fs::create_dir_all(&folder).unwrap();
    for file in ["values", "ranks", "fill_in"] {
        let head = heads::named(file).remove(0);
        let docs = draw::rustdoc(&head).iter().map(|line| format!("#[doc = {line:?}]\n")).collect::<String>();
        let code = format!("//! Pictures.\n#![deny(missing_docs)]\n/// A head.\n{docs}\n///\n/// After it.\npub struct Head;\n");
        let page = page(&folder, &code, "Head");
        let start = page.find("<svg style=").unwrap();
        let end = start + page[start..].find("</svg>").unwrap() + "</svg>".len();
        let (found, own) = (read(&page[start..end]), read(&draw::svg(&head)));
        assert_eq!((found.groups.len(), found.edges), (own.groups.len(), own.edges), "{file}");
        assert!(page[end..].contains("<p>After it.</p>"), "{file}");
    }
}
