//! Sizes that a user's own enum decides, checked when it is compiled.

// A panic while a constant is computed is an error of the compiler's.
#![allow(clippy::panic)]

use crate::head::Label;

/// A size: a sum, and what it is divided by.
pub type Quotient = (i128, i128);

/// How many labels an enum has.
pub const fn count<L: Label>() -> i128 {
    L::COUNT as i128
}

/// Does not compile where two sizes differ; `what` is what wants them equal.
#[track_caller]
pub const fn exactly(found: Quotient, wanted: Quotient, what: &str) {
    if found.0 * wanted.1 != wanted.0 * found.1 {
        let message = Text::new().text(what).text(": found ").size(found).text(", expected ").size(wanted);
        panic!("{}", message.shown());
    }
}

/// Does not compile where a size is no whole number of `least` or more; `what` is what wants it.
#[track_caller]
pub const fn at_least(found: Quotient, least: i128, what: &str) {
    if found.0 % found.1 != 0 || found.0 / found.1 < least {
        let message = Text::new().text(what).text(": found ").size(found).text(", expected a whole number from ").number(least).text(" on");
        panic!("{}", message.shown());
    }
}

/// The longest message; what is longer is cut.
const LONGEST: usize = 512;

/// A message, put together while a constant is computed.
struct Text {
    bytes: [u8; LONGEST],
    length: usize,
}

impl Text {
    const fn new() -> Self {
        Self { bytes: [0; LONGEST], length: 0 }
    }

    const fn byte(mut self, byte: u8) -> Self {
        if self.length < LONGEST {
            self.bytes[self.length] = byte;
            self.length += 1;
        }
        self
    }

    const fn text(mut self, text: &str) -> Self {
        let (bytes, mut at) = (text.as_bytes(), 0);
        while at < bytes.len() {
            self = self.byte(bytes[at]);
            at += 1;
        }
        self
    }

    /// The digits, the last first found.
    const fn number(self, number: i128) -> Self {
        if number < 0 {
            return self.byte(b'-').number(-number);
        }
        let text = if number > 9 { self.number(number / 10) } else { self };
        text.byte(b'0' + (number % 10) as u8)
    }

    const fn size(self, (sum, divisor): Quotient) -> Self {
        if sum % divisor == 0 {
            return self.number(sum / divisor);
        }
        self.number(sum).text(" / ").number(divisor)
    }

    /// What is whole of the text.
    const fn shown(&self) -> &str {
        match std::str::from_utf8(self.bytes.split_at(self.length).0) {
            Ok(text) => text,
            Err(_) => "a size of an enum's does not fit",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn messages_say_both_sizes() {
        let message = Text::new().text("`x`: ").size((-7, 2)).text(" and ").size((120, 2));
        assert_eq!(message.shown(), "`x`: -7 / 2 and 60");
        let long = Text::new().text(&"é".repeat(LONGEST));
        assert_eq!(long.shown().len(), LONGEST);
    }

    #[test]
    fn sizes_that_fit_are_passed_over() {
        exactly((6, 2), (3, 1), "equal");
        at_least((6, 3), 2, "enough");
    }

    #[test]
    #[should_panic(expected = "`labels / 2`: found 5 / 2, expected a whole number from 1 on")]
    fn a_rest_is_no_size() {
        at_least((5, 2), 1, "`labels / 2`");
    }
}
