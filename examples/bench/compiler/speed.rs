//! Whether generated heads take as long as the same heads by hand: predictions of both in turn. `measure.py speed` puts the heads in.

use std::time::Instant;

use bert_runtime::{Bert, Device, Result, Task, Text};

// HEADS
const TEXTS: [&str; 4] = ["A [MASK] of the town", "the film was good for me", "who went to the [MASK] that night?", "no"];
const ROUNDS: usize = 101;
const CALLS: usize = 10;

fn seconds<T: Task<Input = Text>>(model: &bert_runtime::BertFor<T>) -> Result<f64> {
    let start = Instant::now();
    for _ in 0..CALLS {
        model.predict_many(TEXTS)?;
    }
    Ok(start.elapsed().as_secs_f64())
}

/// The generated head's seconds over those of the one by hand: the median of rounds in which the two went first in turn.
fn ratio<A: Task<Input = Text>, B: Task<Input = Text>>(bert: &Bert) -> Result<f64> {
    let (generated, by_hand) = (bert.fresh::<A>(7)?, bert.fresh::<B>(7)?);
    let mut ratios = Vec::with_capacity(ROUNDS);
    for round in 0..=ROUNDS {
        let (first, second) = if round % 2 == 0 {
            let first = seconds(&generated)?;
            (first, seconds(&by_hand)?)
        } else {
            let second = seconds(&by_hand)?;
            (seconds(&generated)?, second)
        };
        if round > 0 {
            ratios.push(first / second);
        }
    }
    ratios.sort_by(f64::total_cmp);
    Ok(ratios[ROUNDS / 2])
}

fn main() -> Result<()> {
    let bert = Bert::open(MODEL, &Device::Cpu)?;
    let found: Vec<(&str, f64)> = heads!(ratio, &bert);
    for (name, ratio) in &found {
        println!("{name}: {ratio:.3} times the seconds by hand");
    }
    let mut ratios: Vec<f64> = found.iter().map(|(_, ratio)| *ratio).collect();
    ratios.sort_by(f64::total_cmp);
    println!("speed: median {:.3} of {} heads, {:.3} to {:.3}", ratios[ratios.len() / 2], ratios.len(), ratios[0], ratios[ratios.len() - 1]);
    Ok(())
}
