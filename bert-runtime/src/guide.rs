//! The guide: from a question to a trained head, a page after the other. Every example on its pages is a test.
//!
//! *"I need only a few lines to solve a task with BERT. But why does masked-language modelling use `last_hidden_state` and next-sentence prediction the
//! pooler's output, and if I want a downstream task of my own, what do I do first?"*
//!
//! | page | answers |
//! | --- | --- |
//! | [How downstream tasks work](downstream_tasks) | what BERT gives, what a head is, and the four questions that make one |
//! | [Pooled or tokens](pooled_or_tokens) | which output a task reads, and why |
//! | [Your first head](your_first_head) | from an idea to a checked head, line by line |
//! | [Your own layer](your_own_layer) | what to do where the language has no layer for it |
//! | [Training](training) | from examples to a model that can be trusted |
//! | [Several heads on one encoder](several_heads) | several questions to a text that is read once |
//! | [Loading and leaving](loading_and_leaving) | checkpoints: what is checked, and how you leave with everything |
//! | [GPU](gpu) | where it runs |

/// A page, behind what its links and pictures are in rustdoc. Where a name is said twice the first counts, and what pages say of them themselves is for
/// whoever reads their files.
macro_rules! page {
    ($name:literal) => {
        concat!(include_str!("guide/rustdoc/links.md"), "\n", include_str!(concat!("guide/", $name, ".md")))
    };
}

#[doc = page!("downstream_tasks")]
///
/// In the reference: [`Bert`](crate::Bert), [`BertFor`](crate::BertFor), [`head!`](crate::head!).
pub mod downstream_tasks {}

#[doc = page!("pooled_or_tokens")]
///
/// In the reference: [`RawOutputs`](crate::model::RawOutputs), [`Checkpoint`](crate::weights::Checkpoint), [`Task::READS`](crate::Task::READS).
pub mod pooled_or_tokens {}

#[doc = page!("your_first_head")]
///
/// In the reference: [`BertHead`](macro@crate::BertHead), [`decode`](crate::decode), [`Predicted`](crate::Predicted).
pub mod your_first_head {}

#[doc = page!("your_own_layer")]
///
/// In the reference: [`CustomLayer`](crate::layers::CustomLayer), [`LayerBinder`](crate::bind::LayerBinder), [`Value`](crate::Value),
/// [`Registry`](crate::Registry).
pub mod your_own_layer {}

#[doc = page!("training")]
///
/// In the reference: [`Trainer`](crate::Trainer), [`data`](crate::data), [`Example`](macro@crate::Example), [`metrics`](crate::metrics).
pub mod training {}

#[doc = page!("several_heads")]
///
/// In the reference: [`Bert::predict_with`](crate::Bert::predict_with), [`MultiTask`](macro@crate::MultiTask), [`Mix`](crate::train::Mix).
pub mod several_heads {}

#[doc = page!("loading_and_leaving")]
///
/// In the reference: [`weights`](crate::weights), [`Report`](crate::weights::Report), [`save`](crate::save), [`BertOptions`](crate::BertOptions).
pub mod loading_and_leaving {}

#[doc = page!("gpu")]
///
/// In the reference: [`Device`](crate::Device), [`Bert::open`](crate::Bert::open).
pub mod gpu {}
