"""A thousand different heads from the pairs in `pairs/`: each pair is a head and the module that does the same by hand.

An instance of a pair has its own name, labels, sizes, activation, loss and numbers, put into both files alike, so that the two
still do the same. The same number always gives the same instance.
"""

import re
from dataclasses import dataclass, field
from pathlib import Path
from random import Random

PAIRS = Path(__file__).parent / "pairs"

FIRST = (
    "Amber Bold Calm Deep Early Fair Green High Inner Jolly Keen Late Mild North Open Plain Quick Rare Silent Tall "
    "Urban Vivid Warm Young Brave Clear Dense Eager Fine Grand Hidden Ivory"
).split()
SECOND = (
    "Anchor Bridge Circle Desk Engine Forest Garden Harbour Island Journal Kitchen Ladder Market Needle Orchard Palace "
    "Quarry River Station Temple Umbrella Valley Window Yard Basket Candle Drum Feather Glacier Hammer Inkwell Lantern"
).split()
WORDS = (
    "art biology business chemistry climate cooking cinema crime culture design dance education energy family fashion "
    "finance fitness gaming gardening geography health housing industry justice language law literature logistics "
    "mathematics medicine military mountains museums news opera painting pets philosophy photography physics poetry "
    "psychology radio religion robotics sailing security shopping society space technology theatre tourism trade "
    "traffic transport travel weather wildlife writing"
).split()
THINGS = "PER LOC ORG DATE TIME CITY GENE DRUG DISEASE PRODUCT EVENT MONEY LAW WORK".split()


@dataclass
class Pair:
    """How the instances of a pair differ: label sets by their Rust types, numbers, and ways to write the same in both files."""

    name: str
    labels: dict[str, list[str]] = field(default_factory=dict)
    numbers: dict[str, list] = field(default_factory=dict)
    doubled: dict[str, str] = field(default_factory=dict)
    ways: list[list[tuple[str, str]]] = field(default_factory=list)


SIZES = list(range(24, 200, 8))
RATES = [0.05, 0.15, 0.25, 0.35, 0.45]
ACTIVATIONS = [
    [(f"{before}: {word};", f"Activation::{word.capitalize()}") for word in ("gelu", "relu", "tanh", "silu", "sigmoid")]
    for before in ("act", "transform_act_fn")
]
LOSSES = [("loss mse", "Mse.part"), ("loss l1", "L1.part"), ("loss huber", "Huber::default().part")]
POOLS = [(f"pool {word}", f"Pool::{word.capitalize()}") for word in ("mean", "max", "first", "last", "sum")]

FAMILIES = {
    "topic": Pair(
        "Topic", {"TopicLabel": ["sports", "politics", "economy"]}, {"96": SIZES, "0.1": RATES, "0.05": [0.02, 0.12, 0.2]}, ways=[ACTIVATIONS[0]]
    ),
    "entities": Pair("Entities", {"EntitiesLabel": ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"]}),
    "vector": Pair("Vector", {}, {"48": SIZES, "20": [5, 10, 25, 40]}, ways=[POOLS]),
    "score": Pair("Score", {}, {"64": SIZES}, ways=[ACTIVATIONS[0], LOSSES]),
    "answer": Pair("Answer", {}, {"30": list(range(10, 60)), "3": [2, 5, 7]}),
    "filler": Pair("Filler", {}, {"5": list(range(3, 60))}, ways=[ACTIVATIONS[1]]),
    "themes": Pair("Themes", {"ThemesLabel": ["science", "nature", "history", "music"]}, {"0.2": RATES, "0.3": [0.25, 0.4, 0.6]}),
    "assistant": Pair(
        "Assistant",
        {"AssistantIntent": ["book", "cancel", "ask"], "AssistantSlot": ["O", "B-CITY", "I-CITY", "B-DATE"]},
        {"0.5": [0.25, 0.75, 2.5]},
    ),
    "kind": Pair("Kind", {"KindLabel": ["question", "request", "remark", "answer"]}, {"32": SIZES, "0.5": RATES}, {"64": "32"}),
}


@dataclass
class Instance:
    """A head and the module that does the same by hand."""

    family: str
    name: str
    head: str
    rust: str

    @property
    def module(self):
        return re.sub(r"(?<=[a-z])(?=[A-Z])", "_", self.name).lower()


def instances(count):
    return [instance(number) for number in range(count)]


def instance(number):
    """The instance of this number, below 1024."""
    family = list(FAMILIES)[number % len(FAMILIES)]
    pair, random = FAMILIES[family], Random(number)
    head, rust = ((PAIRS / f"{family}.{end}").read_text() for end in ("head", "rs"))
    for kind, labels in pair.labels.items():
        head, rust = relabelled(head, rust, kind, labels, drawn(random, labels))
    for way in pair.ways:
        (old_head, old_rust), (new_head, new_rust) = way[0], random.choice(way)
        head, rust = put(head, old_head, new_head), put(rust, old_rust, new_rust)
        rust = imported(rust, old_rust, new_rust)
    numbers = {old: random.choice(new) for old, new in pair.numbers.items()}
    numbers |= {old: 2 * numbers[half] for old, half in pair.doubled.items()}
    name = FIRST[number % 32] + SECOND[(number // 32 + number) % 32]
    return Instance(family, name, *(renamed(renumbered(text, numbers), pair.name, name) for text in (head, rust)))


def drawn(random, labels):
    """Labels of the same kind: tags, or words."""
    if labels[0] != "O":
        return random.sample(WORDS, random.randint(2, 9))
    return ["O"] + [f"{part}-{thing}" for thing in random.sample(THINGS, random.randint(1, 6)) for part in "BI"]


def relabelled(head, rust, kind, old, new):
    def bare(labels):
        return ", ".join(labels) if labels[0] != "O" else quoted(labels)

    def quoted(labels):
        return ", ".join(f'"{label}"' for label in labels)

    def variant(label):
        return "".join(part[:1].upper() + part[1:] for part in label.split("-"))

    def all_of(labels):
        return ", ".join(f"{kind}::{variant(label)}" for label in labels)

    def variants(labels):
        return "".join(f"    /// `{label}`\n    {variant(label)},\n" for label in labels)

    for form in (quoted, all_of, variants):
        rust = put(rust, form(old), form(new))
    return put(head, bare(old), bare(new)), rust


def put(text, old, new):
    assert old in text, f"{old} is not in\n{text}"
    return text.replace(old, new)


def imported(rust, old, new):
    """The import of a type that took another's place."""
    old, new = (re.match(r"\w+", word).group() for word in (old, new))
    return re.sub(rf"(?<=::\{{){old}(?=, )", new, rust)


def renumbered(text, numbers):
    return re.sub(r"(?<![\w.])(\d+\.\d+|\d+)(?=u64|(?![\w.]))", lambda found: str(numbers.get(found.group(), found.group())), text)


def renamed(text, old, new):
    return re.sub(rf"\b{old}(?=[A-Z]|\b)", new, text)
