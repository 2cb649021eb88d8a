//! Sizes as they are written, and whether two are equal.

use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::{Dim, DimError, Symbol};
use crate::nearest::suggestion;
use crate::shape::Feature;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Expression, Operator};

/// The largest size of one axis.
const MAX_SIZE: i128 = 1 << 31;
/// The most elements of one parameter.
const MAX_ELEMENTS: i128 = 1 << 40;

impl Checker<'_> {
    /// The size of a feature axis as it is written; `None` after an error.
    pub(crate) fn size(&mut self, written: &Spanned<Expression>) -> Option<Feature> {
        let mut set = None;
        let size = self.computed(written, &mut set)?;
        if let Some(number) = size.as_number() {
            self.check_size(number, written.span)?;
        }
        Some(Feature { size, set })
    }

    fn check_size(&mut self, number: i128, span: Span) -> Option<()> {
        let message = match number {
            1..=MAX_SIZE => return Some(()),
            i128::MIN..=0 => format!("a size is at least 1, and this is {number}"),
            _ => format!("a size is at most {MAX_SIZE}, and this is {number}"),
        };
        self.report(Diagnostic::new(Code::BadSize, span, message));
        None
    }

    fn computed(&mut self, written: &Spanned<Expression>, set: &mut Option<usize>) -> Option<Dim> {
        match &written.node {
            Expression::Number(digits) => self.integer(digits, written.span).map(Dim::number),
            Expression::Name(name) => self.named_size(name, written.span, set),
            Expression::Negative(inner) => {
                let inner = self.computed(inner, set)?;
                self.computation(Dim::number(0).minus(&inner), written.span)
            }
            Expression::Binary(left, operator, right) => {
                let (left, right) = (self.computed(left, set), self.computed(right, set));
                let (left, right) = (left?, right?);
                let result = match operator {
                    Operator::Plus => left.plus(&right),
                    Operator::Minus => left.minus(&right),
                    Operator::Times => left.times(&right),
                    Operator::Over => left.over(&right),
                };
                self.computation(result, written.span)
            }
        }
    }

    fn integer(&mut self, digits: &str, span: Span) -> Option<i128> {
        let plain = digits.replace('_', "");
        let message = match plain.parse::<i128>() {
            Ok(number) => return Some(number),
            Err(_) if plain.chars().all(|c| c.is_ascii_digit()) => {
                format!("a size is at most {MAX_SIZE}, and this has {} digits", plain.len())
            }
            Err(_) => format!("a size is a whole number in decimal digits, and `{digits}` is not"),
        };
        self.report(Diagnostic::new(Code::BadSize, span, message));
        None
    }

    fn named_size(&mut self, name: &str, span: Span, set: &mut Option<usize>) -> Option<Dim> {
        match name {
            "hidden" => return Some(Dim::hidden()),
            "vocab" => return Some(Dim::symbol(Symbol::Vocab)),
            "depth" => return Some(Dim::symbol(Symbol::Depth)),
            _ => {}
        }
        let Some(index) = self.sets.iter().position(|set| set.name == name) else {
            self.unknown_size(name, span);
            return None;
        };
        *set = Some(index);
        let symbol = || Dim::symbol(Symbol::Labels(index as u16));
        Some(self.sets[index].labels.count().map_or_else(symbol, |count| Dim::number(count.into())))
    }

    fn unknown_size(&mut self, name: &str, span: Span) {
        if self.broken_sets.iter().any(|broken| broken == name) {
            return;
        }
        let known = ["hidden", "vocab", "depth"].into_iter().chain(self.sets.iter().map(|set| set.name.as_str()));
        let declare = || match name {
            "labels" => "declare them first, as in `labels negative, positive;`, or write a number".to_owned(),
            _ => "a size is a number, `hidden`, `vocab`, `depth`, `labels` or a label set's name".to_owned(),
        };
        let help = suggestion(name, known).unwrap_or_else(declare);
        self.report(Diagnostic::new(Code::UnknownName, span, format!("no size is called `{name}`")).help(help));
    }

    fn computation(&mut self, result: Result<Dim, DimError>, span: Span) -> Option<Dim> {
        let error = match result {
            Ok(dim) => return Some(dim),
            Err(error) => error,
        };
        let (message, help) = match error {
            DimError::Overflow => ("this size is too large", "a size is at most 2147483648"),
            DimError::Inexact => ("this division leaves a rest", "a size is a whole number"),
            DimError::ByZero => ("this divides by zero", "divide by 1 or more"),
            DimError::ByUnknown => ("this divides by what is not known yet", "divide by a number, or by one size that divides every part"),
        };
        self.report(Diagnostic::new(Code::BadSize, span, message).help(help));
        None
    }

    /// What a size is, with all that is known by now.
    pub(crate) fn resolved(&self, size: &Dim) -> Dim {
        size.with(&|symbol| self.known.get(&symbol).map(|(number, _)| *number)).unwrap_or_else(|_| size.clone())
    }

    /// Wants two sizes to be equal: `found` is there, `wanted` is written at `span`. What only an encoder can show is kept for then.
    ///
    /// Returns whether they can be equal.
    pub(crate) fn require(&mut self, found: &Dim, wanted: &Dim, span: Span) -> Result<(), (Dim, Dim)> {
        let (found, wanted) = (self.resolved(found), self.resolved(wanted));
        if found == wanted {
            return Ok(());
        }
        let apart = found.minus(&wanted).ok().and_then(|difference| difference.as_number());
        if apart.is_some() {
            return Err((found, wanted));
        }
        match (found.as_symbol(), wanted.as_symbol(), found.as_number(), wanted.as_number()) {
            (Some(symbol), _, _, Some(number)) | (_, Some(symbol), Some(number), _) => drop(self.known.insert(symbol, (number, span))),
            _ => {}
        }
        self.pending.push((found, wanted));
        Ok(())
    }

    /// Refuses a parameter that no machine could hold.
    pub(crate) fn check_elements(&mut self, shape: &[Dim], span: Span) {
        let count = shape.iter().try_fold(1i128, |count, dim| count.checked_mul(self.resolved(dim).as_number()?));
        if let Some(count) = count.filter(|count| *count > MAX_ELEMENTS) {
            let message = format!("this weight would need {} bytes", count.saturating_mul(4));
            self.report(Diagnostic::new(Code::BadSize, span, message).help("make its sizes smaller"));
        }
    }
}
