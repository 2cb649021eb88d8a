//! The names of layers: what is taken, and what an unnamed one is called.

use std::collections::{BTreeMap, HashMap, VecDeque};

use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::layers;
use crate::nearest::distance;
use crate::rust_names::{field, snake};
use crate::source::{Span, Spanned};
use crate::syntax::MAX_DEPTH;
use crate::syntax::ast::{Path, Statement, StatementKind};

/// The longest name.
const MAX_LENGTH: usize = 100;

/// The paths that layers and scopes have.
#[derive(Debug, Default)]
pub(crate) struct Names {
    /// Paths that are written out, and the scopes that they are in.
    written: BTreeMap<String, Span>,
    /// Layers, by their whole path.
    layers: BTreeMap<String, Span>,
    /// Scopes, by their whole path.
    scopes: BTreeMap<String, Span>,
    /// The field that each path becomes, with the path.
    fields: BTreeMap<String, (String, Span)>,
    /// How many layers without a name each word has in each scope.
    counts: HashMap<String, usize>,
}

/// A layer without a name: its word, the scope that it is in, and its block if it has one.
type Unnamed<'s> = (&'s str, Vec<String>, &'s [Statement]);

impl Names {
    /// Takes down every name that is written out, so that unnamed layers avoid them.
    ///
    /// What an unnamed layer with a block is called is known once all names around it are, so the names inside wait for that.
    pub(super) fn collect(&mut self, body: &[Statement]) {
        let mut waiting = VecDeque::new();
        self.collect_in(body, &[], &mut waiting);
        while let Some((word, mut scope, block)) = waiting.pop_front() {
            scope.push(self.unnamed(word, &scope));
            self.collect_in(block, &scope, &mut waiting);
        }
        self.counts.clear();
    }

    fn collect_in<'s>(&mut self, statements: &'s [Statement], scope: &[String], waiting: &mut VecDeque<Unnamed<'s>>) {
        for statement in statements {
            match &statement.kind {
                StatementKind::Layer { path: Some(path), block, .. } => {
                    self.take(path, scope, block.as_deref().unwrap_or_default(), waiting);
                }
                StatementKind::Layer { path: None, block, call } => {
                    waiting.push_back((&call.word.node, scope.to_vec(), block.as_deref().unwrap_or_default()));
                }
                StatementKind::Scope { path, block } => match block_word(path) {
                    Some(word) => waiting.push_back((&word.node, scope.to_vec(), block)),
                    None => self.take(path, scope, block, waiting),
                },
                StatementKind::Let { name, block } => self.collect_in(block, &join(scope, [name.node.clone()]), waiting),
                StatementKind::Labels(_)
                | StatementKind::Given { .. }
                | StatementKind::Input(_)
                | StatementKind::Output(_)
                | StatementKind::Use(_)
                | StatementKind::Loss(_)
                | StatementKind::Decode(_)
                | StatementKind::Malformed
                | StatementKind::Docs => {}
            }
        }
    }

    fn take<'s>(&mut self, path: &'s Path, scope: &[String], block: &'s [Statement], waiting: &mut VecDeque<Unnamed<'s>>) {
        let mut full = scope.to_vec();
        for segment in &path.0 {
            full.push(segment.node.clone());
            self.written.entry(full.join(".")).or_insert(path.span);
        }
        self.collect_in(block, &full, waiting);
    }

    /// The name of a layer that has none, in a scope.
    fn unnamed(&mut self, word: &str, scope: &[String]) -> String {
        let word =
            word.rsplit("::").next().map_or_else(String::new, |last| if word.contains("::") { snake(last) } else { last.to_owned() });
        let taken = |name: &str| {
            let path = join(scope, [name.to_owned()]).join(".");
            self.written.contains_key(&path) || self.layers.contains_key(&path) || self.scopes.contains_key(&path)
        };
        let count = self.counts.entry(join(scope, [word.clone()]).join(".")).or_insert(0);
        loop {
            let name = if *count == 0 { word.clone() } else { format!("{word}_{count}") };
            *count += 1;
            if !taken(&name) {
                return name;
            }
        }
    }
}

/// The word of a layer with a block, where a scope's path is one: `residual { .. }`.
pub(super) fn block_word(path: &Path) -> Option<&Spanned<String>> {
    path.single().filter(|word| layers::has_block(word))
}

fn join(scope: &[String], more: impl IntoIterator<Item = String>) -> Vec<String> {
    scope.iter().cloned().chain(more).collect()
}

