//! Whether generated heads give what the same heads by hand give, to the bit: trees, weights, outputs and predictions.
//! `measure.py same` puts the heads in.

use bert_runtime::text::collate;
use bert_runtime::{Bert, Context, Device, Head, Result, Task, Tensor, Text};

// HEADS
const TEXTS: [&str; 4] = ["A [MASK] of the town", "the film was good for me", "who went to the [MASK] that night?", "no"];

/// All that can be seen of a head, numbers by their bits.
fn seen<T: Task<Input = Text, Prediction: std::fmt::Debug>>(bert: &Bert) -> Result<Vec<String>> {
    let model = bert.fresh::<T>(7)?;
    let mut seen = vec![model.tree(), format!("{:?}", model.predict_many(TEXTS)?), format!("{:?}", model.head().outcomes())];
    for weight in model.parameters() {
        seen.push(format!("{} {:?}", weight.name(), bits(weight.tensor())?));
    }
    let encodings = TEXTS.iter().map(|text| bert.tokenize(&Text::from(*text))).collect::<Result<Vec<_>>>()?;
    let batch = collate(&encodings.concat())?;
    for cx in [Context::evaluation(), Context::training(5, 3)] {
        for output in model.outputs(&cx, &batch)? {
            seen.push(format!("{:?}", bits(output.tensor())?));
        }
    }
    Ok(seen)
}

fn bits(tensor: &Tensor) -> Result<Vec<u32>> {
    Ok(tensor.flatten_all()?.to_vec1::<f32>()?.into_iter().map(f32::to_bits).collect())
}

fn same<A, B>(bert: &Bert) -> Result<bool>
where
    A: Task<Input = Text, Prediction: std::fmt::Debug>,
    B: Task<Input = Text, Prediction: std::fmt::Debug>,
{
    Ok(seen::<A>(bert)? == seen::<B>(bert)?)
}

fn main() -> Result<()> {
    let bert = Bert::open(MODEL, &Device::Cpu)?;
    let found: Vec<(&str, bool)> = heads!(same, &bert);
    let different: Vec<&str> = found.iter().filter(|(_, same)| !same).map(|(name, _)| *name).collect();
    println!("same {}/{}", found.len() - different.len(), found.len());
    assert!(different.is_empty(), "{different:?}");
    Ok(())
}
