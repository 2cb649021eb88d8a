//! What a class is chosen from: the features of a row, or the rows of a segment.

use candle_core::Tensor;

use crate::error::Result;
use crate::head::Target;
use crate::layers::ragged::Segments;
use crate::layers::wide;
use crate::losses::targets::{Unit, classes, fault};
use crate::value::{Rows, Value};

/// A unit that has a target: its number, its class, and how many classes it chooses from.
pub(super) struct Pick {
    pub(super) unit: usize,
    pub(super) class: usize,
    pub(super) classes: usize,
}

/// What each unit chooses from.
pub(super) struct Candidates {
    unit: Unit,
    segments: Option<Segments>,
    pub(super) widest: usize,
}

impl Candidates {
    pub(super) fn of(value: &Value) -> Result<Self> {
        if value.has_features() {
            return Ok(Self { unit: Unit::row(value), segments: None, widest: value.width() });
        }
        let segments = Segments::last_axis(value)?;
        Ok(Self { unit: Unit::row_but_last_axis(value), widest: segments.longest(), segments: Some(segments) })
    }

    /// The units that have a target, checked.
    pub(super) fn picked(&self, name: &str, value: &Value, targets: &[Target], ignore: i64) -> Result<Vec<Pick>> {
        let found = classes(name, self.unit, value.layout(), targets)?;
        let places = self.unit.places(value.layout());
        let counted = found.into_iter().zip(places).enumerate().filter(|(_, (class, _))| *class != ignore);
        counted
            .map(|(unit, (class, place))| {
                self.pick(value, unit, class).map_err(|what| fault(name, place.example, format!("{what}, or {ignore} for none")))
            })
            .collect()
    }

    fn pick(&self, value: &Value, unit: usize, class: i64) -> Result<Pick, String> {
        let classes = self.segments.as_ref().and_then(|segments| segments.ranges().get(unit)).map_or(self.widest, |range| range.len());
        if !value.has_features() && value.rows() != Rows::Sequence {
            let class = token_at(value, unit, class)
                .ok_or_else(|| format!("its class is {class}, and there is no token: give the position of a token"))?;
            return Ok(Pick { unit, class, classes });
        }
        let valid = usize::try_from(class).ok().filter(|&class| class < classes);
        let class =
            valid.ok_or_else(|| format!("its class is {class}, and there are {classes} classes: give a number from 0, below {classes}"))?;
        Ok(Pick { unit, class, classes })
    }

    /// The logits of the picked units, `[picked, C]`, with a floor where a unit has fewer than `C` to choose from.
    pub(super) fn logits(&self, value: &Value, picked: &[Pick]) -> Result<Tensor> {
        let Some(segments) = &self.segments else { return wide(&picked_rows(value.tensor(), picked)?) };
        let padded = wide(&segments.pad(value.tensor())?)?;
        let floor = segments.floor(padded.device())?.to_dtype(padded.dtype())?;
        picked_rows(&(padded + floor)?, picked)
    }
}

/// The number, within its sequence, of the token at a column.
fn token_at(value: &Value, unit: usize, column: i64) -> Option<usize> {
    let layout = value.layout();
    let sequence = match value.rows() {
        Rows::Pair => (0..layout.sequences()).find(|&sequence| layout.rows(sequence).contains(&unit))?,
        Rows::Token | Rows::Sequence => unit,
    };
    layout.positions(sequence).binary_search(&u32::try_from(column).ok()?).ok()
}

fn picked_rows(logits: &Tensor, picked: &[Pick]) -> Result<Tensor> {
    if picked.len() == logits.dim(0)? {
        return Ok(logits.clone());
    }
    let units: Vec<u32> = picked.iter().map(|pick| pick.unit as u32).collect();
    let units = Tensor::from_vec(units, picked.len(), logits.device())?;
    Ok(logits.contiguous()?.index_select(&units, 0)?)
}
