//! `--map WHAT=FIELD`

use bert_dsl::ir::GivenKind;
use bert_runtime::DynamicHead;
use bert_runtime::data::{Columns, Unit};

use crate::failure::Failure;

/// The columns that were said.
pub fn of(said: &[String], head: &DynamicHead) -> Result<Columns, Failure> {
    let mut columns = Columns::new();
    let mut pair = [None, None];
    for said in said {
        let (what, field) = said.split_once('=').filter(|(what, field)| !what.is_empty() && !field.is_empty()).ok_or_else(|| form(said))?;
        columns = match what {
            "text" => columns.text(field),
            "words" => columns.words(field),
            "first" | "second" => {
                pair[usize::from(what == "second")] = Some(field);
                columns
            }
            "choices" => columns.choices(field.split(',')),
            "context" => columns.context(field),
            "target" => columns.target(field),
            "separator" => columns.separator(separator(field)?),
            other => other_name(columns, other, field, head)?,
        };
    }
    match pair {
        [Some(first), Some(second)] => Ok(columns.pair(first, second)),
        [None, None] => Ok(columns),
        _ => Err(Failure::new("a pair has two fields: write `--map first=FIELD --map second=FIELD`")),
    }
}

fn form(said: &str) -> Failure {
    Failure::new(format!("`--map {said}` does not say which field is what: write `--map text=sentence`"))
}

fn separator(field: &str) -> Result<char, Failure> {
    let mut letters = field.chars();
    match (letters.next(), letters.next()) {
        (Some(separator), None) => Ok(separator),
        _ => Err(Failure::new(format!("`{field}` is not one character, which a separator is"))),
    }
}

/// Something that the head is given, or one of its targets.
fn other_name(columns: Columns, name: &str, field: &str, head: &DynamicHead) -> Result<Columns, Failure> {
    if let Some(given) = head.checked().givens.iter().find(|given| given.name == name) {
        return match given.kind {
            GivenKind::Features(_) => Ok(columns.numbers(name, field.split(','))),
            GivenKind::Position => {
                let (field, unit) = field.split_once(':').unwrap_or((field, "word"));
                Ok(columns.position(name, field, unit_of(unit)?))
            }
        };
    }
    let targets = head.targets();
    if targets.iter().any(|wanted| wanted.output == name || wanted.names.iter().any(|target| target == name)) {
        return Ok(columns.target_of(name, field));
    }
    let names: Vec<String> = ["text", "words", "first", "second", "choices", "context", "target", "separator"].map(str::to_owned).into();
    let givens = head.checked().givens.iter().map(|given| given.name.clone());
    let known: Vec<String> = names.into_iter().chain(givens).chain(targets.iter().map(|wanted| wanted.output.clone())).collect();
    let hint = bert_dsl::nearest(name, known.iter().map(String::as_str)).map_or(String::new(), |near| format!(" Did you mean `{near}`?"));
    Err(Failure::new(format!("`{}` reads nothing that is called `{name}`.{hint} It can be told of {}", head.name(), known.join(", "))))
}

fn unit_of(name: &str) -> Result<Unit, Failure> {
    match name {
        "word" => Ok(Unit::Word),
        "char" => Ok(Unit::Char),
        "token" => Ok(Unit::Token),
        other => {
            Err(Failure::new(format!("a position counts `word`, `char` or `token`, and not `{other}`: write `--map NAME=FIELD:word`")))
        }
    }
}
