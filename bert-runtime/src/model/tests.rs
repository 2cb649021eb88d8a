#![allow(clippy::unwrap_used, clippy::panic)]

mod memory;
mod words;

use candle_core::{DType, Device, Tensor};

use crate::bind::Binder;
use crate::context::Context;
use crate::decode::*;
use crate::encoder::{Demand, Encoded, RowChoice, Source, SourceDemand};
use crate::error::{ErrorKind, Result};
use crate::head::{Head, Purpose, Targets, Task, labelled};
use crate::layers::{Linear, Normalize, Pool};
use crate::losses::Part;
use crate::model::{Bert, BertFor};
use crate::module::Module;
use crate::parameter::Init;
use crate::testing::{shared, tiny_bert};
use crate::text::{Choices, Encoding, Text, Truncation, collate};
use crate::value::Value;
use crate::weights::Outcome;

/// A head of at most one linear layer, its way of reading, and nothing to train.
macro_rules! task {
    ($task:ident, $head:ident, $input:ty, $prediction:ty, $source:expr, $rows:expr, $size:expr, $forward:expr, $decode:expr) => {
        #[derive(Debug)]
        struct $task;

        struct $head(Option<Linear>);

        impl Module for $head {
            fn class(&self) -> Option<String> {
                Some(stringify!($task).into())
            }
            fn children(&self) -> Vec<(&str, &dyn Module)> {
                self.0.iter().map(|linear| ("classifier", linear as &dyn Module)).collect()
            }
        }

        impl Head for $head {
            fn outputs(&self) -> Vec<&str> {
                vec!["logits"]
            }
            fn demand(&self, purpose: Purpose<'_>) -> Demand {
                let rows: fn(Purpose<'_>) -> RowChoice = $rows;
                Demand::of(vec![SourceDemand::new($source, rows(purpose))])
            }
            fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
                let mut x = encoded.output(0)?;
                if let Some(linear) = &self.0 {
                    x = linear.forward(cx, &x)?;
                }
                let forward: fn(&Context, Value) -> Result<Value> = $forward;
                Ok(vec![forward(cx, x)?])
            }
            fn loss(&self, _: &Context, _: &[Value], _: &Targets) -> Result<Vec<Part>> {
                Ok(Vec::new())
            }
            fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
                let decode: fn(&Value, &Reading<'_>) -> Result<Vec<Decoded>> = $decode;
                Ok(vec![decode(&outputs[0], reading)?])
            }
        }

        impl Task for $task {
            type Head = $head;
            type Input = $input;
            type Prediction = $prediction;
            type Output = Tensor;
            type Target = ();
            const NAME: &'static str = stringify!($task);

            fn bind(binder: &mut Binder<'_>) -> $head {
                binder.at(1, "the head");
                binder.source($source);
                let size: Option<usize> = $size;
                $head(size.map(|size| {
                    let shape = [size.into(), binder.hidden()];
                    Linear::new(binder.parameter("classifier.weight", &shape, Init::Normal), None)
                }))
            }
            fn output(outputs: Vec<Value>) -> Result<Tensor> {
                outputs[0].to_padded()
            }
            fn prediction(decoded: Vec<Decoded>) -> Result<$prediction> {
                next_decoded(&mut decoded.into_iter())
            }
        }
    };
}

