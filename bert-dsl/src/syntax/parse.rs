//! From the grammar's pairs to the syntax tree.

use pest::Parser as _;
use pest::iterators::{Pair, Pairs};
use pest_derive::Parser;

use super::ast::*;
use super::lex::Ends;
use super::recover;
use super::scan::{MAX_DEPTH, Scanned, scan};
use super::text::{doc_lines, is_visibility, unescape, visibility};
use crate::codes::Code;
use crate::diagnostic::{Diagnostic, Diagnostics};
use crate::source::{Source, Span, Spanned};

#[derive(Parser)]
#[grammar = "grammar.pest"]
pub(super) struct Grammar;

/// The tree of a source, and what is wrong with its form. Where a statement is malformed, the tree says so in its place.
pub(crate) fn tree(source: &Source) -> (File, Diagnostics) {
    match scan(source.text()) {
        Ok(scanned) => grown(source, scanned),
        Err(diagnostics) => (File::default(), diagnostics),
    }
}

fn grown(source: &Source, scanned: Scanned) -> (File, Diagnostics) {
    let ends = Ends::of(&scanned.text);
    let mut grower = Grower { text: &scanned.text, length: source.text().len(), mended: &scanned.mended, ends, found: scanned.diagnostics };
    let file = match Grammar::parse(Rule::file, &scanned.text) {
        Ok(pairs) => grower.file(pairs),
        Err(error) => grower.unreadable(&error),
    };
    (file, grower.found)
}

struct Grower<'a> {
    text: &'a str,
    length: usize,
    mended: &'a [usize],
    ends: Ends,
    found: Diagnostics,
}

