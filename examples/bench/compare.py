"""The encoder beside PyTorch and ONNX Runtime: the same checkpoint and texts, in turn, with ratios, differences and the machine.

    python3 -m venv .bench/venv && . .bench/venv/bin/activate
    pip install torch transformers onnxruntime onnx        # for torch without CUDA: --index-url https://download.pytorch.org/whl/cpu
    python examples/bench/compare.py                       # the five shapes, what heads save, and a cold start; some 40 minutes
    python examples/bench/compare.py --cases real,sorted   # hours: a pair of `real` takes minutes
    python examples/bench/compare.py --cases 1x16 --pairs 31 --markdown

A round lets each run once (the smallest shapes some times, of which the median counts), and each round starts with another. Of every
round come the ratios of the peers' seconds to ours; the table has their median with its 95% interval. It ends with 1 where a case
differs from PyTorch's logits by more than 1e-4 of the largest.

Fixed shapes have no padding. Of `real`, peers read 32 texts at a time as they come, and of `sorted` after sorting by length, padded to the
batch's longest before the clock starts. We read them without padding, 2048 tokens at most at a time; of `real` we put each 512 texts in
order of their length first, while the clock runs, as predicting many does.
"""

import argparse
import json
import statistics
import subprocess
import sys
import tempfile
from pathlib import Path

import numpy as np

import machine
import make
import table
import turns
import work

ROOT = Path(__file__).resolve().parents[2]
TOLERANCE = 1e-4
RUNS = {"1x16": 9, "1x128": 3}  # a turn, where one run is too short to time
SAVINGS = [  # what the heads' demand leaves out: with and without
    ("no pooler", "8x128/cls", "8x128"),
    ("last layer at the first token", "8x128/cls", "8x128/all"),
    ("nothing above layer 6 of 12", "8x128/layer6", "8x128/all"),
    ("vocabulary at the masks, every 8th token", "8x128/masked", "8x128/vocabulary"),
    ("8 heads on one pass", "8x128/heads8", "8x128/passes8"),
]


def main():
    asked = arguments()
    make.ensure(asked.dir)
    bench = asked.bench or built()
    print("machine:", machine.processor(), f"(load {machine.load()})", *machine.versions(), sep="\n  ")
    peers = ["torch", "onnxruntime"] + (["torch-compile"] if asked.compile else [])
    differences = compare(asked, bench, peers)
    if asked.savings:
        table.savings(savings(asked, bench), asked.markdown)
    if asked.starts:
        table.starts(starts(asked, bench, peers), asked.markdown)
    print(f"load at the end: {machine.load()}")
    sys.exit(1 if max(differences, default=0) > TOLERANCE else 0)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    names = lambda text: [case for name in text.split(",") if name for case in (work.FIXED if name == "fixed" else [name])]
    parser.add_argument("--dir", type=lambda path: Path(path).resolve(), default=ROOT / ".bench", help="what is measured on, made where missing")
    parser.add_argument("--bench", type=Path, help="the built `encoder_bench`; without it, cargo builds it")
    parser.add_argument("--cases", type=names, default=work.FIXED, help="with commas: fixed, 1x16, .., real, sorted; none is an empty text")
    parser.add_argument("--pairs", type=int, default=15, help="rounds of a case")
    parser.add_argument("--threads", type=int, default=2, help="of each process")
    parser.add_argument("--starts", type=int, default=5, help="new processes of each for the cold start")
    parser.add_argument("--patience", type=float, default=0, help="seconds that a round waits at most while others compute")
    parser.add_argument("--savings", action=argparse.BooleanOptionalAction, default=True, help="what the heads' demand saves")
    parser.add_argument("--compile", action="store_true", help="torch.compile as a third peer")
    parser.add_argument("--markdown", action="store_true", help="tables for a document")
    return parser.parse_args()


def built(example="encoder_bench"):
    command = ["cargo", "build", "--release", "--quiet", "--example", example, "--message-format", "json"]
    lines = subprocess.run(command, cwd=ROOT, check=True, stdout=subprocess.PIPE, text=True).stdout.splitlines()
    made = [message["executable"] for message in map(json.loads, lines) if message.get("target", {}).get("name") == example]
    return made[-1]


