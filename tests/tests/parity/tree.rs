//! The tree of a head, as PyTorch prints it.

use bert_runtime::bind::Binder;
use bert_runtime::config::BertConfig;
use bert_runtime::{Task, print_tree};
use tests::case::Case;
use tests::folders::{fixture, shared};
use tests::heads::MaskedLm;
use tests::proof::Proof;

use crate::fixtures::FIXTURES;
use crate::oracle::{CASES, HUGGING_FACE};

/// What follows the encoder in a printed model, without the model's own brackets.
fn after_the_encoder(tree: &str) -> String {
    let lines: Vec<&str> = tree.lines().collect();
    let (end_of_encoder, end) = (lines.iter().position(|line| *line == "  )").unwrap(), lines.len() - 1);
    assert_eq!((lines[1], lines[end]), ("  (bert): BertModel(", ")"));
    lines[end_of_encoder + 1..end].iter().map(|line| format!("{}\n", &line[2..])).collect()
}

fn prints_as(proofs: &[Proof], folder: &std::path::Path) {
    for proof in proofs {
        let case = Case::open(folder.join(proof.name));
        assert_eq!((proof.tree)(&case), after_the_encoder(&case.text("tree.txt")), "{}", proof.name);
    }
}

#[test]
fn heads_of_the_fixtures_print_as_in_pytorch() {
    prints_as(&FIXTURES, &fixture(""));
}

#[test]
fn heads_of_the_oracle_print_as_in_pytorch() {
    let Some(cases) = shared(CASES) else { return };
    prints_as(&HUGGING_FACE, &cases);
}

const BERT_BASE: &str = r#"{"model_type": "bert", "vocab_size": 30522, "hidden_size": 768, "num_hidden_layers": 12,
    "num_attention_heads": 12, "intermediate_size": 3072}"#;

/// The head alone: of the encoder only the word embeddings are made, which it is tied to.
#[test]
fn masked_lm_on_bert_base_prints_as_in_pytorch() {
    let config = BertConfig::parse(BERT_BASE.as_bytes(), "config.json").unwrap();
    let head = MaskedLm::bind(&mut Binder::from_scratch(&config, 0).unwrap());
    let expected = "\
(cls): BertOnlyMLMHead(
  (predictions): BertLMPredictionHead(
    (transform): BertPredictionHeadTransform(
      (dense): Linear(in_features=768, out_features=768, bias=True)
      (transform_act_fn): GELUActivation()
      (LayerNorm): LayerNorm((768,), eps=1e-12, elementwise_affine=True, bias=True)
    )
    (decoder): Linear(in_features=768, out_features=30522, bias=True)
  )
)
";
    assert_eq!(print_tree(&head), expected);
}
