//! Token ids on their way into an encoder.

use std::sync::Arc;

use candle_core::{Device, Tensor};

use crate::encoder::stack::States;
use crate::encoder::words;
use crate::error::{Error, ErrorKind, Result};
use crate::value::{Layout, Rows, Value};

/// Sequences of token ids without padding, on the host: nothing reaches a device before it is checked.
#[derive(Debug, Clone)]
pub struct Batch {
    ids: Vec<u32>,
    types: Vec<u32>,
    layout: Arc<Layout>,
    masked: Arc<Vec<Vec<u32>>>,
    given: Vec<(String, Vec<Vec<f32>>)>,
    positions: Arc<Vec<(String, Vec<u32>)>>,
    words: Option<Vec<Vec<Option<u32>>>>,
    states: Option<States>,
}

impl Batch {
    /// A batch from ids, an attention mask and token types as Hugging Face's tokenizers give them, `[batch][token]`.
    ///
    /// The mask may have holes and padding at the left: positions are counted in the padded row, as transformers does.
    ///
    /// # Errors
    /// Rows of different lengths, a mask value other than 0 and 1, and a row whose mask keeps no token.
    pub fn from_padded(ids: &[Vec<u32>], mask: &[Vec<u32>], types: &[Vec<u32>]) -> Result<Self> {
        let width = ids.first().map_or(0, Vec::len);
        check_rectangle(ids, mask, types, width)?;
        let columns: Vec<Vec<u32>> = mask.iter().map(|row| kept(row)).collect();
        let layout = Layout::new(columns.iter().map(Vec::as_slice), width)?;
        let pick = |table: &[Vec<u32>]| {
            columns.iter().zip(table).flat_map(|(kept, row)| kept.iter().map(|&column| row[column as usize])).collect()
        };
        Ok(Self {
            ids: pick(ids),
            types: pick(types),
            layout: Arc::new(layout),
            masked: Arc::default(),
            given: Vec::new(),
            positions: Arc::default(),
            words: None,
            states: None,
        })
    }

    /// The same batch, in which every example has as many sequences as `counts` says: its choices.
    ///
    /// # Errors
    /// Counts that do not add up to the number of sequences, or a count of zero.
    pub fn with_choices(mut self, counts: &[usize]) -> Result<Self> {
        let total: usize = counts.iter().sum();
        if total != self.layout.sequences() || counts.contains(&0) {
            let have = self.layout.sequences();
            return Err(Error::new(
                ErrorKind::Input,
                format!("the examples' choices add up to {total}, and there are {have} sequences: every example needs one choice at least"),
            ));
        }
        let offsets = std::iter::once(0)
            .chain(counts.iter().scan(0, |sum, count| {
                *sum += count;
                Some(*sum)
            }))
            .collect();
        self.layout = Arc::new(Layout::clone(&self.layout).with_choices(offsets));
        Ok(self)
    }

    /// The same batch, whose first sequence is number `first` of its training step.
    #[must_use]
    pub fn with_first_sequence(mut self, first: u64) -> Self {
        self.layout = Arc::new(Layout::clone(&self.layout).with_first_sequence(first));
        self
    }

    /// The same batch, with the positions of each sequence's mask tokens.
    #[must_use]
    pub fn with_mask_token(mut self, id: u32) -> Self {
        let masked = |sequence| {
            self.layout
                .rows(sequence)
                .zip(self.layout.positions(sequence))
                .filter(|(row, _)| self.ids[*row] == id)
                .map(|(_, &column)| column)
                .collect()
        };
        self.masked = Arc::new((0..self.layout.sequences()).map(masked).collect());
        self
    }

    /// The same batch with numbers that come with each example, under the name that the head gives them.
    ///
    /// # Errors
    /// Another number of rows than there are examples, or rows of different lengths.
    pub fn with_features(mut self, name: &str, rows: Vec<Vec<f32>>) -> Result<Self> {
        let examples = self.layout.examples();
        let width = rows.first().map_or(0, Vec::len);
        if rows.len() != examples || rows.iter().any(|row| row.len() != width) {
            return Err(Error::new(ErrorKind::Input, format!("`{name}` needs {examples} rows of one length, one an example")));
        }
        self.given.push((name.into(), rows));
        Ok(self)
    }

