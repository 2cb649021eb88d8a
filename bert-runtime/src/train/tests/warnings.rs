//! Targets that are odd and no fault are told.

use super::{HEAD, examples, trainer};
use crate::head::Target;
use crate::testing::tiny_bert;

fn labelled(class: i64) -> Vec<(crate::interpret::DynamicInput, Vec<(String, Target)>)> {
    examples().into_iter().filter(|(_, targets)| targets[0].1 == Target::Classes(vec![class])).collect()
}

#[test]
fn targets_that_are_all_alike_or_not_measured_are_told() {
    let folder = tiny_bert(true);
    let warnings = |train, dev| trainer(folder.path(), HEAD).epochs(1).train(train, dev).unwrap().warnings;
    assert_eq!(warnings(examples(), Some(examples())), Vec::<String>::new());
    let alone = warnings(labelled(1), None);
    assert_eq!(alone, ["`labels` is `yes` in every example of `train`: a head learns nothing else from them"]);
    let unknown = warnings(labelled(1), Some(examples()));
    assert_eq!(unknown[1..], ["`labels` is `no` in `dev` and never in `train`: such examples cannot be learned"]);
    let unmeasured = warnings(examples(), Some(labelled(0)));
    assert_eq!(unmeasured, ["`labels` is never `yes` in `dev`: how well that is learned is not measured"]);
}

#[test]
fn a_number_that_never_changes_is_told() {
    let folder = tiny_bert(true);
    let head = "input pooled; linear hidden -> 1; squeeze; loss mse;";
    let same = examples().into_iter().map(|(input, _)| (input, vec![("labels".to_owned(), Target::Numbers(vec![2.5]))]));
    let warnings = trainer(folder.path(), head).epochs(1).train(same, None).unwrap().warnings;
    assert_eq!(warnings, ["`labels` is 2.5 in every example of `train`: a head learns nothing else from them"]);
}
