"""BERT-base in plain PyTorch on a GPU, and the folder that it and `encoder_bench` are measured on. It needs PyTorch alone.

    python peer.py make DIR            # config.json, vocab.txt, model.safetensors with random weights, and workload.safetensors
    python peer.py serve DIR WAY [cpu] # answers lines `CASE [RUNS [FILE]]`; WAY is `eager`, `compile` or `train`

Attention is PyTorch's `scaled_dot_product_attention`, weights and activations are in bf16 (in training, under autocast, with weights in float32).
"""

import ctypes
import json
import math
import os
import random
import statistics
import struct
import sys
import time
from pathlib import Path

import torch
import torch.nn.functional as F
from torch import nn

DEVICE = sys.argv[4] if len(sys.argv) > 4 else "cuda"
BATCH = 32  # texts a batch of the workload, as a user of PyTorch would have it
SIZES = dict(vocab_size=30522, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072)
SIZES |= dict(max_position_embeddings=512, type_vocab_size=2)


class Layer(nn.Module):
    def __init__(self, hidden, inner, heads):
        super().__init__()
        self.heads, self.attention, self.intermediate, self.output = heads, nn.Module(), nn.Module(), nn.Module()
        setattr(self.attention, "self", nn.Module())
        for name in ("query", "key", "value"):
            setattr(getattr(self.attention, "self"), name, nn.Linear(hidden, hidden))
        self.attention.output = nn.Module()
        for part, width in ((self.attention.output, hidden), (self.output, inner)):
            part.dense, part.LayerNorm = nn.Linear(width, hidden), nn.LayerNorm(hidden, eps=1e-12)
        self.intermediate.dense = nn.Linear(hidden, inner)

    def forward(self, x, mask, drop):
        own = getattr(self.attention, "self")
        split = lambda linear: linear(x).unflatten(-1, (self.heads, -1)).transpose(1, 2)
        read = F.scaled_dot_product_attention(split(own.query), split(own.key), split(own.value), attn_mask=mask, dropout_p=drop)
        x = self.end(self.attention.output, read.transpose(1, 2).flatten(2), x, drop)
        return self.end(self.output, F.gelu(self.intermediate.dense(x)), x, drop)

    @staticmethod
    def end(part, x, skip, drop):
        return part.LayerNorm(skip + F.dropout(part.dense(x), drop, drop > 0))


class Bert(nn.Module):
    """The classifier of two labels, under the names of Hugging Face's checkpoints."""

    def __init__(self, vocab_size, hidden_size, num_hidden_layers, num_attention_heads, intermediate_size, max_position_embeddings, type_vocab_size):
        super().__init__()
        self.bert = nn.Module()
        embeddings = self.bert.embeddings = nn.Module()
        embeddings.word_embeddings = nn.Embedding(vocab_size, hidden_size)
        embeddings.position_embeddings = nn.Embedding(max_position_embeddings, hidden_size)
        embeddings.token_type_embeddings = nn.Embedding(type_vocab_size, hidden_size)
        embeddings.LayerNorm = nn.LayerNorm(hidden_size, eps=1e-12)
        self.bert.encoder, self.bert.pooler = nn.Module(), nn.Module()
        layers = [Layer(hidden_size, intermediate_size, num_attention_heads) for _ in range(num_hidden_layers)]
        self.bert.encoder.layer = nn.ModuleList(layers)
        self.bert.pooler.dense = nn.Linear(hidden_size, hidden_size)
        self.classifier = nn.Linear(hidden_size, 2)

    def forward(self, ids, mask, drop=0.0):
        table = self.bert.embeddings
        places = torch.arange(ids.shape[1], device=ids.device)
        x = table.word_embeddings(ids) + table.position_embeddings(places) + table.token_type_embeddings.weight[0]
        x = F.dropout(table.LayerNorm(x), drop, drop > 0)
        for layer in self.bert.encoder.layer:
            x = layer(x, mask, drop)
        return self.classifier(F.dropout(torch.tanh(self.bert.pooler.dense(x[:, 0])), drop, drop > 0))


def make(folder):
    """What is there stays."""
    folder.mkdir(parents=True, exist_ok=True)
    config = SIZES | dict(model_type="bert", architectures=["BertForSequenceClassification"], hidden_act="gelu", layer_norm_eps=1e-12)
    config |= dict(hidden_dropout_prob=0.1, attention_probs_dropout_prob=0.1, initializer_range=0.02, pad_token_id=0)
    config |= dict(id2label={"0": "LABEL_0", "1": "LABEL_1"}, label2id={"LABEL_0": 0, "LABEL_1": 1})
    (folder / "config.json").write_text(json.dumps(config))
    words = [f"w{number}" for number in range(SIZES["vocab_size"])]
    words[0], words[100:104] = "[PAD]", ["[UNK]", "[CLS]", "[SEP]", "[MASK]"]
    (folder / "vocab.txt").write_text("\n".join(words) + "\n")
    if not (folder / "model.safetensors").exists():
        torch.manual_seed(0)
        model = Bert(**SIZES)
        for name, weight in model.named_parameters():
            if weight.dim() > 1:
                nn.init.normal_(weight, std=0.02)
            elif name.endswith("bias"):
                nn.init.normal_(weight, std=0.02)
        write(folder / "model.safetensors", dict(model.named_parameters()))
    draw = random.Random(1234)
    lengths = [min(max(round(draw.lognormvariate(math.log(24), 0.7)), 4), 128) for _ in range(512)]
    ids = [id for length in lengths for id in [101, *(draw.randrange(1000, 30522) for _ in range(length - 2)), 102]]
    write(folder / "workload.safetensors", {"ids": torch.tensor(ids, dtype=torch.int32), "lengths": torch.tensor(lengths, dtype=torch.int32)})


