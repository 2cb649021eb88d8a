//! Two tasks that are one: an enum of one's own as labels, a head that uses another's layers, and a batch with targets for some.

use bert_runtime::targets::{Tags, collate_targets};
use bert_runtime::text::{Text, collate};
use bert_runtime::{Bert, Context, Device, Labels, MultiTask, Result, head};

/// What a passenger wants.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Labels)]
pub enum Wish {
    Flight,
    GroundService,
}

head! {
    /// What both begin with.
    head Dense {
        input tokens;
        dense: linear hidden -> hidden;
        tanh;
    }

    /// What is asked for.
    head Intent {
        labels crate::Wish;
        input pooled;
        use Dense;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }

    /// The cities in it.
    head Cities {
        labels "O", "B-city", "I-city";
        input tokens;
        use Dense;
        classifier: linear hidden -> labels;
        loss cross_entropy weight=0.5;
    }
}

/// Both on one encoder pass.
#[derive(MultiTask)]
struct Assistant {
    intent: Intent,
    cities: Cities,
}

/// A small encoder with random weights; give the folder of a real one as the first argument.
const FIXTURE: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../tests/fixtures/tiny-bert");

fn main() -> Result<()> {
    let folder = std::env::args().nth(1).unwrap_or_else(|| FIXTURE.into());
    let model = Bert::open(&folder, &Device::Cpu)?.fresh::<Assistant>(0)?;
    println!("{}", model.tree());

    let answer = model.predict("A train to Paris")?;
    println!("{} {:.2}, cities {:?}", answer.intent.label, answer.intent.score, answer.cities.entities);

    let texts = ["A train to Paris", "Fly me there"].map(|text| model.bert().tokenize(&Text::from(text)));
    let texts = texts.into_iter().collect::<Result<Vec<_>>>()?;
    let tagged = Tags::from(vec![CitiesLabel::O, CitiesLabel::O, CitiesLabel::O, CitiesLabel::BCity]);
    let targets = [
        AssistantTarget { intent: Some(Wish::GroundService), cities: Some(tagged) },
        AssistantTarget { intent: Some(Wish::Flight), cities: None },
    ];
    let loss = model.loss(&Context::training(0, 0), &collate(&texts.concat())?, &collate_targets(targets, &texts)?)?;
    println!("loss {:.4}", loss.total()?.to_scalar::<f32>()?);
    for part in &loss {
        println!("  {}: {:.4} over {}", part.name, part.mean()?.to_scalar::<f32>()?, part.count);
    }
    Ok(())
}
