//! Sizes: numbers, and what is known only when a head is bound.

use std::collections::BTreeMap;
use std::fmt;
use std::sync::Arc;

/// A size that is not a number yet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Symbol {
    /// `hidden`: the width of the encoder's outputs.
    Hidden,
    /// `vocab`: the size of its vocabulary.
    Vocab,
    /// `depth`: the number of its `layers` outputs.
    Depth,
    /// The size of the label set of this number, where it is a user's own enum.
    Labels(u16),
}

/// A product of symbols, each with its power.
type Monomial = BTreeMap<Symbol, u32>;

/// A size: a polynomial over symbols, divided by a number.
///
/// Two sizes that are equal for every encoder are equal as values.
#[derive(Debug, Clone, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub struct Dim {
    terms: Arc<BTreeMap<Monomial, i128>>,
    divisor: i128,
}

/// Why a computation of sizes has no result.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DimError {
    /// A number beyond any size.
    Overflow,
    /// A division that leaves a rest.
    Inexact,
    /// A division by zero.
    ByZero,
    /// A division by a sum of unknown sizes, or by one that does not divide every part.
    ByUnknown,
}

/// For which encoders a size is zero.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Root {
    /// For every one.
    Always,
    /// For none.
    Never,
    /// Where this symbol is this number, and nowhere else.
    At(Symbol, i128),
    /// That is not known yet.
    Open,
}

impl Dim {
    /// A number.
    pub fn number(number: i128) -> Self {
        let terms = if number == 0 { BTreeMap::new() } else { BTreeMap::from([(Monomial::new(), number)]) };
        Self { terms: Arc::new(terms), divisor: 1 }
    }

    /// A symbol.
    pub fn symbol(symbol: Symbol) -> Self {
        Self { terms: Arc::new(BTreeMap::from([(Monomial::from([(symbol, 1)]), 1)])), divisor: 1 }
    }

    /// `hidden`.
    pub fn hidden() -> Self {
        Self::symbol(Symbol::Hidden)
    }

    /// The number, where it is one.
    pub fn as_number(&self) -> Option<i128> {
        match (self.terms.len(), self.terms.get(&Monomial::new())) {
            (0, _) => Some(0),
            (1, Some(&number)) if self.divisor == 1 => Some(number),
            _ => None,
        }
    }

    /// The symbol, where it is one alone.
    pub fn as_symbol(&self) -> Option<Symbol> {
        let (monomial, &factor) = self.terms.iter().next()?;
        let (&symbol, &power) = monomial.iter().next()?;
        (self.terms.len() == 1 && factor == 1 && self.divisor == 1 && monomial.len() == 1 && power == 1).then_some(symbol)
    }

    /// The terms, each a factor and the symbols that it multiplies, and what their sum is divided by.
    pub fn parts(&self) -> (impl Iterator<Item = (i128, Vec<Symbol>)> + '_, i128) {
        let symbols =
            |monomial: &Monomial| monomial.iter().flat_map(|(&symbol, &power)| std::iter::repeat_n(symbol, power as usize)).collect();
        (self.terms.iter().rev().map(move |(monomial, &factor)| (factor, symbols(monomial))), self.divisor)
    }

    /// Whether it is decided by the sizes of a user's own enums: no encoder is asked, and no number known yet.
    pub fn is_of_enums(&self) -> bool {
        self.symbols().next().is_some() && self.symbols().all(|symbol| matches!(symbol, Symbol::Labels(_)))
    }

    /// The sum.
    ///
    /// # Errors
    /// A number beyond any size.
    pub fn plus(&self, other: &Self) -> Result<Self, DimError> {
        let mut terms = self.scaled(other.divisor)?;
        for (monomial, factor) in other.scaled(self.divisor)? {
            let sum = terms.entry(monomial).or_insert(0);
            *sum = sum.checked_add(factor).ok_or(DimError::Overflow)?;
        }
        Self::reduced(terms, self.divisor.checked_mul(other.divisor).ok_or(DimError::Overflow)?)
    }

