"""Processes that run in turn, and what their times say."""

import json
import math
import os
import statistics
import subprocess
import time

REST = 0.05  # seconds between turns, in which the threads of the last go to sleep


class Worker:
    """A process that answers lines with JSON objects."""

    def __init__(self, command, threads):
        self.process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True, env=environment(threads))

    def ask(self, *words):
        print(*words, file=self.process.stdin, flush=True)
        return answer(self.process)

    def stop(self):
        self.process.stdin.close()
        self.process.wait()


def environment(threads):
    """So many threads for each, and nothing from the network."""
    limits = {name: str(threads) for name in ("OMP_NUM_THREADS", "MKL_NUM_THREADS", "RAYON_NUM_THREADS")}
    return os.environ | limits | {"HF_HUB_OFFLINE": "1", "TRANSFORMERS_VERBOSITY": "error", "HF_HUB_DISABLE_PROGRESS_BARS": "1"}


def answer(process):
    """The next JSON object that a process prints; libraries may print other lines."""
    for line in process.stdout:
        if line.startswith("{"):
            return json.loads(line)
    raise SystemExit(f"{process.args} ended without an answer: {process.wait()}")


def in_turn(turns, rounds, before=lambda: None):
    """The results of functions by name, each called once a round; every round starts with another, so that none is always first."""
    names, results = list(turns), {name: [] for name in turns}
    for start in range(rounds):
        before()
        for place in range(len(names)):
            name = names[(start + place) % len(names)]
            results[name].append(turns[name]())
            time.sleep(REST)
    return results


def started(command, threads):
    """The seconds from before a process is made to the line that it prints, and the peak memory that the line tells."""
    start = time.perf_counter()
    with subprocess.Popen(command, stdout=subprocess.PIPE, stdin=subprocess.DEVNULL, text=True, env=environment(threads)) as process:
        found = answer(process)
        return time.perf_counter() - start, found["peak_mib"]


def median_ratio(others, ours):
    """The median of the pairs' ratios, and the interval that holds it 95 times of 100, by order statistics."""
    ratios = sorted(other / own for other, own in zip(others, ours))
    low, high = interval(len(ratios))
    return statistics.median(ratios), ratios[low], ratios[high]


def interval(count):
    """Which of so many sorted values bound their median's 95% interval: all, where they are too few for one."""
    below = lambda rank: sum(math.comb(count, k) for k in range(rank + 1)) / 2**count
    low = max((rank for rank in range(count // 2) if below(rank) <= 0.025), default=0)
    return low, count - 1 - low
