//! Programs of the generator: each is accepted, its canonical form means the same, and together they use the whole language.

use std::collections::BTreeSet;

use bert_dsl::{Bare, CheckedHead, Source, check, decode, format, layers, losses, parse};
use programs::{Drawn, OWN_LAYER, file};
use tests::proof::announce;

use crate::format::keeps;
use crate::support::{checked, rust};
use crate::used::used;

const COUNT: u64 = 10_000;

fn generated(seed: u64) -> Source {
    Source::new(format!("program {seed}"), file(seed, Drawn::ALL))
}

/// What the compiler finds out of a head, but for places and blank lines.
fn meaning(head: &CheckedHead) -> String {
    let outputs: Vec<String> = head.outputs().map(|output| format!("{}: {}", output.name, output.ty)).collect();
    let steps: Vec<String> = head.layers().iter().map(|layer| format!("{}: {}", layer.path.join("."), layer.output)).collect();
    let text: Vec<&str> = head.text.lines().filter(|line| !line.is_empty()).collect();
    format!("{}\n{}\n{}\n{:?}", text.join("\n"), outputs.join("\n"), steps.join("\n"), head.parameters)
}

/// The meaning of each head of a program, or why the compiler refuses it.
fn meanings(source: &Source) -> Result<Vec<String>, String> {
    let heads = check(source, Bare::Named("Bare")).heads();
    let heads = heads.map_err(|errors| format!("{}: {}\n{}", source.name(), errors.render(source), source.text()))?;
    Ok(heads.iter().map(meaning).collect())
}

/// Whether a program is right, and is still the same in its canonical form.
fn judged(source: &Source) -> Result<(), String> {
    let found = meanings(source)?;
    keeps(source);
    let formatted = Source::new(format!("{}, formatted", source.name()), format(source).unwrap_or_default());
    if meanings(&formatted)? == found { Ok(()) } else { Err(format!("{} changes its meaning:\n{}", formatted.name(), source.text())) }
}

#[test]
fn are_right() {
    let faults: Vec<String> = (0..COUNT).filter_map(|seed| judged(&generated(seed)).err()).collect();
    announce(&format!("programs {}/{COUNT}", COUNT as usize - faults.len()));
    assert!(faults.is_empty(), "{}", faults[..faults.len().min(3)].join("\n"));
}

#[test]
fn become_rust() {
    for seed in 0..1_000 {
        let source = generated(seed);
        for head in checked(&source) {
            syn::parse2::<syn::File>(rust(&head, &source)).unwrap_or_else(|error| panic!("{error} in\n{}", source.text()));
        }
    }
}

/// Every source, and those that may be read once for each choice.
fn sources() -> impl Iterator<Item = String> {
    let each = ["pooled", "pooled fresh", "cls", "tokens", "words", "words mean"];
    each.into_iter().flat_map(|source| [format!("input {source}"), format!("input {source} per choice")]).chain(["input layers".to_owned()])
}

/// Every argument that is a word, by a key or alone, and the ways to write the others.
const ARGUMENTS: &[(&str, &str)] = &[
    ("linear", "bias tied true-> false->"),
    ("dropout", "value"),
    ("multi_dropout", "value p"),
    ("layer_norm", "eps"),
    ("rms_norm", "eps"),
    ("scale", "learned value"),
    ("pool", "mean max first last sum mean_sqrt attention"),
    ("take", "value true..false true..true"),
    ("bilinear", "false->"),
    ("biaffine", "false->"),
    ("lstm", "bidirectional layers true-> false->"),
    ("gru", "bidirectional layers true-> false->"),
    ("conv", "width padding stride true-> false->"),
    ("attention", "heads"),
    ("transformer", "heads inner"),
    (OWN_LAYER, "gates mode deep true-> false->"),
    ("cross_entropy", "ignore class_weights smoothing weight"),
    ("focal", "gamma class_weights weight"),
    ("bce", "pos_weight weight"),
    ("mse", "weight"),
    ("l1", "weight"),
    ("huber", "delta weight"),
    ("crf", "weight"),
    ("span", "weight max_len best no_answer"),
    ("ordinal", "weight"),
    ("ranking", "scale weight"),
    ("cosine", "weight"),
    ("triplet", "margin weight"),
    ("kl", "weight"),
    ("tree", "weight"),
    ("top_k", "value"),
    ("threshold", "value"),
    ("entities", "strategy"),
];

const STATEMENTS: &[&str] = &[
    "head",
    "bare body",
    "visibility",
    "docs of a head",
    "docs of an output",
    "labels by name",
    "labels by text",
    "labels by number",
    "labels of an enum",
    "labels with a name",
    "given position",
    "given features",
    "path",
    "scope",
    "let",
    "let with input",
    "let of nothing",
    "use",
    "output",
];

/// A part of the programs has it all.
#[test]
fn use_the_whole_language() {
    let mut wanted: BTreeSet<String> = STATEMENTS.iter().map(|what| (*what).to_owned()).chain(sources()).collect();
    wanted.extend(layers::words().chain([OWN_LAYER]).map(|word| format!("layer {word}")));
    wanted.extend(losses::words().map(|word| format!("loss {word}")));
    wanted.extend(decode::words().map(|word| format!("decode {word}")));
    wanted.extend(ARGUMENTS.iter().flat_map(|(word, arguments)| arguments.split(' ').map(move |argument| format!("{word} {argument}"))));
    let found: BTreeSet<String> = (0..COUNT / 5).flat_map(|seed| used(&parse(&generated(seed)).0)).collect();
    let missing: Vec<&String> = wanted.difference(&found).collect();
    announce(&format!("words of programs {}/{}", wanted.len() - missing.len(), wanted.len()));
    assert!(missing.is_empty(), "no program has {missing:?}");
}
