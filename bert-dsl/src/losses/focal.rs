//! `focal gamma=G`: cross-entropy that turns to what is still hard.

use super::cross_entropy::{CLASS_WEIGHTS, check_choice, choice_target};
use super::{Loss, Outcome, Room, Row, Target};
use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::{Argmax, Decode};
use crate::emit::{Fragment, floats, quote};
use crate::source::Spanned;
use crate::manual::{Argument, Manual};

/// `-(1 - p)^gamma log p` of the right one (Lin et al. 2017).
#[derive(Debug, Clone, PartialEq)]
pub struct Focal {
    /// How strongly what is easy already is turned away from.
    pub gamma: f64,
    /// By how much each label counts.
    pub class_weights: Option<Spanned<Vec<f64>>>,
}

pub(super) const ROW: Row = Row {
    word: "focal",
    read,
    manual: Manual {
        arguments: &[
            Argument::key("gamma", "2", "how strongly what is easy already is turned away from").or("2"),
            CLASS_WEIGHTS,
        ],
        about: "-(1 - p)^gamma log p of the right label's probability p, the mean as in `cross_entropy` (Lin et al. 2017, \
            https://arxiv.org/abs/1708.02002).",
        example: "\
labels negative, positive;
input pooled;
classifier: linear hidden -> labels;
loss focal gamma=2;
",
    },
};

fn read(arguments: &mut Arguments<'_, '_>) -> Option<Loss> {
    let gamma = arguments.number_of("gamma");
    if let Some(bad) = gamma.filter(|gamma| gamma.node < 0.0) {
        arguments.error(Code::BadNumber, bad.span, format!("`gamma` is 0 or more, and this is {}", bad.node));
    }
    let class_weights = arguments.numbers_of("class_weights");
    Some(Loss::Focal(Focal { gamma: gamma.map_or(2.0, |gamma| gamma.node), class_weights }))
}

impl Room for Focal {
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>) {
        check_choice(cx, outcome, "focal");
        outcome.wants_each_label(cx, "class_weights", self.class_weights.as_ref());
    }

    fn skips_unlabelled(&self) -> bool {
        true
    }

    fn target(&self, outcome: &Outcome<'_>) -> Target {
        choice_target(outcome)
    }

    fn implies(&self, _outcome: &Outcome<'_>) -> Decode {
        Decode::Argmax(Argmax)
    }

    fn rust(&self) -> Fragment {
        let (gamma, class_weights) = (self.gamma, floats(self.class_weights.as_deref().map(Vec::as_slice)));
        quote!(p::Focal { gamma: #gamma, ignore: -100, class_weights: #class_weights })
    }

    fn explain(&self) -> String {
        "focal loss: cross-entropy in which what is easy already counts less".to_owned()
    }
}
