//! `bert explain CODE`

use bert_dsl::Code;

use crate::support::{bert, folder};

#[test]
fn every_code_has_a_story_that_draws_its_own_error() {
    let folder = folder();
    for &code in Code::ALL {
        let run = bert(folder.path(), &["explain", &code.to_string()]);
        assert!(run.code == Some(0) && run.out.starts_with(&format!("{code}: {}", code.rule())), "{}", run.out);
        let shows = run.out.contains(&format!("error[{code}]: "));
        assert!(shows == code.story().wrong.is_some() && run.out.contains("\nRight:\n"), "{}", run.out);
    }
}

#[test]
fn all_codes_are_listed() {
    let run = bert(folder().path(), &["explain"]);
    assert_eq!(run.out.lines().count(), Code::ALL.len());
}
