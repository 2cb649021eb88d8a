//! A long text in windows: what each window says by itself, cut and put together by hand.

use std::ops::Range;

use bert_runtime::encoder::Batch;
use bert_runtime::text::{Encoding, Windows};
use bert_runtime::{Bert, BertFor, BertOptions, Context, Head, Label, Task, Tensor, Text, head};
use candle_core::{DType, Device};
use tests::folders::Copy;
use tests::heads::*;
use tests::numbers::furthest;
use tests::samples::fresh_with;

head! {
    /// Three numbers a token.
    pub head Vectors {
        input tokens;
        classifier: linear hidden -> 3;
    }

    /// Three numbers a word.
    pub head WordVectors {
        input words mean;
        classifier: linear hidden -> 3;
    }

    /// Names, by a chain.
    pub head Names {
        labels "O", "B-PER", "I-PER", "B-LOC", "I-LOC";
        input tokens;
        classifier: linear hidden -> labels;
        crf;
        loss crf;
    }

    /// An answer, if there is one.
    pub head PossibleAnswer {
        input tokens;
        qa_outputs: linear hidden -> 2;
        split start, end;
        loss span;
        decode span max_len=4, best=3, no_answer;
    }

    /// How a token relates to its text.
    pub head Relation {
        given place: position;
        labels 3;
        input tokens;
        at place;
        classifier: linear hidden -> labels;
        loss cross_entropy;
    }
}

/// How texts are cut in a test: the longest sequence, and the overlap.
#[derive(Debug, Clone, Copy)]
struct Cut {
    length: usize,
    overlap: usize,
}

impl Cut {
    fn options(self) -> BertOptions {
        Bert::options().max_length(self.length).windows(Windows::overlapping(self.overlap))
    }

    fn fresh<T: Task>(self) -> BertFor<T> {
        fresh_with(&self.options())
    }

    /// The parts of a text of so many tokens, by looking at every place: `border` says whether words part there.
    fn parts(self, length: usize, around: usize, border: &dyn Fn(usize) -> bool) -> Vec<Range<usize>> {
        let room = self.length - around;
        let mut parts: Vec<Range<usize>> = Vec::new();
        while parts.last().is_none_or(|last| last.end < length) {
            let last = parts.last().cloned().unwrap_or(0..0);
            let next = (last.end + 1..=length).find(|&at| border(at)).unwrap();
            let holds_next = |&start: &usize| next - start <= room || next - last.end > room;
            let starts: Vec<usize> = (last.start + 1..=last.end).filter(holds_next).collect();
            let enough = starts.iter().rfind(|&&start| border(start) && start + self.overlap <= last.end);
            let between = enough.or_else(|| starts.iter().find(|&&start| border(start)));
            let inside = || starts.iter().copied().rfind(|start| start + self.overlap <= last.end).or(starts.first().copied());
            let start = between.copied().or_else(inside).unwrap_or(0);
            let end = (last.end + 1..=length.min(start + room)).rfind(|&at| border(at)).unwrap_or(start + room);
            parts.push(start..end);
        }
        parts
    }
}

/// The outputs of every window of a text, each read alone.
struct Naive {
    whole: Encoding,
    /// The tokens of each window that move, by their numbers in the whole.
    parts: Vec<Range<usize>>,
    /// What moves.
    moving: Range<usize>,
    /// `[window][output]`, a row a token of the window.
    outputs: Vec<Vec<Tensor>>,
}

impl Naive {
    fn read<T: Task>(model: &BertFor<T>, cut: Cut, text: &Text) -> Self {
        let whole = model.bert().tokenizer().unwrap().encode(text, usize::MAX).unwrap();
        let pieces = whole.pieces();
        let is_moving = |token: &usize| pieces[*token].sequence == Some(whole.sequences() - 1);
        let tokens: Vec<usize> = (0..whole.len()).filter(is_moving).collect();
        let moving = tokens[0]..tokens[0] + tokens.len();
        let border = |at: usize| at == 0 || at == tokens.len() || pieces[tokens[at]].word != pieces[tokens[at - 1]].word;
        let parts = cut.parts(tokens.len(), whole.len() - tokens.len(), &border);
        let parts: Vec<_> = parts.into_iter().map(|part| part.start + moving.start..part.end + moving.start).collect();
        let mut naive = Self { whole, parts, moving, outputs: Vec::new() };
        naive.outputs = naive.parts.iter().map(|part| naive.window(model, part)).collect();
        naive
    }

