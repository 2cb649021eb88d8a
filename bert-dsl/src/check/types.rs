//! Names of generated Rust types that would meet.

use std::collections::HashMap;

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::type_names;
use crate::ir::CheckedHead;
use crate::source::Span;

/// Refuses two heads of one source with a type of one name, as `Ner` with `NerHead` and a head called `NerHead`.
pub(super) fn refuse_clashes(heads: &[CheckedHead], found: &mut Diagnostics) {
    if heads.len() < 2 {
        return;
    }
    let mut taken: HashMap<String, (usize, Span)> = HashMap::new();
    for (index, head) in heads.iter().enumerate() {
        let clash = type_names(head).into_iter().find_map(|ty| {
            let (other, span) = *taken.entry(ty.clone()).or_insert((index, head.name_span));
            (other != index && heads[other].name != head.name).then_some((ty, span))
        });
        if let Some((ty, span)) = clash {
            let message = format!("this head and another would both have the Rust type `{ty}`");
            found.push(
                Diagnostic::new(Code::DuplicateHead, head.name_span, message)
                    .also(span, "the other head is here")
                    .help("give one of them another name"),
            );
        }
    }
}
