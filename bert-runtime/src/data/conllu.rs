//! Universal Dependencies.

use std::sync::Arc;

use crate::data::conll::blocks;
use crate::data::{Faults, Format, Json, Row, Source};

/// Files in CoNLL-U: sentences with lemmas, parts of speech and dependency trees.
///
/// A row is a sentence. Multi-word tokens (`1-2`) and empty nodes (`8.1`) are left out, since the words alone make up the tree.
///
/// | field | what |
/// | --- | --- |
/// | `words`, `lemmas` | a text a word |
/// | `upos`, `xpos`, `deprel` | a tag a word, `null` where the file has `_` |
/// | `heads` | a word's number a word, from 0, the root's own for the root |
/// | `relations` | `[word, head, deprel]` for each word that has both |
/// | `sent_id`, `text` | what the comments say, if they do |
///
/// ```
/// use bert_runtime::data::{Conllu, Rows};
///
/// let text = "1\tIt\tit\tPRON\t_\t_\t2\tnsubj\t_\t_\n2\tworks\twork\tVERB\t_\t_\t0\troot\t_\t_\n";
/// let rows = Rows::parse("a.conllu", text, &Conllu::new())?;
/// assert_eq!(rows[0].read::<Vec<usize>>("heads")?, [1, 1]);
/// # Ok::<(), bert_runtime::Error>(())
/// ```
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Conllu {
    universal: bool,
}

/// How many columns a line has.
const COLUMNS: usize = 10;

impl Conllu {
    /// Relations as they are.
    pub fn new() -> Self {
        Self::default()
    }

    /// The same with relations without their subtypes: `nmod` for `nmod:desc`.
    #[must_use]
    pub fn universal(self) -> Self {
        Self { universal: true }
    }

    fn sentence(self, source: &Source, lines: &[(usize, &str)], faults: &mut Faults) -> Option<Row> {
        let before = faults.count();
        let words = words(source, lines, faults);
        let numbers: Arc<[usize]> = words.iter().map(|word| word.line).collect();
        let heads: Vec<Option<usize>> = (0..words.len()).map(|index| words[index].head(index, words.len(), source, faults)).collect();
        check_root(source, &words, &heads, faults);
        if faults.count() > before || words.is_empty() {
            return None;
        }
        let mut row = Row::new(source.line(words.first()?.line));
        let mut put = |name: &str, items: Json| row.put(name.into(), items, None, Some(numbers.clone()));
        let texts = |column: usize| words.iter().map(|word| Json::from(word.cells[column])).collect::<Json>();
        let tags = |column: usize| words.iter().map(|word| word.tag(column, self.universal && column == 7)).collect::<Vec<Json>>();
        put("words", texts(1));
        put("lemmas", texts(2));
        put("upos", tags(3).into());
        put("xpos", tags(4).into());
        put("heads", heads.iter().map(|head| Json::from(*head)).collect());
        put("relations", relations(&heads, &tags(7)));
        put("deprel", tags(7).into());
        for (name, value) in lines.iter().filter_map(|(_, line)| comment(line)) {
            row.put(name.into(), value.into(), None, None);
        }
        Some(row)
    }
}

impl Format for Conllu {
    fn rows(&self, source: &Source, faults: &mut Faults) -> Vec<Row> {
        blocks(source).iter().filter_map(|lines| self.sentence(source, lines, faults)).collect()
    }
}

/// A word's line.
struct Word<'l> {
    line: usize,
    cells: Vec<&'l str>,
}

impl Word<'_> {
    fn tag(&self, column: usize, universal: bool) -> Json {
        let tag = self.cells[column];
        match (tag, universal) {
            ("_", _) => Json::Null,
            (tag, true) => tag.split(':').next().unwrap_or(tag).into(),
            (tag, false) => tag.into(),
        }
    }

    /// The number of the word that it depends on, from 0, its own for the root.
    fn head(&self, own: usize, words: usize, source: &Source, faults: &mut Faults) -> Option<usize> {
        let written = self.cells[6];
        match written.parse::<usize>() {
            _ if written == "_" => None,
            Ok(0) => Some(own),
            Ok(head) if head <= words && head != own + 1 => Some(head - 1),
            _ => {
                let what = format!("the head is `{written}`: the number of another word of {words}, or 0 for the root, is expected");
                faults.push(&source.line(self.line), what);
                None
            }
        }
    }
}

/// The words, whose numbers count from 1.
fn words<'l>(source: &Source, lines: &[(usize, &'l str)], faults: &mut Faults) -> Vec<Word<'l>> {
    let mut words = Vec::new();
    for &(line, text) in lines.iter().filter(|(_, text)| !text.starts_with('#')) {
        let cells: Vec<&str> = text.split('\t').collect();
        let id = cells[0];
        let part = |c: char| id.split_once(c).is_some_and(|(a, b)| a.parse::<usize>().is_ok() && b.parse::<usize>().is_ok());
        if cells.len() != COLUMNS {
            faults
                .push(&source.line(line), format_args!("the line has {} columns, and CoNLL-U has {COLUMNS}, parted by tabs", cells.len()));
        } else if id.parse() == Ok(words.len() + 1) {
            words.push(Word { line, cells });
        } else if !part('-') && !part('.') {
            faults.push(&source.line(line), format_args!("the word's number is `{id}`, and {} comes next", words.len() + 1));
        }
    }
    words
}

/// A sentence whose words all have heads is a tree, with one root.
fn check_root(source: &Source, words: &[Word<'_>], heads: &[Option<usize>], faults: &mut Faults) {
    let roots = heads.iter().enumerate().filter(|(own, head)| **head == Some(*own)).count();
    let known = heads.iter().all(Option::is_some);
    if let Some(first) = words.first().filter(|_| known && roots != 1) {
        faults.push(&source.line(first.line), format_args!("the sentence has {roots} roots: one word has the head 0"));
    }
}

fn relations(heads: &[Option<usize>], labels: &[Json]) -> Json {
    let known = heads.iter().zip(labels).enumerate().filter(|(_, (_, label))| !label.is_null());
    known.filter_map(|(word, (head, label))| Some(Json::from(vec![Json::from(word), Json::from((*head)?), label.clone()]))).collect()
}

/// `# sent_id = ..` and `# text = ..`
fn comment(line: &str) -> Option<(&str, &str)> {
    let (name, value) = line.strip_prefix('#')?.split_once('=')?;
    Some((name.trim(), value.trim())).filter(|(name, _)| matches!(*name, "sent_id" | "text"))
}
