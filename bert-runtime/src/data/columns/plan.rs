//! The fields that were found for a head, and the rows read by them.

use bert_dsl::ir::GivenKind;
use bert_dsl::losses::Target as Kind;
use bert_dsl::nearest;

use super::inputs::Texts;
use super::{Columns, Unit, values};
use crate::data::row::quoted;
use crate::data::warning::Tally;
use crate::data::{Faults, FromField, Row, Rows, Warning, fit};
use crate::error::{Error, ErrorKind, Result};
use crate::head::Target;
use crate::interpret::{DynamicHead, DynamicInput, Wanted};
use crate::text::Position;

/// An input with its targets by their names.
type Pair = (DynamicInput, Vec<(String, Target)>);

/// Which field of a row is what.
pub(super) struct Plan<'h> {
    head: &'h DynamicHead,
    texts: Texts,
    numbers: Vec<(String, usize, Vec<String>)>,
    positions: Vec<(String, String, Option<Unit>)>,
    targets: Vec<(Wanted, String)>,
    separator: char,
}

impl<'h> Plan<'h> {
    /// # Errors
    /// Everything that the head wants and the rows do not have.
    pub(super) fn of(columns: &Columns, rows: &Rows, head: &'h DynamicHead) -> Result<Self> {
        let mut search = Search { rows, faults: Faults::new() };
        let wanted = head.targets();
        let by_words = wanted.iter().any(|wanted| matches!(wanted.kind, Kind::Tags | Kind::Parents | Kind::PairLabels));
        let per_choice = head.checked().sources.iter().any(|source| source.per_choice);
        let texts = Texts::of(columns, per_choice, by_words, &mut search);
        let (mut numbers, mut positions) = (Vec::new(), Vec::new());
        for given in &head.checked().givens {
            let name = given.name.clone();
            match given.kind {
                GivenKind::Features(count) => numbers.push((name, count as usize, search.numbers(columns, &given.name))),
                GivenKind::Position => {
                    let (field, unit) = search.position(columns, &given.name);
                    positions.push((name, field, unit));
                }
            }
        }
        let targets = search.targets(columns, wanted);
        search.check_names(columns, head);
        search.faults.finish()?;
        let separator = columns.separator.unwrap_or(',');
        match texts {
            Some(texts) => Ok(Self { head, texts, numbers, positions, targets, separator }),
            None => Err(Error::new(ErrorKind::Data, "no field holds the text")),
        }
    }

    /// All examples, and what is odd about them.
    ///
    /// # Errors
    /// Everything that is wrong with the rows.
    pub(super) fn examples(&self, rows: &Rows) -> Result<(Vec<Pair>, Vec<Warning>)> {
        let (mut faults, mut tally, mut pairs) = (Faults::new(), Tally::default(), Vec::with_capacity(rows.len()));
        for row in rows {
            if let Some((input, targets)) = self.example(row, &mut faults) {
                tally.add(targets.iter().map(|(name, target)| (name.as_str(), target)));
                pairs.push((input, targets));
            }
        }
        faults.finish()?;
        let wanted: Vec<Wanted> = self.targets.iter().map(|(wanted, _)| wanted.clone()).collect();
        Ok((pairs, tally.warnings(&wanted)))
    }

    /// One example.
    ///
    /// # Errors
    /// Everything that is wrong with the row.
    pub(super) fn one(&self, row: &Row) -> Result<Pair> {
        let mut faults = Faults::new();
        let pair = self.example(row, &mut faults);
        faults.finish()?;
        pair.ok_or_else(|| Error::new(ErrorKind::Data, format!("{}: the row cannot be read", row.place())))
    }

    fn example(&self, row: &Row, faults: &mut Faults) -> Option<Pair> {
        let before = faults.count();
        let input = self.input(row, faults);
        let targets: Vec<(String, Target)> =
            self.targets.iter().flat_map(|target| self.target(row, target, input.as_ref(), faults)).collect();
        input.filter(|_| faults.count() == before).map(|input| (input, targets))
    }

