//! For a missing tensor, the name in the checkpoint that was perhaps meant.

use crate::weights::{Outcome, Report};

/// Longer names, and more of them, are not compared, since that takes time by the product of lengths.
const MAX_LENGTH: usize = 200;
const MAX_NAMES: usize = 2000;
const MAX_MISSING: usize = 20;

/// Below this similarity, of 0 to 1, a name is no help.
const LIKE: f64 = 0.6;

/// Gives each missing entry the most similar name among the unused ones.
pub(super) fn suggest(report: &mut Report) {
    let unused: Vec<String> =
        report.of(Outcome::Unused).map(|entry| entry.name.clone()).filter(|name| name.len() <= MAX_LENGTH).take(MAX_NAMES).collect();
    let missing = report.entries.iter_mut().filter(|entry| entry.outcome == Outcome::Missing);
    for entry in missing.take(MAX_MISSING) {
        entry.nearest = nearest(&entry.name, &unused);
    }
}

fn nearest(name: &str, among: &[String]) -> Option<String> {
    let scored = among.iter().map(|other| (strsim::normalized_levenshtein(name, other), other));
    let (score, best) = scored.max_by(|a, b| a.0.total_cmp(&b.0))?;
    (score >= LIKE).then(|| best.clone())
}
