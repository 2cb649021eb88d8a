//! Which target belongs to which row, and whether it is valid.

use std::borrow::Cow;

use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::targets::at_positions;
use crate::value::{Layout, Rows, Value};

/// What one target is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Unit {
    Example,
    Sequence,
    Token,
    Pair,
}

/// A target's place: its example, and its number in that example's list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Place {
    pub(super) example: usize,
    pub(super) slot: usize,
}

impl Unit {
    /// A row of the value.
    pub(super) fn row(value: &Value) -> Self {
        match value.rows() {
            Rows::Sequence => Self::Sequence,
            Rows::Token => Self::Token,
            Rows::Pair => Self::Pair,
        }
    }

    /// What is left when the last axis of a value without features is chosen from.
    pub(super) fn row_but_last_axis(value: &Value) -> Self {
        match value.rows() {
            Rows::Sequence => Self::Example,
            Rows::Token => Self::Sequence,
            Rows::Pair => Self::Token,
        }
    }

    /// The places of all such units of a batch, in the order of rows.
    pub(super) fn places(self, layout: &Layout) -> Vec<Place> {
        let owners = owners(layout);
        let width = layout.width();
        let within = |(sequence, owner): (usize, &Place)| match self {
            Self::Example => vec![],
            Self::Sequence => vec![*owner],
            Self::Token => layout.positions(sequence).iter().map(|&column| owner.inside(width, column as usize)).collect(),
            Self::Pair => pairs(*owner, width, layout.positions(sequence)),
        };
        if self == Self::Example {
            return (0..layout.examples()).map(|example| Place { example, slot: 0 }).collect();
        }
        owners.iter().enumerate().flat_map(within).collect()
    }

    /// How many targets an example has, padding included.
    fn slots(self, layout: &Layout, example: usize) -> usize {
        let sequences = layout.choices(example).map_or(1, |range| range.len());
        match self {
            Self::Example => 1,
            Self::Sequence => sequences,
            Self::Token => sequences * layout.width(),
            Self::Pair => sequences * layout.width() * layout.width(),
        }
    }

    /// Whether an example's list may end at its last token, before the padding of the batch.
    fn may_end_early(self, layout: &Layout) -> bool {
        self == Self::Token && !layout.has_choices()
    }
}

impl Place {
    fn inside(self, width: usize, column: usize) -> Self {
        Self { slot: self.slot * width + column, ..self }
    }
}

fn pairs(owner: Place, width: usize, columns: &[u32]) -> Vec<Place> {
    let pair = |&i: &u32| columns.iter().map(move |&j| owner.inside(width, i as usize).inside(width, j as usize));
    columns.iter().flat_map(pair).collect()
}

/// For each sequence its example, and its number in it.
fn owners(layout: &Layout) -> Vec<Place> {
    let of = |example| (0..layout.choices(example).map_or(1, |range| range.len())).map(move |slot| Place { example, slot });
    (0..layout.examples()).flat_map(of).collect()
}

/// A fault in one example's target.
pub(super) fn fault(name: &str, example: usize, what: impl std::fmt::Display) -> Error {
    Error::new(ErrorKind::Target, format!("the target of `{name}` in example {example}: {what}"))
}

/// The class of each unit, in the order of rows.
///
/// # Errors
/// Another number of targets than examples, numbers in place of classes, and lists of the wrong length.
pub(super) fn classes(name: &str, unit: Unit, layout: &Layout, targets: &[Target]) -> Result<Vec<i64>> {
    let at_rows = at_rows(name, layout, targets)?;
    let lists = squared(unit, layout, lists(name, layout, &at_rows, class_list)?, 1);
    check_lengths(name, unit, layout, &lists, 1)?;
    let class = |place: Place| {
        lists
            .get(place.example)
            .and_then(|list| list.get(place.slot))
            .copied()
            .ok_or_else(|| too_short(name, place, lists[place.example].len()))
    };
    unit.places(layout).into_iter().map(class).collect()
}

/// The same targets with entries at rows in place of entries a word.
fn at_rows<'a>(name: &str, layout: &Layout, targets: &'a [Target]) -> Result<Cow<'a, [Target]>> {
    let is_done = |target: &Target| matches!(target, Target::Classes(_) | Target::Numbers(_));
    if layout.has_choices() || targets.len() != layout.sequences() || targets.iter().all(is_done) {
        return Ok(Cow::Borrowed(targets));
    }
    let spread = |(example, target)| at_positions(target, layout, example).map_err(|what| fault(name, example, what));
    targets.iter().enumerate().map(spread).collect::<Result<Vec<_>>>().map(Cow::Owned)
}

