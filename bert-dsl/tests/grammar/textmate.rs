//! A small TextMate engine: rules that match, rules from a beginning to an end, and groups, as
//! <https://macromates.com/manual/en/language_grammars> tells of them.

use std::collections::HashMap;
use std::ops::Range;
use std::rc::Rc;

use fancy_regex::{Captures, Regex};
use serde_json::Value;

/// A grammar, and those that it includes by their scopes.
pub struct Grammar {
    scope: String,
    patterns: Vec<Rc<Rule>>,
    repository: HashMap<String, Rc<Rule>>,
}

enum Rule {
    Include(String),
    Match { regex: Regex, name: Option<String>, captures: Vec<(usize, String)> },
    Block(Block),
    Group(Vec<Rc<Rule>>),
}

struct Block {
    begin: Regex,
    /// The source of a regular expression, which may speak of what `begin` has captured.
    end: String,
    name: Option<String>,
    content: Option<String>,
    begins: Vec<(usize, String)>,
    ends: Vec<(usize, String)>,
    patterns: Vec<Rc<Rule>>,
}

/// A part of a text, and the scopes that it is in, outer ones first.
#[derive(Debug, Clone, PartialEq)]
pub struct Token {
    pub text: String,
    pub scopes: Vec<String>,
}

impl Grammar {
    pub fn read(json: &Value) -> Self {
        let repository = json["repository"].as_object().unwrap();
        Self {
            scope: json["scopeName"].as_str().unwrap().to_owned(),
            patterns: rules(&json["patterns"]),
            repository: repository.iter().map(|(name, rule)| (name.clone(), Rc::new(Rule::read(rule)))).collect(),
        }
    }

    /// What a rule that is included stands for.
    fn included(&self, name: &str) -> Vec<Rc<Rule>> {
        match name {
            "$self" | "$base" => self.patterns.clone(),
            own if own == self.scope => self.patterns.clone(),
            named => vec![Rc::clone(self.repository.get(&named[1..]).unwrap_or_else(|| panic!("nothing is called {named}")))],
        }
    }

    /// The rules that can match, with those that are included in their places.
    fn flat(&self, patterns: &[Rc<Rule>], found: &mut Vec<Rc<Rule>>) {
        for rule in patterns {
            match &**rule {
                Rule::Include(name) => self.flat(&self.included(name), found),
                Rule::Group(patterns) => self.flat(patterns, found),
                Rule::Match { .. } | Rule::Block(_) => found.push(Rc::clone(rule)),
            }
        }
    }

    /// A text in tokens, all of it.
    pub fn tokens(&self, text: &str) -> Vec<Token> {
        let mut open = vec![Open { rule: None, end: None, scopes: vec![self.scope.clone()], inner: vec![self.scope.clone()] }];
        text.split_inclusive('\n').flat_map(|line| self.line(line, &mut open)).collect()
    }

    fn line(&self, line: &str, open: &mut Vec<Open>) -> Vec<Token> {
        let mut painter = Painter { line, done: 0, tokens: Vec::new() };
        let mut at = 0;
        // A rule that begins and ends without a letter would never come to an end.
        for _ in 0..10_000 {
            let top = open.last().unwrap();
            let Some(Hit { place, rule, captures }) = self.next(line, at, top) else {
                painter.paint(line.len(), &top.inner);
                return painter.tokens;
            };
            painter.paint(place.start, &top.inner);
            let Some(rule) = rule else {
                let (scopes, ends) = (top.scopes.clone(), top.rule.as_ref().map(|rule| rule.block().ends.clone()).unwrap_or_default());
                painter.captured(&place, &captures, &ends, &scopes);
                open.pop();
                at = place.end;
                continue;
            };
            match &*rule {
                Rule::Match { name, captures: names, .. } => {
                    painter.captured(&place, &captures, names, &with(&top.inner, name));
                }
                Rule::Block(block) => {
                    let scopes = with(&top.inner, &block.name);
                    painter.captured(&place, &captures, &block.begins, &scopes);
                    let end = (1..captures.len()).fold(block.end.clone(), |end, number| {
                        let text = captures[number].clone().map_or("", |range| &line[range]);
                        end.replace(&format!("\\{number}"), text)
                    });
                    let inner = with(&scopes, &block.content);
                    open.push(Open { rule: Some(Rc::clone(&rule)), end: Some(Regex::new(&end).unwrap()), scopes, inner });
                }
                Rule::Include(_) | Rule::Group(_) => unreachable!(),
            }
            at = place.end;
        }
        panic!("no end is found in {line:?}");
    }

