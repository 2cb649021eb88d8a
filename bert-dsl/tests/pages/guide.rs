//! The guide's pages: each has the pictures of its own heads, and leads to the next.

use std::collections::BTreeMap;
use std::path::PathBuf;

use bert_dsl::rust_names::camel;
use bert_dsl::{Bare, CheckedHead, Source, check, draw};

use crate::files::{RENEW, holds, project};

/// A page as it is written.
struct Page {
    name: String,
    text: String,
}

fn folder() -> PathBuf {
    project().join("bert-runtime/src/guide")
}

fn read(path: &str) -> String {
    std::fs::read_to_string(project().join(path)).unwrap_or_else(|error| panic!("{path}: {error}"))
}

/// The pages in their order, which is that of the modules.
fn pages() -> Vec<Page> {
    let modules = read("bert-runtime/src/guide.rs");
    let names = modules.lines().filter_map(|line| line.strip_prefix("pub mod ")?.strip_suffix(" {}"));
    names.map(|name| Page { name: name.to_owned(), text: read(&format!("bert-runtime/src/guide/{name}.md")) }).collect()
}

impl Page {
    /// The heads that stand in its `head!`.
    fn heads(&self) -> Vec<CheckedHead> {
        let blocks = self.text.split("\nhead! {\n").skip(1).map(|block| block.split_once("\n}\n").unwrap().0);
        let checked = |block: &str| {
            let source = Source::new(&self.name, block);
            check(&source, Bare::Refused).heads().unwrap_or_else(|errors| panic!("{}", errors.render(&source)))
        };
        blocks.flat_map(checked).collect()
    }

    /// What its links lead to, by the names in its text.
    fn targets(&self) -> BTreeMap<&str, &str> {
        self.text.lines().filter_map(|line| line.strip_prefix('[')?.split_once("]: ")).collect()
    }

    /// The names of what it links to and shows.
    fn links(&self) -> impl Iterator<Item = &str> {
        self.text.split("][").skip(1).filter_map(|rest| Some(rest.split_once(']')?.0))
    }

    /// Its pictures, by their names.
    fn pictures(&self) -> Vec<(String, String)> {
        let heads = self.heads();
        let drawn = |name: &str| {
            let head = heads.iter().find(|head| head.name == camel(name));
            (name.to_owned(), draw::svg(head.unwrap_or_else(|| panic!("{}: no head of the page is that of {name}.svg", self.name))))
        };
        self.text.lines().filter_map(|line| line.strip_prefix("![")?.split_once("][")?.1.strip_suffix(']')).map(drawn).collect()
    }
}

#[test]
fn every_picture_is_that_of_a_head_on_its_page() {
    let all: Vec<(String, String)> = pages().iter().flat_map(Page::pictures).collect();
    let pictures: BTreeMap<String, String> = all.iter().cloned().collect();
    assert_eq!(all.len(), pictures.len(), "a picture is on two pages");
    assert!(pages().iter().all(|page| !page.pictures().is_empty()), "a page without a picture");
    for (name, svg) in &pictures {
        let path = folder().join(format!("pictures/{name}.svg"));
        assert!(holds(&path, svg), "{name}.svg is not what `bert draw` makes of its head; `{RENEW}` draws it again");
    }
    assert_eq!(std::fs::read_dir(folder().join("pictures")).unwrap().count(), pictures.len(), "pictures that no page shows");
    let links = folder().join("rustdoc/links.md");
    assert!(holds(&links, &in_rustdoc(&pages(), &pictures)), "{} is old; `{RENEW}` writes it again", links.display());
}

/// What the names of pages and pictures are in rustdoc, which copies no file: modules, and the pictures themselves.
fn in_rustdoc(pages: &[Page], pictures: &BTreeMap<String, String>) -> String {
    let modules = pages.iter().map(|Page { name, .. }| format!("[{name}]: {name}\n"));
    let images = pictures.iter().map(|(name, svg)| format!("[{name}]: data:image/svg+xml,{}\n", in_address(svg)));
    modules.chain(images).collect()
}

/// A text within an address.
fn in_address(text: &str) -> String {
    let letter = |byte: u8| match byte {
        b'a'..=b'z' | b'A'..=b'Z' | b'0'..=b'9' | b'-' | b'.' | b'_' | b'/' | b':' | b'=' | b',' | b';' => char::from(byte).to_string(),
        _ => format!("%{byte:02X}"),
    };
    text.trim_end().bytes().map(letter).collect()
}

#[test]
fn every_page_leads_to_the_next_and_is_listed() {
    let pages = pages();
    let (list, readme) = (read("bert-runtime/src/guide.rs"), read("README.md"));
    for (page, next) in pages.iter().zip(pages.iter().skip(1)) {
        let last = page.text.lines().rfind(|line| line.starts_with("Next: [")).unwrap_or_default();
        assert!(last.ends_with(&format!("][{}].", next.name)), "{} ends with {last:?}", page.name);
    }
    for Page { name, .. } in &pages {
        assert!(list.contains(&format!("]({name}) |")), "the guide's list lacks {name}");
        assert!(readme.contains(&format!("(bert-runtime/src/guide/{name}.md)")), "the README lacks {name}");
    }
    let written = std::fs::read_dir(folder()).unwrap().filter(|entry| entry.as_ref().unwrap().path().is_file()).count();
    assert_eq!(pages.len(), written, "pages that are no modules");
}

#[test]
fn every_link_leads_to_a_page_or_a_picture() {
    for page in pages() {
        let targets = page.targets();
        for link in page.links() {
            let target = targets.get(link).unwrap_or_else(|| panic!("{}: nothing says where {link} is", page.name));
            assert!(folder().join(target).is_file(), "{}: {target} is not there", page.name);
        }
    }
}
