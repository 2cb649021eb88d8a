//! Models of compiled and of interpreted heads, as tests see them.

use bert_runtime::encoder::{Batch, BertEncoder};
use bert_runtime::head::{Head, Targets};
use bert_runtime::losses::Part;
use bert_runtime::{Bert, BertFor, Context, DynamicBert, Parameter, Result, Task, Value};

/// A whole model.
pub trait Model {
    /// Its head.
    fn head(&self) -> &dyn Head;

    /// The encoder with its tokenizer.
    fn bert(&self) -> &Bert;

    /// The head's whole outputs.
    ///
    /// # Errors
    /// Those of the model.
    fn outputs(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>>;

    /// The loss of each pipeline.
    ///
    /// # Errors
    /// Those of the model.
    fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Vec<Part>>;

    /// All weights.
    fn parameters(&self) -> Vec<&Parameter>;

    /// The head's layers, as PyTorch prints them.
    fn tree(&self) -> String;

    /// The encoder.
    fn encoder(&self) -> &BertEncoder {
        self.bert().encoder()
    }
}

macro_rules! model {
    ([$($generics:tt)*] $model:ty) => {
        impl<$($generics)*> Model for $model {
            fn head(&self) -> &dyn Head {
                self.head()
            }
            fn bert(&self) -> &Bert {
                self.bert()
            }
            fn outputs(&self, cx: &Context, batch: &Batch) -> Result<Vec<Value>> {
                self.outputs(cx, batch)
            }
            fn loss(&self, cx: &Context, batch: &Batch, targets: &Targets) -> Result<Vec<Part>> {
                self.loss(cx, batch, targets)
            }
            fn parameters(&self) -> Vec<&Parameter> {
                self.parameters()
            }
            fn tree(&self) -> String {
                self.tree()
            }
        }
    };
}

model!([T: Task] BertFor<T>);
model!([] DynamicBert);
