//! What can be trained: the models of typed and of interpreted heads.

use crate::context::Context;
use crate::encoder::Batch;
use crate::error::Result;
use crate::head::{Head, IntoTargets, Target, Targets, Task};
use crate::interpret::DynamicInput;
use crate::losses::Loss;
use crate::model::{Bert, BertFor, DynamicBert};
use crate::parameter::Parameter;
use crate::text::Example;

/// A model with a training objective: [`BertFor`] of a task, and [`DynamicBert`].
pub trait Model: Clone + Send + Sync {
    /// What an example is.
    type Input: Example;
    /// What it is trained towards.
    type Target: IntoTargets;

    /// The encoder.
    fn bert(&self) -> &Bert;

    /// The head.
    fn head(&self) -> &dyn Head;

    /// The head's name.
    fn name(&self) -> &str;

    /// The head's text in its canonical form.
    fn text(&self) -> &str;

    /// All weights of the encoder and the head, each once.
    fn parameters(&self) -> Vec<&Parameter>;

    /// Checks that an input has what the head is given.
    ///
    /// # Errors
    /// An input that lacks something, or has too much.
    fn check(&self, _input: &Self::Input) -> Result<()> {
        Ok(())
    }

    /// The training objective on a batch.
    ///
    /// # Errors
    /// As [`BertFor::loss`].
    fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Loss>;
}

impl<T: Task> Model for BertFor<T> {
    type Input = T::Input;
    type Target = T::Target;

    fn bert(&self) -> &Bert {
        self.bert()
    }

    fn head(&self) -> &dyn Head {
        self.head()
    }

    fn name(&self) -> &str {
        T::NAME
    }

    fn text(&self) -> &str {
        T::TEXT
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.parameters()
    }

    fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Loss> {
        self.loss(cx, batch, targets)
    }
}

impl Model for DynamicBert {
    type Input = DynamicInput;
    type Target = Vec<(String, Target)>;

    fn bert(&self) -> &Bert {
        self.bert()
    }

    fn head(&self) -> &dyn Head {
        self.head()
    }

    fn name(&self) -> &str {
        self.dynamic_head().name()
    }

    fn text(&self) -> &str {
        self.dynamic_head().text()
    }

    fn parameters(&self) -> Vec<&Parameter> {
        self.parameters()
    }

    fn check(&self, input: &DynamicInput) -> Result<()> {
        input.check(self.dynamic_head().checked())
    }

    fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Loss> {
        self.loss(cx, batch, targets)
    }
}