KINDS = {torch.float32: "F32", torch.int32: "U32"}


def write(path, tensors):
    """Tensors in the safetensors layout: the length of a JSON header, the header, and the numbers."""
    header, start = {}, 0
    for name, tensor in tensors.items():
        end = start + tensor.numel() * tensor.element_size()
        header[name] = {"dtype": KINDS[tensor.dtype], "shape": list(tensor.shape), "data_offsets": [start, end]}
        start = end
    text = json.dumps(header).encode()
    text += b" " * (-len(text) % 8)
    beside = path.with_suffix(".new")
    with open(beside, "wb") as file:
        file.write(struct.pack("<Q", len(text)) + text)
        for tensor in tensors.values():
            file.write(numbers(tensor))
    os.replace(beside, path)


def numbers(tensor):
    """The bytes of a tensor on the processor, at once."""
    tensor = tensor.detach().contiguous()
    return ctypes.string_at(tensor.data_ptr(), tensor.numel() * tensor.element_size())


def read(path):
    """The tensors of such a file."""
    data = path.read_bytes()
    size = struct.unpack("<Q", data[:8])[0]
    kinds = {name: kind for kind, name in KINDS.items()}

    def tensor(of):
        start, end = of["data_offsets"]
        return torch.frombuffer(bytearray(data[8 + size + start : 8 + size + end]), dtype=kinds[of["dtype"]]).reshape(of["shape"])

    return {name: tensor(of) for name, of in json.loads(data[8 : 8 + size]).items()}


def batches(case, folder):
    """The padded batches of a case on the device, each ids and, where there is padding, a mask."""
    if "x" in case:
        count, length = map(int, case.split("x"))
        place = torch.arange(count * length).reshape(count, length)
        return [((place * 7919 % 29000 + 1000).to(DEVICE), None)]
    found = read(folder / "workload.safetensors")
    texts = list(torch.split(found["ids"].long(), found["lengths"].tolist()))
    if case == "sorted":
        texts.sort(key=len)
    return [padded(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]


def padded(texts):
    lengths = torch.tensor([len(text) for text in texts])
    ids = nn.utils.rnn.pad_sequence(texts, batch_first=True)
    mask = torch.arange(ids.shape[1])[None] < lengths[:, None]
    return ids.to(DEVICE), mask[:, None, None].to(DEVICE)


def opened(folder):
    model = Bert(**SIZES)
    model.load_state_dict({name: weight for name, weight in read(folder / "model.safetensors").items()})
    return model.to(DEVICE)


def predicting(folder, compiled):
    model = opened(folder).bfloat16().eval()
    run = torch.compile(model, dynamic=None) if compiled else model

    @torch.inference_mode()
    def logits(batches):
        return torch.cat([run(ids, mask) for ids, mask in batches])

    return logits


def training(folder):
    model = opened(folder).train()
    optimizer = torch.optim.AdamW(model.parameters(), lr=2e-5, fused=True)

    def step(batches):
        for ids, mask in batches:
            with torch.autocast(DEVICE, dtype=torch.bfloat16):
                found = model(ids, mask, 0.1)
            loss = F.cross_entropy(found.float(), torch.arange(len(ids), device=DEVICE) % 2)
            loss.backward()
            optimizer.step()
            optimizer.zero_grad(set_to_none=True)
        return loss.detach().reshape(1, 1)

    return step


def rate():
    """The operations a second of a large product in bf16, and its size."""
    size = 8192 if DEVICE == "cuda" else 1024
    a, b = (torch.randn(size, size, device=DEVICE, dtype=torch.bfloat16) for _ in range(2))
    times = [timed(lambda: a @ b) for _ in range(20)]
    return 2 * size**3 / statistics.median(times[5:]), size


def synchronize():
    if DEVICE == "cuda":
        torch.cuda.synchronize()


def timed(run):
    synchronize()
    start = time.perf_counter()
    run()
    synchronize()
    return time.perf_counter() - start


def serve(folder, way):
    if DEVICE == "cuda" and not torch.cuda.is_available():
        raise SystemExit("PyTorch finds no GPU here: `torch.cuda.is_available()` is false")
    run = training(folder) if way == "train" else predicting(folder, way == "compile")
    for line in sys.stdin:
        case, runs, file = (line.split() + [None, None])[:3]
        if case == "rate":
            name = torch.cuda.get_device_name() if DEVICE == "cuda" else "the processor"
            speed, size = rate()
            print(json.dumps(dict(peer="machine", case="rate", tflop_s=speed / 1e12, size=size, name=name)), flush=True)
            continue
        given = batches(case, folder)
        for _ in range(3 if DEVICE == "cuda" else 1):
            found = run(given)
        if file:
            Path(file).write_bytes(numbers(found.float().cpu()))
        if DEVICE == "cuda":
            torch.cuda.reset_peak_memory_stats()
        times = [timed(lambda: run(given)) for _ in range(int(runs or 1))]
        peak = round(torch.cuda.max_memory_allocated() / 2**20) if DEVICE == "cuda" else None
        found = dict(peer=f"torch {way}", case=case, median_s=statistics.median(times), min_s=min(times), runs=len(times), gpu_mib=peak)
        print(json.dumps(found), flush=True)


if __name__ == "__main__":
    act, folder = sys.argv[1], Path(sys.argv[2])
    make(folder) if act == "make" else serve(folder, sys.argv[3])
