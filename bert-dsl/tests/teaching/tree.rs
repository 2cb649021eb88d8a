//! Module trees are what PyTorch prints.

use bert_dsl::tree::modules;

use crate::heads;

/// Models of transformers whose trees PyTorch printed, and the same heads in the language.
const MODELS: &[(&str, &str)] = &[
    ("sequence_classification", "input pooled; dropout; classifier: linear hidden -> 3;"),
    ("multi_label", "input pooled; dropout; classifier: linear hidden -> 4;"),
    ("regression", "input pooled; dropout; classifier: linear hidden -> 1; squeeze;"),
    ("multiple_choice", "input pooled per choice; dropout; classifier: linear hidden -> 1; squeeze;"),
    ("token_classification", "input tokens; dropout; classifier: linear hidden -> 5;"),
    ("question_answering", "input tokens; qa_outputs: linear hidden -> 2; split start, end;"),
    ("next_sentence", "input pooled; cls.seq_relationship: linear hidden -> 2;"),
    ("masked_lm", MASKED_LM),
    ("masked_lm_untied", MASKED_LM),
    ("pre_training", PRE_TRAINING),
];

const MASKED_LM: &str = "input tokens;
    cls.predictions {
        transform { dense: linear hidden -> hidden; transform_act_fn: activation; LayerNorm: layer_norm; }
        decoder: linear hidden -> vocab, tied=word_embeddings;
    }";

const PRE_TRAINING: &str = "input tokens;
    cls.predictions {
        transform { dense: linear hidden -> hidden; transform_act_fn: activation; LayerNorm: layer_norm; }
        decoder: linear hidden -> vocab, tied=word_embeddings;
    }
    output words;
    input pooled; cls.seq_relationship: linear hidden -> 2; output order;";

/// What stands between two texts, in the first line that has both.
fn between<'t>(text: &'t str, before: &str, after: &str) -> &'t str {
    let found = text.lines().find_map(|line| line.split_once(before)?.1.split_once(after));
    found.unwrap_or_else(|| panic!("no {before}..{after} in {text}")).0
}

/// A head's tree with an encoder's numbers, read off the tree of the whole model, in the place of their names.
fn on(model: &str, tree: &str) -> String {
    let embeddings = between(model, "(word_embeddings): Embedding(", ", padding_idx");
    let (vocab, hidden) = embeddings.split_once(", ").unwrap();
    let dropout = model.lines().rev().find_map(|line| line.trim().strip_prefix("(dropout): Dropout(p=")?.split_once(',')).unwrap().0;
    let known = [
        ("hidden_act()", format!("{}()", between(model, "(intermediate_act_fn): ", "()"))),
        ("layer_norm_eps", between(model, "eps=", ",").to_owned()),
        ("classifier_dropout", dropout.to_owned()),
        ("=hidden", format!("={hidden}")),
        ("((hidden,", format!("(({hidden},")),
        ("=vocab", format!("={vocab}")),
    ];
    known.iter().fold(tree.to_owned(), |tree, (name, number)| tree.replace(name, number))
}

#[test]
fn stock_heads_are_printed_as_by_pytorch() {
    for (name, text) in MODELS {
        let model = heads::text(&format!("fixtures/{name}/tree.txt"));
        let lines: Vec<&str> = model.lines().collect();
        let after_encoder = lines.iter().position(|line| *line == "  )").unwrap() + 1;
        let tree = modules(&heads::one(text));
        let own: Vec<&str> = tree.lines().collect();
        assert_eq!((own[0], own[own.len() - 1]), ("OneHead(", ")"));
        let found = on(&model, &own[1..own.len() - 1].join("\n"));
        assert_eq!(found, lines[after_encoder..lines.len() - 1].join("\n"), "{name}");
    }
}

#[test]
fn a_head_without_modules_is_a_pair_of_brackets() {
    assert_eq!(modules(&heads::one("input tokens; pool mean; normalize;")), "OneHead()\n");
}

#[test]
fn trees() {
    for file in ["convolutions", "recurrent_tagger", "residuals", "activations", "scales", "relevance"] {
        let trees: Vec<String> = heads::named(file).iter().map(modules).collect();
        insta::assert_snapshot!(format!("tree_{file}"), trees.join("\n"));
    }
}
