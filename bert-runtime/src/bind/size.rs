//! Sizes of a head that is being bound: arithmetic that cannot overflow.

use std::fmt::{self, Display, Formatter};
use std::ops::{Add, Div, Mul, Sub};

/// A size, or what went wrong in computing it, which is told where the size is used.
///
/// ```
/// use bert_runtime::bind::Size;
///
/// let hidden = Size::from(768);
/// assert_eq!((hidden * 4 / 3).get(), Ok(1024));
/// assert_eq!((hidden / 5).get().map_err(|fault| fault.to_string()), Err("768 / 5 leaves a rest".to_owned()));
/// ```
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Size(Result<u64, SizeFault>);

/// Why a size could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SizeFault {
    /// The sum or product is larger than any size, or the difference below zero.
    OutOfRange(u64, char, u64),
    /// The division leaves a rest.
    Inexact(u64, u64),
    /// The divisor is zero.
    ByZero(u64),
    /// A number below zero.
    Negative(i64),
    /// The size is zero, and every dimension is at least 1.
    Zero,
}

impl Size {
    /// The number, which is at least 1.
    ///
    /// # Errors
    /// What went wrong first in computing it, and a size of zero.
    pub fn get(self) -> Result<usize, SizeFault> {
        match self.0? {
            0 => Err(SizeFault::Zero),
            size => usize::try_from(size).map_err(|_| SizeFault::OutOfRange(size, '*', 1)),
        }
    }

    fn combine(self, other: Self, with: impl Fn(u64, u64) -> Result<u64, SizeFault>) -> Self {
        Self(self.0.and_then(|left| other.0.and_then(|right| with(left, right))))
    }
}

impl Display for Size {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self.0 {
            Ok(size) => write!(f, "{size}"),
            Err(fault) => write!(f, "no size, since {fault}"),
        }
    }
}

impl Display for SizeFault {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::OutOfRange(left, operator, right) => write!(f, "{left} {operator} {right} is out of range"),
            Self::Inexact(left, right) => write!(f, "{left} / {right} leaves a rest"),
            Self::ByZero(left) => write!(f, "{left} / 0 has no value"),
            Self::Negative(number) => write!(f, "{number} is below zero"),
            Self::Zero => f.write_str("it is 0, and every dimension is at least 1"),
        }
    }
}

fn divide(left: u64, right: u64) -> Result<u64, SizeFault> {
    match left.checked_rem(right) {
        Some(0) => Ok(left / right),
        Some(_) => Err(SizeFault::Inexact(left, right)),
        None => Err(SizeFault::ByZero(left)),
    }
}

impl From<u64> for Size {
    fn from(size: u64) -> Self {
        Self(Ok(size))
    }
}

impl From<usize> for Size {
    fn from(size: usize) -> Self {
        Self(Ok(size as u64))
    }
}

/// What a number without a type suffix is.
impl From<i32> for Size {
    fn from(size: i32) -> Self {
        Self(u64::try_from(size).map_err(|_| SizeFault::Negative(size.into())))
    }
}

/// An operator between sizes, and between a size and a number, both ways.
///
/// Numbers are `u64` alone, so that the type of `hidden * 4 / 3` can be inferred.
macro_rules! operator {
    ($trait:ident, $method:ident, $with:expr) => {
        impl $trait for Size {
            type Output = Self;

            fn $method(self, other: Self) -> Self {
                self.combine(other, $with)
            }
        }

        impl $trait<u64> for Size {
            type Output = Self;

            fn $method(self, other: u64) -> Self {
                $trait::$method(self, Self::from(other))
            }
        }

        impl $trait<Size> for u64 {
            type Output = Size;

            fn $method(self, other: Size) -> Size {
                $trait::$method(Size::from(self), other)
            }
        }
    };
}

operator!(Add, add, |a, b| a.checked_add(b).ok_or(SizeFault::OutOfRange(a, '+', b)));
operator!(Sub, sub, |a, b| a.checked_sub(b).ok_or(SizeFault::OutOfRange(a, '-', b)));
operator!(Mul, mul, |a, b| a.checked_mul(b).ok_or(SizeFault::OutOfRange(a, '*', b)));
operator!(Div, div, divide);