    fn window<T: Task>(&self, model: &BertFor<T>, part: &Range<usize>) -> Vec<Tensor> {
        let tokens = || (0..self.moving.start).chain(part.clone()).chain(self.moving.end..self.whole.len());
        let pick = |all: Vec<u32>| vec![tokens().map(|token| all[token]).collect::<Vec<_>>()];
        let mask = vec![vec![1; tokens().count()]];
        let batch = Batch::from_padded(&pick(self.whole.ids()), &mask, &pick(self.whole.types())).unwrap();
        let outputs = model.outputs(&Context::evaluation(), &batch).unwrap();
        outputs.iter().map(|output| output.tensor().to_dtype(DType::F32).unwrap()).collect()
    }

    /// The window in which a token has most context, and the token's row there.
    fn place(&self, token: usize) -> (usize, usize) {
        let last = self.parts.len() - 1;
        if token < self.moving.start {
            return (0, token);
        }
        if token >= self.moving.end {
            return (last, self.moving.start + self.parts[last].len() + token - self.moving.end);
        }
        let context = |window: &usize| {
            let part = &self.parts[*window];
            std::cmp::Reverse((token - part.start).min(part.end - 1 - token))
        };
        let best = (0..self.parts.len()).filter(|&window| self.parts[window].contains(&token)).min_by_key(context).unwrap();
        (best, self.moving.start + token - self.parts[best].start)
    }

    /// The row of a token in an output of the whole text.
    fn row(&self, output: usize, token: usize) -> Vec<f32> {
        let (window, row) = self.place(token);
        self.outputs[window][output].get(row).unwrap().flatten_all().unwrap().to_vec1().unwrap()
    }

    /// All rows of an output that has three numbers a token.
    fn rows(&self, output: usize) -> Tensor {
        let rows: Vec<f32> = (0..self.whole.len()).flat_map(|token| self.row(output, token)).collect();
        let width = rows.len() / self.whole.len();
        Tensor::from_vec(rows, (self.whole.len(), width), &Device::Cpu).unwrap()
    }
}

/// Plain words, words of several pieces, and one that is longer than a window, with letters of several bytes.
fn text(words: usize) -> String {
    let some = ["the", "Zürich", "afternoon", "東京", "unaffordable", "and", "naïve", "bank.", "qxzw", "bread"];
    let long = "zq".repeat(30);
    let word = |number: usize| if number % 97 == 40 { long.clone() } else { some[(number * number + number / 7) % some.len()].to_owned() };
    (0..words).map(word).collect::<Vec<_>>().join(" ")
}

const CUTS: [Cut; 6] = [
    Cut { length: 32, overlap: 16 },
    Cut { length: 32, overlap: 0 },
    Cut { length: 32, overlap: 29 },
    Cut { length: 128, overlap: 64 },
    Cut { length: 5, overlap: 2 },
    Cut { length: 3, overlap: 0 },
];

#[test]
fn each_token_is_read_where_it_has_most_context() {
    for cut in CUTS {
        let model = cut.fresh::<Vectors>();
        for words in [1, 10, 60, 150] {
            let naive = Naive::read(&model, cut, &text(words).into());
            let answer = model.predict(text(words)).unwrap();
            assert_eq!((answer.windows(), answer.truncation()), (naive.parts.len(), None), "{words} words, {cut:?}");
            assert!(furthest(&answer, &naive.rows(0)) < 1e-5, "{words} words, {cut:?}");
        }
    }
}

#[test]
fn a_text_has_windows_from_one_token_more_than_is_read_at_once() {
    let cut = Cut { length: 32, overlap: 16 };
    let model = cut.fresh::<Vectors>();
    for (words, windows) in [(29, 1), (30, 1), (31, 2), (44, 2), (45, 3)] {
        let text = vec!["bread"; words];
        let answer = model.predict(&text).unwrap();
        assert_eq!((answer.windows(), answer.truncation(), answer.dims()), (windows, None, &[words + 2, 3][..]));
        assert!(furthest(&answer, &Naive::read(&model, cut, &text.into()).rows(0)) < 1e-5, "{words} words");
    }
}

