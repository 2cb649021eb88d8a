//! Prints a tree, and the comments at their places.

use super::WIDTH;
use super::comments::Comments;
use crate::source::{Source, Span, Spanned};
use crate::syntax::ast::*;
use crate::syntax::escaped;

pub(super) struct Printer<'a> {
    source: &'a Source,
    comments: Comments,
    out: String,
    depth: usize,
    /// The end of what was printed last, to find blank lines that the user left.
    last: Option<u32>,
}

impl<'a> Printer<'a> {
    pub fn new(source: &'a Source) -> Self {
        Self::with(source, Comments::of(source))
    }

    pub fn without_comments(source: &'a Source) -> Self {
        Self::with(source, Comments::none())
    }

    fn with(source: &'a Source, comments: Comments) -> Self {
        Self { source, comments, out: String::new(), depth: 0, last: None }
    }

    pub fn finish(mut self) -> String {
        self.comments_before(u32::MAX);
        self.out
    }

    pub fn file(&mut self, file: &File) {
        let mut items: Vec<(u32, Item<'_>)> = file.heads.iter().map(|head| (start_of(head, self.source), Item::Head(head))).collect();
        items.extend(file.body.iter().map(|statement| (statement.span.start, Item::Statement(statement))));
        items.sort_by_key(|(start, _)| *start);
        let mut pipelines = 0;
        for (index, (_, item)) in items.iter().enumerate() {
            match item {
                Item::Head(head) => {
                    if index > 0 {
                        self.blank_line();
                    }
                    self.head(head);
                }
                Item::Statement(statement) => self.top_statement(statement, &mut pipelines),
            }
        }
    }

    pub fn head(&mut self, head: &Head) {
        self.comments_before(start_of(head, self.source));
        self.docs(&head.docs);
        let visibility = head.visibility.as_ref().map_or_else(String::new, |visibility| format!("{} ", visibility.node));
        self.start_line(start_of(head, self.source));
        self.out.push_str(&format!("{visibility}head {} {{", head.name.node));
        self.end_header(head.name.span.end);
        self.inside(&head.body, head.closing.span.end);
    }

    /// A bare body under the name that it gets elsewhere.
    pub fn named_body(&mut self, name: &Name, body: &[Statement]) {
        self.out.push_str(&format!("head {} {{\n", name.node));
        self.inside(body, u32::MAX);
    }

    /// The statements of a block and its closing bracket, which stands before `end`.
    fn inside(&mut self, body: &[Statement], end: u32) {
        self.depth += 1;
        let mut pipelines = 0;
        for statement in body {
            self.top_statement(statement, &mut pipelines);
        }
        self.comments_before(end);
        self.depth -= 1;
        self.indent();
        self.out.push('}');
        self.last = Some(end);
        self.end_line();
    }

    /// A statement of a body. A blank line stands before the second pipeline and those after it.
    fn top_statement(&mut self, statement: &Statement, pipelines: &mut usize) {
        if matches!(statement.kind, StatementKind::Input(_)) {
            if *pipelines > 0 {
                self.blank_line();
            }
            *pipelines += 1;
        }
        self.statement(statement);
    }

    fn statement(&mut self, statement: &Statement) {
        self.comments_before(statement.docs.first().map_or(statement.span.start, |doc| doc.span.start));
        self.docs(&statement.docs);
        if statement.kind == StatementKind::Docs {
            return;
        }
        if let Some(line) = self.on_one_line(statement) {
            self.comments_before(statement.span.end);
            self.start_line(statement.span.start);
            self.out.push_str(&line);
            self.last = Some(statement.span.end);
            return self.end_line();
        }
        let (header, block) = header(statement);
        self.start_line(statement.span.start);
        self.out.push_str(&format!("{header} {{"));
        self.end_header(header_end(statement));
        self.depth += 1;
        for inner in block {
            self.statement(inner);
        }
        self.comments_before(statement.span.end);
        self.depth -= 1;
        self.indent();
        self.out.push('}');
        self.last = Some(statement.span.end);
        self.end_line();
    }

    /// The statement on one line: if it has no block, or a small one without comments.
    fn on_one_line(&self, statement: &Statement) -> Option<String> {
        let (header, block) = header(statement);
        if !has_block(statement) {
            return Some(match statement.kind {
                StatementKind::Labels(_) => wrapped(&header, self.depth),
                _ => header,
            });
        }
        let inner: Option<Vec<String>> =
            block.iter().map(|inner| (!has_block(inner) && inner.docs.is_empty()).then(|| self::header(inner).0)).collect();
        let inner = inner.filter(|inner| inner.len() <= 3 && !self.comments.any_in(statement.span))?;
        let line = if inner.is_empty() { format!("{header} {{ }}") } else { format!("{header} {{ {} }}", inner.join(" ")) };
        (line.chars().count() + 4 * self.depth <= WIDTH).then_some(line)
    }

    fn docs(&mut self, docs: &[Doc]) {
        for doc in docs {
            self.start_line(doc.span.start);
            self.out.push_str(&format!("///{}", doc.node));
            self.out.push('\n');
            self.last = Some(doc.span.end);
        }
    }

    fn comments_before(&mut self, end: u32) {
        while let Some(comment) = self.comments.next_before(end) {
            self.start_line(comment.start);
            self.out.push_str(self.source.slice(comment).trim_end());
            self.out.push('\n');
            self.last = Some(comment.end);
        }
    }

    /// A line's beginning: a blank line before it where the user left one, and the indent.
    fn start_line(&mut self, start: u32) {
        let blank = self.last.is_some_and(|last| self.leaves_a_line(last, start));
        if blank {
            self.blank_line();
        }
        self.indent();
    }

    /// Whether nothing but blank lines is between two places.
    fn leaves_a_line(&self, from: u32, to: u32) -> bool {
        let between = self.source.slice(Span { start: from, end: to });
        let line = |place| self.source.position(place).line;
        between.bytes().filter(|byte| matches!(byte, b'\n' | b'\r')).count() > 1
            && between.chars().all(|c| c.is_whitespace() || c == ';')
            && line(to) > line(from) + 1
    }

    /// The end of a line that opens a block.
    fn end_header(&mut self, end: u32) {
        self.last = Some(end);
        if let Some(comment) = self.comments.behind_header(end, self.source) {
            self.out.push_str(&format!(" {}", self.source.slice(comment).trim_end()));
            self.last = Some(comment.end);
        }
        self.out.push('\n');
    }

    fn end_line(&mut self) {
        while let Some(comment) = self.last.and_then(|last| self.comments.trailing(last, self.source)) {
            self.out.push_str(&format!(" {}", self.source.slice(comment).trim_end()));
            self.last = Some(comment.end);
        }
        self.out.push('\n');
    }

    fn blank_line(&mut self) {
        if !self.out.is_empty() && !self.out.ends_with("\n\n") && !self.out.ends_with("{\n") {
            self.out.push('\n');
        }
    }

    fn indent(&mut self) {
        self.out.push_str(&"    ".repeat(self.depth));
    }
}

enum Item<'a> {
    Head(&'a Head),
    Statement(&'a Statement),
}

/// Where a head begins: with its docs, its visibility or its word.
fn start_of(head: &Head, source: &Source) -> u32 {
    let visibility = head.visibility.as_ref().map(|visibility| visibility.span.start);
    let before = source.slice(Span { start: 0, end: head.name.span.start }).trim_end();
    let word = before.strip_suffix("head").map_or(head.name.span.start, |before| before.len() as u32);
    head.docs.first().map(|doc| doc.span.start).or(visibility).unwrap_or(word)
}

fn has_block(statement: &Statement) -> bool {
    matches!(statement.kind, StatementKind::Scope { .. } | StatementKind::Let { .. } | StatementKind::Layer { block: Some(_), .. })
}

/// Where the header of a statement with a block ends.
fn header_end(statement: &Statement) -> u32 {
    match &statement.kind {
        StatementKind::Scope { path, .. } => path.span.end,
        StatementKind::Let { name, .. } => name.span.end,
        StatementKind::Layer { call, .. } => call.span.end,
        _ => statement.span.end,
    }
}

/// What stands before a statement's block; all of it, with its `;`, where it has none.
fn header(statement: &Statement) -> (String, &[Statement]) {
    match &statement.kind {
        StatementKind::Labels(items) => (format!("labels {};", items.iter().map(label_item).collect::<Vec<_>>().join(", ")), &[]),
        StatementKind::Given { name, kind } => (format!("given {}: {};", name.node, call(kind)), &[]),
        StatementKind::Input(words) => (format!("input {};", words.iter().map(|word| word.as_str()).collect::<Vec<_>>().join(" ")), &[]),
        StatementKind::Use(name) => (format!("use {};", name.node), &[]),
        StatementKind::Output(name) => (format!("output {};", name.node), &[]),
        StatementKind::Loss(kind) => (format!("loss {};", call(kind)), &[]),
        StatementKind::Decode(kind) => (format!("decode {};", call(kind)), &[]),
        StatementKind::Scope { path, block } => (path.dotted(), block),
        StatementKind::Let { name, block } => (format!("let {} =", name.node), block),
        StatementKind::Layer { path, call: layer, block } => {
            let path = path.as_ref().map_or_else(String::new, |path| format!("{}: ", path.dotted()));
            let end = if block.is_some() { "" } else { ";" };
            (format!("{path}{}{end}", call(layer)), block.as_deref().unwrap_or_default())
        }
        StatementKind::Malformed | StatementKind::Docs => (String::new(), &[]),
    }
}

/// A long list of labels on several lines.
fn wrapped(line: &str, depth: usize) -> String {
    let indent = "    ".repeat(depth + 1);
    let (mut out, mut width) = (String::new(), 4 * depth);
    for item in split_labels(line) {
        let length = item.chars().count() + 1;
        if width + length > WIDTH && !out.is_empty() {
            out.push_str(&format!("\n{indent}"));
            width = indent.len();
        } else if !out.is_empty() {
            out.push(' ');
        }
        out.push_str(item);
        width += length;
    }
    out
}

/// A `labels` line cut after each `,` that is not part of a string.
fn split_labels(line: &str) -> Vec<&str> {
    let (mut parts, mut start) = (Vec::new(), 0);
    for token in crate::syntax::lex(line) {
        if &line[token.span.range()] == "," {
            parts.push(line[start..token.span.end as usize].trim());
            start = token.span.end as usize;
        }
    }
    parts.push(line[start..].trim());
    parts
}

fn label_item(item: &LabelItem) -> String {
    let names: String = item.names.iter().map(|name| format!("{} = ", name.node)).collect();
    let value = match &item.value.node {
        LabelValue::Text(text) => escaped(text),
        LabelValue::Name(text) | LabelValue::Count(text) | LabelValue::Enum(text) => text.clone(),
    };
    format!("{names}{value}")
}

fn call(call: &Call) -> String {
    let mut text = call.word.node.clone();
    for (index, argument) in call.arguments.iter().enumerate() {
        let key = argument.key.as_ref().map_or_else(String::new, |key| format!("{}=", key.node));
        text.push_str(&format!("{}{key}{}", if index == 0 { " " } else { ", " }, value(&argument.value)));
    }
    text
}

fn value(written: &Spanned<Value>) -> String {
    let optional = |part: &Option<Spanned<Expression>>| part.as_ref().map_or_else(String::new, |part| expression(part, 0));
    match &written.node {
        Value::Expression(inner) => expression(&Spanned::new(inner.clone(), written.span), 0),
        Value::Text(text) => escaped(text),
        Value::List(items) => format!("[{}]", items.iter().map(value).collect::<Vec<_>>().join(", ")),
        Value::Arrow(Some(from), to) => format!("{} -> {}", expression(from, 0), expression(to, 0)),
        Value::Arrow(None, to) => format!("-> {}", expression(to, 0)),
        Value::Range(from, to) => format!("{}..{}", optional(from), optional(to)),
    }
}

/// A computation with the brackets that it needs inside one that binds as tightly as `outer`.
fn expression(written: &Spanned<Expression>, outer: u8) -> String {
    let (text, tightness) = match &written.node {
        Expression::Number(text) | Expression::Name(text) => (text.clone(), 4),
        Expression::Negative(inner) => (format!("-{}", expression(inner, 4)), 3),
        Expression::Binary(left, operator, right) => {
            let tightness = if operator.is_tight() { 2 } else { 1 };
            let space = if operator.is_tight() { "" } else { " " };
            (format!("{}{space}{}{space}{}", expression(left, tightness), operator.sign(), expression(right, tightness + 1)), tightness)
        }
    };
    if tightness < outer { format!("({text})") } else { text }
}
