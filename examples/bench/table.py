"""What was measured, to read, with what was aimed at."""

import statistics

import turns

GOALS = {"1x16": 1.1, "1x128": 1.1, "8x128": 1.0, "32x128": 1.0, "8x512": 1.1, "real": 3.6, "sorted": 1.2}  # times the best peer
START_GOALS = (0.25, 0.25, 460)  # seconds, seconds, MiB
SLACK = 0.03
ENOUGH = 15  # pairs, for a goal to be met


class Rows:
    """A row a case, printed as soon as it is known; to read it has columns, in Markdown none."""

    def __init__(self, peers, markdown):
        self.peers, self.markdown = peers, markdown
        heads = [f"{peer}, s: times ours [95%]" for peer in peers]
        self.print(["work", "ours, s", "of the peak", "others", *heads, "difference", "goal", "met"], rule=True)

    def add(self, case, seconds, gflop, peak, others, off):
        own = statistics.median(seconds["ours"])
        ratios = {peer: turns.median_ratio(seconds[peer], seconds["ours"]) for peer in self.peers}
        cells = [f"{statistics.median(seconds[peer]):.3g}: {ratio(*ratios[peer])}" for peer in self.peers]
        share = f"{gflop / own / peak:.0%} of {peak:.0f}" if peak else "-"
        self.print([case, f"{own:.3g}", share, f"{others:.0%}", *cells, f"{off:.1e}", *verdict(case, ratios, len(seconds["ours"]))])

    def print(self, cells, rule=False):
        write(cells, [8, 8, 11, 6, *[34 for _ in self.peers], 10, 5, 0], self.markdown, rule)

    def end(self):
        print()
        print("Of the peak: GFLOP/s of fused multiply-adds on all threads, in the widest registers that the kernels use. Others: what other processes took of the processors.")
        print("Difference: from PyTorch's logits, over the largest of them. Times ours: the median of the pairs' ratios, with its 95% interval.")
        print(f"Met: in {ENOUGH} pairs or more, against every peer, the interval's lower end is at the goal less {SLACK}.")


def verdict(case, ratios, pairs):
    """The goal, and whether it is met; open where the pairs are too few."""
    if case not in GOALS:
        return ["-", "-"]
    lowest = min(low for _, low, _ in ratios.values())
    met = "yes" if lowest >= GOALS[case] - SLACK else "no"
    return [f"{GOALS[case]:g}", met if pairs >= ENOUGH else f"open: {pairs} pairs"]


def savings(rows, markdown):
    """What the heads' demand leaves out, with and without it."""
    print()
    widths = [40, 34, 18, 0]
    write(["what the demand leaves out", "cases", "s", "times faster [95%]"], widths, markdown, rule=True)
    for what, less, more, fast, slow, *interval in rows:
        write([what, f"{less} and {more}", f"{fast:.3g} and {slow:.3g}", ratio(*interval)], widths, markdown)


def starts(found, markdown):
    """Process start to first prediction and peak memory of each, beside the goals."""
    print()
    widths = [44, *[14 for _ in found], 6, 0]
    write(["process start to first prediction, 1 x 16", *found, "goal", "met"], widths, markdown, rule=True)
    for place, (what, form) in enumerate([("seconds", ".2f"), ("seconds, again at once", ".2f"), ("peak memory, MiB", ".0f")]):
        values, goal = [format(one[place], form) for one in found.values()], START_GOALS[place]
        write([what, *values, f"{goal:g}", "yes" if found["ours"][place] <= goal else "no"], widths, markdown)


def ratio(middle, low, high):
    return f"{middle:.2f} [{low:.2f}, {high:.2f}]"


def write(cells, widths, markdown, rule=False):
    line = f"| {' | '.join(cells)} |" if markdown else "  ".join(cell.ljust(width) for cell, width in zip(cells, widths)).rstrip()
    print(line, flush=True)
    if rule and markdown:
        print("|" + " --- |" * len(cells))
