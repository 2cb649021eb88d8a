//! The scores of a head, gathered batch by batch.

use crate::decode::Decoded;
use crate::error::{Error, ErrorKind, Result};
use crate::head::{Head, Outcome, Target, Targets};
use crate::losses::Part;
use crate::metrics::Losses;
use crate::metrics::measure::{Measure, Tree};
use crate::metrics::scores::Scores;
use crate::text::Encoding;

/// What a head says of examples beside what they are trained towards, counted as it comes: batches may have any size.
///
/// Which scores there are follows from what each decode gives and what was wanted:
///
/// | decode | scores |
/// | --- | --- |
/// | `argmax` of two labels | `accuracy`, and of the second label `f1`, `precision`, `recall`; `matthews_correlation` |
/// | `argmax` of more labels | `accuracy`, `f1_macro`, `f1_micro`, `matthews_correlation` |
/// | `argmax` of choices, of tokens and of what has no labels | `accuracy` |
/// | `entities`, `viterbi`, and other labels a word that mark entities | `entity_f1`, `entity_precision`, `entity_recall`, `accuracy` |
/// | `threshold` | `accuracy` of whole sets, `f1_macro`, `f1_micro` |
/// | `value` | `pearson`, `spearman`, `mse`, `mae`; of several numbers `mse` and `mae` |
/// | `value` of a yes or no (`bce`) | `accuracy`, `f1`, `average_precision`; where texts are pairs that share their first text, or choices, `map` and `mrr` |
/// | `rank` | `accuracy`, `mae` |
/// | `span` | `exact_match`, `f1`, from 0 to 1, against the one answer of the target; [`AnswerScores`](crate::metrics::AnswerScores) takes several |
/// | `tree` | `uas`; `las` of the labels of pairs beside it |
/// | `top_k` | `masked_accuracy` at the mask tokens that have a target; `perplexity` by the loss |
/// | `embedding` of pairs with a target (`cosine`) | `spearman` and `pearson` of the cosine |
/// | `tensor`, other `embedding`s | the loss alone, which [`Scores::unmeasured`] says |
///
/// With a distribution for a target the label with the largest share is the wanted one. Words that were cut off do not count. Where a
/// head gives several answers, each name has the output's in front: `intent.accuracy`.
///
/// ```no_run
/// # use bert_runtime::{Context, Head, Result, encoder::Batch, head::Targets, text::Encoding, value::Value, decode::Decoded, losses::Loss};
/// # struct Step { decoded: Vec<Vec<Decoded>>, targets: Targets, texts: Vec<Vec<Encoding>>, loss: Loss }
/// # fn example(head: &dyn Head, batches: Vec<Step>) -> Result<()> {
/// use bert_runtime::metrics::Metrics;
///
/// let mut metrics = Metrics::of(head);
/// for batch in batches {
///     metrics.add(&batch.decoded, &batch.targets, &batch.texts)?;
///     metrics.add_loss(&batch.loss)?;
/// }
/// println!("{}", metrics.scores()); // loss 0.3210, accuracy 0.9000, ..
/// # Ok(())
/// # }
/// ```
#[derive(Debug, Clone)]
pub struct Metrics {
    outcomes: Vec<Outcome>,
    measures: Vec<Measure>,
    losses: Losses,
    examples: usize,
}

impl Metrics {
    /// Nothing yet of a head's answers.
    pub fn of(head: &dyn Head) -> Self {
        Self::of_outcomes(head.outcomes())
    }

    pub(super) fn of_outcomes(outcomes: Vec<Outcome>) -> Self {
        Self { measures: vec![Measure::default(); outcomes.len()], outcomes, losses: Losses::default(), examples: 0 }
    }

