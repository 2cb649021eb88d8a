"""PyTorch as a process that answers as `training_bench` does: `python peer.py DIR THREADS CASE`."""

import json
import statistics
import sys
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))
import work  # noqa: E402

MODELS = {"base": "bert-base-random", "mini": "bert-mini-random", "real": "bert-mini-random"}
LABELS = 17
SHAPES = {"base": "16x64", "mini": "32x32", "real": "real"}


def main(folder, threads, case):
    if case.startswith("frozen-"):
        return frozen(folder, threads, case)
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
        tell(case, times, loss)


def frozen(folder, threads, case):
    """An epoch on an encoder that does not train, as PyTorch's users write it: it runs for each batch, in evaluation mode and without gradients."""
    import torch
    from transformers import BertModel

    torch.set_num_threads(threads)
    encoder = BertModel.from_pretrained(folder / "bert-mini-random", attn_implementation="sdpa", add_pooling_layer=False).eval()
    sentence = case == "frozen-sentence"
    head = torch.nn.Linear(encoder.config.hidden_size, 2 if sentence else LABELS)
    optimizer = torch.optim.AdamW(head.parameters(), lr=1e-3, fused=True)
    batches = [tuple(torch.from_numpy(part) for part in batch) for batch in work.batches("real", folder)]
    for line in sys.stdin:
        times = []
        for _ in range(int((line.split() + ["1"])[1])):
            start = time.perf_counter()
            for ids, mask in batches:
                with torch.no_grad():
                    states = encoder(input_ids=ids, attention_mask=mask).last_hidden_state
                if sentence:
                    scores, labels = head(states[:, 0]), torch.arange(len(ids)) % 2
                else:
                    labels = torch.where(mask == 1, torch.arange(ids.shape[1])[None] % LABELS, -100)
                    scores = head(states).transpose(1, 2)
                loss = torch.nn.functional.cross_entropy(scores, labels)
                loss.backward()
                optimizer.step()
                optimizer.zero_grad(set_to_none=True)
            times.append(time.perf_counter() - start)
        tell(case, times, loss)


def tell(case, times, loss):
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    peak = round(int(held.split()[1]) / 1024)
    found = dict(peer="torch", case=case, median_s=statistics.median(times), min_s=min(times), runs=len(times), loss=loss.item(), peak_mib=peak)
    print(json.dumps(found), flush=True)


if __name__ == "__main__":
    main(Path(sys.argv[1]), int(sys.argv[2]), sys.argv[3])