#[test]
fn in_a_pair_the_second_text_moves_and_the_first_is_whole_in_each_window() {
    let cut = Cut { length: 32, overlap: 8 };
    let model = cut.fresh::<Vectors>();
    for words in [3, 12, 20] {
        let pair = Text::pair(vec!["who"; words], text(60));
        let (answer, naive) = (model.predict(pair.clone()).unwrap(), Naive::read(&model, cut, &pair));
        assert_eq!((answer.windows(), answer.truncation()), (naive.parts.len(), None));
        assert!(naive.parts.len() > 3 && furthest(&answer, &naive.rows(0)) < 1e-5, "{words} words");
    }
    for words in [21, 29, 40] {
        let cut = model.predict(Text::pair(vec!["who"; words], text(60))).unwrap();
        assert_eq!((cut.windows(), cut.truncation().unwrap().kept, cut.dims()[0]), (1, 32, 32), "{words} words leave no room");
    }
}

#[test]
fn words_are_read_in_the_window_that_holds_most_around_their_start() {
    let cut = Cut { length: 32, overlap: 10 };
    let model = cut.fresh::<WordVectors>();
    let words: Vec<String> = text(39).split(' ').map(str::to_owned).collect();
    let pieces = |words: &[String]| model.bert().tokenizer().unwrap().encode(&words.into(), usize::MAX).unwrap().len() - 2;
    let starts: Vec<usize> = (0..=words.len()).map(|word| pieces(&words[..word])).collect();
    let parts = cut.parts(starts[words.len()], 2, &|at| starts.contains(&at));
    let number = |at: usize| starts.iter().position(|&start| start == at).unwrap();
    let alone: Vec<Tensor> =
        parts.iter().map(|part| model.predict(&words[number(part.start)..number(part.end)]).unwrap().into_inner()).collect();
    let answer = model.predict(&words).unwrap();
    assert_eq!((answer.windows(), answer.dims()), (parts.len(), &[words.len(), 3][..]));
    for (word, &start) in starts[..words.len()].iter().enumerate() {
        let context = |window: &usize| std::cmp::Reverse((start - parts[*window].start).min(parts[*window].end - 1 - start));
        let best = (0..parts.len()).filter(|&window| parts[window].contains(&start)).min_by_key(context).unwrap();
        let expected = alone[best].get(word - number(parts[best].start)).unwrap();
        assert!(furthest(&answer.get(word).unwrap(), &expected) < 1e-5, "word {word}");
    }
}

#[test]
fn a_word_longer_than_a_window_is_one_word() {
    let long = "zq".repeat(49);
    let text = ["bread", &long, "bank"];
    for overlap in [0, 10] {
        let cut = Cut { length: 32, overlap };
        let (words, tokens) = (cut.fresh::<WordVectors>().predict(text).unwrap(), cut.fresh::<Vectors>().predict(text).unwrap());
        assert!(words.windows() > 4 && words.dims() == [3, 3] && tokens.dims() == [102, 3], "{words:?}");
        for (word, token) in [(0, 1), (2, 100)] {
            assert!(furthest(&words.get(word).unwrap(), &tokens.get(token).unwrap()) < 1e-5, "word {word}");
        }
    }
}

#[test]
fn tags_are_those_of_the_joined_rows_and_entities_cross_borders() {
    let cut = Cut { length: 32, overlap: 4 };
    let model = cut.fresh::<Ner>();
    let text = text(150);
    let (answer, naive) = (model.predict(&text).unwrap(), Naive::read(&model, cut, &Text::from(&text)));
    let firsts: Vec<usize> = naive.whole.first_pieces().collect();
    assert_eq!(answer.words.iter().map(|word| word.token).collect::<Vec<_>>(), firsts);
    for word in answer.words.iter() {
        let row = naive.row(0, word.token);
        let best = (0..row.len()).max_by(|&a, &b| row[a].total_cmp(&row[b])).unwrap();
        assert_eq!(word.value.label.index(), best);
        assert_eq!(word.text, text.chars().skip(word.chars.start).take(word.chars.len()).collect::<String>());
    }
    for entity in &answer.entities {
        assert_eq!(entity.text, text.chars().skip(entity.chars.start).take(entity.chars.len()).collect::<String>());
    }
    let joins = |two: &&[_]| -> bool { continues(two) };
    let words: Vec<&str> = answer.words.iter().map(|word| NerLabel::NAMES[word.value.label.index()]).collect();
    assert_eq!(answer.entities.len(), words.iter().filter(|name| **name != "O").count() - words.windows(2).filter(joins).count());
}

