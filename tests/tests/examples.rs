//! Structs that derive `Example`: rows of every format as inputs and targets of compiled tasks.
#![allow(clippy::unwrap_used)]

use std::borrow::Cow;

use bert_runtime::data::{Conllu, Delimited, JsonLines, Parallel, Rows, Squad, TaskExample, Warning};
use bert_runtime::head::{AnswerEnd, IntoTargets, Target};
use bert_runtime::targets::AnswerChars;
use bert_runtime::text::{Choices, Example as _, Position, Segment, Text};
use bert_runtime::{Error, Example, MultiTask, Task, head};
use tests::folders::shared;

head! {
    head Sentiment { labels negative, positive; input pooled; linear hidden -> labels; loss cross_entropy; }
    head Alike { input pooled; linear hidden -> 1; squeeze; loss mse; }
    head Emotions { labels joy, anger, five_stars = "5 stars"; input pooled; linear hidden -> labels; loss bce; }
    head Choose { input pooled per choice; linear hidden -> 1; squeeze; loss cross_entropy; }
    head Tags { labels O, B, I; input tokens; linear hidden -> labels; loss cross_entropy; }
    head Answer { input tokens; linear hidden -> 2; split start, end; loss span; }
    head Related {
        labels no, yes;
        given subject: position;
        given kind: features 2;
        input tokens;
        let there = { at subject; linear hidden -> 4; }
        let all = { pool mean; linear hidden -> 4; }
        concat there, all, kind;
        linear 10 -> labels;
        loss cross_entropy;
    }
    head Tree {
        labels relation = root, nsubj;
        input tokens;
        let a = { linear hidden -> 4; }
        let b = { linear hidden -> 4; }
        arc: biaffine a, b -> 1;
        squeeze;
        output arc;
        loss tree;
        input tokens;
        let c = { linear hidden -> 4; }
        let d = { linear hidden -> 4; }
        rel: biaffine c, d -> relation;
        output relation;
        loss cross_entropy;
    }
}

#[derive(MultiTask)]
struct Both {
    mood: Sentiment,
    tags: Tags,
}

#[derive(Example)]
#[example(task = Sentiment)]
struct Review {
    #[example(text, column = "sentence")]
    review: String,
    label: SentimentLabel,
}

#[derive(Example)]
#[example(task = Alike)]
struct Pair {
    #[example(column = "sentence1")]
    first: String,
    #[example(second)]
    sentence2: String,
    #[example(target)]
    score: f32,
}

#[derive(Example)]
#[example(task = Emotions)]
struct Comment {
    text: String,
    labels: Vec<EmotionsLabel>,
}

#[derive(Example)]
#[example(task = Choose)]
struct Question {
    #[example(context, column = "question.stem")]
    stem: String,
    #[example(choices, column = "question.choices.text")]
    endings: [String; 3],
    #[example(target)]
    answer: usize,
}

#[derive(Example)]
#[example(task = Related)]
struct Pointed {
    words: Vec<String>,
    #[example(given, word)]
    subject: usize,
    #[example(given = "kind")]
    numbers: [f32; 2],
    #[example(target, column = "is")]
    related: RelatedLabel,
}

#[derive(Example)]
#[example(task = Tree)]
struct Sentence {
    words: Vec<String>,
    #[example(target = "arc")]
    heads: Vec<usize>,
    #[example(target = "relation")]
    relations: Option<Vec<(usize, usize, TreeRelation)>>,
}

#[derive(Example)]
#[example(task = Both)]
struct Marked {
    words: Vec<String>,
    #[example(target = "mood")]
    mood: Option<SentimentLabel>,
    #[example(target = "tags", column = "slots")]
    tags: Vec<TagsLabel>,
}

#[derive(Example)]
#[example(task = Answer)]
struct Asked {
    #[example(first)]
    question: String,
    #[example(second)]
    context: String,
    #[example(target)]
    answer: Option<AnswerChars>,
}

/// The inputs and targets of the rows of a text.
fn pairs<E: TaskExample>(rows: &Rows) -> Vec<(<E::Task as Task>::Input, E::Target)> {
    rows.examples::<E>().unwrap().into_pairs()
}

