//! Which tokens a loss reads.

use std::sync::Arc;

use crate::encoder::RowChoice;
use crate::head::{Target, Targets};

/// The class that marks positions without a target.
const IGNORED: i64 = -100;

/// The tokens that have a class in the targets of this name; all of them where the targets have none a token.
pub fn labelled(targets: &Targets, name: &str) -> RowChoice {
    let marks = |target: &Target| match target {
        Target::Classes(classes) => Some(classes.iter().map(|class| *class != IGNORED).collect()),
        Target::Numbers(_) | Target::Words(_) | Target::WordNumbers { .. } => None,
        Target::WordParents(_) | Target::WordPairs(_) | Target::Answer(_) => None,
    };
    let marks = targets.get(name).and_then(|targets| targets.iter().map(marks).collect::<Option<Vec<Vec<bool>>>>());
    marks.map_or(RowChoice::All, |marks| RowChoice::Marked(Arc::new(marks)))
}
