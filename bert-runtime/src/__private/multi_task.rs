use std::borrow::Cow;
use std::vec::IntoIter;

use crate::decode::Decoded;
use crate::error::Result;
use crate::head::{IntoTargets, Reads, Target, Task, name_in};
use crate::value::Value;

/// The type itself: what all tasks of a `MultiTask` read.
#[diagnostic::on_unimplemented(
    message = "the tasks of a `MultiTask` read one input, and this one reads `{Self}` where the first reads `{First}`",
    label = "this task reads `{Self}`",
    note = "leave it out, and bind its task to the same `Bert` by itself"
)]
pub trait SameInput<First> {}

impl<Input> SameInput<Input> for Input {}

/// Compiles where two tasks read the same input.
pub const fn same_input<First, Other: SameInput<First>>() {}

/// What several tasks read, one after the other.
pub const fn join_reads<const N: usize>(tasks: &[&[Reads]]) -> [Reads; N] {
    let mut all = [Reads { source: "", shape: "", why: "" }; N];
    let (mut task, mut next) = (0, 0);
    while task < tasks.len() {
        let mut index = 0;
        while index < tasks[task].len() {
            all[next] = tasks[task][index];
            (index, next) = (index + 1, next + 1);
        }
        task += 1;
    }
    all
}

/// How long the texts of several tasks are, a line break between each.
pub const fn length(texts: &[&str]) -> usize {
    let (mut index, mut length) = (0, 0);
    while index < texts.len() {
        length += texts[index].len() + 1;
        index += 1;
    }
    length
}

/// The texts of several tasks, each ended by a line break.
pub const fn join_texts<const N: usize>(texts: &[&str]) -> [u8; N] {
    let mut all = [b'\n'; N];
    let (mut text, mut next) = (0, 0);
    while text < texts.len() {
        let (bytes, mut index) = (texts[text].as_bytes(), 0);
        while index < bytes.len() {
            all[next] = bytes[index];
            (index, next) = (index + 1, next + 1);
        }
        (text, next) = (text + 1, next + 1);
    }
    all
}

/// The text of these bytes, which texts were joined to.
pub const fn text(bytes: &[u8]) -> &str {
    match std::str::from_utf8(bytes) {
        Ok(text) => text,
        Err(_) => "",
    }
}

/// The targets of a field's task, under its name.
pub fn targets_in<T: IntoTargets>(field: &str, target: Option<T>) -> impl Iterator<Item = (Cow<'static, str>, Target)> {
    let own = target.map(T::into_targets).into_iter().flatten();
    own.map(move |(name, target)| (Cow::Owned(name_in(field, &name)), target))
}

/// The next task's own outputs.
///
/// # Errors
/// As [`Task::output`].
pub fn next_output<T: Task>(outputs: &mut IntoIter<Value>) -> Result<T::Output> {
    T::output(outputs.by_ref().take(T::OUTPUTS).collect())
}

/// The next task's own answers.
///
/// # Errors
/// As [`Task::prediction`].
pub fn next_prediction<T: Task>(answers: &mut IntoIter<Decoded>) -> Result<T::Prediction> {
    T::prediction(answers.by_ref().take(T::ANSWERS).collect())
}
