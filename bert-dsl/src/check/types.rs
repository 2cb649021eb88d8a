//! Names of generated Rust types that would meet.

use std::collections::{BTreeSet, HashMap};

use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::emit::type_names;
use crate::ir::CheckedHead;
use crate::source::Span;

/// Refuses two heads of one source with a type of one name, as `Ner` with `NerHead` and a head called `NerHead`.
pub(super) fn refuse_clashes(heads: &[CheckedHead], found: &mut Diagnostics) {
    let mut taken: HashMap<String, (usize, Span)> = HashMap::new();
    for (index, head) in near(heads).into_iter().map(|index| (index, &heads[index])) {
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

/// The heads of which one's name begins another's, in order: a type's name begins with its head's, so no other two can meet.
fn near(heads: &[CheckedHead]) -> BTreeSet<usize> {
    let (mut near, mut begun): (_, Vec<usize>) = (BTreeSet::new(), Vec::new());
    let mut sorted: Vec<usize> = (0..heads.len()).collect();
    sorted.sort_by_key(|index| heads[*index].name.as_str());
    for index in sorted {
        while begun.pop_if(|last| !heads[index].name.starts_with(&heads[*last].name)).is_some() {}
        near.extend(begun.last().into_iter().flat_map(|last| [*last, index]));
        begun.push(index);
    }
    near
}