    /// The first match behind a place: the end of the open rule before all others, then these in their order.
    fn next(&self, line: &str, at: usize, top: &Open) -> Option<Hit> {
        let mut rules = Vec::new();
        self.flat(top.rule.as_ref().map_or(&self.patterns, |rule| &rule.block().patterns), &mut rules);
        let mut best: Option<Hit> = top.end.as_ref().and_then(|end| Hit::of(end, line, at, None));
        for rule in rules {
            let regex = match &*rule {
                Rule::Match { regex, .. } => regex,
                Rule::Block(block) => &block.begin,
                Rule::Include(_) | Rule::Group(_) => unreachable!(),
            };
            let found = Hit::of(regex, line, at, Some(Rc::clone(&rule)));
            if let Some(found) = found.filter(|found| best.as_ref().is_none_or(|best| found.place.start < best.place.start)) {
                best = Some(found);
            }
        }
        best
    }
}

/// A rule that has begun.
struct Open {
    rule: Option<Rc<Rule>>,
    end: Option<Regex>,
    scopes: Vec<String>,
    inner: Vec<String>,
}

struct Hit {
    place: Range<usize>,
    rule: Option<Rc<Rule>>,
    captures: Vec<Option<Range<usize>>>,
}

impl Hit {
    fn of(regex: &Regex, line: &str, at: usize, rule: Option<Rc<Rule>>) -> Option<Self> {
        let captures: Captures<'_> = regex.captures_from_pos(line, at).unwrap()?;
        let captures: Vec<Option<Range<usize>>> = captures.iter().map(|found| found.map(|found| found.range())).collect();
        Some(Self { place: captures[0].clone()?, rule, captures })
    }
}

/// Gives each part of a line its scopes.
struct Painter<'l> {
    line: &'l str,
    done: usize,
    tokens: Vec<Token>,
}

impl Painter<'_> {
    fn paint(&mut self, end: usize, scopes: &[String]) {
        if end > self.done {
            self.tokens.push(Token { text: self.line[self.done..end].to_owned(), scopes: scopes.to_vec() });
            self.done = end;
        }
    }

    fn captured(&mut self, place: &Range<usize>, captures: &[Option<Range<usize>>], names: &[(usize, String)], scopes: &[String]) {
        for (number, name) in names {
            let Some(range) = captures.get(*number).cloned().flatten() else { continue };
            self.paint(range.start, scopes);
            self.paint(range.end, &with(scopes, &Some(name.clone())));
        }
        self.paint(place.end, scopes);
    }
}

fn with(scopes: &[String], name: &Option<String>) -> Vec<String> {
    scopes.iter().chain(name).cloned().collect()
}

impl Rule {
    fn read(json: &Value) -> Self {
        let text = |key: &str| json[key].as_str().map(str::to_owned);
        let regex = |key: &str| text(key).map(|text| Regex::new(&text).unwrap_or_else(|error| panic!("{text}: {error}")));
        if let Some(name) = text("include") {
            return Self::Include(name);
        }
        if let Some(regex) = regex("match") {
            return Self::Match { regex, name: text("name"), captures: captures(&json["captures"]) };
        }
        let Some(begin) = regex("begin") else { return Self::Group(rules(&json["patterns"])) };
        Self::Block(Block {
            begin,
            end: text("end").unwrap(),
            name: text("name"),
            content: text("contentName"),
            begins: captures(&json["beginCaptures"]),
            ends: captures(&json["endCaptures"]),
            patterns: rules(&json["patterns"]),
        })
    }

    fn block(&self) -> &Block {
        match self {
            Self::Block(block) => block,
            Self::Include(_) | Self::Match { .. } | Self::Group(_) => panic!("this rule has no end"),
        }
    }
}

fn rules(json: &Value) -> Vec<Rc<Rule>> {
    json.as_array().map_or_else(Vec::new, |rules| rules.iter().map(|rule| Rc::new(Rule::read(rule))).collect())
}

fn captures(json: &Value) -> Vec<(usize, String)> {
    let named = json.as_object().into_iter().flatten();
    let mut named: Vec<_> = named.map(|(number, rule)| (number.parse().unwrap(), rule["name"].as_str().unwrap().to_owned())).collect();
    named.sort();
    named
}
