//! Targets for any head, as its losses want them.

use bert_dsl::CheckedHead;
use bert_dsl::losses::Loss;
use bert_runtime::head::{Target, Targets};
use bert_runtime::{Rows, Value};

/// A target for each loss of a head, on these outputs of it.
pub(crate) fn of(head: &CheckedHead, outputs: &[Value]) -> Targets {
    let mut targets = Targets::new();
    let mut outputs = outputs.iter();
    for pipeline in &head.pipelines {
        let own: Vec<&Value> = outputs.by_ref().take(pipeline.outputs.len()).collect();
        let Some(used) = &pipeline.loss else { continue };
        for (name, value) in used.targets.iter().zip(own) {
            targets = targets.with(name.as_str(), target(&used.loss, value));
        }
    }
    targets
}

/// How many things an example's target is about: `rows` for each of its choices.
fn slots(value: &Value, rows: Rows) -> usize {
    let width = value.layout().width();
    let choices = value.layout().choices(0).map_or(1, |range| range.len());
    let each = match rows {
        Rows::Sequence => 1,
        Rows::Token => width,
        Rows::Pair => width * width,
    };
    choices * each
}

/// What is chosen from the last axis: one for each remaining place.
fn chosen(value: &Value) -> usize {
    match (value.has_features(), value.rows()) {
        (true, rows) => slots(value, rows),
        (false, Rows::Pair) => slots(value, Rows::Token),
        (false, Rows::Token) => slots(value, Rows::Sequence),
        (false, Rows::Sequence) => 1,
    }
}

/// A target of each example.
fn target(loss: &Loss, value: &Value) -> Vec<Target> {
    let examples = value.layout().examples();
    let each = if value.has_features() { value.width() } else { 1 };
    let classes = |count: usize| (0..examples).map(|example| Target::Classes(vec![(example % 2) as i64; count])).collect();
    let numbers = |number: f32| vec![Target::Numbers(vec![number; slots(value, value.rows()) * each]); examples];
    match loss {
        Loss::CrossEntropy(_) | Loss::Focal(_) | Loss::TreeLoss(_) => classes(chosen(value)),
        Loss::CrfLoss(_) | Loss::Ordinal(_) => classes(slots(value, value.rows())),
        Loss::SpanLoss(_) => classes(slots(value, Rows::Sequence)),
        Loss::Bce(_) | Loss::Mse(_) | Loss::L1(_) | Loss::Huber(_) => numbers(0.75),
        Loss::Kl(_) => numbers(1.0 / each as f32),
        Loss::Cosine(_) => vec![Target::Numbers(vec![0.5]); examples / 2],
        Loss::Ranking(_) | Loss::Triplet(_) => Vec::new(),
    }
}
