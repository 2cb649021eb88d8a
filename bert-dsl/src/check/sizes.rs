//! Sizes as they are written, and whether two are equal.

use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::dim::{Dim, DimError, Root, Symbol};
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
        } else {
            self.check_known(&size, written.span)?;
        }
        let is_name = matches!(written.node, Expression::Name(_));
        let set = set.filter(|&index| is_name || self.is_thresholds(&size, index));
        Some(Feature { size, set })
    }

    /// Refuses a computation that what is known of the encoder by now makes no size.
    fn check_known(&mut self, size: &Dim, span: Span) -> Option<()> {
        let is_open = |symbol: Symbol| !self.known.contains_key(&symbol);
        if size.as_symbol().is_some_and(is_open) || size.as_number().is_some_and(|number| (1..=MAX_SIZE).contains(&number)) {
            return Some(());
        }
        let result = size.with(&|symbol| self.known.get(&symbol).map(|(number, _)| *number));
        let number = result.as_ref().map_or(Some(0), Dim::as_number);
        let positive = size.parts().0.any(|(factor, _)| factor > 0);
        if positive && number.is_none_or(|number| (1..=MAX_SIZE).contains(&number)) {
            return Some(());
        }
        let message = match result {
            Err(DimError::Inexact) => format!("`{size}` leaves a rest"),
            _ => format!("`{size}` is no size: one is at least 1 and at most {MAX_SIZE}"),
        };
        let mut diagnostic = Diagnostic::new(Code::BadSize, span, message).help("a size is a whole number from 1 on");
        if let Some((symbol, number, at)) = self.learned(size) {
            diagnostic = diagnostic.also(at, format!("`{symbol}` is {number} by this"));
        }
        self.report(diagnostic);
        None
    }

    fn check_size(&mut self, number: i128, span: Span) -> Option<()> {
        let message = match number {
            1..=MAX_SIZE => return Some(()),
            i128::MIN..=0 => format!("a size is at least 1, and this is {number}"),
            _ => format!("a size is at most {MAX_SIZE}, and this is {number}"),
        };
        let help = if number < 1 { "write a whole number from 1 on, as in `linear hidden -> 64;`" } else { "make it smaller" };
        self.report(Diagnostic::new(Code::BadSize, span, message).help(help));
        None
    }

    /// Whether a size is one less than the set's: the thresholds between ranks.
    fn is_thresholds(&self, size: &Dim, set: usize) -> bool {
        size.minus(&self.set_size(set)).is_ok_and(|difference| difference.as_number() == Some(-1))
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
        let (message, help) = match plain.parse::<i128>() {
            Ok(number) => return Some(number),
            Err(_) if plain.chars().all(|c| c.is_ascii_digit()) => {
                (format!("a size is at most {MAX_SIZE}, and this has {} digits", plain.len()), "make it smaller")
            }
            Err(_) => {
                let message = format!("a size is a whole number in decimal digits, and `{digits}` is not");
                (message, "write it as plain digits, as in `1000` or `1_000`")
            }
        };
        self.report(Diagnostic::new(Code::BadSize, span, message).help(help));
        None
    }

    fn named_size(&mut self, name: &str, span: Span, set: &mut Option<usize>) -> Option<Dim> {
        match name {
            "hidden" => return Some(Dim::hidden()),
            "vocab" => return Some(Dim::symbol(Symbol::Vocab)),
            "depth" => return Some(Dim::symbol(Symbol::Depth)),
            _ => {}
        }
        let Some(&index) = self.set_names.get(name) else {
            self.unknown_size(name, span);
            return None;
        };
        *set = Some(index);
        Some(self.set_size(index))
    }

    fn unknown_size(&mut self, name: &str, span: Span) {
        if self.broken_sets.contains(name) {
            return;
        }
        let known = ["hidden", "vocab", "depth", "labels"].into_iter().chain(self.sets.iter().map(|set| set.name.as_str()));
        let declare = || match name {
            "labels" => "declare them first, as in `labels negative, positive;`, or write a number".to_owned(),
            _ => "a size is a number, `hidden`, `vocab`, `depth`, `labels` or a label set's name".to_owned(),
        };
        let diagnostic = Diagnostic::new(Code::UnknownName, span, format!("no size is called `{name}`"));
        self.report(diagnostic.meant(name, known, declare));
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
        let is_known = |symbol: Symbol| self.known.contains_key(&symbol);
        if !size.symbols().any(is_known) {
            return size.clone();
        }
        size.with(&|symbol| self.known.get(&symbol).map(|(number, _)| *number)).unwrap_or_else(|_| size.clone())
    }

    /// Wants two sizes to be equal: `found` is there, `wanted` is written at `span`. What only an encoder can show is kept for then.
    ///
    /// # Errors
    /// The two sizes, as far as they are known, where no encoder can make them equal.
    pub(crate) fn require(&mut self, found: &Dim, wanted: &Dim, span: Span) -> Result<(), (Dim, Dim)> {
        if found == wanted {
            return Ok(());
        }
        let (found, wanted) = (self.resolved(found), self.resolved(wanted));
        match found.minus(&wanted).map(|difference| difference.root()) {
            Ok(Root::Always) => return Ok(()),
            Ok(Root::Never) => return Err((found, wanted)),
            Ok(Root::At(symbol, number)) => drop(self.known.insert(symbol, (number, span))),
            Ok(Root::Open) | Err(_) => {}
        }
        self.pending.push((found, wanted));
        Ok(())
    }

    /// Wants a size to be `least` or more, which only an encoder may show.
    pub(crate) fn require_at_least(&mut self, found: &Dim, least: i128) {
        self.at_least.push((self.resolved(found), least));
    }

    /// Where the sizes were learned that a size is made of, if it was not written as a number.
    pub(crate) fn learned(&self, size: &Dim) -> Option<(Symbol, i128, Span)> {
        size.symbols().find_map(|symbol| self.known.get(&symbol).map(|(number, span)| (symbol, *number, *span)))
    }

    /// Refuses a parameter that no machine could hold.
    pub(crate) fn check_elements(&mut self, shape: &[Dim], span: Span) {
        if shape.iter().any(|size| self.check_known(size, span).is_none()) {
            return;
        }
        let count = shape.iter().try_fold(1i128, |count, dim| count.checked_mul(self.resolved(dim).as_number()?));
        if let Some(count) = count.filter(|count| *count > MAX_ELEMENTS) {
            let message = format!("this weight would need {} bytes", count.saturating_mul(4));
            self.report(Diagnostic::new(Code::BadSize, span, message).help("make its sizes smaller"));
        }
    }
}
