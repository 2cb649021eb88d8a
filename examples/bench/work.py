"""The texts of a case: the same for all, whoever reads them."""

import numpy as np

BATCH = 32  # texts a batch, as a user of the peers would have it
SHAPES = [(1, 16), (1, 128), (8, 128), (32, 128), (8, 512)]
FIXED = [f"{count}x{length}" for count, length in SHAPES]
LONG = ["real", "sorted"]


def batches(case, folder):
    """The padded batches of a case, each ids and mask, one after the other in the order of its texts."""
    if case not in LONG:
        count, length = map(int, case.split("x"))
        place = np.arange(count * length, dtype=np.int64).reshape(count, length)
        ids = place * 7919 % 29000 + 1000
        return [(ids, np.ones_like(ids))]
    texts = workload(folder)
    if case == "sorted":
        texts.sort(key=len)
    return [padded(texts[start : start + BATCH]) for start in range(0, len(texts), BATCH)]


def workload(folder):
    """The texts of the workload, as they come."""
    with np.load(folder / "workload.npz") as file:
        lengths, ids = file["lengths"].astype(np.int64), file["ids"].astype(np.int64)
    return np.split(ids, np.cumsum(lengths)[:-1])


def padded(texts):
    """Texts as a rectangle, with zeros after their ends."""
    lengths = np.array([len(text) for text in texts])
    mask = (np.arange(lengths.max())[None] < lengths[:, None]).astype(np.int64)
    ids = np.zeros_like(mask)
    ids[mask == 1] = np.concatenate(texts)
    return ids, mask
