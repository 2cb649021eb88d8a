"""A step of training beside PyTorch: the same encoder, texts and optimizer work, in turn, with the ratios and their intervals.

    python examples/bench/training/compare.py --dir .bench            # after ../compare.py's environment was made
    python examples/bench/training/compare.py --cases real --pairs 15

`base` is BERT-base on 16 x 64 tokens, `mini` the shape of all-MiniLM-L6 on 32 x 32, and `real` the 512 texts of skewed lengths on that shape,
32 a step as they come: PyTorch pads each batch to its longest, we do not. Dropout is 0.1 on both sides, and the optimizer AdamW on all weights
(fused in PyTorch). `frozen-sentence` and `frozen-tokens` are epochs over the 512 texts on an encoder that does not train, with a head for a text or for each token: ours
after the first, which keeps what the encoder gives.
"""

import argparse
import statistics
import sys
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import compare  # noqa: E402
import machine  # noqa: E402
import make  # noqa: E402
import table  # noqa: E402
import turns  # noqa: E402

RUNS = {"base": 1, "mini": 3, "real": 1, "frozen-sentence": 1, "frozen-tokens": 1}
OURS = {"frozen-sentence": 200, "frozen-tokens": 40}  # epochs, where one is too short to time
GOALS = {"base": 1.1, "mini": 1.1, "real": 2.0, "frozen-sentence": 100, "frozen-tokens": 30}


def main():
    asked = arguments()
    make.ensure(asked.dir)
    mini(asked.dir)
    bench = asked.bench or compare.built("training_bench")
    print("machine:", machine.processor(), f"(load {machine.load()})", *machine.versions(), sep="\n  ")
    ours = [bench, "--base", asked.dir / "bert-base-random", "--mini", asked.dir / "bert-mini-random", "--workload", asked.dir / "workload.safetensors"]
    widths = [6, 10, 10, 24, 22, 6, 0]
    table.write(["step", "ours, s", "torch, s", "times ours [95%]", "peak MiB, ours, torch", "goal", "met"], widths, asked.markdown, rule=True)
    for case in asked.cases:
        commands = {"ours": ours, "torch": [sys.executable, Path(__file__).with_name("peer.py"), asked.dir, str(asked.threads), case]}
        workers = {name: turns.Worker(command, asked.threads) for name, command in commands.items()}
        runs = {"ours": OURS.get(case, RUNS[case]), "torch": RUNS[case]}
        turn = {name: lambda worker=worker, name=name: worker.ask(case, runs[name]) for name, worker in workers.items()}
        turns.in_turn(turn, 1)
        answers = turns.in_turn(turn, asked.pairs, lambda: machine.quiet(asked.patience))
        for worker in workers.values():
            worker.stop()
        seconds = {name: [answer["median_s"] for answer in some] for name, some in answers.items()}
        ratio = turns.median_ratio(seconds["torch"], seconds["ours"])
        peaks = ", ".join(f"{answers[name][-1]['peak_mib']:.0f}" for name in workers)
        met = "yes" if ratio[1] >= GOALS[case] - table.SLACK else "no"
        medians = [f"{statistics.median(seconds[name]):.3g}" for name in workers]
        table.write([case, *medians, table.ratio(*ratio), peaks, f"{GOALS[case]:g}", met if asked.pairs >= table.ENOUGH else "open"], widths, asked.markdown)


def arguments():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--dir", type=lambda path: Path(path).resolve(), default=compare.ROOT / ".bench")
    parser.add_argument("--bench", type=Path, help="the built `training_bench`; without it, cargo builds it")
    parser.add_argument("--cases", type=lambda text: text.split(","), default=list(RUNS))
    parser.add_argument("--pairs", type=int, default=15)
    parser.add_argument("--threads", type=int, default=2)
    parser.add_argument("--patience", type=float, default=0)
    parser.add_argument("--markdown", action="store_true")
    return parser.parse_args()


def mini(folder):
    """An encoder of all-MiniLM-L6's size with random weights, and a vocabulary in which each number but those of marks is a word."""
    words = [f"w{number}" for number in range(30522)]
    words[0], words[100:104] = "[PAD]", ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (folder / "bert-mini-random").mkdir(parents=True, exist_ok=True)
    (folder / "bert-mini-random" / "vocab.txt").write_text("\n".join(words) + "\n")
    if (folder / "bert-mini-random" / "model.safetensors").exists():
        return
    import torch
    import transformers

    torch.manual_seed(0)
    sizes = dict(vocab_size=30522, hidden_size=384, num_hidden_layers=6, num_attention_heads=12, intermediate_size=1536)
    transformers.BertForSequenceClassification(transformers.BertConfig(**sizes, num_labels=2)).save_pretrained(folder / "bert-mini-random")


if __name__ == "__main__":
    main()
