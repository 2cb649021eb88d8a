//! Every metric against the numbers of an independent implementation, which `make.py` writes.
#![allow(clippy::type_complexity)]

use serde_json::Value as Json;

use crate::metrics::*;

const TOLERANCE: f64 = 1e-9;

/// The cases of all families, each compared by its own rule.
#[test]
fn metrics_are_those_of_independent_implementations() {
    let all: Json = serde_json::from_str(include_str!("expected.json")).unwrap();
    let families: [(&str, fn(&Json) -> Vec<(String, f64)>); 8] = [
        ("classification", classification),
        ("multi_label", multi_label),
        ("correlation", correlation),
        ("entities", entities),
        ("parsing", parsing),
        ("ranks", rank_scores),
        ("language", language),
        ("retrieval", retrieval),
    ];
    let mut count = all["answers"].as_array().unwrap().iter().inspect(|case| check_answer(case)).count();
    for (family, found) in families {
        for (number, case) in all[family].as_array().unwrap().iter().enumerate() {
            check(&format!("{family} {number}"), &case["expected"], &found(case));
            count += 1;
        }
    }
    println!("metrics {count}/{}", all.as_object().unwrap().values().map(|cases| cases.as_array().unwrap().len()).sum::<usize>());
}

/// Every number that is expected is found.
fn check(case: &str, expected: &Json, found: &[(String, f64)]) {
    for (name, expected) in expected.as_object().unwrap().iter().filter(|(_, expected)| expected.is_number()) {
        let found = found.iter().find(|(known, _)| known == name).unwrap_or_else(|| panic!("{case}: nothing gives {name}")).1;
        let expected = expected.as_f64().unwrap();
        assert!((found - expected).abs() <= TOLERANCE * expected.abs().max(1.0), "{case}, {name}: {found} for {expected}");
    }
}

fn numbers(list: &Json) -> Vec<f64> {
    list.as_array().unwrap().iter().map(|number| number.as_f64().unwrap()).collect()
}

fn classes(list: &Json) -> Vec<usize> {
    list.as_array().unwrap().iter().map(|number| number.as_u64().unwrap() as usize).collect()
}

fn flags(list: &Json) -> Vec<bool> {
    classes(list).into_iter().map(|flag| flag == 1).collect()
}

fn strings(list: &Json) -> Vec<String> {
    list.as_array().unwrap().iter().map(|text| text.as_str().unwrap().to_owned()).collect()
}

fn two<'a, T>(case: &'a Json, read: impl Fn(&'a Json) -> T + 'a) -> impl Iterator<Item = (T, T)> + 'a {
    let lists = [&case["wanted"], &case["predicted"]].map(|list| list.as_array().unwrap());
    lists[0].iter().zip(lists[1]).map(move |(wanted, predicted)| (read(wanted), read(predicted)))
}

fn named(list: Vec<(&str, f64)>) -> Vec<(String, f64)> {
    list.into_iter().map(|(name, number)| (name.to_owned(), number)).collect()
}

fn three(name: &str, counts: Counts) -> Vec<(String, f64)> {
    let all = [("precision", counts.precision()), ("recall", counts.recall()), ("f1", counts.f1())];
    all.into_iter().map(|(part, number)| (format!("{name}{part}"), number)).collect()
}

fn classification(case: &Json) -> Vec<(String, f64)> {
    let confusion: Confusion = classes(&case["wanted"]).into_iter().zip(classes(&case["predicted"])).collect();
    let mut all = named(vec![
        ("accuracy", confusion.accuracy().unwrap()),
        ("matthews", confusion.matthews().unwrap()),
        ("macro_precision", confusion.macro_precision().unwrap()),
        ("macro_recall", confusion.macro_recall().unwrap()),
        ("macro_f1", confusion.macro_f1().unwrap()),
    ]);
    all.extend(three("micro_", confusion.micro()));
    all.extend(three("binary_", confusion.of(1)));
    all
}

