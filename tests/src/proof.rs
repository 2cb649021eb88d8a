//! A head's outputs, loss and gradients, held against those of transformers.

use std::collections::{BTreeMap, BTreeSet};
use std::io::Write;
use std::path::Path;

use bert_dsl::Passes;
use bert_runtime::losses::total;
use bert_runtime::{Bert, BertFor, Context, DynamicBert, DynamicHead, Task};
use candle_core::{Device, Tensor};

use crate::agreement::{agree, near};
use crate::case::Case;
use crate::model::Model;
use crate::numbers::{furthest, largest, relative};

/// How far an output, a hidden state or a loss may be.
pub const VALUES: f64 = 1e-5;
/// How far a gradient may be, over the larger of 1 and its largest magnitude.
pub const GRADIENTS: f64 = 1e-4;

/// Tensors by their names in a head.
pub type Named = Vec<(String, Tensor)>;

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
    /// The same of the interpreted head.
    pub interpreted: fn(&Case) -> Result<Differences, String>,
    /// Whether the compiled head and the interpreted one agree to the bit, or what differs.
    pub agree: fn(&Case) -> Result<(), String>,
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
            run: |case| $crate::proof::prove_compiled::<$task>(case, |outputs| vec![$((stringify!($output).to_owned(), outputs.$output)),+]),
            interpreted: |case| $crate::proof::prove_interpreted(case, <$task as bert_runtime::Task>::TEXT),
            agree: |case| $crate::proof::agree_on::<$task>(case),
            tree: |case| $crate::proof::open::<$task>(case).tree(),
        }),+]
    };
}

/// Runs the proofs of the cases in a folder, and prints `WORD PROVEN/TOTAL` and how far the furthest are, each on a line of its own.
pub fn prove_all(word: &str, proofs: &[Proof], folder: &Path, total: usize) {
    each(word, proofs, folder, total, |proof, case| (proof.run)(case));
    each(&format!("{word}-interpreted"), proofs, folder, total, |proof, case| (proof.interpreted)(case));
    let faults = faults(proofs, folder, |proof, case| (proof.agree)(case).map(|()| Differences::default())).1;
    settle(&format!("{word}-agreement {}/{total}", proofs.len() - faults.len()), &faults);
}

fn each(word: &str, proofs: &[Proof], folder: &Path, total: usize, run: impl Fn(&Proof, &Case) -> Result<Differences, String>) {
    let (all, faults) = faults(proofs, folder, run);
    settle(&format!("{word} {}/{total}\n  furthest: {all}", proofs.len() - faults.len()), &faults);
}

/// The largest differences, and what is wrong with each case that is.
fn faults(proofs: &[Proof], folder: &Path, run: impl Fn(&Proof, &Case) -> Result<Differences, String>) -> (Differences, Vec<String>) {
    let (mut all, mut faults) = (Differences::default(), Vec::new());
    for proof in proofs {
        match run(proof, &Case::open(folder.join(proof.name))) {
            Ok(found) => all = all.joined(found),
            Err(fault) => faults.push(format!("{}: {fault}", proof.name)),
        }
    }
    (all, faults)
}

fn settle(lines: &str, faults: &[String]) {
    announce(lines);
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

/// The whole model of a case with a head that is interpreted, ready to be trained.
///
/// # Errors
/// What is wrong with the head, or does not fit.
pub fn open_interpreted(case: &Case, text: &str, passes: Passes) -> bert_runtime::Result<DynamicBert> {
    let head = DynamicHead::from_source(text)?.optimised(passes);
    Bert::options().trainable(true).open_dynamic(&head, case.folder(), &Device::Cpu)
}

/// Holds everything that a case knows against the model of a compiled head.
///
/// # Errors
/// The first thing that is not as the case says.
pub fn prove_compiled<T: Task>(case: &Case, named: impl Fn(T::Output) -> Named) -> Result<Differences, String> {
    let model = Bert::options().trainable(true).open_for::<T>(case.folder(), &Device::Cpu).map_err(said)?;
    let outputs = named(model.forward(&case.batch()).map_err(said)?);
    prove(case, &model, outputs)
}

/// Holds everything that a case knows against the model of an interpreted head.
///
/// # Errors
/// As [`prove_compiled`].
pub fn prove_interpreted(case: &Case, text: &str) -> Result<Differences, String> {
    let model = open_interpreted(case, text, Passes::default()).map_err(said)?;
    let outputs = model.forward(&case.batch()).map_err(said)?;
    prove(case, &model, outputs)
}

/// Holds the compiled head of a task against the interpreted head of its text, and that against one that no pass has optimised, on a
/// case.
///
/// # Errors
/// The first bit that differs.
pub fn agree_on<T: Task>(case: &Case) -> Result<(), String> {
    let (batch, targets) = (case.batch(), case.loss().map(|_| case.targets()));
    let [optimised, plain] = [Passes::default(), Passes::none()].map(|passes| open_interpreted(case, T::TEXT, passes));
    let (optimised, plain) = (optimised.map_err(said)?, plain.map_err(said)?);
    agree(&open::<T>(case), &optimised, &batch, targets.as_ref())?;
    near(&optimised, &plain, &batch, targets.as_ref()).map_err(|fault| format!("optimised and not: {fault}"))
}

fn said(error: bert_runtime::Error) -> String {
    error.to_string()
}

fn prove(case: &Case, model: &dyn Model, outputs: Named) -> Result<Differences, String> {
    let mut differences =
        Differences { outputs: outputs_apart(case, outputs)?, states: states_apart(case, model)?, ..Differences::default() };
    if let Some(expected) = case.loss() {
        let loss = loss(case, model).map_err(said)?;
        differences.loss = within("the loss", (f64::from(loss.to_scalar::<f32>().unwrap()) - expected).abs(), VALUES)?;
        differences.gradients = gradients_apart(case, &gradients(model, &loss))?;
    }
    Ok(differences)
}

fn outputs_apart(case: &Case, found: Named) -> Result<f64, String> {
    let mut expected = case.named("out.");
    expected.retain(|name, _| !name.starts_with("hidden_states."));
    same_names("outputs", found.iter().map(|(name, _)| name), expected.keys().copied())?;
    worst(found.iter().map(|(name, tensor)| within(name, furthest(tensor, &case.kept(expected[name.as_str()])), VALUES)))
}

fn states_apart(case: &Case, model: &dyn Model) -> Result<f64, String> {
    let expected = case.named("out.hidden_states.");
    if expected.is_empty() {
        return Ok(0.0);
    }
    let states = model.encoder().hidden_states(&Context::evaluation(), &case.batch()).map_err(|error| error.to_string())?;
    same_names("hidden states", (0..states.len()).map(|depth| depth.to_string()), expected.keys().copied())?;
    worst(states.iter().enumerate().map(|(depth, state)| {
        let (found, expected) = (state.to_padded().unwrap(), case.kept(expected[depth.to_string().as_str()]));
        within(&format!("hidden state {depth}"), furthest(&found.reshape(expected.shape()).unwrap(), &expected), VALUES)
    }))
}

fn loss(case: &Case, model: &dyn Model) -> bert_runtime::Result<Tensor> {
    total(&model.loss(&Context::evaluation().with_gradients(), &case.batch(), &case.targets())?)
}

/// The gradient of every parameter that has one.
pub fn gradients(model: &dyn Model, loss: &Tensor) -> BTreeMap<String, Tensor> {
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
