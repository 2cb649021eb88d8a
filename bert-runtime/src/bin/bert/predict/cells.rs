//! A prediction as the cells of a row.

use bert_runtime::decode::Decoded;
use bert_runtime::interpret::{DynamicAnswer, DynamicPrediction};
use serde_json::Value as Json;

/// The names of the columns and what stands in them, for all outputs.
pub fn cells(prediction: &DynamicPrediction) -> Vec<(String, String)> {
    let alone = prediction.answers().len() == 1;
    let named = |answer: &DynamicAnswer| {
        let output = answer.output.clone();
        let name = move |column: &str| if alone { column.to_owned() } else { format!("{output}.{column}") };
        of(answer).into_iter().map(move |(column, value)| (name(column), value)).collect::<Vec<_>>()
    };
    prediction.answers().iter().flat_map(named).collect()
}

fn of(answer: &DynamicAnswer) -> Vec<(&'static str, String)> {
    let label = |index: &usize| answer.labels.names().get(*index).cloned().unwrap_or_else(|| index.to_string());
    match &answer.decoded {
        Decoded::Class { best, scores } => vec![("label", label(best)), ("score", score(scores.get(*best).copied().unwrap_or(0.0)))],
        Decoded::Labels { above, .. } => vec![("labels", above.iter().map(label).collect::<Vec<_>>().join(", "))],
        Decoded::Number(number) => vec![("value", number.to_string())],
        Decoded::Rank { rank, .. } => vec![("rank", label(rank))],
        Decoded::Entities { .. } => vec![("entities", entities(answer))],
        Decoded::Answers(answers) | Decoded::PossibleAnswers { answers, .. } => best_answer(answers, &answer.decoded),
        Decoded::Masked(tokens) => {
            let words = tokens.iter().map(|masked| {
                let likeliest = masked.candidates.iter().map(|word| format!("{} {}", word.token, score(word.score)));
                likeliest.collect::<Vec<_>>().join(", ")
            });
            vec![("words", words.collect::<Vec<_>>().join("; "))]
        }
        Decoded::Embedding(vector) => vec![("vector", json(vector))],
        _ => vec![("prediction", json(answer))],
    }
}

fn score(score: f32) -> String {
    format!("{score:.4}")
}

fn json(value: &impl serde::Serialize) -> String {
    serde_json::to_string(value).unwrap_or_default()
}

/// Names with their kinds, as they are written.
fn entities(answer: &DynamicAnswer) -> String {
    let value = serde_json::to_value(answer).unwrap_or_default();
    let text = |entity: &Json, key: &str| entity.get(key).and_then(Json::as_str).unwrap_or_default().to_owned();
    let found = value.get("entities").and_then(Json::as_array).map(Vec::as_slice).unwrap_or_default();
    found.iter().map(|entity| format!("{}: {}", text(entity, "kind"), text(entity, "text"))).collect::<Vec<_>>().join("; ")
}

/// The likeliest answer, and its score; nothing where none is likelier than each.
fn best_answer(answers: &[bert_runtime::decode::Answer], decoded: &Decoded) -> Vec<(&'static str, String)> {
    let none = match decoded {
        Decoded::PossibleAnswers { no_answer, .. } => Some(*no_answer),
        _ => None,
    };
    let best = answers.first().filter(|best| none.is_none_or(|none| best.score >= none));
    match best {
        Some(best) => vec![("answer", best.text.clone()), ("score", score(best.score))],
        None => vec![("answer", String::new()), ("score", score(none.unwrap_or(0.0)))],
    }
}
