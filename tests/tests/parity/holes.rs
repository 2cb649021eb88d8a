//! The encoder under masks with holes and with padding at the left.

use bert_runtime::{Context, head};
use tests::case::Case;
use tests::folders::fixture;
use tests::numbers::{furthest, numbers};
use tests::proof::{VALUES, gradients, gradients_apart, open, within};

head! {
    /// The encoder's own outputs.
    head Encoder {
        input tokens;
        output last_hidden_state;
        input pooled;
        output pooler_output;
    }
}

#[test]
fn outputs_and_gradients_are_transformers() {
    let case = Case::open(fixture("holes"));
    let model = open::<Encoder>(&case);
    let states = model.bert().encoder().hidden_states(&Context::evaluation(), &case.batch()).unwrap();
    for (depth, state) in states.iter().enumerate() {
        let expected = case.tensor(&format!("out.hidden_states.{depth}"));
        within("a hidden state", furthest(&state.to_padded().unwrap(), expected), VALUES).unwrap();
    }
    let outputs = model.outputs(&Context::evaluation().with_gradients(), &case.batch()).unwrap();
    let [last, pooled] = [0, 1].map(|number: usize| outputs[number].to_padded().unwrap());
    within("the pooled vector", furthest(&pooled, case.tensor("out.pooler_output")), VALUES).unwrap();
    let weighted = |output: &candle_core::Tensor, name| (output * case.tensor(name)).unwrap().sum_all().unwrap();
    let loss = (weighted(&last, "upstream.last_hidden_state") + weighted(&pooled, "upstream.pooler_output")).unwrap();
    within("the loss", (numbers(&loss)[0] - case.loss().unwrap()).abs(), 10.0 * VALUES).unwrap();
    let found = gradients(&model, &loss);
    let bare = found.into_iter().map(|(name, tensor)| (name.strip_prefix("bert.").unwrap().to_owned(), tensor)).collect();
    gradients_apart(&case, &bare).unwrap();
}