/// The number of each element of the value, in its order.
///
/// # Errors
/// Another number of targets than examples, classes in place of numbers, lists of the wrong length, and numbers that are
/// infinite or NaN.
pub(super) fn numbers(name: &str, value: &Value, targets: &[Target]) -> Result<Vec<f32>> {
    let (unit, layout, each) = (Unit::row(value), value.layout(), features(value));
    let at_rows = at_rows(name, layout, targets)?;
    let lists = squared(unit, layout, lists(name, layout, &at_rows, number_list)?, each);
    check_lengths(name, unit, layout, &lists, each)?;
    let mut all = Vec::with_capacity(value.tensor().elem_count());
    for place in unit.places(layout) {
        let list = &lists[place.example];
        let found = list.get(place.slot * each..(place.slot + 1) * each).ok_or_else(|| too_short(name, place, list.len()))?;
        if let Some(odd) = found.iter().find(|number| !number.is_finite()) {
            return Err(fault(name, place.example, format!("it has {odd}, and a target must be a finite number")));
        }
        all.extend_from_slice(found);
    }
    Ok(all)
}

/// The size of the feature axis, 1 where there is none.
pub(super) fn features(value: &Value) -> usize {
    if value.has_features() { value.width() } else { 1 }
}

fn lists<'a, T>(
    name: &str,
    layout: &Layout,
    targets: &'a [Target],
    list: fn(&'a Target) -> Result<&'a [T], &'static str>,
) -> Result<Vec<&'a [T]>> {
    check_count(name, layout, targets)?;
    targets.iter().enumerate().map(|(example, target)| list(target).map_err(|what| fault(name, example, what))).collect()
}

/// The lists, those of pairs as wide as the batch: an example may give the square of its own tokens, without the padding.
fn squared<'a, T: Copy + Default>(unit: Unit, layout: &Layout, lists: Vec<&'a [T]>, each: usize) -> Vec<Cow<'a, [T]>> {
    let width = layout.width();
    let own = |example: usize, list: &[T]| {
        let side = (list.len() / each.max(1)).isqrt();
        let last = layout.positions(example).last().map_or(0, |&last| last as usize);
        (side * side * each == list.len() && last < side && side < width).then_some(side)
    };
    let widen = |(example, list): (usize, &'a [T])| {
        let Some(side) = (unit == Unit::Pair && !layout.has_choices()).then(|| own(example, list)).flatten() else { return list.into() };
        let mut wide = vec![T::default(); width * width * each];
        for (row, cells) in list.chunks_exact(side * each).enumerate() {
            wide[row * width * each..][..side * each].copy_from_slice(cells);
        }
        wide.into()
    };
    lists.into_iter().enumerate().map(widen).collect()
}

/// # Errors
/// Another number of targets than examples.
pub(super) fn check_count(name: &str, layout: &Layout, targets: &[Target]) -> Result<()> {
    let (have, examples) = (targets.len(), layout.examples());
    if have == examples {
        return Ok(());
    }
    Err(Error::new(ErrorKind::Target, format!("`{name}` has {have} targets, and the batch has {examples} examples: give one an example")))
}

const BY_CHARS: &str =
    "it has an answer's characters, which have to become a token before the loss: make the batch's targets with `collate_targets`";
const BY_WORDS: &str = "it has an entry a word, which has to become an entry a token before the loss";

fn class_list(target: &Target) -> Result<&[i64], &'static str> {
    match target {
        Target::Classes(list) => Ok(list),
        Target::Numbers(_) => Err("it is numbers, and this loss wants classes"),
        Target::Answer(_) => Err(BY_CHARS),
        _ => Err(BY_WORDS),
    }
}

fn number_list(target: &Target) -> Result<&[f32], &'static str> {
    match target {
        Target::Numbers(list) => Ok(list),
        Target::Classes(_) => Err("it is classes, and this loss wants numbers"),
        Target::Answer(_) => Err(BY_CHARS),
        _ => Err(BY_WORDS),
    }
}

fn check_lengths<T: Clone>(name: &str, unit: Unit, layout: &Layout, lists: &[Cow<'_, [T]>], each: usize) -> Result<()> {
    for (example, list) in lists.iter().enumerate() {
        let (have, full) = (list.len(), unit.slots(layout, example) * each);
        let short = have < full && unit.may_end_early(layout) && have.is_multiple_of(each);
        if have != full && !short {
            return Err(fault(name, example, format!("it has {have} entries, and {full} are wanted")));
        }
    }
    Ok(())
}

fn too_short(name: &str, place: Place, have: usize) -> Error {
    fault(
        name,
        place.example,
        format!("it has {have} entries, and there is a token at position {}: give each token column its target", place.slot),
    )
}