    fn input(&self, row: &Row, faults: &mut Faults) -> Option<DynamicInput> {
        let (mut input, before) = (self.texts.read(row, faults)?, faults.count());
        for (name, count, fields) in &self.numbers {
            let numbers = values::numbers(row, fields, self.separator).and_then(|numbers| match numbers.len() == *count {
                true => Ok(numbers),
                false => Err((fields[0].clone(), format!("{count} numbers are expected, and there are {}", numbers.len()))),
            });
            match numbers {
                Ok(numbers) => input = input.with_numbers(name, numbers),
                Err((field, what)) => faults.push(row.place_of(&field), format_args!("`{field}`: {what}")),
            }
        }
        for (name, field, unit) in &self.positions {
            match position(row, field, *unit) {
                Ok(position) => input = input.with_position(name, position),
                Err(what) => faults.push(row.place_of(field), format_args!("`{field}`: {what}")),
            }
        }
        if let Some(error) = input.check(self.head.checked()).err().filter(|_| faults.count() == before) {
            faults.push(row.place(), error);
        }
        Some(input)
    }

    fn target(
        &self,
        row: &Row,
        (wanted, field): &(Wanted, String),
        input: Option<&DynamicInput>,
        faults: &mut Faults,
    ) -> Vec<(String, Target)> {
        let Some(value) = row.get(field) else {
            faults.push(row.place(), format_args!("`{field}`: {}", row.missing()));
            return Vec::new();
        };
        let value = match values::prepared(wanted, &value, self.separator) {
            Ok(value) => value,
            Err(wrong) => {
                let place = wrong.item.map_or_else(|| row.place_of(field).clone(), |item| row.place_of_item(field, item));
                faults.push(&place, format_args!("`{field}`: {}", wrong.what));
                return Vec::new();
            }
        };
        let fits = |(_, target): &(String, Target)| input.map_or(Ok(()), |input| fit::check(input, target));
        let targets = wanted.read(&value).map_err(|error| error.to_string());
        match targets.and_then(|targets| targets.iter().try_for_each(fits).map(|()| targets)) {
            Ok(targets) => targets,
            Err(what) => {
                faults.push(row.place_of(field), format_args!("`{field}`: {what}"));
                Vec::new()
            }
        }
    }
}

/// A position, or a number whose unit was said.
fn position(row: &Row, field: &str, unit: Option<Unit>) -> Result<Position, String> {
    let value = row.get(field).ok_or_else(|| row.missing())?;
    match unit.filter(|_| !value.is_object()) {
        Some(unit) => usize::from_field(&value).map(|number| unit.at(number)),
        None if value.is_object() => Position::from_field(&value),
        None => Position::from_field(&value).map_err(|what| format!("{what}: say with `.position(..)` what a plain number counts")),
    }
}

/// Looks for fields in rows.
pub(super) struct Search<'r> {
    rows: &'r Rows,
    pub(super) faults: Faults,
}

