//! The losses of the language: one room each, and the table that lists them.
//!
//! A room holds a loss's words and arguments, what it can be computed on, its target, the decode that it implies and what it is
//! in Rust. Its twin of the same name in the runtime holds its arithmetic.

mod target;

pub use target::Target;

use crate::check::{Arguments, Checker};
use crate::codes::Code;
use crate::decode::Decode;
use crate::diagnostic::Diagnostic;
use crate::dim::Dim;
use crate::emit::Fragment;
use crate::ir::{LabelSet, Wanted};
use crate::manual::{self, Argument, Entry, Manual};
use crate::shape::{Axis, Type};
use crate::source::{Span, Spanned};

/// What a loss or a decode is about: a pipeline's result, and whose labels it has.
pub(crate) struct Outcome<'a> {
    /// The pipeline's result; after a `split` that of each output.
    pub ty: &'a Type,
    /// How many outputs there are.
    pub outputs: usize,
    /// The label set that the last axis is chosen from.
    pub set: Option<&'a LabelSet>,
    /// The size of that set.
    pub set_size: Option<&'a Dim>,
    /// The softmax or sigmoid that the result comes right from.
    pub probabilities: Option<Span>,
    /// Whether the pipeline's last layer is `crf`.
    pub ends_in_crf: bool,
    /// Where the loss or decode is written.
    pub span: Span,
}

/// A loss's own rules.
pub(crate) trait Room {
    /// What is wrong with computing it on this outcome.
    fn check(&self, cx: &mut Checker<'_>, outcome: &Outcome<'_>);

    /// Whether the pipeline's last layer computes it, and not a loss of its own.
    fn is_of_last_layer(&self) -> bool {
        false
    }

    /// How many targets it is computed against, one for each output that it reads.
    fn targets(&self) -> usize {
        1
    }

    /// How many rows of a batch it reads together, which have one target.
    fn together(&self) -> usize {
        1
    }

    /// Whether rows whose target is -100 count for nothing, so that they may be left out beforehand.
    fn skips_unlabelled(&self) -> bool {
        false
    }

    /// What it is computed against.
    fn target(&self, outcome: &Outcome<'_>) -> Target;

    /// How its prediction is read, where nothing else is written.
    fn implies(&self, outcome: &Outcome<'_>) -> Decode;

    /// The expression that makes it in Rust.
    fn rust(&self) -> Fragment;

    /// What it is, as a sentence without its full stop.
    fn explain(&self) -> String;
}

/// A row of the table.
pub(crate) struct Row {
    word: &'static str,
    read: fn(&mut Arguments<'_, '_>) -> Option<Loss>,
    manual: Manual,
}

/// What every loss can be given.
const WEIGHT: Argument = Argument::key("weight", "1", "by how much it counts in the total, where a head has several losses").or("1");

impl Row {
    fn arguments(&self) -> Vec<Argument> {
        self.manual.arguments.iter().copied().chain([WEIGHT]).collect()
    }

    fn form(&self) -> String {
        manual::form(&format!("loss {}", self.word), &self.arguments(), false)
    }
}

macro_rules! table {
    ($($module:ident :: $room:ident),* $(,)?) => {
        $(mod $module; pub use $module::$room;)*

        /// A loss with its arguments.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Loss { $(#[doc = concat!("See [`", stringify!($room), "`].")] $room($room)),* }

        impl Loss {
            /// Its room.
            pub(crate) fn room(&self) -> &dyn Room {
                match self { $(Self::$room(room) => room),* }
            }

            /// The name of its page, which is its word.
            pub fn page(&self) -> &'static str {
                match self { $(Self::$room(_) => $module::ROW.word),* }
            }

            /// How many targets it is computed against, one for each output that it reads.
            pub fn targets(&self) -> usize {
                self.room().targets()
            }

            /// How many examples in a row it reads together: those of a pair or a triplet, and else one alone.
            pub fn together(&self) -> usize {
                self.room().together()
            }

            /// What it is computed against, of so many outputs of these axes whose labels are these.
            pub(crate) fn target(&self, ty: &Type, outputs: usize, set: Option<&LabelSet>) -> Target {
                self.room().target(&Outcome { ty, outputs, set, set_size: None, probabilities: None, ends_in_crf: false, span: Span::default() })
            }

            /// Whether the pipeline's last layer computes it, and not a loss of its own.
            pub fn is_of_last_layer(&self) -> bool {
                self.room().is_of_last_layer()
            }
        }

        const TABLE: &[Row] = &[$($module::ROW),*];
    };
}

table! {
    cross_entropy::CrossEntropy,
    bce::Bce,
    mse::Mse,
    span::SpanLoss,
    ranking::Ranking,
    focal::Focal,
    l1::L1,
    huber::Huber,
    crf::CrfLoss,
    ordinal::Ordinal,
    cosine::Cosine,
    triplet::Triplet,
    kl::Kl,
    tree::TreeLoss,
}

pub(crate) use ordinal::check_thresholds;
pub(crate) use span::check_pointers;
pub(crate) use tree::check_pairs;

/// Every word that is a loss.
pub fn words() -> impl Iterator<Item = &'static str> {
    TABLE.iter().map(|row| row.word)
}

/// What each row says of itself.
pub(crate) fn manuals() -> impl Iterator<Item = Entry> {
    TABLE.iter().map(|row| Entry {
        page: row.word,
        words: std::slice::from_ref(&row.word),
        form: row.form(),
        arguments: row.arguments(),
        manual: &row.manual,
    })
}

/// Whether a word is a loss.
pub(crate) fn is_loss(word: &str) -> bool {
    words().any(|known| known == word)
}

