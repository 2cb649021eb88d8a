//! The arguments of a layer, loss or decode, read one by one; what nobody asked for is an error.

use std::borrow::Cow;

use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::ir::Operand;
use crate::layers::Setting;
use crate::manual::Argument as Listed;
use crate::shape::Feature;
use crate::source::{Span, Spanned};
use crate::syntax::ast::{Argument, Call, Expression, Value};

/// A reader of a call's arguments.
pub(crate) struct Arguments<'c, 'a> {
    /// The checker, for names and errors.
    pub cx: &'c mut Checker<'a>,
    call: &'c Call,
    taken: Vec<bool>,
    listed: Cow<'static, [Listed]>,
    form: Box<dyn Fn() -> String + 'c>,
}

impl<'c, 'a> Arguments<'c, 'a> {
    /// A reader of `call`.
    pub fn new(cx: &'c mut Checker<'a>, call: &'c Call) -> Self {
        Self { cx, call, taken: vec![false; call.arguments.len()], listed: Cow::Borrowed(&[]), form: Box::new(String::new) }
    }

    /// A reader of a call that takes no keys and is written so.
    pub fn written_as(cx: &'c mut Checker<'a>, call: &'c Call, form: &'static str) -> Self {
        Self { form: Box::new(|| form.to_owned()), ..Self::new(cx, call) }
    }

    /// What can be written, and how, once the word is known.
    pub fn expect(&mut self, listed: impl Into<Cow<'static, [Listed]>>, form: impl Fn() -> String + 'c) {
        (self.listed, self.form) = (listed.into(), Box::new(form));
    }

