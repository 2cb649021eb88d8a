//! Pages as Markdown.

use std::fmt::Write as _;

use super::{Argument, Given, Page, Subject};

impl Page {
    /// The path of its file: `layers/linear.md`.
    pub fn path(&self) -> String {
        format!("{}/{}.md", self.subject.folder(), self.name)
    }

    /// The page as Markdown.
    pub fn markdown(&self) -> String {
        let parts = [
            self.opening(),
            self.words(),
            self.arguments(),
            self.axes(),
            self.parameters(),
            self.training(),
            format!("## Example\n\n```text\n{}```\n", self.example),
        ];
        parts.into_iter().filter(|part| !part.is_empty()).collect::<Vec<_>>().join("\n")
    }

    fn opening(&self) -> String {
        let form = if self.form.is_empty() { String::new() } else { format!("`{}`\n\n", self.form) };
        format!("# {}\n\n{}.\n\n{form}{}\n", self.name, capital(&self.facts.sentence), self.about)
    }

    fn words(&self) -> String {
        let rows = self.facts.words.iter().map(|(word, sentence)| vec![format!("`{word}`"), sentence.clone()]);
        table("", ["word", "what it does"], rows)
    }

    fn arguments(&self) -> String {
        let default = |argument: &Argument| match (argument.default, argument.given) {
            (None, _) => "must be there".to_owned(),
            (Some(default), Given::Key(_) | Given::Flag) if !default.contains(' ') => format!("`{default}`"),
            (Some(default), _) => default.to_owned(),
        };
        let row = |argument: &Argument| vec![format!("`{}`", argument.written()), default(argument), argument.does.to_owned()];
        table("## Arguments\n\n", ["argument", "left out", "what it is"], self.arguments.iter().map(row))
    }

    fn axes(&self) -> String {
        let what = match self.subject {
            Subject::Layer => "In the example:",
            Subject::Loss => "In the example it is computed on",
            Subject::Decode => "In the example it reads",
        };
        self.facts.axes.as_ref().map_or_else(String::new, |axes| format!("## Axes\n\n{what} `{axes}`.\n"))
    }

    fn parameters(&self) -> String {
        let row = |[name, shape, init]: &[String; 3]| vec![format!("`{name}`"), format!("`{shape}`"), init.clone()];
        table("## Parameters\n\nIn the example:\n\n", ["name", "shape", "a new one starts"], self.facts.parameters.iter().map(row))
    }

    fn training(&self) -> String {
        let mut lines = String::new();
        if let Some(target) = self.facts.target {
            let _ = writeln!(lines, "## Target and prediction\n\nIn the example the target is {target}.");
        }
        if let Some((page, sentence)) = &self.facts.implied {
            let _ = writeln!(lines, "A prediction is read with [`{page}`](../decodes/{page}.md): {sentence}.");
        }
        lines
    }
}

/// A table below a heading; nothing where there is no row.
fn table<const N: usize>(heading: &str, columns: [&str; N], rows: impl Iterator<Item = Vec<String>>) -> String {
    let rows: Vec<String> = rows.map(|row| format!("| {} |\n", row.join(" | ").replace("||", "\\|\\|"))).collect();
    if rows.is_empty() {
        return String::new();
    }
    format!("{heading}| {} |\n|{}\n{}", columns.join(" | "), " --- |".repeat(N), rows.concat())
}

fn capital(sentence: &str) -> String {
    let mut letters = sentence.chars();
    letters.next().map_or_else(String::new, |first| first.to_uppercase().chain(letters).collect())
}

/// The page that lists all others.
pub fn index(pages: &[Page]) -> String {
    let mut index = "# The language's reference\n\nEvery page is generated from the tables that the compiler reads: \
        `UPDATE_PAGES=1 cargo test --release -p bert-dsl --test pages`\nwrites them again. [Sources and statements](sources.md) have a page of their own, and so have [errors](errors.md).\n\n\
        Who begins reads [the guide](../bert-runtime/src/guide/downstream_tasks.md) first, which is in rustdoc too (`bert_runtime::guide`).\n"
        .to_owned();
    for subject in Subject::ALL {
        let _ = write!(index, "\n## {}\n\n| {} | does |\n| --- | --- |\n", capital(subject.folder()), subject.word());
        for page in pages.iter().filter(|page| page.subject == subject) {
            let _ = writeln!(index, "| [{}]({}) | {} |", page.name, page.path(), page.facts.sentence);
        }
    }
    index
}
