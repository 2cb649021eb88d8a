"""The folder that is measured on: two checkpoints with random weights, the workload, and the fused ONNX graph. What is there stays."""

import numpy as np

CHECKPOINTS = {"bert-base-random": "BertForSequenceClassification", "bert-base-random-mlm": "BertForMaskedLM"}
GRAPH = "onnx/model_eager_fused.onnx"


def ensure(folder):
    """Makes what is missing."""
    folder.mkdir(parents=True, exist_ok=True)
    for name, architecture in CHECKPOINTS.items():
        if not (folder / name / "model.safetensors").exists():
            checkpoint(folder / name, architecture)
    if not all((folder / name).exists() for name in ("workload.npz", "workload.safetensors")):
        workload(folder)
    if not (folder / GRAPH).exists():
        graph(folder)


def checkpoint(folder, architecture):
    """BERT-base as transformers initialises it, from seed 0."""
    import torch
    import transformers

    torch.manual_seed(0)
    sizes = dict(vocab_size=30522, hidden_size=768, num_hidden_layers=12, num_attention_heads=12, intermediate_size=3072)
    config = transformers.BertConfig(**sizes, num_labels=2, initializer_range=0.02)
    getattr(transformers, architecture)(config).save_pretrained(folder)


def workload(folder):
    """512 texts of log-normal length, median 24, 4 to 128 tokens, from seed 1234."""
    from safetensors.numpy import save_file

    random = np.random.default_rng(1234)
    lengths = np.clip(np.rint(random.lognormal(np.log(24), 0.7, 512)), 4, 128).astype(np.uint32)
    texts = [random.integers(1000, 30522, length).astype(np.uint32) for length in lengths]
    for text in texts:
        text[0], text[-1] = 101, 102
    tensors = {"ids": np.concatenate(texts), "lengths": lengths}
    save_file(tensors, folder / "workload.safetensors")
    np.savez(folder / "workload.npz", **tensors)


def graph(folder):
    """The classifier as an ONNX graph, whose attention, gelu and layer norms onnxruntime's own optimizer fuses."""
    from onnxruntime.transformers import optimizer

    whole = (folder / GRAPH).with_name("model_eager.onnx")
    whole.parent.mkdir(exist_ok=True)
    if not whole.exists():
        export(folder, whole)
    fused = optimizer.optimize_model(str(whole), model_type="bert", num_heads=12, hidden_size=768, opt_level=0)
    fused.save_model_to_file(str(folder / GRAPH))


def export(folder, file):
    """The classifier as PyTorch's tracing exporter writes it."""
    import torch
    from transformers import BertForSequenceClassification

    class Logits(torch.nn.Module):
        def __init__(self, model):
            super().__init__()
            self.model = model

        def forward(self, input_ids, attention_mask):
            return self.model(input_ids=input_ids, attention_mask=attention_mask).logits

    model = BertForSequenceClassification.from_pretrained(folder / "bert-base-random", attn_implementation="eager").eval()
    ids, mask = torch.randint(1000, 30000, (2, 16)), torch.ones(2, 16, dtype=torch.long)
    mask[1, 10:] = 0
    names = ["input_ids", "attention_mask"]
    free = {name: {0: "batch", 1: "token"} for name in names}
    options = dict(input_names=names, output_names=["logits"], dynamic_axes=free, opset_version=17, dynamo=False)
    torch.onnx.export(Logits(model), (ids, mask), str(file), **options)