    /// The keys that can be written.
    fn keys(&self) -> impl Iterator<Item = &'static str> {
        self.listed.iter().filter_map(Listed::key_name)
    }

    /// The word that the arguments belong to.
    pub fn word(&self) -> &'c Spanned<String> {
        &self.call.word
    }

    /// Reports an error.
    pub fn error(&mut self, code: Code, span: Span, message: impl Into<String>) {
        let help = self.written();
        self.cx.report(Diagnostic::new(code, span, message).help(help));
    }

    /// How the call is written.
    fn written(&self) -> String {
        let (word, form) = (&self.call.word.node, (self.form)());
        if self.listed.is_empty() && form.ends_with(word.as_str()) {
            format!("write `{word}` alone")
        } else {
            format!("`{word}` is written `{form}`")
        }
    }

    /// The next positional argument that is left.
    fn positional(&mut self, wanted: impl Fn(&Value) -> bool) -> Option<&'c Spanned<Value>> {
        let call = self.call;
        let found =
            call.arguments.iter().enumerate().find(|(i, argument)| !self.taken[*i] && argument.key.is_none() && wanted(&argument.value))?;
        self.taken[found.0] = true;
        Some(&found.1.value)
    }

    /// The argument of a key, if it is there and the key is listed.
    pub fn key(&mut self, key: &'static str) -> Option<&'c Spanned<Value>> {
        self.keys().find(|listed| *listed == key)?;
        let call = self.call;
        let is_key = |argument: &Argument| argument.key.as_ref().is_some_and(|found| found.node == key);
        let mut found = call.arguments.iter().enumerate().filter(|(_, argument)| is_key(argument));
        let (index, argument) = found.next()?;
        self.taken[index] = true;
        let again: Vec<usize> = found.map(|(index, _)| index).collect();
        for index in again {
            self.taken[index] = true;
            let span = call.arguments[index].key.as_ref().map_or(call.arguments[index].value.span, |key| key.span);
            let twice = Diagnostic::new(Code::Repeated, span, format!("`{key}` is given twice")).help("leave one out");
            self.cx.report(twice.also(argument.value.span, "the first one is here"));
        }
        Some(&argument.value)
    }

    /// `[FROM] -> TO`, which must be there.
    pub fn arrow(&mut self) -> Option<(Option<Spanned<Feature>>, Spanned<Feature>)> {
        let found = self.positional(|value| matches!(value, Value::Arrow(..)));
        let Some(Spanned { node: Value::Arrow(from, to), .. }) = found else {
            self.missing("a size behind `->`");
            return None;
        };
        let from = match from {
            Some(from) => Some(Spanned::new(self.cx.size(from)?, from.span)),
            None => None,
        };
        Some((from, Spanned::new(self.cx.size(to)?, to.span)))
    }

    /// `NAME -> TO`, where the name is that of a value.
    pub fn operand_arrow(&mut self) -> Option<(Option<Spanned<Operand>>, Spanned<Feature>)> {
        let found = self.positional(|value| matches!(value, Value::Arrow(..)));
        let Some(Spanned { node: Value::Arrow(from, to), .. }) = found else {
            self.missing("a size, as in `-> 1`,");
            return None;
        };
        let operand = match from {
            Some(Spanned { node: Expression::Name(name), span }) => {
                let operand = self.cx.operand(Spanned::new(name.as_str(), *span));
                Some(Spanned::new(operand, *span))
            }
            Some(other) => {
                self.error(Code::BadArgument, other.span, "the name of a value stands here");
                return None;
            }
            None => None,
        };
        Some((operand, Spanned::new(self.cx.size(to)?, to.span)))
    }

    /// A size behind a key: nothing if the key is not there, `None` inside after an error.
    pub fn size_of(&mut self, key: &'static str) -> Option<Option<Spanned<Feature>>> {
        let value = self.key(key)?;
        let Value::Expression(expression) = &value.node else {
            self.error(Code::BadSize, value.span, "a size is expected here");
            return Some(None);
        };
        let size = self.cx.size(&Spanned::new(expression.clone(), value.span));
        Some(size.map(|size| Spanned::new(size, value.span)))
    }

    /// `A..B` of whole numbers, either of which may be left out: nothing if there is no range, `None` inside after an error.
    pub fn range(&mut self) -> Option<Option<(Option<i64>, Option<i64>)>> {
        let value = self.positional(|value| matches!(value, Value::Range(..)))?;
        let Value::Range(from, to) = &value.node else { return None };
        let mut end = |end: &Option<Spanned<Expression>>| match end {
            None => Some(None),
            Some(end) => {
                let value = Spanned::new(Value::Expression(end.node.clone()), end.span);
                let number = self.as_number(&value)?;
                self.whole(number).map(|number| Some(number.node))
            }
        };
        Some(end(from).zip(end(to)))
    }

    /// Reports that something is missing, unless something odd stands in its place.
    pub fn missing(&mut self, what: &str) {
        let left = self.call.arguments.iter().zip(&self.taken).find(|(argument, taken)| !**taken && argument.key.is_none());
        match left.map(|(argument, _)| argument.value.span) {
            Some(span) => {
                self.error(Code::BadArgument, span, format!("`{}` needs {what} here", self.call.word.node));
                self.taken.fill(true);
            }
            None => {
                let message = format!("`{}` needs {}", self.call.word.node, what.trim_end_matches(','));
                self.error(Code::MissingArgument, self.call.word.span, message);
            }
        }
    }

    /// A key that means yes where it stands alone.
    pub fn flag(&mut self, key: &'static str, default: bool) -> bool {
        if let Some(index) = self.bare(key) {
            self.taken[index] = true;
            return true;
        }
        let Some(value) = self.key(key) else { return default };
        match word(value) {
            Some("true") => true,
            Some("false") => false,
            _ => {
                self.error(Code::BadArgument, value.span, format!("`{key}` is `true` or `false`"));
                default
            }
        }
    }

    fn bare(&self, key: &str) -> Option<usize> {
        self.keys().find(|listed| *listed == key)?;
        self.call
            .arguments
            .iter()
            .enumerate()
            .position(|(i, argument)| !self.taken[i] && argument.key.is_none() && word(&argument.value) == Some(key))
    }

    /// One of some words, by its place.
    pub fn one_of(&mut self, words: &[&'static str]) -> Option<&'static str> {
        let value = self.positional(|value| matches!(value, Value::Expression(Expression::Name(_))))?;
        let found = word(value).unwrap_or_default();
        let known = words.iter().find(|word| **word == found).copied();
        if known.is_none() {
            let all = words.iter().map(|word| format!("`{word}`")).collect::<Vec<_>>().join(", ");
            let message = format!("`{}` has no kind called `{found}`", self.call.word.node);
            let diagnostic = Diagnostic::new(Code::BadArgument, value.span, message);
            self.cx.report(diagnostic.meant(found, words.iter().copied(), || format!("it takes one of {all}")));
            self.taken.fill(true);
        }
        known
    }

    /// A word behind a key.
    pub fn word_of(&mut self, key: &'static str) -> Option<Spanned<&'c str>> {
        let value = self.key(key)?;
        let found = word(value);
        if found.is_none() {
            self.error(Code::BadArgument, value.span, format!("`{key}` is a word"));
        }
        found.map(|word| Spanned::new(word, value.span))
    }

    /// A number by its place, if one is there.
    pub fn number(&mut self) -> Option<Spanned<f64>> {
        let value = self.positional(|value| matches!(value, Value::Expression(Expression::Number(_) | Expression::Negative(_))))?;
        self.as_number(value)
    }

    /// A number behind a key, if it is there.
    pub fn number_of(&mut self, key: &'static str) -> Option<Spanned<f64>> {
        let value = self.key(key)?;
        self.as_number(value)
    }

    /// A whole number behind a key, if it is there.
    pub fn integer_of(&mut self, key: &'static str) -> Option<Spanned<i64>> {
        let number = self.number_of(key)?;
        self.whole(number)
    }

    /// A whole number by its place, if it is there.
    pub fn integer(&mut self) -> Option<Spanned<i64>> {
        let number = self.number()?;
        self.whole(number)
    }

    fn whole(&mut self, number: Spanned<f64>) -> Option<Spanned<i64>> {
        if number.node.fract() == 0.0 && number.node.abs() < 2f64.powi(53) {
            return Some(Spanned::new(number.node as i64, number.span));
        }
        self.error(Code::BadNumber, number.span, "a whole number is expected here");
        None
    }

    /// A list of numbers behind a key, if it is there: what a loss weighs by, in 32 bits.
    pub fn numbers_of(&mut self, key: &'static str) -> Option<Spanned<Vec<f64>>> {
        let value = self.key(key)?;
        let Value::List(items) = &value.node else {
            self.error(Code::BadArgument, value.span, format!("`{key}` is a list of numbers, as in `{key}=[1.0, 4.0]`"));
            return None;
        };
        let numbers: Option<Vec<f64>> = items.iter().map(|item| self.in_32_bits(item)).collect();
        Some(Spanned::new(numbers?, value.span))
    }

    fn in_32_bits(&mut self, value: &Spanned<Value>) -> Option<f64> {
        let number = self.as_number(value)?.node;
        if !(number as f32).is_finite() {
            self.error(
                Code::BadNumber,
                value.span,
                format!("{number:e} is above the largest number of 32 bits, {:e}: write a smaller one", f32::MAX),
            );
            return None;
        }
        Some(number)
    }

    fn as_number(&mut self, value: &Spanned<Value>) -> Option<Spanned<f64>> {
        let Value::Expression(expression) = &value.node else {
            self.error(Code::BadNumber, value.span, "a number is expected here");
            return None;
        };
        let number = number(expression);
        if number.is_none() {
            self.error(Code::BadNumber, value.span, format!("`{}` is not a number", self.cx.written(value.span)));
        }
        number.map(|number| Spanned::new(number, value.span))
    }

    /// Every `key=value` that is left, and every bare key.
    pub fn settings(&mut self) -> Option<Vec<(String, Setting)>> {
        let call = self.call;
        let mut settings = Vec::new();
        for (index, argument) in call.arguments.iter().enumerate() {
            if std::mem::replace(&mut self.taken[index], true) {
                continue;
            }
            settings.push(self.setting(argument)?);
        }
        Some(settings)
    }

    fn setting(&mut self, argument: &Argument) -> Option<(String, Setting)> {
        let bare = word(&argument.value).filter(|_| argument.key.is_none());
        let (key, setting) = match (&argument.key, &argument.value.node) {
            (None, _) => (bare, bare.map(|_| Setting::Flag(true))),
            (Some(key), Value::Text(text)) => (Some(key.as_str()), Some(Setting::Text(text.clone()))),
            (Some(key), Value::Expression(Expression::Name(word))) => (Some(key.as_str()), Some(flag_or_word(word))),
            (Some(key), Value::Expression(expression)) => (Some(key.as_str()), number(expression).map(Setting::Number)),
            (Some(key), _) => (Some(key.as_str()), None),
        };
        if key.is_none() || setting.is_none() {
            self.error(
                Code::BadArgument,
                argument.value.span,
                "a layer of your own takes `key=value`, the value a number, a word or a text",
            );
        }
        Some((key?.to_owned(), setting?))
    }

    /// The names in front of all other arguments, each with its place.
    pub fn names(&mut self) -> Vec<Spanned<&'c str>> {
        let mut names = Vec::new();
        while let Some(value) = self.positional(|value| matches!(value, Value::Expression(Expression::Name(_)))) {
            names.extend(word(value).map(|word| Spanned::new(word, value.span)));
        }
        names
    }

    /// The named values in front of all other arguments.
    pub fn operands(&mut self) -> Vec<Spanned<Operand>> {
        let names = self.names();
        names.into_iter().map(|name| Spanned::new(self.cx.operand(name), name.span)).collect()
    }

    /// Reports whatever nobody asked for.
    pub fn finish(mut self) {
        let call = self.call;
        for (index, argument) in call.arguments.iter().enumerate().filter(|(index, _)| !self.taken[*index]).collect::<Vec<_>>() {
            self.taken[index] = true;
            self.unknown(argument);
        }
    }

    fn unknown(&mut self, argument: &Argument) {
        let owner = &self.call.word.node;
        let (name, span) = match (&argument.key, word(&argument.value)) {
            (Some(key), _) => (key.node.as_str(), key.span),
            (None, Some(word)) => (word, argument.value.span),
            (None, None) => (self.cx.written(argument.value.span), argument.value.span),
        };
        if argument.key.is_none() && self.keys().any(|key| key == name) {
            return self.error(Code::BadArgument, span, format!("`{name}` needs a value"));
        }
        let message = format!("`{owner}` takes no `{name}`");
        let diagnostic = Diagnostic::new(Code::UnknownArgument, span, message).meant(name, self.keys(), || self.written());
        self.cx.report(diagnostic);
    }
}

fn flag_or_word(word: &str) -> Setting {
    match word {
        "true" => Setting::Flag(true),
        "false" => Setting::Flag(false),
        word => Setting::Text(word.to_owned()),
    }
}

/// The word that a value is, if it is one.
fn word(value: &Spanned<Value>) -> Option<&str> {
    match &value.node {
        Value::Expression(Expression::Name(word)) => Some(word),
        _ => None,
    }
}

/// The finite number that an expression is, if it is one: digits with `_`, a fraction, an exponent, a sign.
pub(crate) fn number(expression: &Expression) -> Option<f64> {
    match expression {
        Expression::Number(digits) => digits.replace('_', "").parse().ok().filter(|number: &f64| number.is_finite()),
        Expression::Negative(inner) => number(inner).map(|number| -number),
        Expression::Name(_) | Expression::Binary(..) => None,
    }
}
