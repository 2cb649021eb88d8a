"""Our encoder beside PyTorch on one GPU, in turn, with ratios: made and called by `bench.sh`.

    python bench.py BINARIES DIR [--seconds S] [--rounds N] [--device cpu --cases 1x16,train]

On the processor each case runs once a round: that shows that all of it works, and measures nothing.
"""

import argparse
import json
import math
import statistics
import struct
import subprocess
import sys
import tempfile
import time
from pathlib import Path

CASES = ["32x128", "256x128", "32x512", "real", "sorted"]
RUNS = {"32x128": 20, "256x128": 8, "32x512": 10, "real": 5, "sorted": 5, "train": 10}
GOALS = {"32x128": 1.0, "256x128": 1.0, "32x512": 1.0, "real": 2.5, "sorted": None, "train": 1.0}
# Operations of a whole encoder of BERT-base: products of the weights, and attention, which grows with the length.
WEIGHTS, WIDTH, LAYERS = 12 * (4 * 768 * 768 + 2 * 768 * 3072), 768, 12


class Worker:
    """A process that answers a line with a line."""

    def __init__(self, command):
        self.process = subprocess.Popen([str(part) for part in command], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def ask(self, line):
        self.process.stdin.write(line + "\n")
        self.process.stdin.flush()
        answer = self.process.stdout.readline()
        if not answer:
            raise SystemExit(f"{self.process.args[0]} ended without an answer to `{line}`")
        return json.loads(answer)

    def stop(self):
        self.process.stdin.close()
        self.process.wait(timeout=60)


def main():
    asked = arguments()
    end = time.monotonic() + asked.seconds
    peer = [sys.executable, Path(__file__).with_name("peer.py")]
    subprocess.run([*peer, "make", asked.dir], check=True)
    machine = Worker([*peer, "serve", asked.dir, "eager", asked.device])
    rate = machine.ask("rate 1")
    size = " x ".join([str(rate["size"])] * 3)
    print(f"{rate['name']}: {rate['tflop_s']:.3g} TFLOP/s in bf16, of a product of {size}", flush=True)
    ours = [asked.binaries / "encoder_bench", "--model", asked.dir, "--workload", asked.dir / "workload.safetensors"]
    ours += ["--device", asked.device, "--format", "bf16", "--batch-tokens", "16384", "--serve"]
    workers = {"ours": Worker(ours), "eager": machine, "compile": Worker([*peer, "serve", asked.dir, "compile", asked.device])}
    print("| work | ours, ms | texts/s | of the rate | MiB | PyTorch, ms | MiB | compiled, ms | times ours, of the best | goal | cosine |")
    print("| --- | --- | --- | --- | --- | --- | --- | --- | --- | --- | --- |", flush=True)
    for case in [case for case in asked.cases if case != "train"]:
        if time.monotonic() > end:
            print(f"| {case} | left out: no time is left |")
            continue
        # PyTorch would compile anew for each of the workload's widths.
        some = {name: worker for name, worker in workers.items() if name != "compile" or "x" in case}
        print(row(case, measured(case, some, asked), rate["tflop_s"] * 1e12, asked.dir), flush=True)
    for worker in workers.values():
        worker.stop()
    if time.monotonic() < end and "train" in asked.cases:
        print(train(asked, peer), flush=True)


def measured(case, workers, asked):
    with tempfile.TemporaryDirectory() as folder:
        logits = {name: Path(folder) / name for name in workers}
        for name, worker in workers.items():
            worker.ask(f"{case} 1 {logits[name]}")
        found = {name: numbers(path) for name, path in logits.items()}
    answers = {name: [] for name in workers}
    for _ in range(asked.rounds):
        for name, worker in workers.items():
            answers[name].append(worker.ask(f"{case} {runs(case, asked)}"))
    return answers, cosine(found["ours"], found["eager"])


def row(case, found, rate, folder):
    answers, alike = found
    seconds = {name: [answer["median_s"] for answer in some] for name, some in answers.items()}
    ours, memory = statistics.median(seconds["ours"]), {name: some[-1].get("gpu_mib") for name, some in answers.items()}
    lengths = texts(case, folder)
    share = operations(lengths) / ours / rate
    best = [min(round) for round in zip(*(some for name, some in seconds.items() if name != "ours"))]
    ratio = statistics.median(other / own for other, own in zip(best, seconds["ours"]))
    eager, compiled = (f"{statistics.median(seconds[name]) * 1e3:.2f}" if name in seconds else "" for name in ("eager", "compile"))
    cells = [case, f"{ours * 1e3:.2f}", f"{len(lengths) / ours:.0f}", f"{share:.0%}", memory["ours"], eager, memory["eager"], compiled]
    goal = GOALS.get(case)
    met = "" if goal is None else f"{goal}: {'met' if ratio >= goal - 0.03 else 'not met'}"
    return "| " + " | ".join(str(cell) for cell in [*cells, f"{ratio:.2f}", met, f"{alike:.5f}"]) + " |"


def train(asked, peer):
    ours = Worker([asked.binaries / "training_bench", "--base", asked.dir, "--mini", asked.dir, "--workload", asked.dir / "workload.safetensors",
                   "--device", asked.device, "--mixed"])
    workers = {"ours": (ours, "wide"), "torch": (Worker([*peer, "serve", asked.dir, "train", asked.device]), "32x128")}
    for worker, case in workers.values():
        worker.ask(f"{case} {min(3, runs('train', asked))}")
    answers = {name: [worker.ask(f"{case} {runs('train', asked)}") for _ in range(asked.rounds)] for name, (worker, case) in workers.items()}
    for worker, _ in workers.values():
        worker.stop()
    own, other = ([answer["median_s"] for answer in answers[name]] for name in ("ours", "torch"))
    ratio = statistics.median(there / here for here, there in zip(own, other))
    held = answers["ours"][-1]["peak_mib"], answers["torch"][-1]["gpu_mib"] or math.nan
    met = "met" if ratio >= GOALS["train"] - 0.03 else "not met"
    return (f"\na step of training, 32 x 128, bf16: ours {statistics.median(own) * 1e3:.1f} ms ({held[0]:.0f} MiB), "
            f"PyTorch {statistics.median(other) * 1e3:.1f} ms ({held[1]:.0f} MiB): {ratio:.2f} times ours, goal 1.0 {met}")


def runs(case, asked):
    return RUNS.get(case, 10) if asked.device == "cuda" else 1


def texts(case, folder):
    """The lengths of a case's texts."""
    if "x" in case:
        count, length = map(int, case.split("x"))
        return [length] * count
    data = (folder / "workload.safetensors").read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    start, end = json.loads(data[8 : 8 + size])["lengths"]["data_offsets"]
    return list(struct.unpack(f"<{(end - start) // 4}I", data[8 + size + start : 8 + size + end]))


def operations(lengths):
    return sum(2 * WEIGHTS * length + LAYERS * 4 * WIDTH * length * length for length in lengths)


def numbers(path):
    data = path.read_bytes()
    return struct.unpack(f"<{len(data) // 4}f", data)


def cosine(a, b):
    dot = sum(x * y for x, y in zip(a, b))
    return dot / math.sqrt(sum(x * x for x in a) * sum(y * y for y in b))


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("binaries", type=lambda path: Path(path).resolve())
    parser.add_argument("dir", type=lambda path: Path(path).resolve())
    parser.add_argument("--seconds", type=float, default=300, help="no case begins after so long")
    parser.add_argument("--rounds", type=int, default=5)
    parser.add_argument("--device", choices=["cuda", "cpu"], default="cuda")
    parser.add_argument("--cases", type=lambda text: text.split(","), default=[*CASES, "train"])
    return parser.parse_args()


if __name__ == "__main__":
    main()
