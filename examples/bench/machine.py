"""What was measured with, and on."""

import importlib.metadata
import os
import platform
import subprocess
import time
from pathlib import Path

PACKAGES = ["torch", "transformers", "onnxruntime", "onnx", "numpy"]


def versions():
    """Of the peers, Python and the compiler."""
    compiler = subprocess.run(["rustc", "--version"], capture_output=True, text=True).stdout.strip()
    return [f"{name} {importlib.metadata.version(name)}" for name in PACKAGES] + [f"Python {platform.python_version()}", compiler]


def processor():
    """Its name, its threads, and the instructions that matter here."""
    lines = dict(line.split(":", 1) for line in Path("/proc/cpuinfo").read_text().split("\n\n")[0].splitlines() if ":" in line)
    facts = {name.strip(): value.strip() for name, value in lines.items()}
    have = [name for name in ("avx2", "fma", "avx512f") if name in facts.get("flags", "").split()]
    family = f"family {facts.get('cpu family')} model {facts.get('model')}"
    return f"{facts.get('model name', platform.machine())} ({family}), {os.cpu_count()} threads, {' '.join(have)}"


def load():
    """How many processes wanted to run in the last minute."""
    return round(os.getloadavg()[0], 2)


class Others:
    """The share of all processors that other processes take, from when this is made."""

    def __init__(self, processes):
        self.processes = processes
        self.start, self.before = time.perf_counter(), self.taken()

    def taken(self):
        """The processors' seconds for all that is not idle or waiting, less those of the processes."""
        fields = [int(field) for field in Path("/proc/stat").read_text().split("\n")[0].split()[1:9]]
        own = [Path(f"/proc/{process}/stat").read_text().rsplit(")", 1)[1].split()[11:13] for process in self.processes]
        return (sum(fields) - fields[3] - fields[4] - sum(int(part) for parts in own for part in parts)) / os.sysconf("SC_CLK_TCK")

    def share(self):
        return (self.taken() - self.before) / (time.perf_counter() - self.start) / os.cpu_count()


def quiet(patience, limit=0.1):
    """Waits until others leave the processors alone for half a second, for so many seconds at most."""
    end = time.perf_counter() + patience
    while time.perf_counter() < end:
        others = Others([])
        time.sleep(0.5)
        if others.share() < limit:
            return
