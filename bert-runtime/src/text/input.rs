//! What an example is made of: one text, a pair, words, or several choices.

/// One of the texts of an example, as it was written or already cut into words.
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub enum Segment {
    /// A text as it was written.
    Plain(String),
    /// The words of a text. Its characters count in the words joined by one space each.
    Words(Vec<String>),
}

impl Segment {
    /// The text: as it was written, or the words joined by one space each.
    pub fn joined(&self) -> String {
        match self {
            Self::Plain(text) => text.clone(),
            Self::Words(words) => words.join(" "),
        }
    }
}

/// What a head reads: one text, a pair of texts, or the words of a text.
///
/// ```
/// use bert_runtime::text::Text;
///
/// let one = Text::from("A man is eating food.");
/// let pair = Text::from(("Who eats?", "A man is eating food."));
/// let words = Text::from(["A", "man", "eats"]);
/// assert!(one.second().is_none() && pair.second().is_some() && words.second().is_none());
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Text {
    first: Segment,
    second: Option<Segment>,
}

impl Text {
    /// One text, or the words of one.
    pub fn one(text: impl Into<Segment>) -> Self {
        Self { first: text.into(), second: None }
    }

    /// A pair of texts, such as a question and the context of its answer.
    pub fn pair(first: impl Into<Segment>, second: impl Into<Segment>) -> Self {
        Self { first: first.into(), second: Some(second.into()) }
    }

    /// The text, or the first of a pair.
    pub fn first(&self) -> &Segment {
        &self.first
    }

    /// The second text of a pair.
    pub fn second(&self) -> Option<&Segment> {
        self.second.as_ref()
    }

    /// The one or two texts.
    pub fn segments(&self) -> impl Iterator<Item = &Segment> {
        std::iter::once(&self.first).chain(&self.second)
    }
}

impl<A: Into<Segment>, B: Into<Segment>> From<(A, B)> for Text {
    fn from((first, second): (A, B)) -> Self {
        Self::pair(first, second)
    }
}

impl From<Segment> for Text {
    fn from(segment: Segment) -> Self {
        Self::one(segment)
    }
}

/// Texts by value or by reference, and words in every list that holds strings.
macro_rules! from_strings {
    ($target:ident, $make:expr) => {
        impl From<&str> for $target {
            fn from(text: &str) -> Self {
                $make(Segment::Plain(text.to_owned()))
            }
        }
        impl From<String> for $target {
            fn from(text: String) -> Self {
                $make(Segment::Plain(text))
            }
        }
        impl From<&String> for $target {
            fn from(text: &String) -> Self {
                $make(Segment::Plain(text.clone()))
            }
        }
        impl<S: Into<String>> From<Vec<S>> for $target {
            fn from(words: Vec<S>) -> Self {
                $make(Segment::Words(words.into_iter().map(Into::into).collect()))
            }
        }
        impl<S: Into<String>, const N: usize> From<[S; N]> for $target {
            fn from(words: [S; N]) -> Self {
                $make(Segment::Words(words.into_iter().map(Into::into).collect()))
            }
        }
        impl<S: AsRef<str>> From<&[S]> for $target {
            fn from(words: &[S]) -> Self {
                $make(Segment::Words(words.iter().map(|word| word.as_ref().to_owned()).collect()))
            }
        }
        impl<S: AsRef<str>, const N: usize> From<&[S; N]> for $target {
            fn from(words: &[S; N]) -> Self {
                Self::from(words.as_slice())
            }
        }
        impl<S: AsRef<str>> From<&Vec<S>> for $target {
            fn from(words: &Vec<S>) -> Self {
                Self::from(words.as_slice())
            }
        }
    };
}

from_strings!(Segment, std::convert::identity);
from_strings!(Text, Text::one);

/// The choices of one example, each a text of its own: what a head `per choice` reads.
///
/// ```
/// use bert_runtime::text::Choices;
///
/// let endings = Choices::from(("He opened the door and", ["went in.", "flew away."]));
/// assert_eq!(endings.texts().len(), 2);
/// ```
#[derive(Debug, Clone, PartialEq, Eq, Hash)]
pub struct Choices(Vec<Text>);

impl Choices {
    /// The texts, one a choice.
    pub fn texts(&self) -> &[Text] {
        &self.0
    }
}

impl<T: Into<Text>> From<Vec<T>> for Choices {
    fn from(texts: Vec<T>) -> Self {
        texts.into_iter().collect()
    }
}

impl<T: Into<Text>, const N: usize> From<[T; N]> for Choices {
    fn from(texts: [T; N]) -> Self {
        texts.into_iter().collect()
    }
}

impl<A: Into<Segment>, B: Into<Segment>> From<(A, Vec<B>)> for Choices {
    fn from((context, endings): (A, Vec<B>)) -> Self {
        endings_of(context.into(), endings)
    }
}

impl<A: Into<Segment>, B: Into<Segment>, const N: usize> From<(A, [B; N])> for Choices {
    fn from((context, endings): (A, [B; N])) -> Self {
        endings_of(context.into(), endings)
    }
}

impl<T: Into<Text>> FromIterator<T> for Choices {
    fn from_iter<I: IntoIterator<Item = T>>(texts: I) -> Self {
        Self(texts.into_iter().map(Into::into).collect())
    }
}

fn endings_of<B: Into<Segment>>(context: Segment, endings: impl IntoIterator<Item = B>) -> Choices {
    endings.into_iter().map(|ending| Text::pair(context.clone(), ending)).collect()
}

/// A place in the text of an example, which a head may be `given`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Position {
    /// The token of this number, with `[CLS]` as number 0.
    Token(usize),
    /// The first piece of this word of the first text, from 0.
    Word(usize),
    /// The token that holds this character of the first text, from 0.
    Char(usize),
}

impl From<usize> for Position {
    fn from(token: usize) -> Self {
        Self::Token(token)
    }
}

/// What an example brings along: its texts, and what the head is `given` with it.
pub trait Example: Send + Sync {
    /// The texts: one, or one a choice.
    fn texts(&self) -> &[Text];

    /// Whether the texts are choices of one example.
    fn is_choices(&self) -> bool {
        false
    }

    /// The numbers that come with the example, by the names that the head gives them.
    fn numbers(&self) -> Vec<(&str, &[f32])> {
        Vec::new()
    }

    /// The positions that come with the example, by the names that the head gives them.
    fn positions(&self) -> Vec<(&str, Position)> {
        Vec::new()
    }
}

impl Example for Text {
    fn texts(&self) -> &[Text] {
        std::slice::from_ref(self)
    }
}

impl Example for Choices {
    fn texts(&self) -> &[Text] {
        &self.0
    }

    fn is_choices(&self) -> bool {
        true
    }
}
