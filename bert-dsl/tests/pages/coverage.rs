//! Every word, argument and choice of the tables has a case with PyTorch's numbers.

use std::path::Path;

use bert_dsl::pages::{Argument, Given, Page, Subject, pages};
use bert_dsl::syntax::ast::{Call, Statement, StatementKind};
use bert_dsl::{Bare, Source, check, parse};

use crate::files::project;

/// Pages whose numbers are elsewhere: a user's own layer, the tensor that every case without a decode compares, and the entities
/// of transformers' own pipeline in `entities.json`.
const ELSEWHERE: [&str; 3] = ["layers/custom.md", "decodes/tensor.md", "decodes/entities.md"];

/// A layer, loss or decode as a case calls it.
struct Used {
    subject: Subject,
    word: String,
    /// Each argument's key, if it has one, and its value as it is written.
    arguments: Vec<(Option<String>, String)>,
}

impl Used {
    fn gives(&self, argument: &Argument, choice: Option<&str>) -> bool {
        let differs = |value: &str| choice.map_or(argument.default != Some(value), |choice| choice == value);
        self.arguments.iter().any(|(key, value)| match (argument.given, key) {
            (Given::Place, None) => differs(value) && is_written_so(argument, value),
            (Given::Flag, None) => value == argument.name,
            (Given::Key(_) | Given::Flag, Some(key)) => key == argument.name && differs(value),
            (Given::Place, Some(_)) | (Given::Key(_), None) => false,
        })
    }
}

/// A range is given where a range is listed, and nowhere else.
fn is_written_so(argument: &Argument, value: &str) -> bool {
    !argument.choices.is_empty() || value.contains("..") == argument.name.starts_with("A..B")
}

fn calls() -> Vec<Used> {
    let folder = project().join("tests/fixtures/cases");
    let mut paths: Vec<_> = std::fs::read_dir(folder).unwrap().map(|entry| entry.unwrap().path()).collect();
    paths.retain(|path| path.extension().is_some_and(|end| end == "head"));
    paths.iter().flat_map(|path| calls_of(path)).collect()
}

/// The calls of a case, which must be right; the decode that its loss implies counts where PyTorch's side has decoded it.
fn calls_of(path: &Path) -> Vec<Used> {
    let source = Source::new(path.to_str().unwrap(), std::fs::read_to_string(path).unwrap());
    let heads = check(&source, Bare::Named("Case")).heads().unwrap_or_else(|errors| panic!("{}", errors.render(&source)));
    let implied = heads[0].pipelines.iter().map(|pipeline| pipeline.decode.page().to_owned());
    let mut used: Vec<Used> = implied.map(|word| Used { subject: Subject::Decode, word, arguments: Vec::new() }).collect();
    collect(&source, &parse(&source).0.body, &mut used);
    used
}

/// A block layer without arguments is written as a scope of its name.
fn collect(source: &Source, statements: &[Statement], used: &mut Vec<Used>) {
    for statement in statements {
        match &statement.kind {
            StatementKind::Layer { call, block, .. } => {
                used.push(read(source, Subject::Layer, call));
                collect(source, block.as_deref().unwrap_or_default(), used);
            }
            StatementKind::Scope { path, block } => {
                let word = path.single().map(|name| name.node.clone()).unwrap_or_default();
                used.push(Used { subject: Subject::Layer, word, arguments: Vec::new() });
                collect(source, block, used);
            }
            StatementKind::Let { block, .. } => collect(source, block, used),
            StatementKind::Loss(call) => used.push(read(source, Subject::Loss, call)),
            StatementKind::Decode(call) => used.push(read(source, Subject::Decode, call)),
            StatementKind::Labels(_)
            | StatementKind::Given { .. }
            | StatementKind::Use(_)
            | StatementKind::Input(_)
            | StatementKind::Output(_) => {}
            StatementKind::Malformed | StatementKind::Docs => panic!("{} is malformed", source.name()),
        }
    }
}

fn read(source: &Source, subject: Subject, call: &Call) -> Used {
    let written = |span: bert_dsl::Span| source.text()[span.range()].to_owned();
    let arguments = call.arguments.iter().map(|argument| (argument.key.as_ref().map(|key| key.node.clone()), written(argument.value.span)));
    Used { subject, word: call.word.node.clone(), arguments: arguments.collect() }
}

/// What a page has that no case uses.
fn missing(page: &Page, calls: &[Used]) -> Vec<String> {
    let words = if page.words.is_empty() { vec!["pool"] } else { page.words.clone() };
    let of = |word: &str| calls.iter().filter(|used| used.subject == page.subject && used.word == word).collect::<Vec<_>>();
    let without_case = words.iter().filter(|word| of(word).is_empty()).map(|word| format!("{}: `{word}`", page.path()));
    let arguments = page.arguments.iter().flat_map(|argument| {
        let choices: Vec<Option<&str>> = match argument.choices {
            [] => vec![None],
            choices => choices.iter().filter(|choice| argument.default != Some(choice)).map(|choice| Some(*choice)).collect(),
        };
        choices.into_iter().map(move |choice| (argument, choice))
    });
    let unused = arguments.filter(|(argument, choice)| !words.iter().flat_map(|word| of(word)).any(|used| used.gives(argument, *choice)));
    let named = unused.map(|(argument, choice)| format!("{}: `{}`", page.path(), choice.map_or_else(|| argument.written(), str::to_owned)));
    without_case.chain(named).collect()
}

#[test]
fn every_argument_has_a_case_with_a_value_that_is_not_the_default() {
    let calls = calls();
    let pages = pages();
    let missing: Vec<String> =
        pages.iter().filter(|page| !ELSEWHERE.contains(&page.path().as_str())).flat_map(|page| missing(page, &calls)).collect();
    assert!(missing.is_empty(), "no case of tests/fixtures/cases uses these with a value of its own: {missing:#?}");
}
