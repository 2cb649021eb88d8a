//! The rustdoc of generated items.

use super::Expansion;
use crate::draw;
use crate::emit::{Fragment, quote};
use crate::explain::{self, capital};
use crate::ir::CheckedHead;

impl Expansion<'_> {
    /// The task's documentation: the user's own, what it reads and why, and its text.
    pub(super) fn task_docs(&self) -> Fragment {
        let mut lines: Vec<String> = self.head.docs.clone();
        if lines.is_empty() {
            lines.push(format!(" The task `{}`.", self.head.name));
        }
        lines.push(String::new());
        for reads in explain::reads(self.head) {
            lines.push(format!(" Reads `{}`, `{}`: {}.", reads.source, reads.shape, reads.why));
        }
        for pipeline in &self.head.pipelines {
            lines.push(String::new());
            lines.push(format!(" A prediction is {}.", pipeline.decode.room().explain()));
            lines.extend(pipeline.loss.as_ref().map(|used| format!(" Trained by {}.", used.loss.room().explain())));
        }
        lines.extend(picture(self.head));
        lines.extend([String::new(), " ```text".to_owned()]);
        lines.extend(self.head.text.lines().map(|line| format!(" {line}")));
        lines.push(" ```".to_owned());
        doc(&lines)
    }

    /// The module's documentation; with the picture, where the task's own is the user's.
    pub(super) fn module_docs(&self) -> Vec<String> {
        let mut lines = vec![format!(" The layers of [`{}`], bound to an encoder.", self.head.name)];
        if self.target.is_declared {
            lines.extend(picture(self.head));
        }
        lines
    }

    /// An output's documentation: the user's own, or what it is.
    pub(super) fn output_docs(&self, docs: &[String], ty: &str, explained: &str) -> Fragment {
        let mut lines: Vec<String> = docs.to_vec();
        if !lines.is_empty() {
            lines.push(String::new());
        }
        lines.push(format!(" {}: `{ty}`, in its padded form.", capital(explained)));
        doc(&lines)
    }
}

/// Lines of documentation.
pub(super) fn doc(lines: &[String]) -> Fragment {
    lines.iter().map(|line| quote!(#[doc = #line])).collect()
}

/// The head's picture, where rustdoc reads the code: to the compiler it would be time for nothing.
fn picture(head: &CheckedHead) -> Vec<String> {
    let reader = std::env::current_exe().ok();
    match reader.as_ref().and_then(|reader| reader.file_stem()).is_some_and(|name| name == "rustdoc") {
        true => draw::rustdoc(head),
        false => Vec::new(),
    }
}