    /// The same batch with the position of a token in each example, under the name that the head gives it.
    ///
    /// # Errors
    /// Another number of positions than there are examples, and a position at which an example has no token.
    pub fn with_positions(mut self, name: &str, positions: Vec<u32>) -> Result<Self> {
        let examples = self.layout.examples();
        if positions.len() != examples {
            return Err(Error::new(
                ErrorKind::Input,
                format!("`{name}` has {} positions for {examples} examples: give one an example", positions.len()),
            ));
        }
        let has = |(example, position): (usize, &u32)| self.layout.positions(example).binary_search(position).is_ok();
        if let Some(odd) = positions.iter().enumerate().position(|place| !has(place)) {
            return Err(Error::new(
                ErrorKind::Input,
                format!("`{name}` of example {odd} is {}, where its text has no token", positions[odd]),
            ));
        }
        Arc::make_mut(&mut self.positions).push((name.into(), positions));
        Ok(self)
    }

    /// The same batch, with the number of the word that each kept token is a piece of: one list a sequence, none for special
    /// tokens. Words count from 0, and in a pair the second text goes on counting.
    ///
    /// # Errors
    /// Another number of lists than sequences, or of entries than a sequence has tokens, and words whose numbers fall.
    pub fn with_words(mut self, words: Vec<Vec<Option<u32>>>) -> Result<Self> {
        words::check(&self.layout, &words)?;
        self.layout = Arc::new(Layout::clone(&self.layout).with_begun_words(words.iter().flat_map(|row| words::begun(row)).collect()));
        self.words = Some(words);
        Ok(self)
    }

    /// The same batch with what the layers that do not train give of it.
    pub(crate) fn with_states(self, states: States) -> Self {
        Self { states: Some(states), ..self }
    }

    /// What was kept of the layers that do not train.
    pub(super) fn states(&self) -> Option<&States> {
        self.states.as_ref()
    }

    /// The word that each token of a sequence is a piece of, where [`Batch::with_words`] was told.
    pub fn words(&self) -> Option<&[Vec<Option<u32>>]> {
        self.words.as_deref()
    }

    /// The positions that came with the examples under this name, one an example.
    pub fn positions(&self, name: &str) -> Option<&[u32]> {
        self.positions.iter().find(|(given, _)| given == name).map(|(_, positions)| positions.as_slice())
    }

    /// All positions that came with the examples.
    pub(super) fn all_positions(&self) -> &Arc<Vec<(String, Vec<u32>)>> {
        &self.positions
    }

    /// The ids, a row a token: `[total]`.
    pub fn ids(&self) -> &[u32] {
        &self.ids
    }

    /// The token types, a row a token: `[total]`.
    pub fn types(&self) -> &[u32] {
        &self.types
    }

    /// Whose rows the tokens are.
    pub fn layout(&self) -> &Arc<Layout> {
        &self.layout
    }

    /// For each sequence the positions of its mask tokens, where [`Batch::with_mask_token`] was told the token.
    pub fn masked(&self) -> &Arc<Vec<Vec<u32>>> {
        &self.masked
    }

    /// The numbers that came with the examples, as values `[batch, N]`.
    ///
    /// # Errors
    /// What candle says of the upload.
    pub fn given(&self, device: &Device) -> Result<Vec<(String, Value)>> {
        let upload = |(name, rows): &(String, Vec<Vec<f32>>)| {
            let tensor = Tensor::new(rows.clone(), device)?;
            Ok((name.clone(), Value::new(tensor, Rows::Sequence, self.layout.clone())))
        };
        self.given.iter().map(upload).collect()
    }
}

fn kept(mask: &[u32]) -> Vec<u32> {
    (0..mask.len() as u32).filter(|&column| mask[column as usize] == 1).collect()
}

fn check_rectangle(ids: &[Vec<u32>], mask: &[Vec<u32>], types: &[Vec<u32>], width: usize) -> Result<()> {
    let fault = |what: String| Err(Error::new(ErrorKind::Input, what));
    if mask.len() != ids.len() || types.len() != ids.len() {
        return fault(format!("{} rows of ids, {} of mask and {} of types: they must be as many", ids.len(), mask.len(), types.len()));
    }
    for (row, ((ids, mask), types)) in ids.iter().zip(mask).zip(types).enumerate() {
        if [ids.len(), mask.len(), types.len()] != [width; 3] {
            return fault(format!(
                "row {row} has {} ids, {} mask values and {} types, and the batch is {width} wide",
                ids.len(),
                mask.len(),
                types.len()
            ));
        }
        if let Some(odd) = mask.iter().find(|&&value| value > 1) {
            return fault(format!("row {row} has {odd} in its attention mask: 1 keeps a token and 0 drops it"));
        }
    }
    Ok(())
}
