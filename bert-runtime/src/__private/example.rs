//! What `#[derive(Example)]` says of its fields.

use crate::data::{FromField, Row};
use crate::error::Result;
use crate::head::{IntoTargets, Label};
use crate::targets::{AnswerChars, Labels, Pairs, Parents, Span, Tags};
use crate::text::{Choices, Segment, Text};

/// # Errors
/// As [`Row::read`].
pub fn read<T: FromField>(row: &Row, column: &str) -> Result<T> {
    row.read(column)
}

/// What a task reads, of texts alone.
#[diagnostic::on_unimplemented(
    message = "the task reads `{Self}`, and the fields make `{Texts}` of their own",
    label = "this task reads `{Self}`",
    note = "what is given to the head is marked `#[example(given)]`, and several texts an example `#[example(choices)]`"
)]
pub trait FromTexts<Texts> {
    fn from_texts(texts: Texts) -> Self;
}

impl FromTexts<Text> for Text {
    fn from_texts(texts: Text) -> Self {
        texts
    }
}

impl FromTexts<Choices> for Choices {
    fn from_texts(texts: Choices) -> Self {
        texts
    }
}

pub fn input<Input: FromTexts<Texts>, Texts>(texts: Texts) -> Input {
    Input::from_texts(texts)
}

/// A text, or the words of one.
#[diagnostic::on_unimplemented(message = "`{Self}` is no text", label = "a text is a `String`, or its words are a `Vec<String>`")]
pub trait IsText {
    fn segment(self) -> Segment;
}

impl IsText for String {
    fn segment(self) -> Segment {
        Segment::Plain(self)
    }
}

impl IsText for Vec<String> {
    fn segment(self) -> Segment {
        Segment::Words(self)
    }
}

pub fn segment<T: IsText>(text: T) -> Segment {
    text.segment()
}

/// Several texts, or words.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is no list of texts",
    label = "words and choices are a `Vec<String>`, or a `[String; N]`"
)]
pub trait AreTexts {
    fn texts(self) -> Vec<String>;
}

impl AreTexts for Vec<String> {
    fn texts(self) -> Vec<String> {
        self
    }
}

impl<const N: usize> AreTexts for [String; N] {
    fn texts(self) -> Vec<String> {
        self.into()
    }
}

pub fn words<T: AreTexts>(words: T) -> Segment {
    Segment::Words(words.texts())
}

pub fn choices<T: AreTexts>(choices: T) -> Vec<String> {
    choices.texts()
}

/// What a head is given.
#[diagnostic::on_unimplemented(message = "the head is given `{Given}`, and this is `{Self}`", label = "the head is given `{Given}`")]
pub trait GivenAs<Given> {
    fn given(self) -> Given;
}

impl<T> GivenAs<T> for T {
    fn given(self) -> T {
        self
    }
}

impl GivenAs<[f32; 1]> for f32 {
    fn given(self) -> [f32; 1] {
        [self]
    }
}

pub fn given<Given, T: GivenAs<Given>>(value: T) -> Given {
    value.given()
}

/// What stands for a task's target.
#[diagnostic::on_unimplemented(
    message = "the task is trained towards `{Wanted}`, and `{Self}` is none",
    label = "this is no `{Wanted}`",
    note = "of several outputs each has a field, marked `#[example(target = \"..\")]` with its output's name"
)]
pub trait TargetOf<Wanted> {
    type Target: IntoTargets;
    fn target(self) -> Self::Target;
}

impl<T: IntoTargets> TargetOf<T> for T {
    type Target = T;
    fn target(self) -> T {
        self
    }
}

/// Fields that are written in a plainer way than their targets.
macro_rules! stands_for {
    ($(<$($l:ident)?> $field:ty => $target:ty, $made:expr;)*) => {
        $(impl $(<$l: Label>)? TargetOf<$target> for $field {
            type Target = $target;
            fn target(self) -> $target {
                $made(self)
            }
        })*
    };
}

stands_for! {
    <L> Vec<L> => Tags<L>, Tags::from;
    <L> Vec<Option<L>> => Tags<L>, Tags;
    <L> Vec<L> => Labels<L>, Labels;
    <L> Vec<(usize, usize, L)> => Pairs<L>, Pairs;
    <> Vec<usize> => Parents, Parents::from;
    <> Vec<Option<usize>> => Parents, Parents;
}

impl TargetOf<Span> for AnswerChars {
    type Target = Self;
    fn target(self) -> Self {
        self
    }
}

impl TargetOf<Span> for Option<AnswerChars> {
    type Target = Self;
    fn target(self) -> Self {
        self
    }
}

pub fn target<Wanted, T: TargetOf<Wanted, Target = Wanted>>(target: T) -> Wanted
where
    Wanted: IntoTargets,
{
    target.target()
}