impl Search<'_> {
    /// Whether any row has a field.
    pub(super) fn has(&self, field: &str) -> bool {
        self.rows.is_empty() || self.rows.iter().any(|row| row.get(field).is_some())
    }

    /// Notes a field that was named, and is not there.
    pub(super) fn check(&mut self, field: &str, what: &str) {
        if !self.has(field) {
            self.missing(what, &format!("there is no field `{field}`"), field);
        }
    }

    /// The first of these fields that is there; it is noted if there is none.
    fn first(&mut self, fields: &[String], what: &str) -> String {
        if let Some(found) = fields.iter().find(|field| self.has(field)) {
            return found.clone();
        }
        let names = quoted(fields.iter().map(String::as_str));
        self.missing(what, &format!("no field is called {names}"), fields.first().map_or("", String::as_str));
        String::new()
    }

    pub(super) fn missing(&mut self, what: &str, found: &str, like: &str) {
        let mut names: Vec<&str> = Vec::new();
        self.rows.iter().take(1000).flat_map(Row::names).for_each(|name| {
            if !names.contains(&name) {
                names.push(name)
            }
        });
        let hint = nearest(like, names.iter().copied()).map_or(String::new(), |near| format!(". Did you mean `{near}`?"));
        let file = self.rows.files().first().map_or(String::new(), |file| format!("{}: ", file.path.display()));
        self.faults.add(format_args!("{file}{found} for {what}: there are {}{hint}", quoted(names.iter().copied())));
    }

    fn numbers(&mut self, columns: &Columns, given: &str) -> Vec<String> {
        let what = format!("the numbers `{given}` that the head is given");
        match columns.numbers.iter().find(|(name, _)| name == given) {
            Some((_, fields)) if !fields.is_empty() => {
                fields.iter().for_each(|field| self.check(field, &what));
                fields.clone()
            }
            _ => vec![self.first(&[given.to_owned()], &what)],
        }
    }

    fn position(&mut self, columns: &Columns, given: &str) -> (String, Option<Unit>) {
        let what = format!("the position `{given}` that the head is given");
        match columns.positions.iter().find(|(name, ..)| name == given) {
            Some((_, field, unit)) => {
                self.check(field, &what);
                (field.clone(), Some(*unit))
            }
            None => (self.first(&[given.to_owned()], &what), None),
        }
    }

    fn targets(&mut self, columns: &Columns, wanted: Vec<Wanted>) -> Vec<(Wanted, String)> {
        let only = wanted.len() == 1;
        let mut found = Vec::new();
        for wanted in wanted.into_iter().filter(|wanted| !columns.without.iter().any(|output| names(wanted, output))) {
            let what = format!("the target `{}`", wanted.names.join("` and `"));
            let said = columns.targets.iter().find(|(output, _)| output.as_ref().map_or(only, |output| names(&wanted, output)));
            let field = match said {
                Some((_, field)) => {
                    self.check(field, &what);
                    field.clone()
                }
                None => self.first(&usual(&wanted, only), &what),
            };
            found.push((wanted, field));
        }
        found
    }

    /// Notes what was said of things that the head does not have.
    fn check_names(&mut self, columns: &Columns, head: &DynamicHead) {
        let (wanted, givens) = (head.targets(), &head.checked().givens);
        let outputs = columns.targets.iter().filter_map(|(output, _)| output.as_ref()).chain(&columns.without);
        let unknown: Vec<&String> = outputs.filter(|output| !wanted.iter().any(|wanted| names(wanted, output))).collect();
        let given = columns.numbers.iter().map(|(name, _)| name).chain(columns.positions.iter().map(|(name, ..)| name));
        let not_given: Vec<&String> = given.filter(|name| !givens.iter().any(|given| given.name == **name)).collect();
        for output in unknown {
            let known = quoted(wanted.iter().map(|wanted| wanted.output.as_str()));
            self.faults.add(format_args!("`{}` has no output `{output}` with a target: it has {known}", head.name()));
        }
        for name in not_given {
            let known = quoted(givens.iter().map(|given| given.name.as_str()));
            self.faults.add(format_args!("`{}` is not given `{name}`: it is given {known}", head.name()));
        }
        if wanted.len() > 1 && columns.targets.iter().any(|(output, _)| output.is_none()) {
            let known = quoted(wanted.iter().map(|wanted| wanted.output.as_str()));
            self.faults.add(format_args!("`{}` has several targets: say whose field it is with `target_of`, of {known}", head.name()));
        }
    }
}

/// Whether an output is called so: by its name, or by that of its target.
fn names(wanted: &Wanted, output: &str) -> bool {
    wanted.output == output || wanted.names.iter().any(|name| name == output)
}

/// The fields in which a target is looked for.
fn usual(wanted: &Wanted, only: bool) -> Vec<String> {
    let own = wanted.names.iter().chain([&wanted.output]).cloned();
    let plain: &[&str] = match (only, wanted.kind) {
        (true, Kind::Span) => &["answer", "labels", "label", "target"],
        (true, Kind::Parents) => &["labels", "label", "target", "heads"],
        (true, _) => &["labels", "label", "target"],
        (false, _) => &[],
    };
    let mut fields: Vec<String> = Vec::new();
    for field in own.chain(plain.iter().map(|name| (*name).to_owned())) {
        if !fields.contains(&field) {
            fields.push(field);
        }
    }
    fields
}
