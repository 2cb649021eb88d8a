//! Trainings on frozen layers, whose outputs are kept.

use super::{HEAD, examples, train, trainer, weights};
use crate::head::Target;
use crate::testing::tiny_bert;
use crate::train::Freeze;

const TAGGER: &str = "labels a, b, c; input tokens; dropout 0.1; linear hidden -> labels; loss cross_entropy;";

#[test]
fn what_is_kept_changes_no_bit() {
    let folder = tiny_bert(true);
    for freeze in [Freeze::Encoder, Freeze::Layers(0), Freeze::Layers(1), Freeze::Layers(2)] {
        let with = |bytes| weights(&train(trainer(folder.path(), HEAD).freeze(freeze).cache(bytes)).unwrap().model);
        let (kept, some, none) = (with(1 << 30), with(600), with(0));
        assert!(kept == none && some == none, "{freeze:?}");
    }
}

#[test]
fn rows_of_tokens_and_of_several_layers_are_kept() {
    let folder = tiny_bert(true);
    let tags = |number: usize| Target::Words((0..5).map(|word| (word != number % 3).then_some((word + number) % 3)).collect());
    let tagged = || -> Vec<_> {
        let texts = examples().into_iter().enumerate();
        texts.map(|(number, _)| (["who", "eats", "paris", "new", "york"].into(), vec![("labels".to_owned(), tags(number))])).collect()
    };
    let layered = "labels a, b, c; input layers; take 1..; mix; linear hidden -> labels; loss cross_entropy;";
    for head in [TAGGER, layered] {
        let with = |bytes| {
            let trainer = trainer(folder.path(), head).freeze(Freeze::Encoder).cache(bytes);
            weights(&trainer.train(tagged(), tagged()).unwrap().model)
        };
        assert!(with(1 << 30) == with(0), "{head}");
    }
}