impl Grower<'_> {
    /// The grammar takes any balanced text; what is left is its own limit of the stack.
    fn unreadable(&mut self, error: &pest::error::Error<Rule>) -> File {
        let at = match error.location {
            pest::error::InputLocation::Pos(at) | pest::error::InputLocation::Span((at, _)) => at.min(self.length),
        };
        self.found
            .push(Diagnostic::new(Code::TooDeep, Span::new(at, at), "this source cannot be read from here on").help("make it less nested"));
        File::default()
    }

    fn span(&self, pair: &Pair<'_, Rule>) -> Span {
        let whole = self.whole(pair);
        Span::new((whole.start as usize).min(self.length), (whole.end as usize).min(self.length))
    }

    /// A pair's place in the mended text, which may be longer than the source.
    fn whole(&self, pair: &Pair<'_, Rule>) -> Span {
        let span = pair.as_span();
        let span = Span::new(span.start(), span.end());
        Span { end: self.ends.last_in(span), ..span }
    }

    fn spanned<T>(&self, pair: &Pair<'_, Rule>, node: T) -> Spanned<T> {
        Spanned::new(node, self.span(pair))
    }

    fn name(&self, pair: Pair<'_, Rule>) -> Name {
        self.spanned(&pair, pair.as_str().to_owned())
    }

    fn file(&mut self, pairs: Pairs<'_, Rule>) -> File {
        let mut file = File::default();
        for pair in pairs.flat_map(Pair::into_inner) {
            match pair.as_rule() {
                Rule::head => file.heads.push(self.head(pair)),
                Rule::statement => file.body.push(self.statement(pair)),
                _ => {}
            }
        }
        file
    }

    fn head(&mut self, pair: Pair<'_, Rule>) -> Head {
        let span = self.span(&pair);
        let closing = Spanned::new((), Span { start: span.end.saturating_sub(1).max(span.start), ..span });
        let mut head = Head { docs: vec![], visibility: None, name: self.spanned(&pair, String::new()), body: vec![], closing };
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc => head.docs.extend(self.doc(&part)),
                Rule::visibility => head.visibility = Some(self.visibility(&part)),
                Rule::name => head.name = self.name(part),
                _ => head.body.extend(self.stated(part)),
            }
        }
        head
    }

    fn visibility(&mut self, pair: &Pair<'_, Rule>) -> Spanned<String> {
        let (text, span) = (visibility(pair.as_str()), self.span(pair));
        if !is_visibility(&text) {
            let help = "write `pub`, `pub(crate)`, `pub(super)` or `pub(in path)`";
            self.found.push(Diagnostic::new(Code::Malformed, span, format!("`{text}` is not how Rust writes who sees an item")).help(help));
        }
        Spanned::new(text, span)
    }

    /// The lines of a doc comment.
    fn doc(&mut self, pair: &Pair<'_, Rule>) -> Vec<Doc> {
        let text = pair.as_str();
        if text.starts_with("//!") || text.starts_with("/*!") {
            let message = format!("`{}` documents what is around it, and heads are documented from outside", &text[..3]);
            self.found.push(
                Diagnostic::new(Code::MisplacedDoc, self.span(pair), message).help("write `///` in front of the head or its `output`"),
            );
        }
        match text.strip_prefix("/**").or(text.strip_prefix("/*!")) {
            Some(inner) => doc_lines(inner).into_iter().map(|line| self.spanned(pair, line)).collect(),
            None => vec![self.spanned(pair, text.get(3..).unwrap_or_default().trim_end().to_owned())],
        }
    }

    fn block(&mut self, pair: Pair<'_, Rule>) -> Vec<Statement> {
        pair.into_inner().flat_map(|part| self.stated(part)).collect()
    }

    /// A statement, or doc comments at the end of a block.
    fn stated(&mut self, pair: Pair<'_, Rule>) -> Option<Statement> {
        match pair.as_rule() {
            Rule::statement => Some(self.statement(pair)),
            Rule::trailing_doc => {
                let docs = pair.clone().into_inner().flat_map(|doc| self.doc(&doc)).collect();
                Some(self.spanned(&pair, StatementNode { docs, kind: StatementKind::Docs }))
            }
            _ => None,
        }
    }

    fn statement(&mut self, pair: Pair<'_, Rule>) -> Statement {
        let mut docs = Vec::new();
        let mut stated = self.spanned(&pair, StatementKind::Docs);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::doc => docs.extend(self.doc(&part)),
                _ if self.is_mended(&part) => stated = self.spanned(&part, StatementKind::Malformed),
                _ => stated = Spanned::new(self.kind(part.clone()), self.span(&part)),
            }
        }
        Spanned::new(StatementNode { docs, kind: stated.node }, stated.span)
    }

    fn kind(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        match pair.as_rule() {
            Rule::labels => StatementKind::Labels(
                pair.into_inner().filter(|part| part.as_rule() == Rule::label_item).map(|item| self.label_item(item)).collect(),
            ),
            Rule::given => self.given(pair),
            Rule::input => StatementKind::Input(names(pair).map(|word| self.name(word)).collect()),
            Rule::reuse => names(pair).next().map_or(StatementKind::Malformed, |name| StatementKind::Use(self.name(name))),
            Rule::binding => self.binding(pair),
            Rule::output => names(pair).next().map_or(StatementKind::Malformed, |name| StatementKind::Output(self.name(name))),
            Rule::loss => self.only_call(pair).map_or(StatementKind::Malformed, StatementKind::Loss),
            Rule::decode => self.only_call(pair).map_or(StatementKind::Malformed, StatementKind::Decode),
            Rule::scope => self.scope(pair),
            Rule::layer => self.layer(pair),
            _ => self.malformed(&pair),
        }
    }

    fn malformed(&mut self, pair: &Pair<'_, Rule>) -> StatementKind {
        let whole = self.whole(pair);
        if !self.was_mended(whole) {
            self.found.push(recover::diagnose(self.text, whole, self.length));
        }
        StatementKind::Malformed
    }

    /// Whether a statement without a block was mended: what is wrong with it was said already.
    fn is_mended(&self, statement: &Pair<'_, Rule>) -> bool {
        let has_block = || statement.clone().into_inner().any(|part| part.as_rule() == Rule::block);
        self.was_mended(self.whole(statement)) && !has_block()
    }

    /// Whether something in a place was mended, and reported with it.
    fn was_mended(&self, place: Span) -> bool {
        let first = self.mended.partition_point(|&at| at < place.start as usize);
        self.mended.get(first).is_some_and(|&at| at < place.end as usize)
    }

    fn given(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        let name = names(pair.clone()).next();
        match (name, self.only_call(pair)) {
            (Some(name), Some(kind)) => StatementKind::Given { name: self.name(name), kind },
            _ => StatementKind::Malformed,
        }
    }

    fn binding(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        let name = names(pair.clone()).next();
        let block = pair.into_inner().find(|part| part.as_rule() == Rule::block);
        match (name, block) {
            (Some(name), Some(block)) => StatementKind::Let { name: self.name(name), block: self.block(block) },
            _ => StatementKind::Malformed,
        }
    }

    fn scope(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        let mut parts = pair.into_inner();
        match (parts.next(), parts.next()) {
            (Some(path), Some(block)) => StatementKind::Scope { path: self.path(path), block: self.block(block) },
            _ => StatementKind::Malformed,
        }
    }

    fn layer(&mut self, pair: Pair<'_, Rule>) -> StatementKind {
        let (mut path, mut call, mut block) = (None, None, None);
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::path => path = Some(self.path(part)),
                Rule::call => call = Some(self.call(part)),
                Rule::block => block = Some(self.block(part)),
                _ => {}
            }
        }
        call.map_or(StatementKind::Malformed, |call| StatementKind::Layer { path, call, block })
    }

    fn only_call(&mut self, pair: Pair<'_, Rule>) -> Option<Call> {
        pair.into_inner().find(|part| part.as_rule() == Rule::call).map(|part| self.call(part))
    }

    fn path(&mut self, pair: Pair<'_, Rule>) -> Path {
        let segments: Vec<Name> = pair.clone().into_inner().take(MAX_DEPTH).map(|segment| self.name(segment)).collect();
        if pair.clone().into_inner().count() > MAX_DEPTH {
            let message = format!("a path has at most {MAX_DEPTH} names, and this has more");
            self.found.push(Diagnostic::new(Code::TooDeep, self.span(&pair), message).help("make it shorter"));
        }
        self.spanned(&pair, Segments(segments))
    }

    fn call(&mut self, pair: Pair<'_, Rule>) -> Call {
        let mut word = self.spanned(&pair, String::new());
        let mut arguments = Vec::new();
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::name => word = self.name(part),
                Rule::rust_path => word = self.spanned(&part, rust_path(&part)),
                _ => arguments.push(self.argument(part)),
            }
        }
        self.spanned(&pair, CallNode { word, arguments })
    }

    fn argument(&mut self, pair: Pair<'_, Rule>) -> Argument {
        let mut key = None;
        let mut value: Option<Spanned<Value>> = None;
        for part in pair.clone().into_inner() {
            match part.as_rule() {
                Rule::key => key = part.into_inner().next().map(|name| self.name(name)),
                _ => value = Some(self.value(part, value.take())),
            }
        }
        let value = value.unwrap_or_else(|| self.spanned(&pair, Value::Text(String::new())));
        Argument { key, value }
    }

    /// A value; `before` is the size in front of `->` or `..`.
    fn value(&mut self, pair: Pair<'_, Rule>, before: Option<Spanned<Value>>) -> Spanned<Value> {
        let start = before.as_ref().map_or(self.span(&pair), |before| before.span);
        let span = start.to(self.span(&pair));
        let from = before.and_then(|before| match before.node {
            Value::Expression(expression) => Some(Spanned::new(expression, before.span)),
            _ => None,
        });
        let node = match pair.as_rule() {
            Rule::list => Value::List(pair.into_inner().map(|item| self.value(item, None)).collect()),
            Rule::string => Value::Text(self.text(&pair)),
            Rule::arrow => self.arrow(pair, from),
            Rule::range => Value::Range(from, pair.into_inner().next().map(|to| self.computation(to))),
            _ => Value::Expression(self.computation(pair).node),
        };
        Spanned::new(node, span)
    }

    fn arrow(&mut self, pair: Pair<'_, Rule>, from: Option<Spanned<Expression>>) -> Value {
        let nothing = self.spanned(&pair, Expression::Number(String::new()));
        let to = pair.into_inner().next().map_or(nothing, |to| self.computation(to));
        Value::Arrow(from, to)
    }

    fn text(&mut self, pair: &Pair<'_, Rule>) -> String {
        let span = self.span(pair);
        unescape(pair.as_str()).unwrap_or_else(|what| {
            let help = "write `\\n`, `\\t`, `\\r`, `\\0`, `\\\\`, `\\\"`, `\\'`, `\\x41` or `\\u{41}`";
            self.found.push(Diagnostic::new(Code::BadLabel, span, format!("`{what}` is no escape")).help(help));
            pair.as_str().replace(['\\', '"'], "")
        })
    }

    /// A whole expression. The tree of a long one is as deep as it is long, so its length has a limit too.
    fn computation(&mut self, pair: Pair<'_, Rule>) -> Spanned<Expression> {
        let signs = |part: &Pair<'_, Rule>| matches!(part.as_rule(), Rule::plus | Rule::minus | Rule::times | Rule::over);
        if pair.clone().into_inner().flatten().filter(signs).count() <= MAX_DEPTH {
            return self.expression(pair);
        }
        let message = format!("a size is computed with at most {MAX_DEPTH} signs, and this has more");
        self.found.push(Diagnostic::new(Code::TooDeep, self.span(&pair), message).help("write the number itself"));
        self.spanned(&pair, Expression::Number("1".to_owned()))
    }

    /// An expression, a term or a factor: each level joins the next by signs, from the left.
    fn expression(&mut self, pair: Pair<'_, Rule>) -> Spanned<Expression> {
        if pair.as_rule() == Rule::factor {
            return self.factor(pair);
        }
        let mut parts = pair.clone().into_inner();
        let Some(first) = parts.next() else { return self.spanned(&pair, Expression::Number(String::new())) };
        let mut left = self.expression(first);
        while let (Some(sign), Some(right)) = (parts.next(), parts.next()) {
            let right = self.expression(right);
            let span = left.span.to(right.span);
            left = Spanned::new(Expression::Binary(Box::new(left), operator(sign.as_rule()), Box::new(right)), span);
        }
        left
    }

    fn factor(&mut self, pair: Pair<'_, Rule>) -> Spanned<Expression> {
        let span = self.span(&pair);
        let mut negative = false;
        let mut node = Expression::Number(String::new());
        for part in pair.into_inner() {
            match part.as_rule() {
                Rule::negative => negative = true,
                Rule::number => node = Expression::Number(part.as_str().to_owned()),
                Rule::name => node = Expression::Name(part.as_str().to_owned()),
                _ => node = self.expression(part).node,
            }
        }
        match negative {
            true => Spanned::new(Expression::Negative(Box::new(Spanned::new(node, span))), span),
            false => Spanned::new(node, span),
        }
    }

    fn label_item(&mut self, pair: Pair<'_, Rule>) -> LabelItem {
        let mut parts: Vec<_> = pair.clone().into_inner().collect();
        let value = parts.pop().map(|part| {
            let value = match part.as_rule() {
                Rule::rust_path => LabelValue::Enum(rust_path(&part)),
                Rule::string => LabelValue::Text(self.text(&part)),
                Rule::number => LabelValue::Count(part.as_str().to_owned()),
                _ => LabelValue::Name(part.as_str().to_owned()),
            };
            self.spanned(&part, value)
        });
        let value = value.unwrap_or_else(|| self.spanned(&pair, LabelValue::Name(String::new())));
        LabelItem { names: parts.into_iter().map(|name| self.name(name)).collect(), value }
    }
}

fn names(pair: Pair<'_, Rule>) -> impl Iterator<Item = Pair<'_, Rule>> {
    pair.into_inner().filter(|part| part.as_rule() == Rule::name)
}

fn rust_path(pair: &Pair<'_, Rule>) -> String {
    pair.clone().into_inner().map(|name| name.as_str()).collect::<Vec<_>>().join("::")
}

fn operator(rule: Rule) -> Operator {
    match rule {
        Rule::plus => Operator::Plus,
        Rule::minus => Operator::Minus,
        Rule::times => Operator::Times,
        _ => Operator::Over,
    }
}