const ALL: fn(Purpose<'_>) -> RowChoice = |_| RowChoice::All;
const MASKED: fn(Purpose<'_>) -> RowChoice = |purpose| match purpose {
    Purpose::Forward => RowChoice::All,
    Purpose::Predict => RowChoice::Masked,
    Purpose::Loss(targets) => labelled(targets, "labels"),
};
const AS_IT_IS: fn(&Context, Value) -> Result<Value> = |_, x| Ok(x);

task!(
    Embed,
    EmbedHead,
    Text,
    Embedding,
    Source::Tokens,
    ALL,
    None,
    |cx, x| Normalize.forward(cx, &Pool::Mean.forward(cx, &x)?),
    |x, reading| { decode_embedding(x, reading) }
);
task!(Mood, MoodHead, Text, Classified<IndexLabel<3>>, Source::Pooled, ALL, Some(3), AS_IT_IS, |x, reading| decode_argmax(x, reading));
task!(Tagger, TaggerHead, Text, PerToken<Classified<IndexLabel<4>>>, Source::Tokens, ALL, Some(4), AS_IT_IS, |x, reading| decode_argmax(
    x, reading
));
task!(Fill, FillHead, Text, Vec<MaskedToken>, Source::Tokens, MASKED, Some(40), AS_IT_IS, |x, reading| decode_top_k(x, 3, reading));
task!(
    Choose,
    ChooseHead,
    Choices,
    Chosen,
    Source::Cls,
    ALL,
    Some(1),
    |_, x| Ok(x.without_features(x.tensor().squeeze(1)?)),
    |x, reading| { decode_argmax(x, reading) }
);

const TEXTS: [&str; 7] =
    ["a man", "", "Zürich is eating food.", "who eats paris?", "a [MASK] is eating [MASK] in new york", "a", "man man man man man man man"];

fn tiny() -> (tempfile::TempDir, Bert) {
    let folder = tiny_bert(true);
    let bert = Bert::open(folder.path(), &Device::Cpu).unwrap();
    (folder, bert)
}

fn furthest(a: &[f32], b: &[f32]) -> f32 {
    assert_eq!(a.len(), b.len());
    a.iter().zip(b).map(|(a, b)| (a - b).abs()).fold(0.0, f32::max)
}

fn scores<L: crate::Label>(answer: &Classified<L>) -> Vec<f32> {
    answer.scores.iter().map(|(_, score)| *score).collect()
}

#[test]
fn many_are_answered_as_one_by_one_and_in_order() {
    let folder = tiny_bert(true);
    for batch_tokens in [1, 9, 20, 2048] {
        let bert = Bert::options().batch_tokens(batch_tokens).open(folder.path(), &Device::Cpu).unwrap();
        let (mood, tagger) = (bert.fresh::<Mood>(3).unwrap(), bert.fresh::<Tagger>(3).unwrap());
        let (moods, tags) = (mood.predict_many(TEXTS).unwrap(), tagger.predict_many(TEXTS).unwrap());
        for ((text, many), tags) in TEXTS.iter().zip(&moods).zip(&tags) {
            assert!(furthest(&scores(many), &scores(&mood.predict(*text).unwrap())) < 1e-6);
            let one = tagger.predict(*text).unwrap();
            assert_eq!(one.len(), tags.len());
            for (one, many) in one.iter().zip(tags.iter()) {
                assert!((one.word, &one.text, &one.chars) == (many.word, &many.text, &many.chars));
                assert!(furthest(&scores(&one.value), &scores(&many.value)) < 1e-6);
            }
        }
    }
}

#[test]
fn more_than_are_tokenized_ahead_are_answered_in_order() {
    let (_folder, bert) = tiny();
    let mood = bert.fresh::<Mood>(1).unwrap();
    let text = |number: usize| ["a man", "who eats", "paris is food", "[MASK]"][number % 4].repeat(1 + number % 3);
    let many = mood.predict_many((0..1300).map(text)).unwrap();
    assert_eq!(many.len(), 1300);
    for number in [0, 1, 511, 512, 513, 1024, 1299] {
        assert_eq!(scores(&many[number]), scores(&mood.predict(text(number)).unwrap()), "{number}");
    }
}

#[test]
fn the_first_bad_example_is_named_and_no_more_are_asked_for_than_are_held() {
    let (_folder, bert) = tiny();
    let mood = bert.fresh::<Mood>(1).unwrap();
    let long = "a".repeat((16 << 20) + 1);
    for bad in [3, 700] {
        let texts = (0..bad + 2).map(|number| Text::from(if number < bad { "a man" } else { long.as_str() }));
        let error = mood.predict_many(texts).unwrap_err();
        assert!(error.to_string().starts_with(&format!("example {bad}: ")), "{error}");
    }
    let mut asked = 0;
    let endless = std::iter::repeat_with(|| {
        asked += 1;
        if asked == 2 { Text::from(long.as_str()) } else { Text::from("a") }
    });
    assert!(mood.predict_many(endless).unwrap_err().to_string().starts_with("example 1: "));
    assert!(asked <= 1024, "{asked} examples were asked for");
}

#[test]
fn eight_threads_answer_as_one() {
    let (_folder, bert) = tiny();
    let mood = bert.fresh::<Mood>(1).unwrap();
    let alone = mood.predict_many(TEXTS).unwrap();
    std::thread::scope(|scope| {
        let ask = || (0..20).map(|_| mood.predict_many(TEXTS).unwrap()).collect::<Vec<_>>();
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(ask)).collect();
        for thread in threads {
            assert!(thread.join().unwrap().iter().all(|answers| *answers == alone));
        }
    });
}

