"""Makes expected.json beside this file: cases for every metric, with the numbers of scikit-learn, SciPy and seqeval.

    python make.py

Needs numpy, scipy, scikit-learn and seqeval. What these lack (SQuAD's scores, attachment, reciprocal rank, recall, perplexity) is written
here from its definition. Every case has a seed of its own, so that a new run changes no byte.
"""

import collections
import json
import math
import pathlib
import re
import string
import warnings

import numpy
from scipy import stats
from seqeval import metrics as seqeval
from sklearn import metrics as sklearn

HERE = pathlib.Path(__file__).resolve().parent


def classification():
    cases = [([0], [0]), ([1], [0]), ([1, 1, 1], [1, 1, 1]), ([1, 1, 1], [0, 0, 0]), ([0, 1, 0, 1], [1, 1, 1, 1]), ([0, 2, 2], [2, 0, 5])]
    for seed, (classes, count) in enumerate([(2, 40), (2, 200), (3, 60), (5, 120), (30, 80), (400, 1000)]):
        random = numpy.random.default_rng(seed)
        wanted = random.integers(0, classes, count)
        predicted = numpy.where(random.random(count) < 0.6, wanted, random.integers(0, classes, count))
        cases.append((wanted.tolist(), predicted.tolist()))
    for wanted, predicted in cases:
        score = lambda name, average: getattr(sklearn, f"{name}_score")(wanted, predicted, average=average, zero_division=0)
        expected = {"accuracy": sklearn.accuracy_score(wanted, predicted), "matthews": sklearn.matthews_corrcoef(wanted, predicted)}
        expected |= {f"{average}_{name}": score(name, average) for average in ("macro", "micro") for name in ("precision", "recall", "f1")}
        if set(wanted) | set(predicted) <= {0, 1}:
            expected |= {f"binary_{name}": score(name, "binary") for name in ("precision", "recall", "f1")}
        yield {"wanted": wanted, "predicted": predicted}, expected


def multi_label():
    cases = [([[1]], [[1]]), ([[0, 0], [0, 0]], [[0, 0], [0, 0]]), ([[1, 0], [0, 1]], [[0, 0], [0, 0]]), ([[0, 0, 0]], [[1, 1, 1]])]
    for seed, (labels, count, share) in enumerate([(2, 30, 0.5), (4, 50, 0.3), (9, 70, 0.1), (28, 90, 0.05)]):
        random = numpy.random.default_rng(100 + seed)
        wanted = random.random((count, labels)) < share
        predicted = wanted ^ (random.random((count, labels)) < 0.1)
        cases.append((wanted.astype(int).tolist(), predicted.astype(int).tolist()))
    for wanted, predicted in cases:
        a, b = numpy.array(wanted), numpy.array(predicted)
        expected = {"accuracy": float((a == b).all(axis=1).mean())}
        if a.shape[1] > 1:
            expected["accuracy"] = sklearn.accuracy_score(a, b)
            expected |= {f"{average}_f1": sklearn.f1_score(a, b, average=average, zero_division=0) for average in ("macro", "micro")}
        yield {"wanted": wanted, "predicted": predicted}, expected


def correlation():
    cases = [([1, 2], [3, 1]), ([0, 0, 1], [5, 5, 6]), ([1, 1, 2, 2, 3, 3], [3, 1, 1, 2, 2, 3]), ([1e6 + 1, 1e6 + 2, 1e6 + 4], [1e-6, 3e-6, 2e-6])]
    for seed, count in enumerate([5, 50, 500]):
        random = numpy.random.default_rng(200 + seed)
        a = random.normal(size=count)
        cases.append((a.tolist(), (a + random.normal(size=count)).tolist()))
        rounded = random.integers(0, 6, count)
        cases.append((rounded.tolist(), (rounded + random.integers(0, 3, count)).tolist()))
    for a, b in cases:
        a, b = [float(x) for x in a], [float(x) for x in b]
        expected = {"pearson": stats.pearsonr(a, b)[0], "spearman": stats.spearmanr(a, b)[0], "ranks": stats.rankdata(a).tolist()}
        expected |= {"mae": sklearn.mean_absolute_error(a, b), "mse": sklearn.mean_squared_error(a, b)}
        yield {"a": a, "b": b}, expected


def squad_normalised(text):
    text = "".join(c for c in text.lower() if c not in string.punctuation)
    return " ".join(re.sub(r"\b(a|an|the)\b", " ", text).split())