def ours(asked, bench, *flags, checkpoint="bert-base-random"):
    return [bench, "--model", asked.dir / checkpoint, "--workload", asked.dir / "workload.safetensors", *flags]


def peer(asked, name, act):
    return [sys.executable, Path(__file__).with_name("peers.py"), name, asked.dir, str(asked.threads), act]


def compare(asked, bench, peers):
    """Prints a row a case, and gives their differences."""
    if not asked.cases:
        return []
    commands = {"ours": ours(asked, bench, "--serve")} | {name: peer(asked, name, "serve") for name in peers}
    workers = {name: turns.Worker(command, asked.threads) for name, command in commands.items()}
    rows = table.Rows(peers, asked.markdown)
    differences = [case_row(case, workers, asked, rows) for case in asked.cases]
    for worker in workers.values():
        worker.stop()
    rows.end()
    return differences


def case_row(case, workers, asked, rows):
    """Measures a case and prints its row. What warms the workers up also gives the logits."""
    logits = {name: warmed(worker, case) for name, worker in workers.items()}
    off = np.abs(logits["ours"] - logits["torch"]).max() / np.abs(logits["torch"]).max()
    peak = max(workers["ours"].ask("peak")["gflop_s"] or 0 for _ in range(2))
    turn = {name: lambda worker=worker: worker.ask(case, RUNS.get(case, 1)) for name, worker in workers.items()}
    others = machine.Others([worker.process.pid for worker in workers.values()])
    answers, busy = turns.in_turn(turn, asked.pairs, lambda: machine.quiet(asked.patience)), others.share()
    peak = max(peak, *(workers["ours"].ask("peak")["gflop_s"] or 0 for _ in range(2)))
    seconds = {name: [answer["median_s"] for answer in some] for name, some in answers.items()}
    rows.add(case, seconds, answers["ours"][0]["gflop"], peak, busy, off)
    return off


def warmed(worker, case):
    with tempfile.NamedTemporaryFile(suffix=".f32") as file:
        worker.ask(case, 1, file.name)
        return np.fromfile(file.name, "<f4")


def savings(asked, bench):
    """For each saving the median seconds with and without, and the ratio of pairs."""
    commands = {name: ours(asked, bench, "--serve", checkpoint=name) for name in make.CHECKPOINTS}
    workers = {name: turns.Worker(command, asked.threads) for name, command in commands.items()}
    rows = []
    for what, less, more in SAVINGS:
        worker = workers["bert-base-random-mlm" if "masked" in less else "bert-base-random"]
        ask = {case: lambda case=case: worker.ask(case)["median_s"] for case in (less, more)}
        turns.in_turn(ask, 1)
        seconds = turns.in_turn(ask, asked.pairs, lambda: machine.quiet(asked.patience))
        medians = [statistics.median(seconds[case]) for case in (less, more)]
        rows.append((what, less, more, *medians, *turns.median_ratio(seconds[more], seconds[less])))
    for worker in workers.values():
        worker.stop()
    return rows


def starts(asked, bench, peers):
    """Of each the seconds from a process's start to its first prediction, 1 x 16, the same again at once, and its peak memory: medians, in turn.

    After another process has ended, memory may be the host's again, where the machine is a virtual one, and the first to want it waits.
    """
    commands = {"ours": ours(asked, bench, "--cold")} | {name: peer(asked, name, "cold") for name in peers}
    turn = {name: lambda command=command: started_twice(command, asked.threads) for name, command in commands.items()}
    turns.in_turn(turn, 1)
    found = turns.in_turn(turn, asked.starts, lambda: machine.quiet(asked.patience))
    return {name: [statistics.median(column) for column in zip(*some)] for name, some in found.items()}


def started_twice(command, threads):
    (first, peak), (again, _) = turns.started(command, threads), turns.started(command, threads)
    return first, again, peak


if __name__ == "__main__":
    main()
