//! The names of what is measured.

use std::fmt;
use std::str::FromStr;

use bert_runtime::{Error, ErrorKind};

use crate::heads::Reading;

/// Some texts, and what the heads read of them: `8x128/all`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Case {
    pub texts: Texts,
    pub reading: Reading,
}

/// Which texts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Texts {
    /// So many of so many tokens.
    Fixed { count: usize, length: usize },
    /// The workload's, as they come.
    Real,
    /// The workload's, sorted by length before the clock starts.
    Sorted,
}

impl Case {
    /// One text of sixteen tokens, classified.
    pub const SMALLEST: Self = Self { texts: Texts::Fixed { count: 1, length: 16 }, reading: Reading::Classifier };
}

impl FromStr for Case {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let (texts, reading) = name.split_once('/').unwrap_or((name, Reading::Classifier.name()));
        Ok(Self { texts: texts.parse()?, reading: reading.parse()? })
    }
}

impl FromStr for Texts {
    type Err = Error;

    fn from_str(name: &str) -> Result<Self, Error> {
        let unknown = || Error::new(ErrorKind::Input, format!("no texts are called `{name}`: write `8x128`, `real` or `sorted`"));
        let size = |number: &str| number.parse().ok().filter(|&number| number > 0).ok_or_else(unknown);
        match name {
            "real" => Ok(Self::Real),
            "sorted" => Ok(Self::Sorted),
            _ => {
                let (count, length) = name.split_once('x').ok_or_else(unknown)?;
                Ok(Self::Fixed { count: size(count)?, length: size(length)? })
            }
        }
    }
}

impl fmt::Display for Case {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.texts {
            Texts::Fixed { count, length } => write!(f, "{count}x{length}")?,
            Texts::Real => f.write_str("real")?,
            Texts::Sorted => f.write_str("sorted")?,
        }
        match self.reading {
            Reading::Classifier => Ok(()),
            reading => write!(f, "/{}", reading.name()),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_comes_back_and_other_names_are_refused() {
        for name in ["1x16", "8x128/all", "real", "sorted/heads8", "32x128/vocabulary"] {
            assert_eq!(name.parse::<Case>().unwrap().to_string(), name);
        }
        assert_eq!("8x128/classifier".parse::<Case>().unwrap().to_string(), "8x128");
        for (name, told) in [("8", "no texts"), ("0x16", "no texts"), ("8x", "no texts"), ("8x16/none", "no reading")] {
            assert!(name.parse::<Case>().unwrap_err().to_string().contains(told), "{name}");
        }
    }
}
