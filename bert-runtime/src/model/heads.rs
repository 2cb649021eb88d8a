//! Several heads that are answered in one encoder pass.

use crate::error::Result;
use crate::head::{Head, Task};
use crate::interpret::{DynamicInput, DynamicPrediction};
use crate::model::engine::Answer;
use crate::model::{Bert, BertFor, DynamicBert};
use crate::text::Example;

/// Heads on one encoder that read the same input: one, or a tuple of two to four.
pub trait HeadSet<I: Example> {
    /// What they predict together: one prediction, or a tuple of them.
    type Prediction;

    /// The encoders that the heads are on, and the heads.
    #[doc(hidden)]
    fn heads(&self) -> Vec<(&Bert, &dyn Head)>;

    /// The predictions of one example, from what each head's decodes say.
    #[doc(hidden)]
    fn prediction(&self, answer: Answer) -> Result<Self::Prediction>;
}

impl<A: Task> HeadSet<A::Input> for &BertFor<A> {
    type Prediction = A::Prediction;

    fn heads(&self) -> Vec<(&Bert, &dyn Head)> {
        vec![(self.bert(), self.head())]
    }

    fn prediction(&self, answer: Answer) -> Result<Self::Prediction> {
        A::prediction(answer.into_iter().next().unwrap_or_default())
    }
}

impl HeadSet<DynamicInput> for &DynamicBert {
    type Prediction = DynamicPrediction;

    fn heads(&self) -> Vec<(&Bert, &dyn Head)> {
        vec![(self.bert(), self.head())]
    }

    fn prediction(&self, answer: Answer) -> Result<Self::Prediction> {
        Ok(DynamicBert::prediction(self, answer.into_iter().next().unwrap_or_default()))
    }
}

/// Several interpreted heads, each with its predictions.
impl HeadSet<DynamicInput> for &[DynamicBert] {
    type Prediction = Vec<DynamicPrediction>;

    fn heads(&self) -> Vec<(&Bert, &dyn Head)> {
        self.iter().map(|model| (model.bert(), model.head() as &dyn Head)).collect()
    }

    fn prediction(&self, answer: Answer) -> Result<Self::Prediction> {
        Ok(self.iter().zip(answer).map(|(model, decoded)| DynamicBert::prediction(model, decoded)).collect())
    }
}

/// Tuples of heads whose tasks have one input type.
macro_rules! head_sets {
    ($($task:ident $field:tt),+) => {
        impl<I: Example, $($task: Task<Input = I>),+> HeadSet<I> for ($(&BertFor<$task>,)+) {
            type Prediction = ($($task::Prediction,)+);

            fn heads(&self) -> Vec<(&Bert, &dyn Head)> {
                vec![$((self.$field.bert(), self.$field.head() as &dyn Head)),+]
            }

            fn prediction(&self, answer: Answer) -> Result<Self::Prediction> {
                let mut heads = answer.into_iter();
                Ok(($($task::prediction(heads.next().unwrap_or_default())?,)+))
            }
        }
    };
}

head_sets!(A 0, B 1);
head_sets!(A 0, B 1, C 2);
head_sets!(A 0, B 1, C 2, D 3);
