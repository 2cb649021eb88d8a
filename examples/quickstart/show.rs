//! How the quickstart prints things.

use std::path::Path;

use bert_runtime::decode::{Classified, Embedding, MaskedToken, Tagged};
use bert_runtime::weights::Outcome;
use bert_runtime::{Bert, BertFor, Device, Error, ErrorKind, Label, Predicted, Result, Task, Text, device};

/// Prints a line. Where nobody reads on, as behind `| head`, there is nothing left to do.
macro_rules! say {
    ($($line:tt)*) => {
        if let Err(error) = std::io::Write::write_fmt(&mut std::io::stdout(), format_args!("{}\n", format_args!($($line)*))) {
            std::process::exit(i32::from(error.kind() != std::io::ErrorKind::BrokenPipe));
        }
    };
}
pub(crate) use say;

/// The seed of heads that the checkpoint does not have.
const SEED: u64 = 0;

/// The device of a name: `cpu`, `cuda`, `cuda:1`. What is asked for and not there is an error.
pub fn device(name: &str) -> Result<Device> {
    let device = device::open(name)?;
    eprintln!("device: {}", device::describe(&device));
    Ok(device)
}

/// What the encoder is like.
pub fn encoder(bert: &Bert, folder: &Path) {
    let facts = bert.facts();
    let pooler = if facts.has_pooler { "with a pooler" } else { "without a pooler" };
    say!("{}: hidden {}, {} layers, vocabulary {}, {pooler}\n", folder.display(), facts.hidden, facts.depth - 1, facts.vocab);
}

/// What a task is, and what it reads of the encoder.
pub fn head<T: Task>() {
    say!("== {}", T::NAME);
    for line in T::TEXT.lines() {
        say!("   {line}");
    }
    for reads in T::READS {
        say!("reads `{}` {}: {}", reads.source, reads.shape, reads.why);
    }
}

/// Binds a task and shows what it reads, and what it says where its weights mean something.
///
/// A head that the checkpoint does not have is started anew, and says so.
pub fn task<T: Task<Input = Text>>(bert: &Bert, texts: &[&str], say: impl Fn(&[Predicted<T::Prediction>])) -> Result<()> {
    head::<T>();
    match bert.bind::<T>() {
        Ok(model) => say(&model.predict_many(texts.iter().copied())?),
        Err(error) if error.kind() == ErrorKind::Binding => {
            say!("UNTRAINED: {}, so this head starts from seed {SEED}. Train it before you ask it anything.", reason(&error));
            untrained(&bert.fresh::<T>(SEED)?, texts)?;
        }
        Err(error) => return Err(error),
    }
    say!("");
    Ok(())
}

/// Why a head could not be bound to the checkpoint, in a few words.
fn reason(error: &Error) -> String {
    let first = |outcome| error.report().and_then(|report| report.of(outcome).next());
    match (first(Outcome::Missing), first(Outcome::Mismatched)) {
        (Some(missing), _) => format!("the checkpoint has no `{}`", missing.name),
        (None, Some(other)) => format!("the checkpoint's `{}` is {:?}", other.name, other.found.as_deref().unwrap_or_default()),
        (None, None) => "the checkpoint's own head is another one".to_owned(),
    }
}

/// A head that the checkpoint does not have: its shapes and parameters, and no answer that would mean nothing.
fn untrained<T: Task<Input = Text>>(model: &BertFor<T>, texts: &[&str]) -> Result<()> {
    let encodings = texts.iter().map(|text| model.bert().tokenize(&Text::from(*text))).collect::<Result<Vec<_>>>()?;
    let batch = bert_runtime::text::collate(&encodings.concat())?;
    let outputs = model.outputs(&bert_runtime::Context::evaluation(), &batch)?;
    for (name, output) in bert_runtime::Head::outputs(model.head()).iter().zip(outputs) {
        say!("output {name} {:?}", output.to_padded()?.dims());
    }
    for entry in model.report().of(Outcome::Fresh) {
        say!("new parameter {} {:?}", entry.name, entry.wanted.as_deref().unwrap_or_default());
    }
    for entry in model.report().of(Outcome::Tied) {
        say!("tied parameter {} {:?}: the encoder's own", entry.name, entry.wanted.as_deref().unwrap_or_default());
    }
    Ok(())
}

/// The texts after the first by their likeness to it.
pub fn likeness(texts: &[&str], found: &[Predicted<Embedding>]) {
    let Some(((query, first), rest)) = texts.iter().zip(found).next().map(|first| (first, texts.iter().zip(found).skip(1))) else { return };
    let mut ranked: Vec<(f32, &str)> = rest.map(|(text, vector)| (first.cosine(vector), *text)).collect();
    ranked.sort_by(|a, b| b.0.total_cmp(&a.0));
    say!("nearest to {query:?}:");
    for (cosine, text) in ranked {
        say!("  {cosine:.3}  {text}");
    }
}

/// Vectors whose directions mean nothing.
pub fn shapes(found: &[Predicted<Embedding>]) {
    say!(
        "{} vectors of {} numbers; with random weights their likeness means nothing",
        found.len(),
        found.first().map_or(0, |vector| vector.len())
    );
}

/// The label of each text.
pub fn classified<L: Label + std::fmt::Display>(texts: &[&str], found: &[Predicted<Classified<L>>]) {
    for (text, answer) in texts.iter().zip(found) {
        say!("  {} ({:.3})  {text}", answer.label, answer.score);
    }
}

/// The entities of each text.
pub fn tagged<L: Label>(texts: &[&str], found: &[Predicted<Tagged<L>>]) {
    for (text, answer) in texts.iter().zip(found) {
        let entities: Vec<String> =
            answer.entities.iter().map(|entity| format!("{} {:?} ({:.3})", entity.kind, entity.text, entity.score)).collect();
        say!("  {text}: {}", if entities.is_empty() { "none".to_owned() } else { entities.join(", ") });
    }
}

/// The likeliest words for each mask.
pub fn masked(texts: &[&str], found: &[Predicted<Vec<MaskedToken>>]) {
    for (text, answer) in texts.iter().zip(found) {
        for mask in answer.iter() {
            say!("  {text}: {}", candidates(mask));
        }
    }
}

/// The likeliest words for a mask.
pub fn candidates(mask: &MaskedToken) -> String {
    let words: Vec<String> = mask.candidates.iter().map(|word| format!("{} ({:.3})", word.token, word.score)).collect();
    words.join(", ")
}
