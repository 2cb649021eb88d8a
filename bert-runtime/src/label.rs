//! What every enum of labels does alike: names to labels and back, as text and in serde's formats.

pub mod enum_size;

use serde::de::Error as _;
use serde::{Deserialize, Deserializer, Serializer};

use crate::error::{Error, ErrorKind, Result};
use crate::head::Label;

/// The name of a label as in the head's text; its number where the labels are numbers alone.
pub fn label_name<L: Label>(label: L) -> String {
    L::NAMES.get(label.index()).map_or_else(|| label.index().to_string(), |name| (*name).to_owned())
}

/// The label of a name.
///
/// # Errors
/// A name that no label has; the message lists the names, the nearest one first.
pub fn parse_label<L: Label>(name: &str) -> Result<L> {
    let found = L::NAMES.iter().position(|known| *known == name).and_then(L::from_index);
    found.ok_or_else(|| {
        let mut names = L::NAMES.to_vec();
        names.sort_by_key(|known| strsim::levenshtein(known, name));
        names.truncate(10);
        Error::new(ErrorKind::Input, format!("there is no label `{name}`; the nearest of the {} are {}", L::COUNT, names.join(", ")))
    })
}

/// Writes a label as its name.
///
/// # Errors
/// What the format says.
pub fn serialize_label<L: Label, S: Serializer>(label: L, serializer: S) -> std::result::Result<S::Ok, S::Error> {
    serializer.serialize_str(&label_name(label))
}

/// Reads a label by its name.
///
/// # Errors
/// A name that no label has, and what the format says.
pub fn deserialize_label<'de, L: Label, D: Deserializer<'de>>(deserializer: D) -> std::result::Result<L, D::Error> {
    let name = std::borrow::Cow::<'de, str>::deserialize(deserializer)?;
    parse_label(&name).map_err(D::Error::custom)
}

#[cfg(test)]
mod tests {
    #![allow(clippy::unwrap_used)]

    use super::*;

    #[derive(Debug, Clone, Copy, PartialEq, Eq)]
    struct City(usize);

    impl Label for City {
        const NAMES: &'static [&'static str] = &["B-fromloc.city_name", "5 stars", "Zürich \"é\""];
        const COUNT: usize = 3;
        fn from_index(index: usize) -> Option<Self> {
            (index < 3).then_some(Self(index))
        }
        fn index(self) -> usize {
            self.0
        }
    }

    #[test]
    fn names_go_there_and_back() {
        for index in 0..City::COUNT {
            assert_eq!(parse_label::<City>(&label_name(City(index))).unwrap(), City(index));
            let json = serialize_label(City(index), serde_json::value::Serializer).unwrap();
            assert_eq!(json, City::NAMES[index]);
            assert_eq!(deserialize_label::<City, _>(&json).unwrap(), City(index));
        }
    }

    #[test]
    fn an_unknown_name_is_told_the_nearest() {
        let error = parse_label::<City>("5 star").unwrap_err();
        assert!(error.to_string().contains("are 5 stars,"), "{error}");
        assert!(deserialize_label::<City, _>(serde_json::json!(1)).is_err());
    }
}
