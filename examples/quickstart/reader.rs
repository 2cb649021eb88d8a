//! The small model that ships: all of its heads on each text, in one encoder pass.

#[path = "../reader/heads.rs"]
mod heads;

use std::path::Path;

use bert_runtime::{BertFor, Device, Result};

use crate::show::{self, say};
use heads::{PreTrainingOrder, Reader, ReaderPrediction, read};

/// The model, made by the example `pretrain`.
const FOLDER: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/reader/model");

/// What is read where no text is given.
pub const TEXTS: [&str; 4] = [
    "The [MASK] was born in London.",
    "I love this place! The food is great and the people are so kind.",
    "He opened the door and looked out. It was still raining.",
    "She asked him what he [MASK] of the house. The population is now about 3,000.",
];

/// Whether the model is there.
pub fn ships() -> bool {
    Path::new(FOLDER).join("config.json").is_file()
}

/// What each head reads, and what all of them say of each text.
pub fn run(device: &Device, texts: &[&str]) -> Result<()> {
    let model = BertFor::<Reader>::from_pretrained(FOLDER, device)?;
    show::encoder(model.bert(), Path::new(FOLDER));
    show::head::<Reader>();
    for (text, said) in texts.iter().zip(model.predict_many(texts.iter().map(|text| read(text)))?) {
        say!("\n{text}");
        tell(text, &said);
    }
    Ok(())
}

fn tell(text: &str, said: &ReaderPrediction) {
    for mask in &said.cls.words {
        say!("  [MASK]: {}", show::candidates(mask));
    }
    if read(text).second().is_some() {
        let order = &said.cls.order;
        let follows = if order.label == PreTrainingOrder::IsNext { "follows" } else { "does not follow" };
        say!("  next sentence: it {follows} ({:.3})", order.score);
    }
    let mut emotions: Vec<_> = said.emotions.scores.iter().filter(|(label, _)| said.emotions.contains(*label)).collect();
    emotions.sort_by(|a, b| b.1.total_cmp(&a.1));
    let emotions: Vec<String> = emotions.into_iter().map(|(label, score)| format!("{label} ({score:.3})")).collect();
    say!("  emotions: {}", if emotions.is_empty() { "none".to_owned() } else { emotions.join(", ") });
    let tags = said.tags.iter().filter(|at| at.word.is_some()).map(|at| format!("{} {}", at.text, at.value.label));
    say!("  tags: {}", tags.collect::<Vec<_>>().join(", "));
}