def squad_f1(predicted, wanted):
    predicted, wanted = squad_normalised(predicted).split(), squad_normalised(wanted).split()
    if not predicted or not wanted:
        return float(predicted == wanted)
    same = sum((collections.Counter(predicted) & collections.Counter(wanted)).values())
    if same == 0:
        return 0.0
    precision, recall = same / len(predicted), same / len(wanted)
    return 2 * precision * recall / (precision + recall)


def answers():
    pairs = [
        ("the Eiffel Tower", ["Eiffel Tower"]), ("Paris, France.", ["paris france", "Paris"]), ("", [""]), ("", []), ("Paris", []), ("", ["Paris"]),
        ("the", ["a"]), ("the", []), ("The  U.S.\tArmy", ["US army"]), ("a–b an–the the_end", ["b end"]), ("Zürich İstanbul ΣΑΣ", ["zürich i̇stanbul σας"]),
        ("東京 the 京都", ["東京", "東京 京都"]), ("naïve a\u0301 café", ["naive café", "cafe"]), ("to be or not to be", ["to be to do"]), ("x\x1cy\u00a0z\u3000w", ["x y z w"]),
        ("in 1,000 (one thousand) years", ["1000 years", "in one thousand years", "1 000"]), ("«the end»", ["end"]), ("don't", ["dont", "do not"]), ("a", ["", "an"]), ("theme another", ["me other"]),
    ]
    words = "the a an House house, green Green red (red) 'tis tis of the U.S. US 3.5 35 über".split()
    for seed in range(10):
        random = numpy.random.default_rng(300 + seed)
        some = lambda: " ".join(random.choice(words, random.integers(0, 7)))
        pairs.append((some(), [some() for _ in range(random.integers(1, 4))]))
    for predicted, references in pairs:
        golds = [text for text in references if squad_normalised(text)] or [""]
        exact = max(float(squad_normalised(predicted) == squad_normalised(gold)) for gold in golds)
        expected = {"normalised": squad_normalised(predicted), "exact": exact, "f1": max(squad_f1(predicted, gold) for gold in golds)}
        yield {"predicted": predicted, "references": references}, expected


def entities():
    cases = [
        ([["B-PER", "I-PER", "O"]], [["B-PER", "I-PER", "O"]]), ([["O", "O"]], [["O", "O"]]), ([["B-PER"]], [["O"]]), ([["O"]], [["B-PER"]]),
        ([["I-PER", "I-PER", "O", "I-LOC"]], [["B-PER", "I-PER", "O", "B-LOC"]]), ([["B-PER", "I-LOC", "I-PER"]], [["I-PER", "B-LOC", "I-PER"]]),
        ([["B-PER"], ["I-PER"]], [["B-PER"], ["B-PER"]]), ([["B-PER", "E-PER", "S-LOC", "I-LOC"]], [["B-PER", "I-PER", "S-LOC", "O"]]),
        ([["B", "I", "O", "B-X-Y", "I-X-Y"]], [["B", "I", "O", "B-X-Y", "I-Y"]]), ([["B-Ort", "I-Ort", "B-人", "I-人"]], [["B-Ort", "O", "B-人", "I-人"]]),
        ([[], ["B-PER"]], [[], ["B-PER"]]), ([["PER", "PER", "O", "LOC"]], [["PER", "O", "O", "LOC"]]), ([["E-PER", "E-PER", "S-A", "E-A"]], [["E-PER", "I-PER", "S-A", "E-A"]]),
    ]
    for seed, marks in enumerate(["BI", "BI", "BI", "I", "BIES", "BIES"]):
        random = numpy.random.default_rng(400 + seed)
        tags = ["O", "O", "O"] + [f"{mark}-{kind}" for mark in marks for kind in ("PER", "LOC", "MISC-2")]
        lengths = random.integers(1, 15, 12)
        wanted = [random.choice(tags, length).tolist() for length in lengths]
        changed = lambda tag: str(random.choice(tags)) if random.random() < 0.3 else tag
        cases.append((wanted, [[changed(tag) for tag in text] for text in wanted]))
    for wanted, predicted in cases:
        score = lambda name: float(getattr(seqeval, f"{name}_score")(wanted, predicted, average="micro"))
        expected = {name: score(name) for name in ("precision", "recall", "f1")}
        report = seqeval.classification_report(wanted, predicted, output_dict=True) if expected["f1"] > 0 else {}
        expected["kinds"] = {kind: float(report[kind]["f1-score"]) for kind in report if not kind.endswith(" avg")}
        expected["entities"] = [[kind, start, end + 1] for kind, start, end in seqeval.sequence_labeling.get_entities(wanted[-1])]
        yield {"wanted": wanted, "predicted": predicted}, expected


