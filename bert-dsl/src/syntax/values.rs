//! What stands behind a statement's word: calls with their arguments, labels, and computed sizes.

use super::ast::*;
use super::parse::Parser;
use super::scan::MAX_DEPTH;
use super::text::unescape;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Spanned;

impl Parser<'_> {
    /// A word with its arguments.
    pub fn call(&mut self) -> Option<Call> {
        let start = self.cursor.at;
        let word = self.rust_path().or_else(|| self.name())?;
        let arguments = self.listed(Self::argument);
        Some(self.spanned(start, CallNode { word, arguments }))
    }

    /// `crate::layers::Highway`
    fn rust_path(&mut self) -> Option<Name> {
        self.attempt(|parser| {
            let start = parser.cursor.at;
            let mut path = parser.cursor.name()?.to_owned();
            let first = path.len();
            while let Some(name) = parser.attempt(|parser| {
                parser.cursor.sign("::")?;
                parser.cursor.name()
            }) {
                path.push_str("::");
                path.push_str(name);
            }
            (path.len() > first).then(|| parser.spanned(start, path))
        })
    }

    /// None, one or several between commas, of which one may stand at the end.
    fn listed<T>(&mut self, mut item: impl FnMut(&mut Self) -> Option<T>) -> Vec<T> {
        let mut items: Vec<T> = self.attempt(&mut item).into_iter().collect();
        if items.is_empty() {
            return items;
        }
        while let Some(next) = self.attempt(|parser| {
            parser.cursor.sign(",")?;
            item(parser)
        }) {
            items.push(next);
        }
        self.cursor.sign(",");
        items
    }

    pub fn labels(&mut self) -> Option<Vec<LabelItem>> {
        let items = self.listed(Self::label_item);
        (!items.is_empty()).then_some(items)
    }

    fn label_item(&mut self) -> Option<LabelItem> {
        let mut names = Vec::new();
        while let Some(name) = self.key() {
            names.push(name);
        }
        Some(LabelItem { names, value: self.label()? })
    }

    fn label(&mut self) -> Option<Spanned<LabelValue>> {
        let start = self.cursor.at;
        let value = if let Some(path) = self.rust_path() {
            LabelValue::Enum(path.node)
        } else if let Some(text) = self.text() {
            LabelValue::Text(text.node)
        } else if let Some(number) = self.cursor.number() {
            LabelValue::Count(number.to_owned())
        } else {
            LabelValue::Name(self.cursor.name()?.to_owned())
        };
        Some(self.spanned(start, value))
    }

    /// `NAME =`
    fn key(&mut self) -> Option<Name> {
        self.attempt(|parser| {
            let name = parser.name()?;
            parser.cursor.sign_without("=", "=")?;
            Some(name)
        })
    }

    fn argument(&mut self) -> Option<Argument> {
        let key = self.key();
        let start = self.cursor.at;
        if let Some(value) = self.list().or_else(|| self.quoted()) {
            return Some(Argument { key, value });
        }
        let from = self.computation();
        let value = match (self.to(from.clone()), from) {
            (Some(value), _) => value,
            (None, Some(from)) => Value::Expression(from.node),
            (None, None) => return None,
        };
        Some(Argument { key, value: self.spanned(start, value) })
    }

    /// What follows the size in front of `->` or `..`.
    fn to(&mut self, from: Option<Spanned<Expression>>) -> Option<Value> {
        self.attempt(|parser| {
            if parser.cursor.sign("->").is_some() {
                return Some(Value::Arrow(from, parser.computation()?));
            }
            parser.cursor.sign("..")?;
            Some(Value::Range(from, parser.computation()))
        })
    }

    fn list(&mut self) -> Option<Spanned<Value>> {
        let start = self.cursor.at;
        self.attempt(|parser| {
            parser.cursor.sign("[")?;
            let items = parser.listed(|parser| parser.list().or_else(|| parser.quoted()).or_else(|| parser.size()));
            parser.cursor.sign("]")?;
            Some(parser.spanned(start, Value::List(items)))
        })
    }

    fn quoted(&mut self) -> Option<Spanned<Value>> {
        let text = self.text()?;
        Some(Spanned::new(Value::Text(text.node), text.span))
    }

    fn size(&mut self) -> Option<Spanned<Value>> {
        let size = self.computation()?;
        Some(Spanned::new(Value::Expression(size.node), size.span))
    }

    /// What a string stands for.
    fn text(&mut self) -> Option<Spanned<String>> {
        let start = self.cursor.at;
        let literal = self.cursor.string()?;
        let text = unescape(literal).unwrap_or_else(|what| {
            let help = "write `\\n`, `\\t`, `\\r`, `\\0`, `\\\\`, `\\\"`, `\\'`, `\\x41` or `\\u{41}`";
            self.report(Diagnostic::new(Code::BadLabel, self.since(start), format!("`{what}` is no escape")).help(help));
            literal.replace(['\\', '"'], "")
        });
        Some(self.spanned(start, text))
    }

    /// A whole expression. The tree of a long one is as deep as it is long, so its length has a limit too.
    fn computation(&mut self) -> Option<Spanned<Expression>> {
        self.attempt(|parser| {
            let (start, mut signs) = (parser.cursor.at, 0);
            let expression = parser.expression(&mut signs)?;
            if signs <= MAX_DEPTH {
                return Some(expression);
            }
            let message = format!("a size is computed with at most {MAX_DEPTH} signs, and this has more");
            let span = parser.since(start);
            parser.report(Diagnostic::new(Code::TooDeep, span, message).help("write the number itself"));
            Some(Spanned::new(Expression::Number("1".to_owned()), span))
        })
    }

    fn expression(&mut self, signs: &mut usize) -> Option<Spanned<Expression>> {
        self.joined(signs, Self::term, |parser| {
            let cursor = &mut parser.cursor;
            let plus = cursor.sign("+").map(|()| Operator::Plus);
            plus.or_else(|| cursor.sign_without("-", ">").map(|()| Operator::Minus))
        })
    }

    fn term(&mut self, signs: &mut usize) -> Option<Spanned<Expression>> {
        self.joined(signs, Self::factor, |parser| {
            let cursor = &mut parser.cursor;
            let times = cursor.sign("*").map(|()| Operator::Times);
            times.or_else(|| {
                let is_comment = cursor.follows("//") || cursor.follows("/*");
                (!is_comment).then(|| cursor.sign("/")).flatten().map(|()| Operator::Over)
            })
        })
    }

    /// Parts that signs join from the left.
    fn joined(
        &mut self,
        signs: &mut usize,
        part: fn(&mut Self, &mut usize) -> Option<Spanned<Expression>>,
        sign: fn(&mut Self) -> Option<Operator>,
    ) -> Option<Spanned<Expression>> {
        let mut left = part(self, signs)?;
        while let Some((operator, right)) = self.attempt(|parser| Some((sign(parser)?, part(parser, signs)?))) {
            *signs += 1;
            if *signs <= MAX_DEPTH {
                let span = left.span.to(right.span);
                left = Spanned::new(Expression::Binary(Box::new(left), operator, Box::new(right)), span);
            }
        }
        Some(left)
    }

    fn factor(&mut self, signs: &mut usize) -> Option<Spanned<Expression>> {
        let start = self.cursor.at;
        let negative = self.cursor.byte() == b'-' && self.cursor.sign_without("-", ">").is_some();
        let node = if let Some(number) = self.cursor.number() {
            Expression::Number(number.to_owned())
        } else if let Some(name) = self.cursor.name() {
            Expression::Name(name.to_owned())
        } else {
            self.cursor.sign("(")?;
            let inner = self.expression(signs)?;
            self.cursor.sign(")")?;
            inner.node
        };
        let factor = self.spanned(start, node);
        Some(if negative { Spanned::new(Expression::Negative(Box::new(factor.clone())), factor.span) } else { factor })
    }
}
