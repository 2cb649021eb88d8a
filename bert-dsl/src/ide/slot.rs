//! What a place in a statement is for, by what stands in front of it there.

use crate::pages::Subject;

/// What may stand at a place.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Slot<'t> {
    /// The beginning of a statement.
    Statement,
    /// A layer, behind its name.
    Layer,
    /// Words of a source, behind these.
    Source(Vec<&'t str>),
    /// `position` or `features`.
    GivenKind,
    /// A loss.
    Loss,
    /// A decode.
    Decode,
    /// The name of a head above.
    Used,
    /// A label, or the name of one.
    Label,
    /// An argument.
    Argument(InCall<'t>),
    /// A name that is new, or nothing that is known.
    New,
}

/// A place among the arguments of a call.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct InCall<'t> {
    pub subject: Subject,
    /// The word that is called, or a path.
    pub word: String,
    /// The first token of each argument in front.
    pub given: Vec<&'t str>,
    pub part: Part<'t>,
}

/// Which part of an argument.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Part<'t> {
    /// Its beginning: a key, or what is known by its place.
    Start,
    /// The value of a key.
    Value(&'t str),
    /// A size, behind `->` or a sign.
    Size,
    /// What comes behind a value: a sign, or nothing.
    Behind,
}

impl<'t> Slot<'t> {
    /// What stands behind these tokens of a statement.
    pub fn behind(before: &[&'t str]) -> Self {
        match before {
            [] => Self::Statement,
            [_, ":" | ".", ..] => layer(before),
            ["labels", ..] => Self::Label,
            ["given", _, ":"] => Self::GivenKind,
            ["input", words @ ..] => Self::Source(words.to_vec()),
            ["use"] => Self::Used,
            ["loss"] => Self::Loss,
            ["decode"] => Self::Decode,
            ["loss", word, arguments @ ..] => called(Subject::Loss, (*word).to_owned(), arguments),
            ["decode", word, arguments @ ..] => called(Subject::Decode, (*word).to_owned(), arguments),
            ["head" | "pub" | "given" | "use" | "let" | "output", ..] => Self::New,
            _ => layer(before),
        }
    }
}

/// A layer, with its name in front or without.
fn layer<'t>(before: &[&'t str]) -> Slot<'t> {
    let named = before.iter().position(|token| *token == ":").filter(|end| is_path(&before[..*end]));
    let call = named.map_or(before, |end| &before[end + 1..]);
    let Some((first, rest)) = call.split_first() else { return Slot::Layer };
    let path = rest.chunks(2).take_while(|pair| pair.first() == Some(&"::")).map(|pair| pair.len()).sum::<usize>();
    let word = std::iter::once(first).chain(&rest[..path]).copied().collect::<String>();
    match rest.get(path) {
        None if word.ends_with("::") => Slot::New,
        Some(&".") => Slot::New,
        _ => called(Subject::Layer, word, &rest[path..]),
    }
}

fn is_path(tokens: &[&str]) -> bool {
    tokens.iter().skip(1).step_by(2).all(|token| *token == ".")
}

fn called<'t>(subject: Subject, word: String, arguments: &[&'t str]) -> Slot<'t> {
    let mut parts = split(arguments);
    let last = parts.pop().unwrap_or_default();
    let given = parts.iter().filter_map(|part| part.first().copied()).collect();
    Slot::Argument(InCall { subject, word, given, part: part(last) })
}

/// Tokens between commas that stand in no brackets.
fn split<'s, 't>(tokens: &'s [&'t str]) -> Vec<&'s [&'t str]> {
    let mut depth = 0usize;
    tokens
        .split(|token| {
            match *token {
                "(" | "[" => depth += 1,
                ")" | "]" => depth = depth.saturating_sub(1),
                _ => {}
            }
            *token == "," && depth == 0
        })
        .collect()
}

fn part<'t>(tokens: &[&'t str]) -> Part<'t> {
    match tokens {
        [] => Part::Start,
        [key, "="] => Part::Value(key),
        [.., "->" | "+" | "-" | "*" | "/" | "("] => Part::Size,
        _ => Part::Behind,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::syntax::lex;

    fn slot(text: &str) -> Slot<'_> {
        let tokens: Vec<&str> = lex(text).iter().map(|token| &text[token.span.range()]).collect();
        Slot::behind(&tokens)
    }

    fn in_call<'t>(text: &'t str) -> (String, Vec<&'t str>, Part<'t>) {
        match slot(text) {
            Slot::Argument(InCall { word, given, part, .. }) => (word, given, part),
            other => (format!("{other:?}"), Vec::new(), Part::Behind),
        }
    }

    #[test]
    fn words_of_statements_say_what_follows() {
        assert_eq!(slot(""), Slot::Statement);
        assert_eq!(slot("input pooled"), Slot::Source(vec!["pooled"]));
        assert_eq!([slot("loss"), slot("decode"), slot("use"), slot("given x :")], [Slot::Loss, Slot::Decode, Slot::Used, Slot::GivenKind]);
        assert_eq!([slot("let"), slot("output"), slot("head"), slot("labels a ,")], [Slot::New, Slot::New, Slot::New, Slot::Label]);
    }

    #[test]
    fn a_statement_word_is_a_name_where_a_colon_follows() {
        assert_eq!(slot("output :"), Slot::Layer);
        assert_eq!(slot("loss . dense :"), Slot::Layer);
        assert_eq!(slot("cls . predictions ."), Slot::New);
    }

    #[test]
    fn arguments_are_told_apart() {
        assert_eq!(in_call("linear"), ("linear".to_owned(), vec![], Part::Start));
        assert_eq!(in_call("a . b : linear hidden ->"), ("linear".to_owned(), vec![], Part::Size));
        assert_eq!(in_call("linear hidden -> 2 * ("), ("linear".to_owned(), vec![], Part::Size));
        assert_eq!(in_call("conv 4 -> 8 , width = 3 , padding ="), ("conv".to_owned(), vec!["4", "width"], Part::Value("padding")));
        assert_eq!(in_call("loss focal class_weights = [ 1 , 2 ] ,"), ("focal".to_owned(), vec!["class_weights"], Part::Start));
        assert_eq!(in_call("linear hidden"), ("linear".to_owned(), vec![], Part::Behind));
        assert_eq!(in_call("crate :: layers :: Highway"), ("crate::layers::Highway".to_owned(), vec![], Part::Start));
        assert_eq!(slot("crate :: layers ::"), Slot::New);
    }
}
