//! Examples as structs of a user's own.

use crate::data::warning::Tally;
use crate::data::{Examples, Faults, Row, Rows, fit};
use crate::error::Result;
use crate::head::{IntoTargets, Task};
use crate::interpret::{DynamicHead, Wanted};

/// An example of a task as a struct with a field a column: what `#[derive(Example)]` implements.
///
/// ```
/// use bert_runtime::data::{Delimited, Rows};
/// use bert_runtime::{Example, head};
///
/// head! { head Sentiment { labels negative, positive; input pooled; linear hidden -> labels; loss cross_entropy; } }
///
/// #[derive(Example)]
/// #[example(task = Sentiment)]
/// struct Review {
///     #[example(text, column = "sentence")]
///     review: String,
///     label: SentimentLabel,
/// }
///
/// # fn main() -> bert_runtime::Result<()> {
/// let rows = Rows::parse("a.tsv", "sentence\tlabel\na gem\tpositive\nno fun\t0\n", &Delimited::tsv())?;
/// let examples = rows.examples::<Review>()?;
/// assert_eq!(examples.iter().map(|(_, label)| *label).collect::<Vec<_>>(), [SentimentLabel::Positive, SentimentLabel::Negative]);
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no example of a task",
    label = "this is no example",
    note = "derive it: `#[derive(Example)] #[example(task = ..)]` on a struct with a field a column"
)]
pub trait TaskExample: Sized {
    /// The task.
    type Task: Task;
    /// What the task is trained towards.
    type Target: IntoTargets;

    /// Reads the columns of a row.
    ///
    /// # Errors
    /// A column that is not there, and a value that is not of its field's type, with the place.
    fn from_row(row: &Row) -> Result<Self>;

    /// What the task reads, and what it is trained towards.
    fn into_pair(self) -> (<Self::Task as Task>::Input, Self::Target);
}

/// The input of an example's task, and its target.
type PairOf<E> = (<<E as TaskExample>::Task as Task>::Input, <E as TaskExample>::Target);

impl Rows {
    /// The rows as examples of a task.
    ///
    /// # Errors
    /// Of kind [`Data`](crate::ErrorKind::Data), before anything is trained: no rows, and all rows that do not fit the struct, of which the first 20 are
    /// listed with file, line and column.
    pub fn examples<E: TaskExample>(&self) -> Result<Examples<<E::Task as Task>::Input, E::Target>> {
        let (mut faults, mut tally, mut pairs) = (Faults::new(), Tally::default(), Vec::with_capacity(self.len()));
        for row in self {
            match checked::<E>(row, &mut tally) {
                Ok(pair) => pairs.push(pair),
                Err(what) => faults.add(what),
            }
        }
        faults.finish()?;
        Examples::of(self, std::any::type_name::<E>(), pairs, tally.warnings(&wanted::<E::Task>()))
    }
}

/// The example of a row, whose target fits its text.
fn checked<E: TaskExample>(row: &Row, tally: &mut Tally) -> Result<PairOf<E>> {
    let (input, target) = E::from_row(row)?.into_pair();
    let targets = target.into_targets();
    for (name, target) in &targets {
        fit::check(&input, target).map_err(|what| row.fault("", format_args!("`{name}`: {what}")))?;
    }
    tally.add(targets.iter().map(|(name, target)| (&**name, target)));
    Ok(E::from_row(row)?.into_pair())
}

/// What the task's losses want, as far as its text says.
fn wanted<T: Task>() -> Vec<Wanted> {
    DynamicHead::from_source(T::TEXT).map_or_else(|_| Vec::new(), |head| head.targets())
}