/// Whether the second label goes on with the entity of the first.
fn continues(two: &[&str]) -> bool {
    two[1].strip_prefix("I-").is_some_and(|kind| two[0].strip_prefix("B-").or(two[0].strip_prefix("I-")) == Some(kind))
}

#[test]
fn one_possible_path_runs_through_ten_thousand_words() {
    let cut = Cut { length: 128, overlap: 32 };
    let model = cut.fresh::<Names>();
    let text = text(10_000);
    let answer = model.predict(&text).unwrap();
    assert!(answer.windows() > 100 && answer.truncation().is_none());
    let chars: Vec<char> = text.chars().collect();
    for word in answer.words.iter() {
        assert_eq!(word.text.chars().collect::<Vec<_>>(), chars[word.chars.clone()]);
    }
    let whole = model.bert().tokenizer().unwrap().encode(&Text::from(&text), usize::MAX).unwrap();
    assert_eq!(answer.words.iter().map(|word| word.token).collect::<Vec<_>>(), whole.first_pieces().collect::<Vec<_>>());
    let names: Vec<&str> = answer.words.iter().map(|word| NamesLabel::NAMES[word.value.label.index()]).collect();
    let impossible = |two: &&[&str]| two[1].starts_with("I-") && !continues(two);
    assert!(names.iter().filter(|name| name.starts_with("I-")).count() > 100, "the text has no entities that could break");
    assert_eq!(names.windows(2).filter(impossible).count(), 0);
}

fn softmax(scores: &[f32]) -> Vec<f32> {
    let highest = scores.iter().copied().fold(f32::MIN, f32::max);
    let sum: f32 = scores.iter().map(|score| (score - highest).exp()).sum();
    scores.iter().map(|score| (score - highest).exp() / sum).collect()
}

#[test]
fn an_answer_is_the_best_of_the_whole_text_and_none_where_every_window_has_none() {
    let cut = Cut { length: 32, overlap: 8 };
    let model = cut.fresh::<PossibleAnswer>();
    for words in [40, 90] {
        let pair = Text::pair("who has bread?", text(words));
        let (answer, naive) = (model.predict(pair.clone()).unwrap(), Naive::read(&model, cut, &pair));
        let cls = |window: &Vec<Tensor>| [0, 1].map(|output: usize| window[output].get(0).unwrap().to_scalar::<f32>().unwrap());
        let null = naive.outputs.iter().map(cls).min_by(|a, b| (a[0] + a[1]).total_cmp(&(b[0] + b[1]))).unwrap();
        let scores = |output: usize| {
            let context = naive.moving.clone().map(|token| naive.row(output, token)[0]);
            softmax(&std::iter::once(null[output]).chain(context).collect::<Vec<_>>())
        };
        let (start, end) = (scores(0), scores(1));
        let spans = (1..start.len()).flat_map(|from| (from..(from + 4).min(end.len())).map(move |to| (from, to)));
        let score = |span: (usize, usize)| start[span.0] * end[span.1];
        let best = spans.reduce(|best, other| if score(other) > score(best) { other } else { best }).unwrap();
        let found = &answer.answers[0];
        assert_eq!(found.tokens, naive.moving.start + best.0 - 1..naive.moving.start + best.1);
        assert!((found.score - score(best)).abs() < 1e-6);
        assert!((answer.no_answer - start[0] * end[0]).abs() < 1e-6, "{} and {}", answer.no_answer, start[0] * end[0]);
        assert_eq!(found.text, text(words).chars().skip(found.chars.start).take(found.chars.len()).collect::<String>());
    }
}

