"""PyTorch as a process that answers as `training_bench` does: `python peer.py DIR THREADS CASE`."""

import json
import resource
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import work  # noqa: E402

MODELS = {"base": "bert-base-random", "mini": "bert-mini-random", "real": "bert-mini-random"}
SHAPES = {"base": "16x64", "mini": "32x32", "real": "real"}


def main(folder, threads, case):
    import torch
    from transformers import BertForSequenceClassification

    torch.set_num_threads(threads)
    model = BertForSequenceClassification.from_pretrained(folder / MODELS[case], attn_implementation="sdpa").train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, fused=True)
    batches = [tuple(torch.from_numpy(part) for part in batch) for batch in work.batches(SHAPES[case], folder)]
    for line in sys.stdin:
        runs = int((line.split() + ["1"])[1])
        times = []
        for _ in range(runs):
            start = time.perf_counter()
            for ids, mask in batches:
                loss = model(input_ids=ids, attention_mask=mask, labels=torch.arange(len(ids)) % 2).loss
                loss.backward()
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            times.append(time.perf_counter() - start)
        peak = round(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1024)
        found = dict(peer="torch", case=case, median_s=statistics.median(times), min_s=min(times), runs=runs, loss=loss.item(), peak_mib=peak)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