    /// The difference.
    ///
    /// # Errors
    /// A number beyond any size.
    pub fn minus(&self, other: &Self) -> Result<Self, DimError> {
        self.plus(&Self { terms: Arc::new(other.scaled(-1)?), divisor: other.divisor })
    }

    /// The product.
    ///
    /// # Errors
    /// A number beyond any size.
    pub fn times(&self, other: &Self) -> Result<Self, DimError> {
        let mut terms: BTreeMap<Monomial, i128> = BTreeMap::new();
        for (left, a) in self.terms.iter() {
            for (right, b) in other.terms.iter() {
                let sum = terms.entry(product(left, right)).or_insert(0);
                *sum = a.checked_mul(*b).and_then(|ab| sum.checked_add(ab)).ok_or(DimError::Overflow)?;
            }
        }
        Self::reduced(terms, self.divisor.checked_mul(other.divisor).ok_or(DimError::Overflow)?)
    }

    /// The quotient.
    ///
    /// # Errors
    /// A division by zero or by a sum, and one of numbers that leaves a rest.
    pub fn over(&self, other: &Self) -> Result<Self, DimError> {
        let mut divisors = other.terms.iter();
        let (monomial, &factor) = divisors.next().ok_or(DimError::ByZero)?;
        if divisors.next().is_some() {
            return Err(DimError::ByUnknown);
        }
        let mut terms = BTreeMap::new();
        for (numerator, factor) in self.scaled(other.divisor)? {
            terms.insert(quotient(&numerator, monomial).ok_or(DimError::ByUnknown)?, factor);
        }
        let divisor = self.divisor.checked_mul(factor).ok_or(DimError::Overflow)?;
        let result = Self::reduced(terms, divisor)?;
        let constant = result.terms.keys().all(Monomial::is_empty);
        if constant && result.divisor != 1 { Err(DimError::Inexact) } else { Ok(result) }
    }

    /// The size where some symbols are numbers.
    ///
    /// # Errors
    /// A number beyond any size, and a division that leaves a rest.
    pub fn with(&self, known: &dyn Fn(Symbol) -> Option<i128>) -> Result<Self, DimError> {
        let mut terms: BTreeMap<Monomial, i128> = BTreeMap::new();
        for (monomial, &factor) in self.terms.iter() {
            let (mut rest, mut factor) = (Monomial::new(), factor);
            for (&symbol, &power) in monomial {
                match known(symbol) {
                    Some(value) => factor = value.checked_pow(power).and_then(|v| factor.checked_mul(v)).ok_or(DimError::Overflow)?,
                    None => drop(rest.insert(symbol, power)),
                }
            }
            let sum = terms.entry(rest).or_insert(0);
            *sum = sum.checked_add(factor).ok_or(DimError::Overflow)?;
        }
        let result = Self::reduced(terms, self.divisor)?;
        let constant = result.terms.keys().all(Monomial::is_empty);
        if constant && result.divisor != 1 { Err(DimError::Inexact) } else { Ok(result) }
    }

    /// How a message shows it: a number as it is, names between backticks.
    pub(crate) fn shown(&self) -> String {
        if self.as_number().is_some() { self.to_string() } else { format!("`{self}`") }
    }