fn named(target: impl IntoTargets) -> Vec<(Cow<'static, str>, Target)> {
    target.into_targets()
}

fn at(name: &'static str, target: Target) -> (Cow<'static, str>, Target) {
    (name.into(), target)
}

fn told<E: TaskExample>(rows: &Rows) -> String {
    rows.examples::<E>().map(|_| ()).map_err(|error: Error| error.to_string()).unwrap_err()
}

#[test]
fn columns_become_a_text_and_a_label() {
    let rows = Rows::parse("a.tsv", "sentence\tlabel\na gem\tpositive\nno fun\t0\n", &Delimited::tsv()).unwrap();
    assert_eq!(pairs::<Review>(&rows), [(Text::from("a gem"), SentimentLabel::Positive), (Text::from("no fun"), SentimentLabel::Negative)]);
    let rows = Rows::parse("a.tsv", "sentence\tlabel\na gem\tgood\nno fun\t2\nx\t1\n", &Delimited::tsv()).unwrap();
    let told = told::<Review>(&rows);
    assert!(
        told.starts_with("2 faults in the data:\n  a.tsv:2:7: `label`: one of the labels") && told.contains("a.tsv:3:8: `label`:"),
        "{told}"
    );
}

#[test]
fn one_label_is_warned_of_and_no_row_is_an_error() {
    let rows = |text: &str| Rows::parse("a.tsv", text, &Delimited::tsv()).unwrap();
    let examples = rows("sentence\tlabel\na\t1\n").examples::<Review>().unwrap();
    assert_eq!(examples.warnings(), [Warning::OneLabel { target: "labels".to_owned(), label: "positive".to_owned() }]);
    assert!(told::<Review>(&rows("sentence\tlabel\n")).contains("there are no examples in a.tsv"));
    assert!(
        told::<Review>(&rows("sentence\tmood\na\t1\n"))
            .contains("a.tsv:2: `label`: there is no such field: the row has `sentence`, `mood`")
    );
}

