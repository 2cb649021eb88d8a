//! A head as a field of several: outputs, targets and parameters under the field's name.

use std::ops::Deref;

use crate::bind::Binder;
use crate::context::Context;
use crate::decode::{Decoded, Reading};
use crate::encoder::{Demand, Encoded};
use crate::error::{Error, Result};
use crate::head::{Head, Outcome, Purpose, Targets, Task};
use crate::losses::Part;
use crate::module::Module;
use crate::parameter::Parameter;
use crate::value::Value;

/// The head of a task that is a field of another: it is used as the head itself.
///
/// A lone output is called as the field, and of several each `FIELD.OUTPUT`; targets are `labels.FIELD` and `labels.FIELD.OUTPUT`.
#[derive(Debug, Clone)]
pub struct Scoped<H> {
    field: &'static str,
    head: H,
    outputs: Vec<String>,
}

impl<H: Head> Scoped<H> {
    /// Binds the head of the field's task.
    pub fn bind<T: Task<Head = H>>(field: &'static str, binder: &mut Binder<'_>) -> Self {
        let head = binder.within(field, T::bind);
        let outputs = match head.outputs().as_slice() {
            [_] => vec![field.to_owned()],
            several => several.iter().map(|output| format!("{field}.{output}")).collect(),
        };
        Self { field, head, outputs }
    }

    /// The targets of the head itself, by its own names.
    fn own(&self, targets: &Targets) -> Targets {
        let own = targets.names().filter_map(|name| Some((own_name(self.field, name)?, targets.get(name)?)));
        own.fold(Targets::new(), |all, (name, list)| all.with(name, list.to_vec()))
    }

    fn renamed(&self, part: Part) -> Part {
        let number = self.head.outputs().iter().position(|output| *output == part.name);
        let name = number.and_then(|number| self.outputs.get(number)).cloned();
        Part { name: name.unwrap_or_else(|| format!("{}.{}", self.field, part.name)), ..part }
    }

    fn told(&self, error: Error) -> Error {
        Error::new(error.kind(), format!("`{}`: {error}", self.field)).caused_by(error)
    }
}

/// The name of a field's target among those of all: `labels.intent` for `labels`, `labels.intent.slots` for `labels.slots`.
pub fn name_in(field: &str, own: &str) -> String {
    match own.split_once('.') {
        Some((labels, output)) => format!("{labels}.{field}.{output}"),
        None => format!("{own}.{field}"),
    }
}

/// The name that a target of this field has in the field's own head; `None` for those of other fields.
pub fn own_name(field: &str, name: &str) -> Option<String> {
    let (labels, rest) = name.split_once('.')?;
    match rest.strip_prefix(field)? {
        "" => Some(labels.to_owned()),
        output => output.strip_prefix('.').map(|output| format!("{labels}.{output}")),
    }
}

impl<H> Deref for Scoped<H> {
    type Target = H;

    fn deref(&self) -> &H {
        &self.head
    }
}

impl<H: Head> Module for Scoped<H> {
    fn class(&self) -> Option<String> {
        self.head.class()
    }

    fn children(&self) -> Vec<(&str, &dyn Module)> {
        self.head.children()
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.head.parameters()
    }
}

impl<H: Head> Head for Scoped<H> {
    fn outputs(&self) -> Vec<&str> {
        self.outputs.iter().map(String::as_str).collect()
    }

    fn demand(&self, purpose: Purpose<'_>) -> Demand {
        match purpose {
            Purpose::Loss(targets) => self.head.demand(Purpose::Loss(&self.own(targets))),
            Purpose::Forward | Purpose::Predict => self.head.demand(purpose),
        }
    }

    fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
        self.head.forward(&cx.within(self.field), encoded).map_err(|error| self.told(error))
    }

    fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
        let own = self.own(targets);
        if own.names().next().is_none() && !self.head.trains_without_targets() {
            return Ok(Vec::new());
        }
        let parts = self.head.loss(&cx.within(self.field), outputs, &own).map_err(|error| self.told(error))?;
        Ok(parts.into_iter().map(|part| self.renamed(part)).collect())
    }

    fn trains_without_targets(&self) -> bool {
        self.head.trains_without_targets()
    }

    fn windowed(&self) -> Option<Vec<usize>> {
        self.head.windowed()
    }

    fn outcomes(&self) -> Vec<Outcome> {
        let (own, field) = (self.head.outcomes(), self.field);
        let is_lone = own.len() == 1;
        let scoped = |outcome: Outcome| {
            let name = if is_lone { field.to_owned() } else { format!("{field}.{}", outcome.name) };
            let targets = outcome.targets.iter().map(|target| name_in(field, target)).collect();
            Outcome { name, targets, ..outcome }
        };
        own.into_iter().map(scoped).collect()
    }

    fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
        self.head.decode(outputs, reading).map_err(|error| self.told(error))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_go_into_a_field_and_out_again() {
        for (own, outer) in [("labels", "labels.intent"), ("labels.a", "labels.intent.a"), ("labels.x.y", "labels.intent.x.y")] {
            assert_eq!(name_in("intent", own), outer);
            assert_eq!(own_name("intent", outer).as_deref(), Some(own));
        }
        for other in ["labels", "labels.intents", "labels.slots", "labels.slots.intent"] {
            assert_eq!(own_name("intent", other), None, "{other}");
        }
    }
}