def parsing():
    cases = [([[0, 0]], [[0, 0]]), ([[0, 0]], [[0, 1]]), ([[1, 0], [1, 1]], [[0, 0], [1, 1]])]
    for seed, count in enumerate([10, 60, 300]):
        random = numpy.random.default_rng(500 + seed)
        wanted = numpy.stack([random.integers(0, count, count), random.integers(0, 4, count)], axis=1)
        predicted = numpy.where(random.random((count, 2)) < 0.7, wanted, random.integers(0, 4, (count, 2)))
        cases.append((wanted.tolist(), predicted.tolist()))
    for wanted, predicted in cases:
        uas = sum(a[0] == b[0] for a, b in zip(wanted, predicted)) / len(wanted)
        las = sum(a == b for a, b in zip(wanted, predicted)) / len(wanted)
        every_other = [(a == b) for number, (a, b) in enumerate(zip(wanted, predicted)) if number % 2 == 0]
        yield {"wanted": wanted, "predicted": predicted}, {"uas": uas, "las": las, "las_of_even": sum(every_other) / len(every_other)}


def ranks():
    for seed, (count, levels) in enumerate([(1, 5), (30, 5), (200, 3)]):
        random = numpy.random.default_rng(600 + seed)
        wanted, predicted = random.integers(0, levels, count).tolist(), random.integers(0, levels, count).tolist()
        expected = {"accuracy": sklearn.accuracy_score(wanted, predicted), "mae": sklearn.mean_absolute_error(wanted, predicted)}
        yield {"wanted": wanted, "predicted": predicted}, expected


def language():
    for sum_, count in [(0.0, 1.0), (12.5, 4.0), (1400.0, 2.0), (230.25, 100.0), (3.0, 0.5)]:
        yield {"sum": sum_, "count": count}, {"perplexity": math.exp(sum_ / count)}


def places(scores):
    """By how many candidates each is not beaten: of equals all have the last place."""
    return [sum(other >= score for other in scores) for score in scores]


def reciprocal_rank(query):
    return 1 / min(place for place, relevant in zip(places(query["scores"]), query["relevant"]) if relevant)


def recall(query, k):
    found = [place <= k for place, relevant in zip(places(query["scores"]), query["relevant"]) if relevant]
    return sum(found) / len(found)


def retrieval():
    cases = [[([1], [0.5])], [([0, 1], [0.5, 0.5])], [([1, 1, 1], [1, 2, 3])], [([0, 0], [1, 2]), ([0, 1, 0], [3, 2, 1])], [([1, 0, 1, 0], [2, 2, 1, 1])]]
    for seed, (queries, most, levels) in enumerate([(4, 10, 0), (10, 30, 0), (10, 30, 5), (30, 100, 20)]):
        random = numpy.random.default_rng(700 + seed)
        case = []
        for _ in range(queries):
            count = random.integers(1, most)
            scores = random.integers(0, levels, count) if levels else random.normal(size=count)
            case.append(((random.random(count) < 0.2).astype(int).tolist(), scores.astype(float).tolist()))
        cases.append(case)
    for case in cases:
        queries = [{"relevant": relevant, "scores": [float(score) for score in scores]} for relevant, scores in case]
        counting = [query for query in queries if any(query["relevant"])]
        over = lambda of: sum(map(of, counting)) / len(counting)
        expected = {"map": over(lambda query: sklearn.average_precision_score(query["relevant"], query["scores"])), "mrr": over(reciprocal_rank)}
        expected |= {f"recall_at_{k}": over(lambda query, k=k: recall(query, k)) for k in (1, 3, 10)}
        yield {"queries": queries}, expected


FAMILIES = (classification, multi_label, correlation, answers, entities, parsing, ranks, language, retrieval)


def main():
    warnings.filterwarnings("ignore")
    families = {family.__name__: [{**case, "expected": expected} for case, expected in family()] for family in FAMILIES}
    lines = [json.dumps(name) + ": [\n" + ",\n".join(json.dumps(case, default=float) for case in cases) + "\n]" for name, cases in families.items()]
    (HERE / "expected.json").write_text("{\n" + ",\n".join(lines) + "\n}\n", encoding="utf-8")
    print({name: len(cases) for name, cases in families.items()})


if __name__ == "__main__":
    main()
