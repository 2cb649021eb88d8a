//! A head's outputs, loss and gradients, held against those of transformers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use bert_runtime::losses::total;
use bert_runtime::{Bert, BertFor, Context, Task};
use candle_core::{Device, Tensor};

use crate::case::Case;
use crate::numbers::{furthest, largest, relative};

/// How far an output, a hidden state or a loss may be.
pub const VALUES: f64 = 1e-5;
/// How far a gradient may be, over the larger of 1 and its largest magnitude.
pub const GRADIENTS: f64 = 1e-4;

/// Tensors by their names in a head.
pub type Named = Vec<(&'static str, Tensor)>;

/// The largest differences of a proof.
#[derive(Debug, Clone, Copy, Default)]
pub struct Differences {
    /// Of the head's outputs.
    pub outputs: f64,
    /// Of the encoder's hidden states.
    pub states: f64,
    /// Of the loss.
    pub loss: f64,
    /// Of the gradients.
    pub gradients: f64,
}

/// A case and the head that is to prove it.
pub struct Proof {
    /// The case's folder.
    pub name: &'static str,
    /// The head's canonical text.
    pub text: &'static str,
    /// The largest differences, or what is wrong.
    pub run: fn(&Case) -> Result<Differences, String>,
    /// The head's tree.
    pub tree: fn(&Case) -> String,
}

/// The proofs of some cases: `"folder": Task { output, .. }`.
#[macro_export]
macro_rules! proofs {
    ($($name:literal: $task:ty { $($output:ident),+ }),+ $(,)?) => {
        [$($crate::proof::Proof {
            name: $name,
            text: <$task as bert_runtime::Task>::TEXT,
            run: |case| $crate::proof::prove::<$task>(case, |outputs| vec![$((stringify!($output), outputs.$output)),+]),
            tree: |case| $crate::proof::open::<$task>(case).tree(),
        }),+]
    };
}

/// Runs the proofs of the cases in a folder and prints `WORD PROVEN/TOTAL` on a line of its own.
pub fn prove_all(word: &str, proofs: &[Proof], folder: &Path, total: usize) {
    let (mut all, mut faults) = (Differences::default(), Vec::new());
    for proof in proofs {
        match (proof.run)(&Case::open(folder.join(proof.name))) {
            Ok(found) => all = all.joined(found),
            Err(fault) => faults.push(format!("{}: {fault}", proof.name)),
        }
    }
    announce(&format!("{word} {}/{total}\n  furthest: {all}", proofs.len() - faults.len()));
    assert!(faults.is_empty(), "{}", faults.join("\n"));
}

/// Prints lines of their own that the test harness does not swallow.
pub fn announce(lines: &str) {
    let mut out = std::io::stdout().lock();
    writeln!(out, "\n{lines}").unwrap();
    out.flush().unwrap();
}

impl std::fmt::Display for Differences {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let Self { outputs, states, loss, gradients } = self;
        write!(f, "outputs {outputs:.1e}, hidden states {states:.1e}, loss {loss:.1e}, gradients {gradients:.1e}")
    }
}

impl Differences {
    fn joined(self, other: Self) -> Self {
        Self {
            outputs: largest(self.outputs, other.outputs),
            states: largest(self.states, other.states),
            loss: largest(self.loss, other.loss),
            gradients: largest(self.gradients, other.gradients),
        }
    }
}

/// The whole model of a case, ready to be trained.
pub fn open<T: Task>(case: &Case) -> BertFor<T> {
    Bert::options().trainable(true).open_for(case.folder(), &Device::Cpu).unwrap_or_else(|error| panic!("{error}"))
}

