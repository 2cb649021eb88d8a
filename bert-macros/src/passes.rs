//! `optimise = false`, `optimise = [dropout, rows]`: which passes run over a head before it becomes Rust.

use bert_dsl::{Pass, Passes, nearest};
use proc_macro2::{Delimiter, Group, Span, TokenTree};

/// The passes that the value behind `optimise =` names.
///
/// # Errors
/// What is wrong with it, and where.
pub(crate) fn named(value: &TokenTree) -> Result<Passes, (Span, String)> {
    match value {
        TokenTree::Ident(word) if word == "true" => Ok(Passes::default()),
        TokenTree::Ident(word) if word == "false" => Ok(Passes::none()),
        TokenTree::Group(group) if group.delimiter() == Delimiter::Bracket => listed(group),
        other => Err((other.span(), FORM.to_owned())),
    }
}

/// How it is written.
pub(crate) const FORM: &str = "`optimise` is `true`, `false`, or a list of passes, as in `optimise = [dropout, rows]`";

fn listed(group: &Group) -> Result<Passes, (Span, String)> {
    let is_comma = |token: &TokenTree| matches!(token, TokenTree::Punct(sign) if sign.as_char() == ',');
    group
        .stream()
        .into_iter()
        .filter(|token| !is_comma(token))
        .map(|token| pass(&token))
        .collect::<Result<Vec<_>, _>>()
        .map(Passes::from_iter)
}

fn pass(token: &TokenTree) -> Result<Pass, (Span, String)> {
    let word = token.to_string();
    Pass::named(&word).ok_or_else(|| {
        let names = Pass::ALL.map(Pass::name);
        let help = match nearest(&word, names) {
            Some(name) => format!("did you mean `{name}`?"),
            None => format!("the passes are `{}`", names.join("`, `")),
        };
        (token.span(), format!("no pass is called `{word}`: {help}"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(text: &str) -> Result<Passes, String> {
        let token = text.parse::<proc_macro2::TokenStream>().ok().and_then(|tokens| tokens.into_iter().next());
        token.map_or_else(|| Err("no token".into()), |token| named(&token).map_err(|(_, fault)| fault))
    }

    #[test]
    fn passes_are_all_none_or_a_list() {
        assert_eq!(read("true"), Ok(Passes::default()));
        assert_eq!(read("false"), Ok(Passes::none()));
        assert_eq!(read("[]"), Ok(Passes::none()));
        assert_eq!(read("[rows, dropout,]"), Ok(Passes::from_iter([Pass::Dropout, Pass::Rows])));
    }

    #[test]
    fn other_words_are_errors_that_name_the_passes() {
        assert!(read("[row]").is_err_and(|fault| fault.contains("no pass is called `row`: did you mean `rows`?")));
        assert!(read("[inline]").is_err_and(|fault| fault.contains("the passes are `dropout`, `layers`, `rows`, `select`")));
        assert!(read("\"no\"").is_err_and(|fault| fault.contains("`optimise` is `true`, `false`, or a list")));
    }
}