impl Checker<'_> {
    /// The whole path of a layer: by its own path, or by its word.
    pub(super) fn layer_path(&mut self, path: Option<&Path>, word: &Spanned<String>, scope: &[String]) -> Vec<String> {
        let full = match path {
            Some(path) => {
                self.check_segments(path, scope);
                join(scope, path.0.iter().map(|segment| segment.node.clone()))
            }
            None => join(scope, [self.names.unnamed(word, scope)]),
        };
        let span = path.map_or(word.span, |path| path.span);
        self.enter(&full, span);
        full
    }

    /// The whole path of a scope.
    pub(super) fn scope_path(&mut self, path: &Path, scope: &[String]) -> Vec<String> {
        self.check_segments(path, scope);
        if let Some(word) = path.0.last() {
            let outer: Vec<&str> = path.0.iter().map(|segment| segment.as_str()).take(path.0.len() - 1).collect();
            self.check_almost_block(word, &outer.join("."));
        }
        join(scope, path.0.iter().map(|segment| segment.node.clone()))
    }

    fn check_almost_block(&mut self, word: &Spanned<String>, outer: &str) {
        if let Some(block) = layers::block_words().find(|block| distance(word, block) <= 1) {
            let like = if word.node == block { "like" } else { "almost like" };
            let message = format!("the scope `{}` is called {like} the layer `{block}`", word.node);
            let reason = "a scope only names the layers inside, and a layer computes something around them";
            let form = if outer.is_empty() { format!("{block} {{ .. }}") } else { format!("{outer} {{ {block} {{ .. }} }}") };
            let help = format!("write `{form}` for the layer, or call the scope by another name");
            self.report(Diagnostic::new(Code::AlmostBlock, word.span, message).because(reason).help(help));
        }
    }

    fn check_segments(&mut self, path: &Path, scope: &[String]) {
        for segment in &path.0 {
            self.check_name(segment);
        }
        if let Some(first) = path.0.first().filter(|first| scope.is_empty() && first.node == "bert") {
            let message = "nothing in a head may be called `bert`";
            let reason = "the encoder's own tensors have this name in front of theirs in a checkpoint";
            self.report(Diagnostic::new(Code::ReservedScope, first.span, message).because(reason).help("choose another name"));
        }
    }

    /// Refuses what cannot be a name in Rust or is not what it looks like.
    pub(super) fn check_name(&mut self, name: &Spanned<String>) {
        let fault = match name.as_str() {
            "_" => Some(("`_` is no name", "choose one".to_owned())),
            raw if raw.starts_with("r#") => Some(("a name needs no `r#`", format!("write `{}`: Rust's own words may be names", &raw[2..]))),
            long if long.chars().count() > MAX_LENGTH => {
                Some(("this name is too long", format!("a name has at most {MAX_LENGTH} characters")))
            }
            odd if odd.chars().any(is_combining) => {
                Some(("this name has a letter in two parts", "write the letter and its accent as one character".to_owned()))
            }
            odd if odd.chars().any(is_copy) => {
                Some(("this name has a letter that is a copy of another", "write the plain letter".to_owned()))
            }
            _ => None,
        };
        if let Some((message, help)) = fault {
            self.report(Diagnostic::new(Code::BadName, name.span, message).help(help));
        }
    }

    fn enter(&mut self, path: &[String], span: Span) {
        if path.len() > MAX_DEPTH {
            let message = format!("a layer stands in at most {MAX_DEPTH} scopes, and this in more");
            return self.report(Diagnostic::new(Code::TooDeep, span, message).help("make the path shorter"));
        }
        let full = path.join(".");
        let scopes: Vec<String> = (1..path.len()).map(|end| path[..end].join(".")).collect();
        let layer = self.names.layers.get(&full).map(|first| (format!("two layers are called `{full}`"), *first));
        let scope = self.names.scopes.get(&full).map(|first| (format!("`{full}` is a scope, and cannot be a layer too"), *first));
        let inside = scopes.iter().find_map(|scope| {
            self.names.layers.get(scope).map(|first| (format!("`{scope}` is a layer, and cannot be the scope of `{full}` too"), *first))
        });
        match layer.or(scope).or(inside) {
            Some((message, first)) => self.duplicate(&message, span, first),
            None => self.enter_fields(path, span),
        }
        self.names.layers.insert(full, span);
        self.names.scopes.extend(scopes.into_iter().map(|scope| (scope, span)));
    }

    /// A scope with its own arithmetic, such as `residual`: its path is a scope's, not a layer's.
    pub(super) fn leave_as_scope(&mut self, path: &[String]) {
        let full = path.join(".");
        if let Some(span) = self.names.layers.remove(&full) {
            self.names.scopes.insert(full, span);
        }
    }

    fn duplicate(&mut self, message: &str, span: Span, first: Span) {
        let reason = "their tensors would have one name in a checkpoint";
        self.report(
            Diagnostic::new(Code::DuplicateName, span, message)
                .because(reason)
                .also(first, "the other one is here")
                .help("give one of them another name"),
        );
    }

    /// Two names of one scope may not become one Rust field.
    fn enter_fields(&mut self, path: &[String], span: Span) {
        for end in 1..=path.len() {
            let (scope, name) = (&path[..end - 1], &path[end - 1]);
            let as_field = format!("{}.{}", scope.join("."), field(name));
            let entry = self.names.fields.entry(as_field).or_insert_with(|| (name.clone(), span)).clone();
            if entry.0 != *name {
                let message = format!("`{name}` and `{}` would both be the Rust field `{}`", entry.0, field(name));
                self.report(
                    Diagnostic::new(Code::DuplicateName, span, message)
                        .also(entry.1, "the other one is here")
                        .help("give one of them another name"),
                );
            }
        }
    }
}

fn is_combining(c: char) -> bool {
    matches!(c, '\u{300}'..='\u{36f}' | '\u{1ab0}'..='\u{1aff}' | '\u{1dc0}'..='\u{1dff}' | '\u{20d0}'..='\u{20ff}')
}

/// Characters that Rust takes for another, plainer one: the signs of ohm, kelvin and angstrom, and copies of ideographs.
fn is_copy(c: char) -> bool {
    matches!(c, '\u{2126}' | '\u{212a}' | '\u{212b}' | '\u{f900}'..='\u{faff}' | '\u{2f800}'..='\u{2fa1f}')
}
