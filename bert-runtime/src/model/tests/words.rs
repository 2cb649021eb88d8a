//! Heads that read words: targets and predictions have one entry a word.

use super::*;
use crate::encoder::Pieces;
use crate::head::Target;
use crate::losses::CrossEntropy;
use crate::targets::{Tags, align, collate_targets};

/// A tagger over words or tokens, with a loss.
macro_rules! tagger {
    ($task:ident, $head:ident, $source:expr) => {
        #[derive(Debug)]
        struct $task;

        struct $head(Linear);

        impl Module for $head {
            fn class(&self) -> Option<String> {
                None
            }
        }

        impl Head for $head {
            fn outputs(&self) -> Vec<&str> {
                vec!["logits"]
            }
            fn demand(&self, purpose: Purpose<'_>) -> Demand {
                let source = $source;
                let rows = match purpose {
                    Purpose::Loss(targets) if source == Source::Tokens => labelled(targets, "labels"),
                    Purpose::Forward | Purpose::Predict | Purpose::Loss(_) => RowChoice::All,
                };
                Demand::of(vec![SourceDemand::new(source, rows)])
            }
            fn forward(&self, cx: &Context, encoded: &Encoded) -> Result<Vec<Value>> {
                Ok(vec![self.0.forward(cx, &encoded.output(0)?)?])
            }
            fn loss(&self, cx: &Context, outputs: &[Value], targets: &Targets) -> Result<Vec<Part>> {
                Ok(vec![CrossEntropy::default().part("logits", 1.0, cx, &outputs[0], targets.require("labels")?)?])
            }
            fn decode(&self, outputs: &[Value], reading: &Reading<'_>) -> Result<Vec<Vec<Decoded>>> {
                Ok(vec![decode_argmax(&outputs[0], reading)?])
            }
        }

        impl Task for $task {
            type Head = $head;
            type Input = Text;
            type Prediction = PerToken<Classified<IndexLabel<3>>>;
            type Output = Tensor;
            type Target = Tags<IndexLabel<3>>;
            const NAME: &'static str = stringify!($task);

            fn bind(binder: &mut Binder<'_>) -> $head {
                binder.at(1, "the head");
                binder.source($source);
                let shape = [3.into(), binder.hidden()];
                $head(Linear::new(binder.parameter("classifier.weight", &shape, Init::Normal), None))
            }
            fn output(outputs: Vec<Value>) -> Result<Tensor> {
                outputs[0].to_padded()
            }
            fn prediction(decoded: Vec<Decoded>) -> Result<Self::Prediction> {
                next_decoded(&mut decoded.into_iter())
            }
        }
    };
}

tagger!(OverTokens, OverTokensHead, Source::Tokens);
tagger!(OverFirst, OverFirstHead, Source::Words(Pieces::First));
tagger!(OverMean, OverMeanHead, Source::Words(Pieces::Mean));

fn texts() -> [Text; 3] {
    [Text::from("Zürich is eating food."), Text::from(("a man", "eating paris")), Text::from(["eating", "", "man"])]
}

fn tags() -> Vec<Tags<IndexLabel<3>>> {
    let labels: [&[Option<usize>]; 3] =
        [&[Some(2), None, Some(1), Some(0), Some(1)], &[Some(0), Some(1), Some(2), None], &[Some(1), Some(0), Some(2)]];
    labels.map(|labels| Tags(labels.iter().map(|label| label.and_then(IndexLabel::new)).collect())).to_vec()
}

fn loss<T: Task<Target = Tags<IndexLabel<3>>>>(bert: &Bert, targets: Option<Targets>) -> (f64, f32) {
    let encodings: Vec<Vec<Encoding>> = texts().iter().map(|text| bert.tokenize(text).unwrap()).collect();
    let targets = targets.unwrap_or_else(|| collate_targets(tags(), &encodings).unwrap());
    let batch = collate(&encodings.concat()).unwrap();
    let parts = bert.fresh::<T>(3).unwrap().loss(&Context::evaluation(), &batch, &targets).unwrap();
    (parts[0].count, parts[0].sum.to_scalar().unwrap())
}

#[test]
fn a_first_piece_stands_for_its_word() {
    let (_folder, bert) = tiny();
    let encodings: Vec<Vec<Encoding>> = texts().iter().map(|text| bert.tokenize(text).unwrap()).collect();
    let aligned = tags().into_iter().zip(&encodings).map(|(tags, texts)| {
        let words = Target::Words(tags.0.iter().map(|label| label.map(crate::Label::index)).collect());
        align(words, texts).unwrap()
    });
    let by_hand = Targets::new().with("labels", aligned.collect());
    let (count, sum) = loss::<OverTokens>(&bert, Some(by_hand));
    assert_eq!(count, 9.0);
    for (found_count, found) in [loss::<OverTokens>(&bert, None), loss::<OverFirst>(&bert, None)] {
        assert!(found_count == count && (found - sum).abs() < 1e-5, "{found} and not {sum}");
    }
    let (count_of_mean, sum_of_mean) = loss::<OverMean>(&bert, None);
    assert!(count_of_mean == count && (sum_of_mean - sum).abs() > 1e-4);
}

#[test]
fn predictions_have_one_entry_a_word() {
    let (_folder, bert) = tiny();
    let over_tokens = bert.fresh::<OverTokens>(3).unwrap().predict_many(texts()).unwrap();
    let over_words = bert.fresh::<OverFirst>(3).unwrap().predict_many(texts()).unwrap();
    for (tokens, words) in over_tokens.iter().zip(&over_words) {
        assert_eq!(tokens.len(), words.len());
        for (token, word) in tokens.iter().zip(words.iter()) {
            assert_eq!((&token.text, token.word, token.sequence, &token.chars), (&word.text, word.word, word.sequence, &word.chars));
            assert_eq!(token.value.label, word.value.label);
        }
    }
    let mean = bert.fresh::<OverMean>(3).unwrap();
    assert_eq!(mean.predict("Zürich is eating food.").unwrap().len(), 5);
    let batch = collate(&bert.tokenize(&texts()[2]).unwrap()).unwrap();
    assert_eq!(mean.forward(&batch).unwrap().dims(), [1, 3, 3]);
}
