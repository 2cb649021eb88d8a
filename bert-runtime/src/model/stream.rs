//! Many examples on their way: some are tokenized while those before them are read.

use rayon::prelude::*;

use crate::error::Result;
use crate::head::Head;
use crate::model::Predicted;
use crate::model::engine::{Answer, Engine};
use crate::model::question::{Question, in_example};

/// How many examples are tokenized ahead, and sorted by length together.
pub(super) const AHEAD: usize = 512;

impl Engine<'_> {
    /// Answers examples in their order, as many at a time as are tokenized ahead.
    ///
    /// While the encoder reads some, the next are tokenized on whichever threads are free; no more than those are held.
    ///
    /// # Errors
    /// The first that an example has, with its number from 0: all before it were answered.
    pub(super) fn answer_many<E: Send>(
        &self,
        heads: &[&dyn Head],
        examples: impl Iterator<Item = E>,
        question: impl Fn(&E) -> Result<Question> + Sync,
    ) -> Result<Vec<Predicted<Answer>>> {
        let mut examples = examples.enumerate();
        let mut coming = || examples.by_ref().take(AHEAD).collect::<Vec<(usize, E)>>();
        let mut questions = tokenized(coming(), &question)?;
        let mut answers = Vec::new();
        while !questions.is_empty() {
            let next = coming();
            let (answered, next) = rayon::join(|| self.answer(heads, &questions), || tokenized(next, &question));
            answers.extend(answered?);
            questions = next?;
        }
        Ok(answers)
    }
}

pub(super) fn tokenized<E: Send>(examples: Vec<(usize, E)>, question: &(impl Fn(&E) -> Result<Question> + Sync)) -> Result<Vec<Question>> {
    let one = |(number, example): (usize, E)| question(&example).map_err(|error| in_example(number, error));
    let questions: Vec<Result<Question>> = examples.into_par_iter().map(one).collect();
    questions.into_iter().collect()
}
