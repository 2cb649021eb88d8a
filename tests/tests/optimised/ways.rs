//! The same heads, each compiled with no pass, with every pass, and with each pass alone.

use bert_dsl::{Bare, CheckedHead, Source, check};
use bert_runtime::encoder::{Batch, Encoder};
use bert_runtime::head::{Head, Target, Targets, Task};
use bert_runtime::text::{Encoding, collate};
use bert_runtime::{Bert, Context, Text, Value};
use candle_core::{DType, Device};
use tests::folders::Copy;

/// A head on an encoder, in one of its ways.
pub(crate) type Way = fn(&Bert) -> Box<dyn Head>;

/// A head in all its ways, the first of them with no pass.
pub(crate) struct Ways {
    pub(crate) name: &'static str,
    pub(crate) text: &'static str,
    pub(crate) all: Vec<(&'static str, Way)>,
}

fn bind<T: Task<Head: Clone>>(bert: &Bert) -> Box<dyn Head> {
    Box::new(bert.fresh::<T>(11).unwrap().head().clone())
}

/// Heads of files, in one way.
macro_rules! one_way {
    ($way:ident, $optimise:tt, $($head:ident $file:literal $name:literal)+) => {
        pub(crate) mod $way {
            $(
                #[derive(bert_runtime::BertHead)]
                #[head(path = $file, name = $name, optimise = $optimise)]
                pub(crate) struct $head;
            )+
        }
    };
}

macro_rules! ways {
    ($($head:ident $file:literal $name:literal),+ $(,)?) => {
        one_way!(none, false, $($head $file $name)+);
        one_way!(every, true, $($head $file $name)+);

        /// All heads.
        pub(crate) fn ways() -> Vec<Ways> {
            vec![$(Ways {
                name: stringify!($head),
                text: <none::$head as Task>::TEXT,
                all: [("no pass", bind::<none::$head> as Way), ("every pass", bind::<every::$head>)].into_iter().chain(alone(stringify!($head))).collect(),
            }),+]
        }
    };
}

macro_rules! each_pass_alone {
    ($($head:ident $file:literal $name:literal),+ $(,)?) => {
        one_way!(dropout, [dropout], $($head $file $name)+);
        one_way!(layers, [layers], $($head $file $name)+);
        one_way!(rows, [rows], $($head $file $name)+);
        one_way!(select, [select], $($head $file $name)+);

        fn alone(name: &str) -> Vec<(&'static str, Way)> {
            match name {
                $(stringify!($head) => vec![
                    ("dropout", bind::<dropout::$head>),
                    ("layers", bind::<layers::$head>),
                    ("rows", bind::<rows::$head>),
                    ("select", bind::<select::$head>),
                ],)+
                _ => Vec::new(),
            }
        }
    };
}

ways! {
    Account "heads/good/account.head" "Account",
    BothTasks "heads/good/both_tasks.head" "BothTasks",
    ChoicesOfTokens "heads/good/choices_of_tokens.head" "ChoicesOfTokens",
    Beside "heads/good/choosing.head" "Beside",
    Together "heads/good/choosing.head" "Together",
    Apart "heads/good/choosing.head" "Apart",
    Low "heads/good/choosing.head" "Low",
    Ending "heads/good/ending.head" "Ending",
    FillIn "heads/good/fill_in.head" "FillIn",
    FillInDeeper "heads/good/fill_in_behind_a_layer.head" "FillInDeeper",
    Mixed "heads/good/layer_mix.head" "Mixed",
    Taken "heads/good/layer_mix.head" "Taken",
    Parser "heads/good/parser.head" "Parser",
    Places "heads/good/places.head" "Places",
    PointAtAToken "heads/good/point_at_a_token.head" "PointAtAToken",
    Pools "heads/good/pools.head" "Pools",
    Stars "heads/good/ranks.head" "Stars",
    Marked "heads/good/ranks.head" "Marked",
    ChainTagger "heads/good/recurrent_tagger.head" "ChainTagger",
    Relevance "heads/good/relevance.head" "Relevance",
    Assistant "heads/good/two_sets.head" "Assistant",
    Values "heads/good/values.head" "Values",
    Answer "heads/good/vectors_by_pairs.head" "Answer",
}

each_pass_alone! {
    Beside "heads/good/choosing.head" "Beside",
    Together "heads/good/choosing.head" "Together",
    Low "heads/good/choosing.head" "Low",
    FillIn "heads/good/fill_in.head" "FillIn",
    FillInDeeper "heads/good/fill_in_behind_a_layer.head" "FillInDeeper",
    Stars "heads/good/ranks.head" "Stars",
}

/// A small encoder of five layers, in double precision so that what is left of a difference is rounding.
pub(crate) fn encoder() -> Bert {
    let folder = Copy::of_tiny_bert().with_config("num_hidden_layers", 5.into()).with_weights(|weights| {
        let names: Vec<String> = weights.keys().filter(|name| name.contains("layer.0.") || name.contains("layer.1.")).cloned().collect();
        for (name, below) in names.iter().flat_map(|name| [(name, 2), (name, 4)]) {
            let above = ["layer.0.", "layer.1."].map(|layer| layer.replace(|digit: char| digit.is_ascii_digit(), ""));
            assert_eq!(above[0], above[1]);
            let number = if name.contains("layer.0.") { below } else { below + 1 };
            let (start, end) = name.split_once("layer.").unwrap();
            let tensor = (&weights[name] * (1.0 + 0.1 * f64::from(number))).unwrap();
            weights.insert(format!("{start}layer.{number}.{}", &end[2..]), tensor);
        }
    });
    Bert::options().trainable(true).dtype(DType::F64).open(folder.path(), &Device::Cpu).unwrap()
}

/// What a head reads, with texts of different lengths, of which one has no mask token.
pub(crate) struct Given {
    pub(crate) encodings: Vec<Encoding>,
    pub(crate) batch: Batch,
}

const TEXTS: [&str; 6] = [
    "The [MASK] was great, and Anna [MASK] it twice.",
    "Paris",
    "Who walked to the bank in [MASK] yesterday, and why did nobody stay?",
    "We never saw the end of it.",
    "No [MASK].",
    "A river in the city",
];

/// A batch with everything that any of the heads is given.
pub(crate) fn given(bert: &Bert, choices: bool) -> Given {
    let tokenizer = bert.tokenizer().unwrap();
    let encodings: Vec<Encoding> = TEXTS.iter().flat_map(|text| bert.tokenize(&Text::from(*text)).unwrap()).collect();
    let batch = collate(&encodings).unwrap().with_mask_token(tokenizer.special().mask.unwrap()).with_first_sequence(3);
    if choices {
        return Given { encodings, batch: batch.with_choices(&[2, 1, 3]).unwrap() };
    }
    let features = |size: usize| (0..TEXTS.len()).map(|row| (0..size).map(|n| ((row * 7 + n * 3) % 5) as f32 - 2.0).collect()).collect();
    let batch = batch.with_features("account", features(12)).unwrap().with_features("visits", features(3)).unwrap();
    let batch = batch.with_positions("subject", vec![2, 1, 5, 1, 2, 4]).unwrap();
    Given { encodings, batch: batch.with_positions("object", vec![5, 1, 2, 3, 1, 4]).unwrap() }
}

/// The head that a text is.
pub(crate) fn checked(ways: &Ways) -> CheckedHead {
    check(&Source::new(ways.name, ways.text), Bare::Named(ways.name)).heads().unwrap().remove(0)
}

/// Targets that fit the whole outputs: for each loss a class, classes at every third token, or numbers.
pub(crate) fn targets(head: &CheckedHead, outputs: &[Value]) -> Targets {
    let losses =
        head.pipelines.iter().flat_map(|pipeline| pipeline.loss.iter().flat_map(|used| used.targets.iter().map(move |name| (name, used))));
    losses.zip(outputs).fold(Targets::new(), |all, ((name, used), output)| {
        let examples = 0..output.layout().examples();
        all.with(name, examples.map(|example| target(&format!("{:?}", used.loss), output, example)).collect())
    })
}

fn target(loss: &str, output: &Value, example: usize) -> Target {
    let sequences = output.layout().choices(example).map_or(1, |range| range.len());
    let rows = match output.rows() {
        bert_runtime::Rows::Sequence => {
            if output.has_features() {
                sequences
            } else {
                1
            }
        }
        bert_runtime::Rows::Token => sequences * output.layout().width(),
        bert_runtime::Rows::Pair => output.layout().width().pow(2),
    };
    let width = if output.has_features() { output.width() } else { 1 };
    if ["Bce", "Mse", "L1", "Huber", "Kl", "Cosine"].iter().any(|loss_of_numbers| loss.contains(loss_of_numbers)) {
        let each = if loss.contains("Cosine") { 1 } else { rows * width };
        return Target::Numbers((0..each).map(|number| ((number + example) % 2) as f32).collect());
    }
    if !output.has_features() {
        return Target::Classes(vec![
            if loss.contains("Span") { 1 } else { 0 };
            if loss.contains("Tree") { output.layout().width() } else { 1 }
        ]);
    }
    let class = |row: usize| if rows == 1 || (row + example) % 3 == 1 { ((row + example) % width) as i64 } else { -100 };
    Target::Classes((0..rows).map(class).collect())
}

/// What the encoder gives a head, and what the head makes of it.
pub(crate) fn run(
    bert: &Bert,
    head: &dyn Head,
    cx: &Context,
    batch: &Batch,
    purpose: bert_runtime::head::Purpose<'_>,
) -> bert_runtime::Result<Vec<Value>> {
    head.forward(cx, &bert.encoder().encode(cx, batch, &head.demand(purpose))?)
}