#[test]
fn heads_are_bound_by_many_threads_at_once() {
    let (_folder, bert) = tiny();
    let expected = scores(&bert.clone().fresh::<Mood>(5).unwrap().predict("a man").unwrap());
    let (_other, bert) = tiny();
    std::thread::scope(|scope| {
        let threads: Vec<_> = (0..8).map(|_| scope.spawn(|| scores(&bert.fresh::<Mood>(5).unwrap().predict("a man").unwrap()))).collect();
        threads.into_iter().for_each(|thread| assert_eq!(thread.join().unwrap(), expected));
    });
}

#[test]
fn several_heads_are_answered_in_one_pass() {
    let (_folder, bert) = tiny();
    let (mood, tagger, embed) = (bert.fresh::<Mood>(1).unwrap(), bert.fresh::<Tagger>(2).unwrap(), bert.bind::<Embed>().unwrap());
    let together = bert.predict_many_with((&mood, &tagger, &embed), TEXTS).unwrap();
    for (text, together) in TEXTS.iter().zip(together) {
        let (one, two, three) = together.into_inner();
        assert!(furthest(&scores(&one), &scores(&mood.predict(*text).unwrap())) < 1e-6);
        assert_eq!(two.len(), tagger.predict(*text).unwrap().len());
        assert!(furthest(&three, &embed.predict(*text).unwrap()) < 1e-6);
    }
    let heads: [&dyn Head; 2] = [mood.head(), embed.head()];
    let untyped = bert.answer::<Text>(&heads, TEXTS).unwrap();
    let embedding = Embedding::from_decoded(untyped[0][1][0].clone()).unwrap();
    assert!(furthest(&embedding, &bert.predict_with(&embed, TEXTS[0]).unwrap()) < 1e-6);
    let (_other, elsewhere) = tiny();
    assert_eq!(elsewhere.predict_with((&mood, &embed), "a").unwrap_err().kind(), ErrorKind::Input);
}