#[test]
fn masks_are_filled_in_every_window() {
    let cut = Cut { length: 32, overlap: 8 };
    let model = cut.fresh::<MaskedLm>();
    let words: Vec<&str> = (0..100).map(|word| if [3, 28, 29, 70, 99].contains(&word) { "[MASK]" } else { "bread" }).collect();
    let text = words.join(" ");
    let (answer, naive) = (model.predict(&text).unwrap(), Naive::read(&model, cut, &Text::from(&text)));
    assert_eq!(answer.iter().map(|mask| mask.position).collect::<Vec<_>>(), [4, 29, 30, 71, 100]);
    for mask in answer.iter() {
        let scores = softmax(&naive.row(0, mask.position));
        let best = (0..scores.len()).max_by(|&a, &b| scores[a].total_cmp(&scores[b])).unwrap();
        assert_eq!(mask.candidates[0].id as usize, best);
        assert!((mask.candidates[0].score - scores[best]).abs() < 1e-6);
    }
    assert!(model.predict(words.join(" ").replace("[MASK]", "and")).unwrap().is_empty());
}

#[test]
fn each_of_several_heads_gets_what_is_right_for_it() {
    let folder = Copy::of_tiny_bert();
    let bert = Cut { length: 32, overlap: 8 }.options().open(folder.path(), &Device::Cpu).unwrap();
    let (ner, alike, mood) = (bert.fresh::<Ner>(1).unwrap(), bert.fresh::<Similarity>(2).unwrap(), bert.fresh::<Emotions>(3).unwrap());
    let texts = [text(4), text(80), text(2), text(50)];
    let together = bert.predict_many_with((&alike, &ner, &mood), &texts).unwrap();
    for (text, together) in texts.iter().zip(together) {
        let alone = (alike.predict(text).unwrap(), ner.predict(text).unwrap(), mood.predict(text).unwrap());
        assert_eq!((together.windows(), together.truncation()), (alone.1.windows(), alone.0.truncation()));
        assert_eq!((alone.0.windows(), alone.1.truncation()), (1, None));
        let expected = (alone.0.into_inner(), alone.1.into_inner(), alone.2.into_inner());
        assert!(tests::numbers::alike(&together.into_inner(), &expected, 1e-6));
    }
}

#[test]
fn windows_do_not_depend_on_the_batch() {
    let texts = [text(70), text(3), text(200), text(40)];
    let ask = |batch_tokens: usize| {
        let model = fresh_with::<Ner>(&Cut { length: 32, overlap: 8 }.options().batch_tokens(batch_tokens));
        format!("{:?}", model.predict_many(&texts).unwrap())
    };
    assert!(ask(1) == ask(90) && ask(1) == ask(2048));
}

#[test]
fn what_is_of_the_whole_text_is_cut_and_says_so() {
    let long = Cut { length: 32, overlap: 8 }.fresh::<Emotions>().predict(text(80)).unwrap();
    assert_eq!((long.windows(), long.truncation().unwrap().kept), (1, 32));
    let off = fresh_with::<Ner>(&Bert::options().max_length(32).windows(Windows::off())).predict(text(80)).unwrap();
    assert_eq!((off.windows(), off.truncation().unwrap().kept), (1, 32));
}

fn windowed<T: Task>() -> Option<Vec<usize>> {
    fresh_with::<T>(&Bert::options()).head().windowed()
}

#[test]
fn a_head_joins_windows_where_every_output_has_one_row_a_token() {
    for counts in [windowed::<Ner>(), windowed::<MaskedLm>(), windowed::<Names>(), windowed::<Vectors>(), windowed::<WordVectors>()] {
        assert_eq!(counts, Some(vec![1]));
    }
    assert_eq!([windowed::<QuestionAnswering>(), windowed::<PossibleAnswer>()], [Some(vec![2]), Some(vec![2])]);
    for counts in [windowed::<PreTraining>(), windowed::<Emotions>(), windowed::<MultipleChoice>(), windowed::<Relation>()] {
        assert_eq!(counts, None);
    }
}

#[test]
fn an_overlap_that_is_too_large_is_refused_with_the_largest() {
    let folder = Copy::of_tiny_bert();
    let open = |overlap| Cut { length: 32, overlap }.options().open(folder.path(), &Device::Cpu);
    let error = open(30).unwrap_err();
    assert_eq!(error.kind(), bert_runtime::ErrorKind::Input);
    assert!(error.to_string().contains("Give 29 at most"), "{error}");
    assert!(open(29).is_ok());
}
