//! What the grammar makes of heads.

use bert_dsl::catalogue::ENTRIES;
use bert_dsl::{decode, layers, losses};

use crate::json;
use crate::textmate::{Grammar, Token};

fn grammar() -> Grammar {
    Grammar::read(&json("syntaxes/head.tmLanguage.json"))
}

/// The innermost scope of each part of a text that has one of its own, without `.head` at the end; neighbours with the same scope are one part.
fn scopes(text: &str) -> Vec<(String, String)> {
    let mut found: Vec<(String, Option<String>)> = Vec::new();
    for Token { text, scopes } in grammar().tokens(text) {
        let own = scopes.iter().skip(1).next_back().map(|scope| scope.trim_end_matches(".head").to_owned());
        match found.last_mut().filter(|(_, before)| *before == own) {
            Some((before, _)) => before.push_str(&text),
            None => found.push((text, own)),
        }
    }
    found.into_iter().filter_map(|(text, own)| Some((text.trim().to_owned(), own?))).filter(|(text, _)| !text.is_empty()).collect()
}

fn expect(text: &str, wanted: &[(&str, &str)]) {
    let found = scopes(text);
    let found: Vec<(&str, &str)> = found.iter().map(|(text, scope)| (text.as_str(), scope.as_str())).collect();
    assert_eq!(found, wanted, "{text}");
}

#[test]
fn a_head_is_coloured() {
    expect(
        "pub head Mood { labels good, bad = \"not good\"; }",
        &[
            ("pub", "storage.modifier"),
            ("head", "keyword.declaration"),
            ("Mood", "entity.name.type"),
            ("{", "punctuation.section.block"),
            ("labels", "keyword.control"),
            ("good", "constant.other.label"),
            (",", "punctuation.separator"),
            ("bad", "entity.name.type.labels"),
            ("=", "keyword.operator"),
            ("\"not good\"", "string.quoted.double"),
            (";", "punctuation.terminator"),
            ("}", "punctuation.section.block"),
        ],
    );
}

#[test]
fn layers_have_names_sizes_and_keys() {
    expect(
        "cls.predictions: linear hidden -> labels * 2, bias=false;",
        &[
            ("cls.predictions", "entity.name.tag"),
            (":", "punctuation.separator"),
            ("linear", "support.function.layer"),
            ("hidden", "constant.language.size"),
            ("->", "keyword.operator.arrow"),
            ("labels", "constant.language.size"),
            ("*", "keyword.operator.arithmetic"),
            ("2", "constant.numeric"),
            (",", "punctuation.separator"),
            ("bias", "variable.parameter.key"),
            ("=", "keyword.operator"),
            ("false", "constant.language.boolean"),
            (";", "punctuation.terminator"),
        ],
    );
}

#[test]
fn one_word_is_what_its_place_makes_it() {
    expect(
        "crf; loss crf; decode tree; loss: tanh; span { take -4..; }",
        &[
            ("crf", "support.function.layer"),
            (";", "punctuation.terminator"),
            ("loss", "keyword.control"),
            ("crf", "support.function.loss"),
            (";", "punctuation.terminator"),
            ("decode", "keyword.control"),
            ("tree", "support.function.decode"),
            (";", "punctuation.terminator"),
            ("loss", "entity.name.tag"),
            (":", "punctuation.separator"),
            ("tanh", "support.function.layer"),
            (";", "punctuation.terminator"),
            ("span", "entity.name.tag"),
            ("{", "punctuation.section.block"),
            ("take", "support.function.layer"),
            ("-", "keyword.operator.arithmetic"),
            ("4", "constant.numeric"),
            ("..", "keyword.operator.range"),
            (";", "punctuation.terminator"),
            ("}", "punctuation.section.block"),
        ],
    );
}

#[test]
fn values_and_layers_of_ones_own_are_coloured() {
    expect(
        "given subject: position; let wide = { crate::layers::Gate hidden -> 4; } concat wide, subject; use Dense; output größe",
        &[
            ("given", "keyword.control"),
            ("subject", "variable.parameter"),
            (":", "punctuation.separator"),
            ("position", "support.type.given"),
            (";", "punctuation.terminator"),
            ("let", "keyword.control"),
            ("wide", "variable.other"),
            ("=", "keyword.operator"),
            ("{", "punctuation.section.block"),
            ("crate::layers::", "entity.name.namespace"),
            ("Gate", "entity.name.type"),
            ("hidden", "constant.language.size"),
            ("->", "keyword.operator.arrow"),
            ("4", "constant.numeric"),
            (";", "punctuation.terminator"),
            ("}", "punctuation.section.block"),
            ("concat", "support.function.layer"),
            ("wide", "variable.other"),
            (",", "punctuation.separator"),
            ("subject", "variable.other"),
            (";", "punctuation.terminator"),
            ("use", "keyword.control"),
            ("Dense", "entity.name.type"),
            (";", "punctuation.terminator"),
            ("output", "keyword.control"),
            ("größe", "variable.other.output"),
        ],
    );
}

#[test]
fn comments_hide_what_is_in_them() {
    expect("// input pooled;\n", &[("// input pooled;", "comment.line.double-slash")]);
    expect("/// A head.\n", &[("/// A head.", "comment.line.documentation")]);
    expect("/* linear /* */ tanh\n*/", &[("/* linear /* */ tanh\n*/", "comment.block")]);
    expect(
        "tanh // gelu\n;",
        &[("tanh", "support.function.layer"), ("// gelu", "comment.line.double-slash"), (";", "punctuation.terminator")],
    );
}

/// Found out by the compiler: each layer, loss and decode of a head is coloured as one, so many times as it is there.
#[test]
fn every_head_of_the_catalogue_is_coloured_as_it_is_read() {
    for entry in ENTRIES {
        let head = entry.head().unwrap();
        let found = scopes(entry.text);
        let count = |scope: &str| found.iter().filter(|(_, found)| found == scope).count();
        let own = head.layers().iter().filter(|used| used.layer.page() == "custom").count();
        assert_eq!(count("support.function.layer") + own, head.layers().len(), "{}", entry.name);
        let losses = head.pipelines.iter().filter(|pipeline| pipeline.loss.is_some()).count();
        assert_eq!(count("support.function.loss"), losses, "{}", entry.name);
        let whole: String = grammar().tokens(entry.text).iter().map(|token| token.text.as_str()).collect();
        assert_eq!(whole, entry.text, "{}", entry.name);
        let plain = grammar().tokens(entry.text).into_iter().filter(|token| token.scopes.len() == 1 && !token.text.trim().is_empty());
        assert_eq!(plain.collect::<Vec<_>>(), [], "{} is coloured in part", entry.name);
    }
}

#[test]
fn every_word_of_the_tables_is_coloured() {
    for word in layers::words() {
        assert_eq!(scopes(&format!("{word};"))[0], (word.to_owned(), "support.function.layer".to_owned()));
    }
    for word in losses::words() {
        assert_eq!(scopes(&format!("loss {word};"))[1], (word.to_owned(), "support.function.loss".to_owned()));
    }
    for word in decode::words() {
        assert_eq!(scopes(&format!("decode {word};"))[1], (word.to_owned(), "support.function.decode".to_owned()));
    }
}
