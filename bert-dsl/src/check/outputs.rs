//! The names of pipelines' results.

use std::collections::HashMap;

use super::head::Draft;
use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::rust_names::field;
use crate::syntax::ast::Name;

impl Checker<'_> {
    /// Every pipeline has an output where there are several, and no two meet.
    pub(super) fn check_outputs(&mut self, drafts: &[Draft]) {
        for draft in drafts.iter().filter(|draft| draft.outputs.is_empty() && drafts.len() > 1) {
            let message = "this pipeline's result has no name";
            let reason = "a head with several pipelines has several results, which are told apart by their names";
            self.report(
                Diagnostic::new(Code::Outputs, draft.input, message).because(reason).help("write `output NAME;` behind its layers"),
            );
        }
        let mut seen: HashMap<String, &Name> = HashMap::new();
        for (name, _) in drafts.iter().flat_map(|draft| &draft.outputs) {
            if let Some(first) = seen.insert(field(name), name) {
                self.same_output(name, first);
            }
        }
        for (names, last) in drafts.iter().filter_map(together) {
            if let Some(first) = seen.get(&names) {
                let message = format!("what is read of the two would be called `{names}`, as another output is");
                let diagnostic = Diagnostic::new(Code::DuplicateName, last.span, message).also(first.span, "the other output is here");
                self.report(diagnostic.help("choose another name"));
            }
        }
    }

    fn same_output(&mut self, name: &Name, first: &Name) {
        let message = match first.node == name.node {
            true => format!("two outputs are called `{}`", name.node),
            false => format!("the outputs `{}` and `{}` would both be the Rust field `{}`", first.node, name.node, field(name)),
        };
        let diagnostic = Diagnostic::new(Code::DuplicateName, name.span, message).also(first.span, "the other one is here");
        self.report(diagnostic.help("choose another name"));
    }
}

/// A span's two outputs are read together, under both names; with the second of them.
fn together(draft: &Draft) -> Option<(String, &Name)> {
    let last = draft.outputs.get(1)?;
    Some((draft.outputs.iter().map(|(name, _)| name.node.as_str()).collect::<Vec<_>>().join("_"), &last.0))
}