#[test]
fn masks_are_filled_where_there_are_any() {
    let (_folder, bert) = tiny();
    let fill = bert.fresh::<Fill>(1).unwrap();
    assert!(fill.predict("no mask at all").unwrap().is_empty());
    let many = fill.predict_many(TEXTS).unwrap();
    let counts: Vec<_> = many.iter().map(|masks| masks.len()).collect();
    assert_eq!(counts, [0, 0, 0, 0, 2, 0, 0]);
    let text = TEXTS[4];
    let whole = fill.forward(&collate(&fill.bert().tokenize(&Text::from(text)).unwrap()).unwrap().with_mask_token(4)).unwrap();
    for mask in many[4].iter() {
        let row: Vec<f32> = whole.get(0).unwrap().get(mask.position).unwrap().to_vec1().unwrap();
        let best = (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap();
        assert_eq!((mask.candidates.len(), mask.candidates[0].id as usize), (3, best));
    }
}

#[test]
fn choices_of_different_numbers_are_one_example_each() {
    let (_folder, bert) = tiny();
    let choose = bert.fresh::<Choose>(1).unwrap();
    let inputs = [Choices::from(("a man", vec!["eats", "is food"])), Choices::from(("paris", vec!["is", "new", "york"]))];
    let answers = choose.predict_many(inputs.clone()).unwrap();
    assert_eq!(answers.iter().map(|answer| answer.scores.len()).collect::<Vec<_>>(), [2, 3]);
    for (input, many) in inputs.into_iter().zip(&answers) {
        assert!(furthest(&many.scores, &choose.predict(input).unwrap().scores) < 1e-6);
    }
    assert_eq!(choose.predict(Choices::from(Vec::<&str>::new())).unwrap_err().kind(), ErrorKind::Input);
}

#[test]
fn truncation_is_told_with_the_prediction() {
    let (_folder, bert) = tiny();
    let mood = bert.fresh::<Mood>(1).unwrap();
    assert_eq!(mood.predict("a man").unwrap().truncation(), None);
    let long = mood.predict("man ".repeat(40)).unwrap();
    assert_eq!(long.truncation(), Some(Truncation { kept: 32, total: 42 }));
}

#[test]
fn lengths_and_batch_sizes_that_cannot_be_are_refused() {
    let folder = tiny_bert(true);
    for options in
        [Bert::options().max_length(0), Bert::options().max_length(2), Bert::options().max_length(33), Bert::options().batch_tokens(0)]
    {
        assert_eq!(options.open(folder.path(), &Device::Cpu).unwrap_err().kind(), ErrorKind::Input, "{options:?}");
    }
    assert_eq!(Bert::options().max_length(3).open(folder.path(), &Device::Cpu).unwrap().max_length(), 3);
}

#[test]
fn a_head_that_the_checkpoint_lacks_is_refused_and_a_fresh_one_listed() {
    let (folder, bert) = tiny();
    for error in [bert.bind::<Mood>().unwrap_err(), BertFor::<Mood>::from_pretrained(folder.path(), &Device::Cpu).unwrap_err()] {
        assert_eq!(error.kind(), ErrorKind::Binding);
        let missing: Vec<_> = error.report().unwrap().of(Outcome::Missing).map(|entry| entry.name.as_str()).collect();
        assert_eq!(missing, ["classifier.weight"]);
    }
    let fresh = BertFor::<Mood>::fresh_head(folder.path(), 9, &Device::Cpu).unwrap();
    let names: Vec<_> = fresh.report().of(Outcome::Fresh).map(|entry| entry.name.as_str()).collect();
    assert!(fresh.is_fresh() && names == ["classifier.weight"]);
    assert_eq!(scores(&fresh.predict("a").unwrap()), scores(&bert.fresh::<Mood>(9).unwrap().predict("a").unwrap()));
    assert!(fresh.tree().starts_with("(classifier): Linear(in_features=8, out_features=3"));
}

#[test]
fn a_head_that_reads_pooled_needs_a_pooler() {
    let folder = tiny_bert(false);
    let bert = Bert::open(folder.path(), &Device::Cpu).unwrap();
    assert_eq!(bert.fresh::<Mood>(1).unwrap_err().kind(), ErrorKind::Binding);
    assert!(bert.encode(["a"]).unwrap().pooler_output.is_none());
    bert.fresh::<Tagger>(1).unwrap().predict("a").unwrap();
}

#[test]
fn a_model_without_a_tokenizer_still_reads_ids() {
    let folder = tiny_bert(true);
    std::fs::remove_file(folder.path().join("vocab.txt")).unwrap();
    let embed = BertFor::<Embed>::from_pretrained(folder.path(), &Device::Cpu).unwrap();
    assert_eq!(embed.predict("a").unwrap_err().kind(), ErrorKind::Tokenizer);
    let batch = crate::encoder::Batch::from_padded(&[vec![2, 5, 3]], &[vec![1; 3]], &[vec![0; 3]]).unwrap();
    assert_eq!(embed.forward(&batch).unwrap().dims(), [1, 8]);
}

#[test]
fn trainable_weights_are_variables_and_predictions_the_same() {
    let folder = tiny_bert(true);
    let fixed = BertFor::<Mood>::fresh_head(folder.path(), 1, &Device::Cpu).unwrap();
    let trained = Bert::options().trainable(true).fresh_for::<Mood>(folder.path(), 1, &Device::Cpu).unwrap();
    assert!(fixed.parameters().iter().all(|parameter| parameter.var().is_none()));
    assert!(trained.parameters().iter().all(|parameter| parameter.var().is_some()));
    assert!(trained.parameters().iter().any(|parameter| parameter.name() == "bert.pooler.dense.weight"));
    assert_eq!(scores(&fixed.predict("a man").unwrap()), scores(&trained.predict("a man").unwrap()));
}

fn expected() -> Option<(std::path::PathBuf, serde_json::Value)> {
    let folder = shared("models/all-MiniLM-L6-v2")?;
    let expected = serde_json::from_slice(&std::fs::read(folder.join("expected.json")).unwrap()).unwrap();
    Some((folder, expected))
}

fn numbers(json: &serde_json::Value) -> Vec<f32> {
    serde_json::from_value(json.clone()).unwrap()
}

#[test]
fn the_real_model_gives_the_embeddings_of_sentence_transformers() {
    let Some((folder, expected)) = expected() else { return };
    let embed = Bert::options().max_length(256).open_for::<Embed>(&folder, &Device::Cpu).unwrap();
    let sentences = expected["sentence"].as_array().unwrap();
    let texts: Vec<&str> = sentences.iter().map(|sentence| sentence["text"].as_str().unwrap()).collect();
    for (sentence, embedding) in sentences.iter().zip(embed.predict_many(texts).unwrap()) {
        assert!(furthest(&numbers(&sentence["embedding"]), &embedding) < 1e-5, "{}", sentence["text"]);
    }
}

#[test]
fn the_real_encoder_gives_its_raw_outputs() {
    let Some((folder, expected)) = expected() else { return };
    let bert = Bert::options().max_length(256).open(&folder, &Device::Cpu).unwrap();
    let sentences = &expected["sentence"].as_array().unwrap()[..7];
    let raw = bert.encode(sentences.iter().map(|sentence| sentence["text"].as_str().unwrap())).unwrap();
    let width = raw.encodings.iter().map(Encoding::len).max().unwrap();
    assert_eq!(raw.last_hidden_state.dims(), [7, width, 384]);
    assert_eq!((raw.hidden_states.len(), raw.attention_mask.dims()), (7, &[7, width][..]));
    for (row, sentence) in sentences.iter().enumerate() {
        let first = raw.last_hidden_state.get(row).unwrap().get(0).unwrap().to_vec1::<f32>().unwrap();
        assert!(furthest(&first[..8], &numbers(&sentence["last_hidden_first8"])) < 1e-5);
        let pooled = raw.pooler_output.as_ref().unwrap().get(row).unwrap().to_vec1::<f32>().unwrap();
        assert!(furthest(&pooled[..8], &numbers(&sentence["pooled_first8"])) < 1e-5);
        let tokens: u32 = raw.attention_mask.get(row).unwrap().to_vec1::<u32>().unwrap().iter().sum();
        assert_eq!(tokens as usize, raw.encodings[row].len());
    }
}

#[test]
fn half_precision_points_the_same_way() {
    let folder = tiny_bert(true);
    let open = |dtype| Bert::options().dtype(dtype).open_for::<Embed>(folder.path(), &Device::Cpu).unwrap();
    let whole = open(DType::F32).predict_many(TEXTS).unwrap();
    for dtype in [DType::F16, DType::BF16] {
        for (half, whole) in open(dtype).predict_many(TEXTS).unwrap().iter().zip(&whole) {
            assert!(half.cosine(whole) > 0.99, "{dtype:?}: {half:?} {whole:?}");
        }
    }
    assert_eq!(Bert::options().dtype(DType::U8).open(folder.path(), &Device::Cpu).unwrap_err().kind(), ErrorKind::Binding);
}

#[test]
fn models_can_be_shared_among_threads() {
    fn shared<T: Send + Sync>() {}
    shared::<Bert>();
    shared::<BertFor<Mood>>();
}