#[test]
fn pairs_and_sets_and_choices() {
    let rows = Rows::parse("a.tsv", "sentence1\tsentence2\tscore\na\tb\t3.8\n", &Delimited::tsv()).unwrap();
    assert_eq!(pairs::<Pair>(&rows), [(Text::from(("a", "b")), 3.8)]);
    let rows = Rows::parse("a.jsonl", r#"{"text": "a", "labels": ["5 stars", 0]}"#, &JsonLines::new()).unwrap();
    assert_eq!(named(pairs::<Comment>(&rows).remove(0).1), [at("labels", Target::Numbers(vec![1.0, 0.0, 1.0]))]);
    let sets = |labels: &str| {
        let rows = Rows::parse("a.csv", format!("text,labels\na,\"{labels}\"\n"), &Delimited::csv()).unwrap();
        named(pairs::<Comment>(&rows).remove(0).1)
    };
    for labels in ["5 stars, joy", "joy,5 stars", "0 2", "joy 2"] {
        assert_eq!(sets(labels), [at("labels", Target::Numbers(vec![1.0, 0.0, 1.0]))], "{labels}");
    }
    assert_eq!(sets("5 stars"), [at("labels", Target::Numbers(vec![0.0, 0.0, 1.0]))]);
    assert_eq!(sets(""), [at("labels", Target::Numbers(vec![0.0, 0.0, 0.0]))]);
    let rows = Rows::parse("a.csv", "text,labels\na,\"joy, pity\"\n", &Delimited::csv()).unwrap();
    assert!(told::<Comment>(&rows).contains("a.csv:2:") && told::<Comment>(&rows).contains("item 1: one of the labels"));
    let line = r#"{"question": {"stem": "s", "choices": [{"text": "x"}, {"text": "y"}, {"text": "z"}]}, "answer": 2}"#;
    let rows = Rows::parse("a.jsonl", line, &JsonLines::new()).unwrap();
    assert_eq!(pairs::<Question>(&rows), [(Choices::from(("s", ["x", "y", "z"])), 2)]);
    let rows = Rows::parse("a.jsonl", line.replace("2}", "3}"), &JsonLines::new()).unwrap();
    assert!(told::<Question>(&rows).contains("a.jsonl:1: `labels`: there is no choice 3: there are 3"));
}

#[test]
fn what_is_given_comes_with_the_text() {
    let rows = Rows::parse("a.csv", "words,subject,numbers,is\na man,1,0.5 2,yes\n", &Delimited::csv()).unwrap();
    let (input, label) = pairs::<Pointed>(&rows).remove(0);
    assert_eq!((input.texts()[0].first(), label), (&Segment::from(["a", "man"]), RelatedLabel::Yes));
    assert_eq!((input.positions(), input.numbers()), (vec![("subject", Position::Word(1))], vec![("kind", &[0.5, 2.0][..])]));
}

#[test]
fn outputs_have_targets_by_their_names() {
    let text = "1\tIt\t_\t_\t_\t_\t2\tnsubj\t_\t_\n2\tis\t_\t_\t_\t_\t0\troot\t_\t_\n";
    let rows = Rows::parse("a.conllu", text, &Conllu::new()).unwrap();
    let targets = named(pairs::<Sentence>(&rows).remove(0).1);
    assert_eq!(targets[0], at("labels.arc", Target::WordParents(vec![Some(1), Some(1)])));
    assert_eq!(targets[1], at("labels.relation", Target::WordPairs(vec![(0, 1, 1), (1, 1, 0)])));
    let rows = Rows::parse("a.csv", "words,mood,slots\na b,,O B\nc,positive,I\nd,1,O O\n", &Delimited::csv()).unwrap();
    assert!(told::<Marked>(&rows).contains("a.csv:4: `labels.tags`: there are 2 entries for 1 words"));
    let all: Vec<_> = pairs::<Marked>(&rows.filter(|row| row.place().line < 4)).into_iter().map(|(_, target)| named(target)).collect();
    assert_eq!(all[0], [at("labels.tags", Target::Words(vec![Some(0), Some(1)]))]);
    assert_eq!(all[1].len(), 2);
}

#[test]
fn answers_are_characters() {
    let text = r#"{"data": [{"title": "", "paragraphs": [{"context": "Zoë eats.", "qas": [
        {"id": "1", "question": "Who?", "answers": [{"text": "Zoë", "answer_start": 0}]}, {"id": "2", "question": "Why?", "answers": []}]}]}]}"#;
    let all = pairs::<Asked>(&Rows::parse("a.json", text, &Squad::new()).unwrap());
    assert_eq!(all[0].0, Text::from(("Who?", "Zoë eats.")));
    let end = |chars, last| Target::Answer(AnswerEnd { chars, last, or_cls: true });
    assert_eq!(named(all[0].1.clone()), [at("labels.start", end(Some(0..3), false)), at("labels.end", end(Some(0..3), true))]);
    assert_eq!(named(all[1].1.clone())[0].1, end(None, false));
}

#[test]
fn real_files_are_examples_of_tasks() {
    let Some(data) = shared("data") else { return };
    let open = |file: &str| Rows::open(data.join(file), &Delimited::tsv()).unwrap();
    let reviews = open("sst2/train.tsv").examples::<Review>().unwrap();
    let positive = reviews.iter().filter(|(_, label)| *label == SentimentLabel::Positive).count();
    assert_eq!((reviews.len(), positive, reviews.warnings().len()), (67349, 37569, 0));
    assert_eq!(open("stsb/dev.tsv").examples::<Pair>().unwrap().len(), 1500);
    let squad = Rows::open(data.join("squad_dev/dev-v1.1.json"), &Squad::new()).unwrap();
    assert_eq!(squad.examples::<Asked>().unwrap().len(), 10570);
    let atis = Parallel::new().words("words", data.join("atis/dev.seq.in")).words("slots", data.join("atis/dev.seq.out"));
    let told = told::<Marked>(&atis.open().unwrap());
    assert!(told.contains("faults in the data") && told.contains("dev.seq.out:1: `slots`: item 5: one of the labels"), "{told}");
}