/// Reads a loss and its weight; `None` after an error.
pub(crate) fn read(mut arguments: Arguments<'_, '_>) -> Option<(Loss, f64)> {
    let word = arguments.word();
    let Some(row) = TABLE.iter().find(|row| row.word == word.node) else {
        unknown(&mut arguments);
        return None;
    };
    arguments.expect(row.arguments(), || row.form());
    let weight = arguments.number_of("weight");
    if let Some(bad) = weight.filter(|weight| weight.node <= 0.0) {
        arguments.error(Code::BadNumber, bad.span, format!("a weight is above 0, and this is {}", bad.node));
    }
    let loss = (row.read)(&mut arguments)?;
    arguments.finish();
    Some((loss, weight.map_or(1.0, |weight| weight.node)))
}

fn unknown(arguments: &mut Arguments<'_, '_>) {
    let word = arguments.word();
    let all = TABLE.iter().map(|row| format!("`{}`", row.word)).collect::<Vec<_>>().join(", ");
    let diagnostic = Diagnostic::new(Code::UnknownLoss, word.span, format!("no loss is called `{}`", word.node));
    arguments.cx.report(diagnostic.meant(word, words(), || format!("the losses are {all}")));
}

impl Outcome<'_> {
    /// Refuses probabilities where logits are wanted.
    fn wants_logits(&self, cx: &mut Checker<'_>, word: &str) {
        if let Some(function) = self.probabilities {
            let written = cx.written(function);
            let message = format!("`{word}` takes logits, and `{written}` has made probabilities of them");
            let reason = "the loss makes its own softmax or sigmoid; a second one flattens its gradient";
            let help = format!("leave `{written}` out: predictions come with probabilities all the same");
            let diagnostic = Diagnostic::new(Code::LossOnProbabilities, function, message).because(reason);
            cx.report(diagnostic.also(self.span, "the loss is here").help(help));
        }
    }

    /// Refuses several outputs where one is read.
    fn wants_one(&self, cx: &mut Checker<'_>, word: &str) {
        if self.outputs > 1 {
            let message = format!("`{word}` reads one output, and `split` gives {}", self.outputs);
            cx.report(Diagnostic::new(Code::Unsuited, self.span, message).help("leave the `split` out, or write `loss span;`"));
        }
    }

    /// Wants a list with a number for each label; one number where there is no feature axis.
    fn wants_each_label(&self, cx: &mut Checker<'_>, key: &str, list: Option<&Spanned<Vec<f64>>>) {
        let Some(list) = list else { return };
        if let Some(feature) = self.ty.feature() {
            let wanted = Wanted::Exactly(Dim::number(list.len() as i128));
            cx.require_of_enum(&feature.size, wanted, &format!("`{key}` has a number for each label"), list.span);
        }
        let size = self.ty.feature().map_or(Some(1), |feature| feature.size.as_number());
        if let Some(size) = size.filter(|size| list.len() as i128 != *size) {
            let (numbers, labels) = (counted(list.len() as i128, "number"), counted(size, "label"));
            let message = format!("`{key}` has {numbers} for {labels}");
            cx.report(Diagnostic::new(Code::LabelFit, list.span, message).help("write one number a label, in the labels' order"));
        }
        if let Some(bad) = list.iter().find(|weight| **weight < 0.0) {
            let message = format!("`{key}` holds {bad}, and a weight is not below 0");
            cx.report(Diagnostic::new(Code::BadNumber, list.span, message).help("write 0 for what should not count"));
        }
    }

    /// Wants as many numbers as the set has labels: `labels - 1` is written with its name too.
    fn wants_whole_set(&self, cx: &mut Checker<'_>, word: &str) {
        let (Some(feature), Some(count)) = (self.ty.feature(), self.set_size) else { return };
        let beyond = feature.size.minus(count).ok().and_then(|difference| difference.as_number());
        if beyond.is_some_and(|beyond| beyond != 0) {
            let each = count.as_number().map_or_else(|| "label".to_owned(), |count| format!("of the {count} labels"));
            let message = format!("`{word}` wants a number for each {each}, and this value has {}", feature.size.shown());
            cx.report(Diagnostic::new(Code::LabelFit, self.span, message).help("end with `linear -> labels;`"));
        }
    }

    /// Refuses places that are no tokens: nobody can label them. Says whether all is well.
    fn wants_labelled_places(&self, cx: &mut Checker<'_>, word: &str) -> bool {
        let has_steps = self.ty.has(&Axis::Step);
        if has_steps {
            let message = format!("`{word}` wants tokens or whole texts, and this value is {}", self.ty);
            let reason = "a convolution without padding or with a stride leaves places that are no tokens, so they carry no labels";
            let help = "write `padding=same` without `stride`, or fold the places with `pool max;`";
            cx.report(Diagnostic::new(Code::Unsuited, self.span, message).because(reason).help(help));
        }
        !has_steps
    }

    /// Wants one vector a text.
    fn wants_vector(&self, cx: &mut Checker<'_>, word: &str) {
        if self.ty.tokens() > 0 {
            return cx.teach_whole(self.span, &format!("`{word}` compares texts by one vector each"), self.ty);
        }
        if self.ty.feature().is_none() || self.ty.has(&Axis::Choice) {
            let message = format!("`{word}` compares vectors, [batch, D], and this value is {}", self.ty);
            cx.report(
                Diagnostic::new(Code::Unsuited, self.span, message).help("give one vector a text: leave out `squeeze` and `per choice`"),
            );
        }
    }
}

/// `1 label`, `2 labels`.
fn counted(number: i128, what: &str) -> String {
    if number == 1 { format!("1 {what}") } else { format!("{number} {what}s") }
}