fn multi_label(case: &Json) -> Vec<(String, f64)> {
    let mut sets = MultiLabel::default();
    two(case, flags).for_each(|(wanted, predicted)| sets.add(&wanted, &predicted));
    named(vec![("accuracy", sets.accuracy().unwrap()), ("macro_f1", sets.macro_f1().unwrap()), ("micro_f1", sets.micro().f1())])
}

fn correlation(case: &Json) -> Vec<(String, f64)> {
    let (a, b) = (numbers(&case["a"]), numbers(&case["b"]));
    assert_eq!(ranks(&a), numbers(&case["expected"]["ranks"]));
    let mut distances = Distances::default();
    a.iter().zip(&b).for_each(|(a, b)| distances.add(*a, *b));
    named(vec![
        ("pearson", pearson(&a, &b).unwrap()),
        ("spearman", spearman(&a, &b).unwrap()),
        ("mae", distances.mean_absolute().unwrap()),
        ("mse", distances.mean_squared().unwrap()),
    ])
}

fn check_answer(case: &Json) {
    let (predicted, references, expected) = (case["predicted"].as_str().unwrap(), strings(&case["references"]), &case["expected"]);
    assert_eq!(normalised_answer(predicted), expected["normalised"].as_str().unwrap());
    let mut scores = AnswerScores::default();
    scores.add(predicted, &references);
    let found = named(vec![("exact", scores.exact_match().unwrap()), ("f1", scores.f1().unwrap())]);
    check(&format!("answer {predicted:?} to {references:?}"), expected, &found);
}

fn entities(case: &Json) -> Vec<(String, f64)> {
    let mut scores = EntityScores::default();
    two(case, strings).for_each(|(wanted, predicted)| scores.add(&wanted, &predicted));
    let kinds: Vec<(String, f64)> = scores.by_kind().iter().map(|(kind, counts)| (kind.clone(), counts.f1())).collect();
    check("kinds", &case["expected"]["kinds"], &kinds);
    let last = marked_entities(&strings(case["wanted"].as_array().unwrap().last().unwrap()));
    let last: Vec<Json> = last.into_iter().map(|(kind, places)| serde_json::json!([kind, places.start, places.end])).collect();
    assert_eq!(Json::from(last), case["expected"]["entities"]);
    three("", scores.micro())
}

fn parsing(case: &Json) -> Vec<(String, f64)> {
    let words = |name: &str| {
        let pair = |word: &Json| (classes(word)[0], classes(word)[1]);
        case[name].as_array().unwrap().iter().map(pair).collect::<Vec<_>>()
    };
    let (wanted, predicted) = (words("wanted"), words("predicted"));
    let (mut all, mut even) = (Attachment::default(), Attachment::default());
    all.add(&wanted, &predicted);
    even.add_where(&wanted, &predicted, |word| word % 2 == 0);
    named(vec![("uas", all.uas().unwrap()), ("las", all.las().unwrap()), ("las_of_even", even.las().unwrap())])
}

fn rank_scores(case: &Json) -> Vec<(String, f64)> {
    let mut scores = RankScores::default();
    classes(&case["wanted"]).into_iter().zip(classes(&case["predicted"])).for_each(|(wanted, predicted)| scores.add(wanted, predicted));
    named(vec![("accuracy", scores.accuracy().unwrap()), ("mae", scores.mean_absolute_error().unwrap())])
}

fn language(case: &Json) -> Vec<(String, f64)> {
    named(vec![("perplexity", perplexity(case["sum"].as_f64().unwrap(), case["count"].as_f64().unwrap()).unwrap())])
}

fn retrieval(case: &Json) -> Vec<(String, f64)> {
    let mut queries = Retrieval::default();
    for query in case["queries"].as_array().unwrap() {
        queries.add(&flags(&query["relevant"]), &numbers(&query["scores"]));
    }
    let recalls = [1, 3, 10].map(|k| (format!("recall_at_{k}"), queries.recall_at(k).unwrap()));
    let means = vec![("map", queries.mean_average_precision().unwrap()), ("mrr", queries.mean_reciprocal_rank().unwrap())];
    named(means).into_iter().chain(recalls).collect()
}
