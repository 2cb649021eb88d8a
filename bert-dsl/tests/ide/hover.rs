//! What is said of what stands under the cursor.

use bert_dsl::ide::hover;

use crate::opened;

fn said(text: &str) -> String {
    let (source, analysis, at) = opened(text);
    hover(&source, &analysis, at).map_or_else(String::new, |hover| hover.text)
}

fn says(text: &str, wanted: &[&str]) {
    let found = said(text);
    for part in wanted {
        assert!(found.contains(part), "{text}: {part:?} is not in\n{found}");
    }
}

#[test]
fn a_source_says_why_it_is_read_and_no_other() {
    says(
        "input poo|led; linear -> 2;",
        &["[batch, hidden]", "because the head gives one answer a text", "Why not `tokens`? It is one vector a token"],
    );
    says("in|put tokens; linear -> 2;", &["[batch, token, hidden]", "one answer a token", "Why not `pooled`?"]);
    says("input cls; let a = { input tok|ens; pool mean; } concat a, a;", &["which the head itself folds into one answer a text"]);
}

#[test]
fn a_layer_says_its_axes_parameters_and_cost() {
    let linear = [
        "classifier: linear hidden -> 2\n[batch, hidden] -> [batch, 2]",
        "2*hidden multiply-adds a text",
        "`classifier.weight [2, hidden]`",
        "linear [FROM] -> TO, bias=false, tied=word_embeddings",
    ];
    says("input cls; classifier: lin|ear hidden -> 2;", &linear);
    says("input cls; class|ifier: linear hidden -> 2;", &linear);
    says("input tokens; po|ol mean;", &["[batch, token, hidden] -> [batch, hidden]", "mean of the tokens' vectors"]);
    says("input tokens; pool me|an;", &["Takes the mean of the tokens' vectors"]);
    says("input cls; ge|lu;", &["exact gelu", "```head\ngelu\n```"]);
    says("input cls; crate::a::Ga|te hidden -> 4;", &["Runs your own layer `crate::a::Gate`."]);
}

#[test]
fn a_block_says_what_is_around_it_and_a_layer_in_it_what_it_is() {
    says("input cls; resi|dual { linear -> hidden; }", &["residual", "Adds the block's result to what the block was given."]);
    says("input cls; residual { lin|ear -> hidden; }", &["residual.linear: linear -> hidden"]);
}

#[test]
fn keys_and_sizes_and_values_say_what_they_are() {
    says("input cls; linear -> 2, bi|as=false;", &["Whether a learned number is added", "Without it: true."]);
    says("input tokens; conv -> 2, wi|dth=3;", &["How many tokens it sees at once. It must be there."]);
    says("input tokens; conv -> 2, width=3, padding=no|ne;", &["padding=same/none"]);
    says("labels a, b; input cls; linear hid|den -> labels;", &["the width of the encoder's outputs"]);
    says("labels a, b; input cls; linear hidden -> lab|els;", &["2 labels: `a`, `b`"]);
    says("input tokens; let a = { pool max; } concat a, a|;", &["a\n[batch, hidden]", "named by a `let`"]);
    says("given at: position; input tokens; at a|t;", &["the position of a token"]);
}

#[test]
fn losses_and_decodes_say_what_they_are_for() {
    let text = "labels \"O\", \"B-X\"; input tokens; linear -> labels; loss cross|_entropy;";
    says(
        text,
        &[
            "On `logits [batch, token, 2], one of `labels``",
            "(targets: `labels`)",
            "Read by `decode` entities",
            "PyTorch's `CrossEntropyLoss`",
        ],
    );
    says("input cls; linear -> 2; decode arg|max;", &["On `logits [batch, 2]`"]);
    says("input cls; loss focal gam|ma=2;", &["How strongly what is easy already is turned away from"]);
}

#[test]
fn names_say_what_they_name() {
    says("labels go|od, bad; input cls; linear -> labels;", &["Label 0 of `labels`, in Rust `OpenLabel::Good`."]);
    says("labels \"O\", \"B-|PER\"; input cls; linear -> labels;", &["Label 1 of `labels`, in Rust `OpenLabel::BPER`."]);
    says("input cls; linear -> 2; output sco|res;", &["scores\n[batch, 2]"]);
    says("head Mo|od { input cls; linear -> 2; }", &["no pooler is computed"]);
    says("input cls; lo|ss mse;", &["Says what the pipeline is trained towards"]);
    says("input cls; cls.pre|dictions { linear -> 2; }", &["begin with its name in a checkpoint"]);
}

#[test]
fn in_a_wrong_head_what_is_known_is_said() {
    says("labels \"O\", \"B-X\"; input pooled; linear -> |labels; loss cross_entropy;", &["2 labels"]);
    says("input tokens; dense: lin|ear hidden -> 8; lineer;", &["[batch, token, hidden] -> [batch, token, 8]"]);
    says("input poo|led; lineer;", &["BERT's pooler output"]);
    assert!(!said("input poo|led; lineer;").contains("because"));
    says("input cls; lineer; tan|h;", &["tanh", "Squeezes each number between -1 and 1."]);
}

#[test]
fn comments_and_signs_say_nothing() {
    for text in ["// inp|ut cls;", "input cls; linear -| > 2;", "|", "input cls ; | ;"] {
        assert_eq!(said(text), "", "{text}");
    }
}
