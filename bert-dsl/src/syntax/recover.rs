//! What is wrong with a statement that the grammar could not read.

use super::lex::{Kind, Token, lex};
use super::parse::gives_up;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::source::Span;

/// A statement that begins with a word of its own.
pub(crate) struct Form {
    pub word: &'static str,
    /// How it is written; several ways are parted by `` ` or ` ``.
    pub form: &'static str,
    /// What it does, as a sentence without its full stop.
    pub does: &'static str,
}

const fn form(word: &'static str, form: &'static str, does: &'static str) -> Form {
    Form { word, form, does }
}

/// The statement words.
pub(crate) const FORMS: &[Form] = &[
    form("head", "head NAME { .. }", "declares a head, which becomes a Rust type"),
    form(
        "labels",
        "labels a, b, c;",
        "declares a set of labels, whose size is called `labels`; `labels NAME = a, b;` gives the set a name of its own",
    ),
    form(
        "given",
        "given NAME: position;` or `given NAME: features N;",
        "declares what comes with an example beside its text: a token's position, or N numbers",
    ),
    form("input", "input SOURCE;", "starts a pipeline at an output of the encoder"),
    form("use", "use NAME;", "stands for the layers of a head above, as if they were written here"),
    form("let", "let NAME = { .. }", "names what a block makes of the current value, which stays"),
    form("output", "output NAME;", "names the pipeline's result"),
    form("loss", "loss KIND key=value;", "says what the pipeline is trained towards, and so how a prediction is read"),
    form("decode", "decode KIND key=value;", "says how a prediction is read, where it is not as the loss implies"),
];

/// The form of a statement's word.
pub(crate) fn form_of(word: &str) -> Option<&'static Form> {
    FORMS.iter().find(|form| form.word == word)
}

/// How a layer is written.
const LAYER_FORM: &str = "NAME: LAYER ARGUMENTS;";

/// The error of a malformed statement at `span` of a text, of which the first `length` bytes are the user's.
pub(super) fn diagnose(text: &str, span: Span, length: usize) -> Diagnostic {
    let statement = Statement::new(text, span, length);
    statement.diagnose()
}

struct Statement<'a> {
    text: &'a str,
    start: usize,
    length: usize,
    tokens: Vec<Token>,
}

impl<'a> Statement<'a> {
    fn new(text: &'a str, span: Span, length: usize) -> Self {
        let text = &text[span.range()];
        let tokens = lex(text).into_iter().filter(|token| token.kind != Kind::Comment).collect();
        Self { text, start: span.start as usize, length, tokens }
    }

    fn diagnose(&self) -> Diagnostic {
        let failure = self.failure();
        if let Some(doc) = self.tokens.iter().find(|token| token.kind == Kind::Doc) {
            let message = "this doc comment stands inside a statement";
            return self
                .error(Code::MisplacedDoc, *doc, message)
                .help("a doc comment stands in front of a head or an `output`; elsewhere write `//`");
        }
        if let Some(head) = self.head() {
            return head;
        }
        if let Some(separator) = self.missing_separator(failure).or_else(|| self.missing_comma(failure)) {
            return separator;
        }
        self.unexpected(failure)
    }

    /// A head where none may stand, or one without a name.
    fn head(&self) -> Option<Diagnostic> {
        let at = usize::from(self.word(0) == "pub");
        let is_name = self.tokens.get(at + 1).is_some_and(|token| token.kind == Kind::Word);
        match (self.word(at), is_name, self.word(at + 1), self.word(at + 2)) {
            ("head", true, _, "{") => Some(
                self.error(Code::Order, self.tokens[at], "a head cannot stand inside another")
                    .help("move it behind the `}` of the outer one"),
            ),
            ("head", false, "{", _) => Some(
                self.error(Code::NamelessHead, self.tokens[at], "this head has no name")
                    .help("write `head NAME { .. }`, as in `head Sentiment { .. }`"),
            ),
            _ => None,
        }
    }