    /// The symbols that it is made of.
    pub fn symbols(&self) -> impl Iterator<Item = Symbol> + '_ {
        self.terms.keys().flat_map(|monomial| monomial.keys().copied())
    }

    /// For which encoders it is zero. Every symbol is a whole number from 1 on.
    pub fn root(&self) -> Root {
        let signs = |wanted: fn(&i128) -> bool| self.terms.values().all(wanted);
        if self.terms.is_empty() {
            return Root::Always;
        }
        if signs(|factor| *factor > 0) || signs(|factor| *factor < 0) {
            return Root::Never;
        }
        let constant = self.terms.get(&Monomial::new()).copied();
        let mut others = self.terms.iter().filter(|(monomial, _)| !monomial.is_empty());
        match (constant, others.next(), others.next()) {
            (Some(constant), Some((monomial, &factor)), None) => root_of(monomial, factor, constant),
            _ => Root::Open,
        }
    }

    fn scaled(&self, factor: i128) -> Result<BTreeMap<Monomial, i128>, DimError> {
        let scale = |(monomial, value): (&Monomial, &i128)| Some((monomial.clone(), value.checked_mul(factor)?));
        self.terms.iter().map(scale).collect::<Option<_>>().ok_or(DimError::Overflow)
    }

    fn reduced(mut terms: BTreeMap<Monomial, i128>, divisor: i128) -> Result<Self, DimError> {
        terms.retain(|_, factor| *factor != 0);
        let mut common = terms.values().fold(divisor.checked_abs().ok_or(DimError::Overflow)?, |a, &b| gcd(a, b));
        if divisor < 0 {
            common = -common;
        }
        terms.values_mut().for_each(|factor| *factor /= common);
        Ok(Self { divisor: divisor / common, terms: Arc::new(terms) })
    }
}

/// Where `factor * monomial + constant` is zero; the two have different signs.
fn root_of(monomial: &Monomial, factor: i128, constant: i128) -> Root {
    if constant.checked_rem(factor) != Some(0) {
        return Root::Never;
    }
    match (monomial.iter().next(), monomial.len()) {
        (Some((&symbol, 1)), 1) => constant.checked_div(factor).and_then(i128::checked_neg).map_or(Root::Open, |at| Root::At(symbol, at)),
        _ => Root::Open,
    }
}

fn product(left: &Monomial, right: &Monomial) -> Monomial {
    let mut product = left.clone();
    for (&symbol, &power) in right {
        let sum = product.entry(symbol).or_insert(0);
        *sum = sum.saturating_add(power);
    }
    product
}

fn quotient(numerator: &Monomial, divisor: &Monomial) -> Option<Monomial> {
    let mut quotient = numerator.clone();
    for (symbol, &power) in divisor {
        let left = quotient.get(symbol)?.checked_sub(power)?;
        match left {
            0 => drop(quotient.remove(symbol)),
            _ => drop(quotient.insert(*symbol, left)),
        }
    }
    Some(quotient)
}

fn gcd(a: i128, b: i128) -> i128 {
    let (mut a, mut b) = (a.unsigned_abs(), b.unsigned_abs());
    while b != 0 {
        (a, b) = (b, a % b);
    }
    i128::try_from(a).unwrap_or(1).max(1)
}

impl fmt::Display for Symbol {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Hidden => "hidden",
            Self::Vocab => "vocab",
            Self::Depth => "depth",
            Self::Labels(_) => "labels",
        })
    }
}

impl fmt::Display for Dim {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let (parts, divisor) = self.parts();
        let mut text = String::new();
        for (factor, symbols) in parts {
            let sign = if factor < 0 { "-" } else { "+" };
            match text.is_empty() {
                true if factor < 0 => text.push('-'),
                true => {}
                false => text.push_str(&format!(" {sign} ")),
            }
            let names = symbols.iter().map(Symbol::to_string).collect::<Vec<_>>().join("*");
            text.push_str(&match (factor.unsigned_abs(), names.as_str()) {
                (1, names) if !names.is_empty() => names.to_owned(),
                (number, "") => number.to_string(),
                (number, names) => format!("{number}*{names}"),
            });
        }
        match (text.as_str(), divisor) {
            ("", _) => f.write_str("0"),
            (text, 1) => f.write_str(text),
            (text, divisor) if self.terms.len() == 1 => write!(f, "{text}/{divisor}"),
            (text, divisor) => write!(f, "({text})/{divisor}"),
        }
    }
}
