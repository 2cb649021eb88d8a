//! What the encoder computes for a head, and what it need not.

use crate::ir::{CheckedHead, LayersRead, Row, Rows, RowsRead, Source, SourceUse};
use crate::layers::Take;
use crate::optimise::{Passes, optimise};

/// What the encoder computes and what it leaves out, a sentence each.
pub(crate) fn encoder_work(head: &CheckedHead) -> Vec<String> {
    let head = optimise(head, &Passes::default());
    let rows = rows(&head.sources).map(|rows| format!("the highest one gives {rows}"));
    std::iter::once(layers(&head.sources)).chain(rows).chain([pooler(&head.sources).to_owned()]).collect()
}

fn pooler(sources: &[SourceUse]) -> &'static str {
    let pooled = |fresh| sources.iter().any(|used| used.source == Source::Pooled && used.fresh == fresh);
    match (pooled(false), pooled(true)) {
        (true, _) => "the pooler turns the first token into one vector",
        (false, true) => "the head's own pooler takes the place of the encoder's, which is not computed",
        (false, false) => "no pooler is computed",
    }
}

/// Up to which layer it computes.
fn layers(sources: &[SourceUse]) -> String {
    let all = "every layer is computed".to_owned();
    let mut taken = Vec::new();
    for used in sources {
        match &used.layers {
            LayersRead::Taken(some) => taken.extend(some),
            LayersRead::All => return all,
        }
    }
    match taken.iter().map(|take| highest(*take)).collect::<Option<Vec<i64>>>() {
        Some(ends) if ends.iter().all(|end| *end >= 0) => match ends.iter().max() {
            Some(0) => "the embeddings alone are computed, and no layer".to_owned(),
            Some(highest) => format!("no layer above layer {highest} is computed"),
            None => all,
        },
        Some(ends) if ends.iter().all(|end| *end < -1) => match ends.iter().max().map(|end| -1 - end) {
            Some(1) => "every layer but the last is computed".to_owned(),
            Some(spared) => format!("every layer but the last {spared} is computed"),
            None => all,
        },
        Some(ends) if ends.iter().all(|end| *end != -1) => "no layer above the highest that is taken is computed".to_owned(),
        Some(_) | None => all,
    }
}

/// The highest layer that is taken, below zero from the end.
fn highest(take: Take) -> Option<i64> {
    match take {
        Take::One(number) => Some(number),
        Take::Range(_, Some(end)) => Some(end - 1),
        Take::Range(_, None) => Some(-1),
    }
}

/// Which rows the highest layer gives, where that is not all.
fn rows(sources: &[SourceUse]) -> Option<String> {
    let first = RowsRead::always(Rows::one(Row::First));
    let read = |used: &SourceUse| if used.source.is_whole() { first.clone() } else { used.rows.clone() };
    let all = sources.iter().map(read).reduce(|one, other| one.and(&other))?;
    if all == RowsRead::default() {
        return None;
    }
    Some(match all.rules() {
        Some(_) => format!("{} alone", all.forward),
        None => format!("{} to predict, and {} for the loss", all.predict, all.loss),
    })
}