    /// Counts a batch: what [`Head::decode`] gives, `[answer][example]`; the targets as [`collate_targets`](crate::targets::collate_targets)
    /// gives them; and the texts of each example, one or one a choice. An answer whose targets the batch lacks is passed over.
    ///
    /// # Errors
    /// Of kind [`Metric`](ErrorKind::Metric): another number of answers than the head gives, and of targets than there are examples.
    pub fn add(&mut self, decoded: &[Vec<Decoded>], targets: &Targets, texts: &[Vec<Encoding>]) -> Result<()> {
        for (example, texts) in texts.iter().enumerate() {
            let answers: Vec<&Decoded> = decoded.iter().filter_map(|answers| answers.get(example)).collect();
            self.count(&answers, Place { targets, example, examples: decoded.first().map_or(0, Vec::len) }, texts)?;
        }
        Ok(())
    }

    /// Counts one example: its answers, its targets, one under each name, and its texts.
    ///
    /// # Errors
    /// As [`Metrics::add`].
    pub fn add_example(&mut self, answers: &[Decoded], targets: &Targets, texts: &[Encoding]) -> Result<()> {
        self.count(&answers.iter().collect::<Vec<_>>(), Place { targets, example: 0, examples: 1 }, texts)
    }

    fn count(&mut self, answers: &[&Decoded], place: Place<'_>, texts: &[Encoding]) -> Result<()> {
        if answers.len() != self.outcomes.len() {
            let what = format!("example {} has {} answers, and the head gives {}", place.example, answers.len(), self.outcomes.len());
            return Err(Error::new(ErrorKind::Metric, what));
        }
        let targets = self.outcomes.iter().map(|outcome| place.targets_of(outcome)).collect::<Result<Vec<_>>>()?;
        let tree = answers.iter().zip(&targets).find_map(|(decoded, targets)| Tree::of(decoded, targets.as_ref()?.first()?, texts));
        for (number, measure) in self.measures.iter_mut().enumerate() {
            if let Some(targets) = &targets[number] {
                measure.add(&self.outcomes[number], answers[number], targets, texts, tree.as_ref());
            }
        }
        self.examples += 1;
        Ok(())
    }

    /// Adds the loss of a batch: what [`Head::loss`] gives.
    ///
    /// # Errors
    /// What candle says of reading it.
    pub fn add_loss(&mut self, parts: &[Part]) -> Result<()> {
        self.losses.add(parts)
    }

    /// Adds the losses of several batches.
    pub fn add_losses(&mut self, losses: Losses) {
        self.losses.join(losses);
    }

    /// How many examples were counted.
    pub fn examples(&self) -> usize {
        self.examples
    }

    /// The scores of all that was counted: `loss`, the loss of each output where there are several, and what each answer is measured by.
    pub fn scores(&self) -> Scores {
        let mut scores = Scores::default();
        self.losses.tell(&mut scores);
        let is_lone = self.outcomes.len() == 1;
        for (outcome, measure) in self.outcomes.iter().zip(&self.measures) {
            measure.tell(outcome, is_lone, &self.losses, &mut scores);
        }
        scores
    }
}

/// An example among those of a batch.
#[derive(Clone, Copy)]
struct Place<'a> {
    targets: &'a Targets,
    example: usize,
    examples: usize,
}

impl<'a> Place<'a> {
    /// The targets of an answer; none where the batch has none of them.
    fn targets_of(&self, outcome: &Outcome) -> Result<Option<Vec<&'a Target>>> {
        let lists: Option<Vec<&[Target]>> = outcome.targets.iter().map(|name| self.targets.get(name)).collect();
        let Some(lists) = lists else { return Ok(None) };
        lists.into_iter().map(|list| self.target(outcome, list)).collect::<Result<_>>().map(Some)
    }

    /// Examples that the loss reads together may have one target together.
    fn target(&self, outcome: &Outcome, list: &'a [Target]) -> Result<&'a Target> {
        let each = if list.len() * outcome.together == self.examples { outcome.together } else { 1 };
        list.get(self.example / each).filter(|_| list.len() * each == self.examples).ok_or_else(|| {
            let (name, targets, examples) = (&outcome.name, list.len(), self.examples);
            Error::new(ErrorKind::Metric, format!("`{name}` has {targets} targets for {examples} examples: give one an example"))
        })
    }
}
