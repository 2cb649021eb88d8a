//! An example for an interpreted head.

use bert_dsl::ir::{CheckedHead, Given, GivenKind};

use crate::error::{Error, ErrorKind, Result};
use crate::text::{Choices, Example, Position, Text};

/// The texts of an example, and what a head is given with it, by name.
///
/// ```
/// use bert_runtime::interpret::DynamicInput;
/// use bert_runtime::text::Position;
///
/// let plain = DynamicInput::from("A man is eating food.");
/// let given = DynamicInput::from("Anna founded it.").with_position("subject", Position::Word(0)).with_numbers("account", vec![1.0, 0.5]);
/// # let _ = (plain, given);
/// ```
#[derive(Debug, Clone, PartialEq)]
pub struct DynamicInput {
    texts: Vec<Text>,
    choices: bool,
    numbers: Vec<(String, Vec<f32>)>,
    positions: Vec<(String, Position)>,
}

impl DynamicInput {
    /// The same with numbers that the head is given by this name.
    #[must_use]
    pub fn with_numbers(mut self, name: impl Into<String>, numbers: Vec<f32>) -> Self {
        self.numbers.push((name.into(), numbers));
        self
    }

    /// The same with a position that the head is given by this name.
    #[must_use]
    pub fn with_position(mut self, name: impl Into<String>, position: Position) -> Self {
        self.positions.push((name.into(), position));
        self
    }

    /// Checks that it has what the head is given, and nothing else.
    pub(crate) fn check(&self, head: &CheckedHead) -> Result<()> {
        let per_choice = head.sources.iter().any(|source| source.per_choice);
        match (per_choice, self.choices) {
            (true, false) => return fault(format!("`{}` reads several texts an example: give `Choices`", head.name)),
            (false, true) => return fault(format!("`{}` reads one text or pair an example, and this has choices", head.name)),
            (true, true) | (false, false) => {}
        }
        head.givens.iter().try_for_each(|given| self.check_given(given))?;
        let names = self.numbers.iter().map(|(name, _)| name).chain(self.positions.iter().map(|(name, _)| name));
        match names.into_iter().find(|name| !head.givens.iter().any(|given| given.name == **name)) {
            Some(name) => fault(format!("`{}` is not given `{name}`: leave it out, or declare it in the head", head.name)),
            None => Ok(()),
        }
    }

    fn check_given(&self, given: &Given) -> Result<()> {
        let name = &given.name;
        match given.kind {
            GivenKind::Position if self.positions.iter().any(|(known, _)| known == name) => Ok(()),
            GivenKind::Position => fault(format!("the head is given the position `{name}`: add it with `with_position`")),
            GivenKind::Features(count) => match self.numbers.iter().find(|(known, _)| known == name) {
                Some((_, numbers)) if numbers.len() == count as usize => Ok(()),
                Some((_, numbers)) => fault(format!("`{name}` is {count} numbers, and this example has {}", numbers.len())),
                None => fault(format!("the head is given the {count} numbers `{name}`: add them with `with_numbers`")),
            },
        }
    }
}

fn fault(what: String) -> Result<()> {
    Err(Error::new(ErrorKind::Input, what))
}

impl<T: Into<Text>> From<T> for DynamicInput {
    fn from(text: T) -> Self {
        Self { texts: vec![text.into()], choices: false, numbers: Vec::new(), positions: Vec::new() }
    }
}

impl From<Choices> for DynamicInput {
    fn from(choices: Choices) -> Self {
        Self { texts: choices.texts().to_vec(), choices: true, numbers: Vec::new(), positions: Vec::new() }
    }
}

impl Example for DynamicInput {
    fn texts(&self) -> &[Text] {
        &self.texts
    }

    fn is_choices(&self) -> bool {
        self.choices
    }

    fn numbers(&self) -> Vec<(&str, &[f32])> {
        self.numbers.iter().map(|(name, numbers)| (name.as_str(), numbers.as_slice())).collect()
    }

    fn positions(&self) -> Vec<(&str, Position)> {
        self.positions.iter().map(|(name, position)| (name.as_str(), *position)).collect()
    }
}
