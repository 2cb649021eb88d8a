//! Answers that may be none, against a search through all.

use super::*;

fn softmax(logits: &[f64]) -> Vec<f64> {
    let sum: f64 = logits.iter().map(|logit| logit.exp()).sum();
    logits.iter().map(|logit| logit.exp() / sum).collect()
}

#[test]
fn no_answer_is_what_cls_says_among_the_context() {
    let texts = encode(&[("who is eating?", "Zürich, a man").into()]);
    let (tokens, layout) = (texts[0].len(), layout(&texts));
    let context: Vec<usize> = (0..tokens).filter(|&token| texts[0].pieces()[token].sequence == Some(1)).collect();
    let reading = Reading::new(&texts);
    for seed in 0..40 {
        let draw = |which: u64, token: usize| ((seed * 31 + which * 17 + token as u64 * 7919) % 23) as f32 / 4.0 - 2.0;
        let [starts, ends] = [1, 2].map(|which| (0..tokens).map(|token| draw(which, token)).collect::<Vec<f32>>());
        let (x, y) = (column(Rows::Token, &layout, &starts), column(Rows::Token, &layout, &ends));
        let found: PossibleAnswers = one(decode_possible_span(&x, &y, 2, 500, &reading).unwrap());
        let open: Vec<usize> = std::iter::once(0).chain(context.iter().copied()).collect();
        let [p, q] = [&starts, &ends].map(|logits| softmax(&open.iter().map(|&token| f64::from(logits[token])).collect::<Vec<_>>()));
        assert!(close(found.no_answer, p[0] * q[0]));
        let all = (1..open.len()).flat_map(|from| (from..open.len().min(from + 2)).map(move |to| (from, to)));
        let mut scores: Vec<f64> = all.clone().map(|(from, to)| p[from] * q[to]).collect();
        scores.sort_by(|a, b| b.total_cmp(a));
        assert_eq!(found.answers.len(), scores.len());
        assert!(found.answers.iter().zip(&scores).all(|(answer, score)| close(answer.score, *score)));
        assert_eq!(found.best().is_some(), scores[0] as f32 > found.no_answer);
        for answer in found.answers.iter() {
            let (from, to) = (
                open.iter().position(|&token| token == answer.tokens.start),
                open.iter().position(|&token| token + 1 == answer.tokens.end),
            );
            assert!(close(answer.score, p[from.unwrap()] * q[to.unwrap()]));
        }
    }
}

#[test]
fn the_default_still_gives_an_answer_and_an_empty_context_none() {
    let texts = encode(&[("who?", "").into()]);
    let layout = layout(&texts);
    let zeros = column(Rows::Token, &layout, &vec![0.0; texts[0].len()]);
    let found: PossibleAnswers = one(decode_possible_span(&zeros, &zeros, 30, 3, &Reading::new(&texts)).unwrap());
    assert_eq!((found.best(), found.no_answer), (None, 1.0));

    let texts = encode(&[("who?", "a man").into()]);
    let layout = self::layout(&texts);
    let cls: Vec<f32> = (0..texts[0].len()).map(|token| if token == 0 { 9.0 } else { 0.0 }).collect();
    let peak = column(Rows::Token, &layout, &cls);
    let forced: Answers = one(decode_span(&peak, &peak, 30, 1, &Reading::new(&texts)).unwrap());
    let free: PossibleAnswers = one(decode_possible_span(&peak, &peak, 30, 1, &Reading::new(&texts)).unwrap());
    assert!(forced.best().is_some() && free.best().is_none() && !free.answers.is_empty());
    let (picked, _) = layout.select(&[vec![1, 2, 4, 5]]).unwrap();
    let without = column(Rows::Token, &Arc::new(picked), &[0.0; 4]);
    assert!(decode_possible_span(&without, &without, 30, 1, &Reading::new(&texts)).unwrap_err().to_string().contains("[CLS]"));
}
