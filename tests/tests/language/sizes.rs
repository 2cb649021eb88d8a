//! The algebra of sizes, against plain numbers; and what is near a word.

use bert_dsl::dim::{Dim, DimError, Root, Symbol};
use bert_dsl::nearest;

use crate::generate::Random;

const HIDDEN: i128 = 48;
const VOCAB: i128 = 90;

fn value(symbol: Symbol) -> Option<i128> {
    match symbol {
        Symbol::Hidden => Some(HIDDEN),
        Symbol::Vocab => Some(VOCAB),
        Symbol::Depth => Some(7),
        Symbol::Labels(_) => Some(5),
    }
}

/// A computation as a size and as a fraction.
fn computed(random: &mut Random, depth: usize) -> Option<(Dim, (i128, i128))> {
    if depth == 0 {
        return Some(match random.below(5) {
            0 => (Dim::hidden(), (HIDDEN, 1)),
            1 => (Dim::symbol(Symbol::Vocab), (VOCAB, 1)),
            2 => (Dim::symbol(Symbol::Labels(0)), (5, 1)),
            _ => {
                let number = random.below(9) as i128 - 2;
                (Dim::number(number), (number, 1))
            }
        });
    }
    let (left, (a, b)) = computed(random, depth - 1)?;
    let (right, (c, d)) = computed(random, depth - 1)?;
    let (size, fraction) = match random.below(4) {
        0 => (left.plus(&right), (a * d + c * b, b * d)),
        1 => (left.minus(&right), (a * d - c * b, b * d)),
        2 => (left.times(&right), (a * c, b * d)),
        _ => (left.over(&right), (a * d, b * c)),
    };
    size.ok().map(|size| (size, fraction))
}

#[test]
fn as_with_numbers() {
    let mut random = Random::new(11);
    let mut compared = 0;
    for _ in 0..20_000 {
        let Some((size, (above, below))) = computed(&mut random, 3) else { continue };
        match size.with(&value) {
            Ok(number) => assert_eq!(number.as_number().map(|number| number * below), Some(above), "{size}"),
            Err(error) => assert!(error == DimError::Inexact && above % below != 0, "{size}: {error:?}, {above}/{below}"),
        }
        compared += 1;
    }
    assert!(compared > 4_000, "{compared}");
}

#[test]
fn equal_for_every_encoder_is_equal() {
    let hidden = Dim::hidden();
    let two = Dim::number(2);
    let twice = hidden.plus(&hidden).unwrap();
    assert_eq!(twice, hidden.times(&two).unwrap());
    assert_eq!(twice.over(&two).unwrap(), hidden);
    assert_eq!(twice.over(&hidden).unwrap(), two);
    assert_eq!(hidden.minus(&hidden).unwrap(), Dim::number(0));
    assert_eq!(hidden.over(&two).unwrap().times(&two).unwrap(), hidden);
}

#[test]
fn shown_as_it_is_written() {
    let hidden = Dim::hidden();
    let sum = hidden.times(&Dim::number(2)).unwrap().plus(&Dim::number(1)).unwrap();
    assert_eq!(sum.to_string(), "2*hidden + 1");
    assert_eq!(sum.over(&Dim::number(3)).unwrap().to_string(), "(2*hidden + 1)/3");
    assert_eq!(hidden.times(&hidden).unwrap().to_string(), "hidden*hidden");
    assert_eq!(Dim::number(0).minus(&hidden).unwrap().to_string(), "-hidden");
    assert_eq!(Dim::number(0).to_string(), "0");
}

#[test]
fn what_cannot_be_computed() {
    let (hidden, vocab) = (Dim::hidden(), Dim::symbol(Symbol::Vocab));
    let large = Dim::number(i128::MAX);
    assert_eq!(large.plus(&Dim::number(1)), Err(DimError::Overflow));
    assert_eq!(large.times(&large), Err(DimError::Overflow));
    assert_eq!(Dim::number(i128::MIN).minus(&large), Err(DimError::Overflow));
    assert_eq!(Dim::number(7).over(&Dim::number(2)), Err(DimError::Inexact));
    assert_eq!(hidden.over(&Dim::number(0)), Err(DimError::ByZero));
    assert_eq!(hidden.over(&vocab), Err(DimError::ByUnknown));
    assert_eq!(hidden.over(&hidden.plus(&vocab).unwrap()), Err(DimError::ByUnknown));
    assert_eq!(hidden.over(&Dim::number(5)).unwrap().with(&value), Err(DimError::Inexact));
}

#[test]
fn where_a_size_is_zero() {
    let (hidden, vocab) = (Dim::hidden(), Dim::symbol(Symbol::Vocab));
    let minus = |left: &Dim, right: &Dim| left.minus(right).unwrap().root();
    let twice = hidden.times(&Dim::number(2)).unwrap();
    assert_eq!(minus(&hidden, &hidden), Root::Always);
    assert_eq!(minus(&hidden, &twice), Root::Never);
    assert_eq!(minus(&hidden, &Dim::number(768)), Root::At(Symbol::Hidden, 768));
    assert_eq!(minus(&Dim::number(1536), &twice), Root::At(Symbol::Hidden, 768));
    assert_eq!(minus(&twice, &Dim::number(1537)), Root::Never);
    assert_eq!(minus(&hidden, &Dim::number(-1)), Root::Never);
    assert_eq!(minus(&hidden, &vocab), Root::Open);
    assert_eq!(minus(&hidden.times(&hidden).unwrap(), &Dim::number(4)), Root::Open);
}

#[test]
fn the_name_that_was_meant() {
    let words = ["linear", "layer_norm", "relu", "gelu", "tanh"];
    for (written, meant) in [("liner", "linear"), ("lienar", "linear"), ("layernorm", "layer_norm"), ("rleu", "relu"), ("tnah", "tanh")] {
        assert_eq!(nearest(written, words), Some(meant), "{written}");
    }
    for strange in ["", "x", "perceptron", "linear", "éééé"] {
        assert_eq!(nearest(strange, words), None, "{strange}");
    }
    assert_eq!(nearest(&"a".repeat(100_000), words), None);
}
