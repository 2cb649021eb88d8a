//! The errors that teach: why a value has a token axis, or has none, and which encoder output to read instead.

use crate::check::Checker;
use crate::codes::Code;
use crate::diagnostic::Diagnostic;
use crate::explain::why_whole;
use crate::ir::Source;
use crate::shape::Type;
use crate::source::Span;
use crate::syntax::{Kind, lex};

/// Where a value comes from, to tell of it.
#[derive(Debug, Clone, Copy, Default)]
pub(super) struct Origin {
    /// The number of the encoder output that it starts from.
    pub source: Option<usize>,
    /// Where it lost its token axis.
    pub folded: Option<Span>,
    /// Where it got its feature size.
    pub made: Span,
}

impl Checker<'_> {
    /// `what` needs a token axis, and `value` has none.
    pub(crate) fn teach_tokens(&mut self, span: Span, what: &str, value: &Type) {
        let message = format!("{what}, and this value, {value}, has no token axis");
        let diagnostic = Diagnostic::new(Code::NeedsTokens, span, message);
        let diagnostic = match (self.origin.folded, self.source_in_force()) {
            (Some(folded), _) => {
                let how = self.written(folded).split_whitespace().collect::<Vec<_>>().join(" ");
                diagnostic
                    .because(format!("`{how}` has folded all tokens into one vector a text"))
                    .also(folded, "the token axis goes here")
                    .help(format!("leave `{how}` out, and every token keeps its vector"))
            }
            (None, Some((source, at))) => diagnostic
                .because(why_whole(source))
                .also(at, "read here")
                .help("write `input tokens;`: it is last_hidden_state, [batch, token, hidden], one vector a token")
                .mended(self.source_words(at), "tokens"),
            (None, None) => diagnostic.help("read `input tokens;`: it has one vector a token"),
        };
        self.report(diagnostic);
    }

    /// `what` wants one value for a whole text, and `value` has a token axis.
    pub(crate) fn teach_whole(&mut self, span: Span, what: &str, value: &Type) {
        let message = format!("{what}, and this value, {value}, has a token axis");
        let mut diagnostic = Diagnostic::new(Code::NeedsWhole, span, message).because(
            "`tokens` is last_hidden_state: one vector a token. An answer about a whole text is read from one vector a text, which is what \
             BERT's pooler makes of the first token",
        );
        if let Some((_, at)) = self.source_in_force() {
            diagnostic = diagnostic.also(at, "read here");
        }
        self.report(
            diagnostic
                .help("write `input pooled;` (or `input cls;` where the checkpoint has no pooler), or fold the tokens with `pool mean;`"),
        );
    }

    /// Where the words of a source stand in its `input`, without `per choice`.
    fn source_words(&self, input: Span) -> Span {
        let text = self.written(input);
        let words = lex(text).into_iter().filter(|token| token.kind == Kind::Word).map(|token| token.span).skip(1);
        let words = words.take_while(|word| &text[word.range()] != "per").reduce(Span::to).unwrap_or_default();
        Span { start: input.start + words.start, end: input.start + words.end }
    }

    fn source_in_force(&self) -> Option<(Source, Span)> {
        self.origin.source.and_then(|index| self.sources.get(index)).map(|used| (used.source, used.span))
    }

    /// Where the value that flows got its feature size.
    pub(crate) fn made(&self) -> Span {
        self.origin.made
    }

    /// The value that flows gets its feature size at `span`.
    pub(crate) fn makes(&mut self, span: Span) {
        self.origin.made = span;
    }

    /// The value that flows loses its token axis at `span`.
    pub(crate) fn folds(&mut self, span: Span) {
        self.origin.folded = Some(span);
    }

    /// The value that flows comes from where the named one does.
    pub(crate) fn follows(&mut self, name: &str) {
        if let Some(value) = self.values.get(name) {
            self.origin = value.origin;
        }
    }

    /// How many errors there are by now.
    pub(crate) fn errors(&self) -> usize {
        self.found.len()
    }
}