/// Holds everything that a case knows against the model of a head.
///
/// # Errors
/// The first thing that is not as the case says.
pub fn prove<T: Task>(case: &Case, named: impl Fn(T::Output) -> Named) -> Result<Differences, String> {
    let model = Bert::options().trainable(true).open_for::<T>(case.folder(), &Device::Cpu).map_err(|error| error.to_string())?;
    let outputs = named(model.forward(&case.batch()).map_err(|error| error.to_string())?);
    let mut differences =
        Differences { outputs: outputs_apart(case, outputs)?, states: states_apart(case, &model)?, ..Differences::default() };
    if let Some(expected) = case.loss() {
        let loss = loss(case, &model).map_err(|error| error.to_string())?;
        differences.loss = within("the loss", (f64::from(loss.to_scalar::<f32>().unwrap()) - expected).abs(), VALUES)?;
        differences.gradients = gradients_apart(case, &gradients(&model, &loss))?;
    }
    Ok(differences)
}

fn outputs_apart(case: &Case, found: Named) -> Result<f64, String> {
    let mut expected = case.named("out.");
    expected.retain(|name, _| !name.starts_with("hidden_states."));
    same_names("outputs", found.iter().map(|(name, _)| *name), expected.keys().copied())?;
    worst(found.iter().map(|(name, tensor)| within(name, furthest(tensor, &case.kept(expected[name])), VALUES)))
}

fn states_apart<T: Task>(case: &Case, model: &BertFor<T>) -> Result<f64, String> {
    let expected = case.named("out.hidden_states.");
    if expected.is_empty() {
        return Ok(0.0);
    }
    let states = model.bert().encoder().hidden_states(&Context::evaluation(), &case.batch()).map_err(|error| error.to_string())?;
    same_names("hidden states", (0..states.len()).map(|depth| depth.to_string()), expected.keys().copied())?;
    worst(states.iter().enumerate().map(|(depth, state)| {
        let (found, expected) = (state.to_padded().unwrap(), case.kept(expected[depth.to_string().as_str()]));
        within(&format!("hidden state {depth}"), furthest(&found.reshape(expected.shape()).unwrap(), &expected), VALUES)
    }))
}

fn loss<T: Task>(case: &Case, model: &BertFor<T>) -> bert_runtime::Result<Tensor> {
    total(&model.loss(&Context::evaluation().with_gradients(), &case.batch(), &case.targets())?)
}

/// The gradient of every parameter that has one.
pub fn gradients<T: Task>(model: &BertFor<T>, loss: &Tensor) -> BTreeMap<String, Tensor> {
    let store = loss.backward().unwrap();
    let of = |parameter: &bert_runtime::Parameter| Some((parameter.name().to_owned(), store.get(parameter.tensor())?.clone()));
    model.parameters().into_iter().filter_map(of).collect()
}

/// Holds gradients against a case's `grad.*`.
///
/// # Errors
/// A gradient that one side lacks, and one that is too far.
pub fn gradients_apart(case: &Case, found: &BTreeMap<String, Tensor>) -> Result<f64, String> {
    let expected = case.named("grad.");
    same_names("gradients", found.keys(), expected.keys().copied())?;
    worst(found.iter().map(|(name, tensor)| within(name, relative(tensor, expected[name.as_str()]), GRADIENTS)))
}

fn worst(differences: impl Iterator<Item = Result<f64, String>>) -> Result<f64, String> {
    differences.into_iter().try_fold(0.0, |all, one| Ok(largest(all, one?)))
}

/// # Errors
/// Names that one side has alone.
pub fn same_names<A: AsRef<str>, B: AsRef<str>>(
    what: &str,
    found: impl IntoIterator<Item = A>,
    expected: impl IntoIterator<Item = B>,
) -> Result<(), String> {
    let found: BTreeSet<String> = found.into_iter().map(|name| name.as_ref().to_owned()).collect();
    let expected: BTreeSet<String> = expected.into_iter().map(|name| name.as_ref().to_owned()).collect();
    if found == expected {
        return Ok(());
    }
    let (more, less) = (found.difference(&expected).collect::<Vec<_>>(), expected.difference(&found).collect::<Vec<_>>());
    Err(format!("{what}: {more:?} too many, {less:?} missing"))
}

/// # Errors
/// A difference that is too large.
pub fn within(what: &str, difference: f64, tolerance: f64) -> Result<f64, String> {
    if difference <= tolerance { Ok(difference) } else { Err(format!("{what} is {difference:e} apart, and {tolerance:e} is allowed")) }
}
