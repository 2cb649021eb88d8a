"""PyTorch and ONNX Runtime as processes that answer as `encoder_bench --serve` does: `python peers.py PEER DIR THREADS serve|cold`."""

import json
import statistics
import sys
import time
from pathlib import Path

import numpy as np

import make
import work


def torch_eager(folder, threads):
    """PyTorch with its fused attention."""
    import torch
    from transformers import BertForSequenceClassification

    torch.set_num_threads(threads)
    model = BertForSequenceClassification.from_pretrained(folder / "bert-base-random", attn_implementation="sdpa").eval()
    return torch_logits(model)


def torch_compile(folder, threads):
    """The same, compiled."""
    import torch
    from transformers import BertForSequenceClassification

    torch.set_num_threads(threads)
    model = BertForSequenceClassification.from_pretrained(folder / "bert-base-random", attn_implementation="sdpa").eval()
    return torch_logits(torch.compile(model))


def torch_logits(model):
    import torch

    def logits(ids, mask):
        with torch.inference_mode():
            return model(input_ids=torch.from_numpy(ids), attention_mask=torch.from_numpy(mask)).logits.numpy()

    return logits


def onnxruntime(folder, threads):
    """ONNX Runtime on the fused graph, with all of its own optimisations."""
    import onnxruntime

    options = onnxruntime.SessionOptions()
    options.intra_op_num_threads, options.inter_op_num_threads = threads, 1
    options.graph_optimization_level = onnxruntime.GraphOptimizationLevel.ORT_ENABLE_ALL
    session = onnxruntime.InferenceSession(str(folder / make.GRAPH), options, providers=["CPUExecutionProvider"])
    return lambda ids, mask: session.run(None, {"input_ids": ids, "attention_mask": mask})[0]


PEERS = {"torch": torch_eager, "torch-compile": torch_compile, "onnxruntime": onnxruntime}


def serve(name, folder, logits):
    """Answers lines `CASE [RUNS [FILE]]`. Texts are padded and put into batches before the clock starts."""
    for line in sys.stdin:
        case, runs, file = (line.split() + [None, None])[:3]
        batches = work.batches(case, folder)
        if file:
            np.concatenate([logits(*batch) for batch in batches]).astype("<f4").tofile(file)
        times = [timed(logits, batches) for _ in range(int(runs or 1))]
        say(peer=name, case=case, median_s=statistics.median(times), min_s=min(times), runs=len(times))


def timed(logits, batches):
    start = time.perf_counter()
    for batch in batches:
        logits(*batch)
    return time.perf_counter() - start


def cold(name, folder, logits):
    """One text of sixteen tokens, and the most memory that the process held."""
    logits(*work.batches("1x16", folder)[0])
    held = next(line for line in Path("/proc/self/status").read_text().splitlines() if line.startswith("VmHWM:"))
    say(peer=name, case="cold", peak_mib=round(int(held.split()[1]) / 1024))


def say(**fields):
    print(json.dumps(fields), flush=True)


if __name__ == "__main__":
    name, folder, threads, act = sys.argv[1], Path(sys.argv[2]), int(sys.argv[3]), sys.argv[4]
    {"serve": serve, "cold": cold}[act](name, folder, PEERS[name](folder, threads))