    fn word(&self, index: usize) -> &'a str {
        self.tokens.get(index).map_or("", |token| &self.text[token.span.range()])
    }

    fn error(&self, code: Code, token: Token, message: impl Into<String>) -> Diagnostic {
        Diagnostic::new(code, Span::new(self.place(token.span.start), self.place(token.span.end)), message)
    }

    /// A place of the statement in the user's text.
    fn place(&self, offset: u32) -> usize {
        (self.start + offset as usize).min(self.length)
    }

    /// Where something can be put behind a token.
    fn behind(&self, index: usize) -> Span {
        let end = self.place(self.tokens[index].span.end);
        Span::new(end, end)
    }

    /// The token at which the parser gave up.
    fn failure(&self) -> usize {
        let at = gives_up(self.text);
        let index = self.tokens.partition_point(|token| (token.span.end as usize) <= at);
        index.min(self.tokens.len().saturating_sub(1))
    }

    /// A statement that begins inside this one: the `;` before it is missing.
    fn missing_separator(&self, failure: usize) -> Option<Diagnostic> {
        let first = failure.saturating_sub(2).max(1);
        let begins = (first..=failure).rev().find(|&index| self.begins_statement(index))?;
        let (before, word) = (self.word(begins - 1), self.word(begins));
        let message = format!("a `;` is missing between `{before}` and `{word}`");
        let help = format!("write `{before};` and then `{word} ..`");
        Some(self.error(Code::MissingSeparator, self.tokens[begins], message).help(help).mended(self.behind(begins - 1), ";"))
    }

    /// A `key=` right behind another argument: the `,` before it is missing.
    fn missing_comma(&self, failure: usize) -> Option<Diagnostic> {
        let token = *self.tokens.get(failure).filter(|token| token.kind == Kind::Word)?;
        let before = self.tokens.get(failure.checked_sub(1)?)?;
        let after_value = matches!(before.kind, Kind::Word | Kind::Number | Kind::Text) || matches!(self.word(failure - 1), ")" | "]");
        if failure < 2 || self.word(0) == "let" || !after_value || self.word(failure + 1) != "=" {
            return None;
        }
        let (before, word) = (self.word(failure - 1), self.word(failure));
        let message = format!("a `,` is missing between `{before}` and `{word}`");
        let help = format!("write `{before}, {word}=..`");
        Some(self.error(Code::MissingSeparator, token, message).help(help).mended(self.behind(failure - 1), ","))
    }

    fn begins_statement(&self, index: usize) -> bool {
        let word = self.word(index);
        let before = self.tokens[index - 1];
        let after_value = matches!(before.kind, Kind::Word | Kind::Number | Kind::Text) || matches!(self.word(index - 1), ")" | "]");
        let known = form_of(word).is_some() || crate::layers::is_layer(word);
        let names_layer = self.tokens[index].kind == Kind::Word && self.word(index + 1) == ":";
        after_value && (known || names_layer) && form_of(self.word(index - 1)).is_none()
    }

    fn unexpected(&self, failure: usize) -> Diagnostic {
        let Some(&token) = self.tokens.get(failure) else {
            return self.error(Code::Malformed, Token { kind: Kind::Sign, span: Span::new(0, 0) }, "a statement is expected here");
        };
        if let [only] = self.tokens.as_slice()
            && self.word(0) == ";"
        {
            let diagnostic = self.error(Code::Malformed, *only, "nothing stands before this `;`").help("delete it");
            let span = diagnostic.span;
            return diagnostic.mended(span, "");
        }
        if failure + 1 == self.tokens.len() && self.is_opening(failure) {
            let form = form_of(self.word(0)).map_or(LAYER_FORM, |form| form.form);
            return self
                .error(Code::Malformed, token, format!("this statement ends after `{}`", self.word(failure)))
                .help(format!("it is written `{form}`"));
        }
        let found = self.found(failure, token);
        self.error(Code::Malformed, token, format!("{found} is not expected here")).because(self.form()).maybe_help(self.hint(failure))
    }

    /// How a statement that begins so is written.
    fn form(&self) -> String {
        let keyword = form_of(self.word(0));
        let names_layer = self.word(1) == ":";
        let layer = if names_layer { self.word(2) } else { self.word(0) };
        match (keyword, crate::layers::form(layer)) {
            (Some(Form { word, form, .. }), _) if !names_layer => format!("`{word}` is written `{form}`"),
            (_, Some(form)) => format!("`{layer}` is written `{form};`"),
            _ => format!("a layer is written `{LAYER_FORM}`"),
        }
    }

    /// Whether a token asks for another one after it.
    fn is_opening(&self, index: usize) -> bool {
        let word = self.word(index);
        index == 0 && form_of(word).is_some() || matches!(word, "=" | ":" | "->" | "," | ".")
    }

    fn found(&self, failure: usize, token: Token) -> String {
        match (self.start + token.span.start as usize) < self.length {
            true => format!("`{}`", shortened(self.word(failure))),
            false => "the end of the text".into(),
        }
    }

    /// The commonest slips.
    fn hint(&self, failure: usize) -> Option<String> {
        let (before, here, after) = (self.word(failure.wrapping_sub(1)), self.word(failure), self.word(failure + 1));
        let hint = match (before, here, after) {
            ("->", "->", _) | (_, "->", "->") => "write one `->`".to_owned(),
            ("=", "=", _) | (_, "=", "=") => "write one `=`".to_owned(),
            (_, "#", _) => "a comment begins with `//`".to_owned(),
            (_, "'", _) => "a text stands between double quotes, as in `\"B-PER\"`".to_owned(),
            (_, "=", ">") | ("=", ">", _) | (_, ">", _) => "write `->` between two sizes".to_owned(),
            _ if self.word(1) == "(" => format!("arguments stand without brackets, as in `{} a, b`", self.word(0)),
            (_, ";" | "}", _) => format!("something is missing after `{before}`"),
            ("->" | "=" | "," | "(", "+", _) => "a number has no `+` in front".to_owned(),
            (_, "!", _) => "a head calls no macros".to_owned(),
            _ => return None,
        };
        Some(hint)
    }
}

fn shortened(word: &str) -> String {
    match word.char_indices().nth(40) {
        Some((at, _)) => format!("{}..", &word[..at]),
        None => word.to_owned(),
    }
}
