//! What is open and in force at a place, found out from the tokens in front of it.

use crate::source::Span;
use crate::syntax::{Kind, Token, lex};

/// A place in a text, and what leads there.
pub(super) struct Context<'t> {
    /// The word, number or string that the place touches.
    pub word: Option<Token>,
    /// The tokens of its statement in front of that.
    pub before: Vec<&'t str>,
    /// The token behind that.
    pub after: &'t str,
    /// The blocks that are open, outer ones first.
    pub blocks: Vec<Block<'t>>,
    /// How far the head is that is open, or the bare body.
    pub stage: Stage,
    /// Names that can be read there, in order.
    pub values: Vec<Named<'t>>,
    /// The heads above.
    pub heads: Vec<Named<'t>>,
}

/// A block that is open.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Block<'t> {
    pub kind: BlockKind<'t>,
    /// Whether no statement stands in it yet.
    pub is_empty: bool,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum BlockKind<'t> {
    /// A head's body.
    Head,
    /// The block of a `let`, and the name that it gets.
    Let(Named<'t>),
    /// A scope, or the block of a layer.
    Layers,
}

/// How far a body is.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Stage {
    /// Nothing is read yet.
    Declarations,
    /// A pipeline is open.
    Layers,
    /// Its result is named, or what is done with it.
    Ended,
}

/// A name, and where it is given.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) struct Named<'t> {
    pub name: &'t str,
    pub span: Span,
    pub role: Role,
}

#[derive(Clone, Copy, PartialEq, Eq)]
pub(super) enum Role {
    Head,
    Value,
    Position,
    Features,
}

impl<'t> Context<'t> {
    /// The context of a place; none inside of a comment.
    pub fn at(text: &'t str, offset: u32) -> Option<Self> {
        let tokens = lex(text);
        if tokens.iter().any(|token| hides(text, *token, offset)) {
            return None;
        }
        let touched = tokens.iter().position(|token| is_word(token.kind) && super::touches(token.span, offset));
        let end = touched.unwrap_or_else(|| tokens.partition_point(|token| token.span.end <= offset));
        let mut walker = Walker::new(text);
        tokens[..end].iter().filter(|token| !is_comment(token.kind)).for_each(|token| walker.pass(*token));
        let behind = tokens[end..].iter().skip(usize::from(touched.is_some())).find(|token| !is_comment(token.kind));
        let after = behind.map_or("", |token| &text[token.span.range()]);
        Some(walker.context(touched.map(|index| tokens[index]), after))
    }

    /// Whether the place is in no head, and no bare body has begun.
    pub fn is_outside(&self) -> bool {
        self.blocks.is_empty()
    }
}

fn is_comment(kind: Kind) -> bool {
    matches!(kind, Kind::Comment | Kind::Doc)
}

fn is_word(kind: Kind) -> bool {
    matches!(kind, Kind::Word | Kind::Number | Kind::Text)
}

/// Whether a place is inside of this comment: one to the line's end goes on there.
fn hides(text: &str, token: Token, offset: u32) -> bool {
    let goes_on = text[token.span.range()].starts_with("//") && offset == token.span.end;
    is_comment(token.kind) && token.span.start < offset && (offset < token.span.end || goes_on)
}

/// Goes through the tokens of a text, statement by statement.
struct Walker<'t> {
    text: &'t str,
    statement: Vec<Token>,
    blocks: Vec<Block<'t>>,
    stage: Stage,
    values: Vec<Named<'t>>,
    heads: Vec<Named<'t>>,
}

impl<'t> Walker<'t> {
    fn new(text: &'t str) -> Self {
        Self { text, statement: Vec::new(), blocks: Vec::new(), stage: Stage::Declarations, values: Vec::new(), heads: Vec::new() }
    }

    fn context(self, word: Option<Token>, after: &'t str) -> Context<'t> {
        let before = (0..self.statement.len()).map(|index| self.word(index)).collect();
        let Self { blocks, stage, values, heads, .. } = self;
        Context { word, before, after, blocks, stage, values, heads }
    }

    fn pass(&mut self, token: Token) {
        match &self.text[token.span.range()] {
            ";" => self.end(),
            "{" => self.open(),
            "}" => self.close(),
            _ => self.statement.push(token),
        }
    }

    fn word(&self, index: usize) -> &'t str {
        self.statement.get(index).map_or("", |token| &self.text[token.span.range()])
    }

    fn named(&self, index: usize, role: Role) -> Named<'t> {
        Named { name: self.word(index), span: self.statement.get(index).map(|token| token.span).unwrap_or_default(), role }
    }

    /// A statement ends.
    fn end(&mut self) {
        if !self.statement.is_empty() {
            self.filled();
            self.state();
        }
        self.statement.clear();
    }

    fn filled(&mut self) {
        if let Some(block) = self.blocks.last_mut() {
            block.is_empty = false;
        }
    }

    /// What a statement without a block says to those after it.
    fn state(&mut self) {
        let is_top = self.blocks.iter().all(|block| block.kind == BlockKind::Head);
        match (self.word(0), self.word(1)) {
            (_, ":") if is_top && self.word(2) == "split" => self.stage = Stage::Ended,
            (_, ":" | ".") => {}
            ("given", _) => self.given(),
            ("input", _) if is_top => {
                self.values.retain(|value| value.role != Role::Value);
                self.stage = Stage::Layers;
            }
            ("output" | "split" | "loss" | "decode", _) if is_top => self.stage = Stage::Ended,
            _ => {}
        }
    }

    fn given(&mut self) {
        let role = if self.word(3) == "position" { Role::Position } else { Role::Features };
        self.values.push(self.named(1, role));
    }

    fn open(&mut self) {
        self.filled();
        let head = (0..self.statement.len()).find(|index| self.word(*index) == "head").filter(|_| self.blocks.is_empty());
        let kind = match (head, self.word(0)) {
            (Some(at), _) if !self.word(at + 1).is_empty() => {
                self.begin(at + 1);
                BlockKind::Head
            }
            (_, "let") if self.word(2) == "=" => BlockKind::Let(self.named(1, Role::Value)),
            _ => BlockKind::Layers,
        };
        self.blocks.push(Block { kind, is_empty: true });
        self.statement.clear();
    }

    /// A head begins, whose name is this token.
    fn begin(&mut self, name: usize) {
        self.heads.push(self.named(name, Role::Head));
        self.values.clear();
        self.stage = Stage::Declarations;
    }

    fn close(&mut self) {
        self.end();
        match self.blocks.pop().map(|block| block.kind) {
            Some(BlockKind::Let(value)) => self.values.push(value),
            Some(BlockKind::Head) => {
                self.values.clear();
                self.stage = Stage::Declarations;
            }
            Some(BlockKind::Layers) | None => {}
        }
    }
}
