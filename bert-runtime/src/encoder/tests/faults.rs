//! What an encoder refuses, before a device sees it.

use std::sync::Arc;

use super::*;
use crate::encoder::{Encoder, Pooler};
use crate::error::ErrorKind;

fn one(ids: Vec<u32>, types: Vec<u32>) -> Batch {
    let mask = vec![1; ids.len()];
    Batch::from_padded(&[ids], &[mask], &[types]).unwrap()
}

#[test]
fn ids_types_and_positions_are_checked() {
    let empty = Batch::from_padded(&[], &[], &[]).unwrap();
    let faults = [
        (one(vec![1, 13], vec![0; 2]), "id 13"),
        (one(vec![1, u32::MAX], vec![0; 2]), "id 4294967295"),
        (one(vec![1, 2], vec![0, 2]), "token type 2"),
        (one(vec![1; 11], vec![0; 11]), "position 10"),
        (empty, "no sequences"),
    ];
    for (batch, what) in faults {
        let error = encoder().encode(&Context::evaluation(), &batch, &all_tokens()).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Input);
        assert!(error.to_string().contains(what), "{error}");
        assert!(encoder().hidden_states(&Context::evaluation(), &batch).is_err());
    }
}

#[test]
fn demands_that_cannot_be_met_are_errors() {
    let at = |columns: Vec<Vec<u32>>| demand(Source::Tokens, RowChoice::At(Arc::new(columns)));
    let faults = [
        (demand(Source::Pooled, RowChoice::All), ErrorKind::Binding, "pooled fresh"),
        (demand(Source::Tokens, RowChoice::Masked), ErrorKind::Input, "with_mask_token"),
        (at(vec![vec![1]]), ErrorKind::Input, "one list a sequence"),
        (at(vec![vec![0], vec![], vec![], vec![]]), ErrorKind::Input, "position 0"),
    ];
    for (demand, kind, what) in faults {
        let error = encoder().encode(&Context::evaluation(), &batch(), &demand).unwrap_err();
        assert_eq!(error.kind(), kind);
        assert!(error.to_string().contains(what), "{error}");
    }
}

#[test]
fn a_second_pooler_is_refused() {
    let weight = Parameter::fixed("w", random(1, &[8, 8]));
    let pooler = Pooler::new(weight, Parameter::fixed("b", random(1, &[8])));
    let encoder = encoder();
    encoder.attach_pooler(pooler.clone()).unwrap();
    assert_eq!(all_parameters(&encoder).len(), 5 + 2 * 16 + 2);
    assert_eq!(encoder.attach_pooler(pooler).unwrap_err().kind(), ErrorKind::Binding);
}

#[test]
fn sizes_that_make_no_encoder_are_refused() {
    let faults = [
        BertConfig { num_attention_heads: 3, ..config() },
        BertConfig { num_attention_heads: 0, ..config() },
        BertConfig { type_vocab_size: 0, ..config() },
        BertConfig { hidden_dropout_prob: 1.0, ..config() },
        BertConfig { attention_probs_dropout_prob: f64::NAN, ..config() },
    ];
    for config in faults {
        let error = BertEncoder::load(&config, &mut Drawn { dtype: DType::F32, trained: false }, false).unwrap_err();
        assert_eq!(error.kind(), ErrorKind::Config);
    }
}
