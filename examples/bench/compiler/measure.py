"""How fast the compiler is: a thousand different heads, against the same modules written by hand.

    python3 examples/bench/compiler/measure.py compile    # compiling a crate of them, generated and by hand, in turn
    python3 examples/bench/compiler/measure.py expansion  # what rustc needs to expand it, a head
    python3 examples/bench/compiler/measure.py same       # both give the same numbers, to the bit
    python3 examples/bench/compiler/measure.py speed      # both take as long
    python3 examples/bench/compiler/measure.py cold       # a build of bert-macros from nothing

Crates and builds lie in `target/compiler-speed`. Times are medians, of the CPU and of the clock.
"""

import argparse
import json
import os
import re
import resource
import shutil
import statistics
import subprocess
import time
from pathlib import Path

from heads import instances

HERE = Path(__file__).parent
ROOT = HERE.parents[2]
WORK = ROOT / "target/compiler-speed"
KINDS = ("generated", "by_hand")

MANIFEST = """[package]
name = "{name}"
edition = "2024"

[dependencies]
bert-runtime = {{ path = "{root}/bert-runtime" }}
serde = "1"

[workspace]
"""


def text(instance, kind):
    return instance.rust if kind == "by_hand" else f"//! A head.\n\nbert_runtime::head! {{\n{instance.head}}}\n"


def crate(name, files):
    """A crate of these files by their paths in `src`."""
    folder = WORK / name
    shutil.rmtree(folder, ignore_errors=True)
    for path, content in files.items():
        (folder / "src" / path).parent.mkdir(parents=True, exist_ok=True)
        (folder / "src" / path).write_text(content)
    (folder / "Cargo.toml").write_text(MANIFEST.format(name=name, root=ROOT))
    shutil.copy(ROOT / "Cargo.lock", folder)
    shutil.copy(ROOT / "rust-toolchain.toml", folder)
    return folder


def modules(heads, kind, inside=""):
    root = "".join(f"pub mod {head.module};\n" for head in heads)
    return {f"{inside}{head.module}.rs": text(head, kind) for head in heads} | {(f"{inside}mod.rs" if inside else "lib.rs"): root}


def cargo(folder, *arguments, env=None):
    """Runs cargo, and gives what it printed with its seconds of the CPU and of the clock."""
    before, start = resource.getrusage(resource.RUSAGE_CHILDREN), time.monotonic()
    done = subprocess.run(
        ["cargo", *arguments], cwd=folder, env=os.environ | {"CARGO_TARGET_DIR": str(WORK / "target")} | (env or {}), text=True, capture_output=True
    )
    wall, after = time.monotonic() - start, resource.getrusage(resource.RUSAGE_CHILDREN)
    if done.returncode != 0:
        raise SystemExit(done.stdout + done.stderr)
    cpu = after.ru_utime + after.ru_stime - before.ru_utime - before.ru_stime
    return done.stdout + done.stderr, cpu, wall


def built(folder, *arguments, env=None):
    """Builds a crate from nothing, and its dependencies not."""
    shutil.rmtree(WORK / "target/debug/incremental", ignore_errors=True)
    cargo(folder, "clean", "--quiet", "-p", folder.name)
    return cargo(folder, "build", *arguments, env=env)


def pair(options):
    heads = instances(options.heads)
    folders = [crate(kind, modules(heads, kind)) for kind in KINDS]
    for folder in folders:
        cargo(folder, "build")
    return folders


def compiled(options):
    folders = pair(options)
    runs = [[built(folder)[1:] for folder in folders] for _ in range(options.runs)]
    for index, what in enumerate(("CPU", "clock")):
        generated, by_hand = (statistics.median(run[kind][index] for run in runs) for kind in range(2))
        ratio = statistics.median(run[0][index] / run[1][index] for run in runs)
        print(f"{what}: generated {generated:.1f} s, by hand {by_hand:.1f} s, ratio {ratio:.3f} (medians of {options.runs} runs in turn)")


def expansion(options):
    """The pass in which rustc expands macros, from its own `-Ztime-passes`: the macro, the parsing of what it gives, derives."""
    wrapper = WORK / "passes.sh"
    folders = pair(options)
    wrapper.write_text('#!/bin/sh\ncase "$*" in *--emit=*) exec env RUSTC_BOOTSTRAP=1 "$@" -Ztime-passes;; *) exec "$@";; esac\n')
    wrapper.chmod(0o755)
    for profile, flags in (("dev", []), ("optimised", ["--config", "profile.dev.build-override.opt-level=3"])):
        for folder in folders:
            cargo(folder, "check", *flags)
        times = [[expanded(folder, wrapper, flags) / options.heads for folder in folders] for _ in range(options.runs)]
        generated, by_hand = (statistics.median(run[kind] for run in times) for kind in range(2))
        print(f"{profile}: expanding {generated:.2f} ms a head, {by_hand:.2f} ms a module by hand (medians of {options.runs} runs)")


def expanded(folder, wrapper, flags):
    cargo(folder, "clean", "--quiet", "-p", folder.name)
    printed, *_ = cargo(folder, "check", *flags, env={"RUSTC_WORKSPACE_WRAPPER": str(wrapper)})
    return 1000 * float(re.search(r"time: +([0-9.]+);.*\bmacro_expand_crate", printed)[1])


def same(options):
    """Binds, runs and asks each head, generated and by hand, in one program."""
    print(program("same", options.heads, []))


def speed(options):
    """Asks one head of each kind, generated and by hand, in turn."""
    print(program("speed", min(options.heads, 9), ["--release"]))


def program(name, count, flags):
    """What a program prints that holds each head twice."""
    heads = instances(count)
    files = {path: content for kind in KINDS for path, content in modules(heads, kind, f"{kind}/").items()}
    rows = ", ".join(
        f'("{head.name}", $act::<generated::{head.module}::{head.name}, by_hand::{head.module}::{head.name}>($bert)?)' for head in heads
    )
    model = json.dumps(str(ROOT / "tests/fixtures/tiny-bert"))
    macro = f"macro_rules! heads {{ ($act:ident, $bert:expr) => {{ vec![{rows}] }} }}\n"
    head = f"mod by_hand;\nmod generated;\n\nconst MODEL: &str = {model};\n{macro}"
    files["main.rs"] = (HERE / f"{name}.rs").read_text().replace("// HEADS\n", head)
    return cargo(crate(name, files), "run", "--quiet", *flags, env={"RUSTFLAGS": "-Awarnings"})[0].strip()


def cold(options):
    for run in range(options.runs):
        shutil.rmtree(WORK / "cold", ignore_errors=True)
        for profile in ([], ["--release"]):
            _, cpu, wall = cargo(ROOT, "build", "-p", "bert-macros", *profile, env={"CARGO_TARGET_DIR": str(WORK / "cold")})
            print(f"bert-macros from nothing, {'release' if profile else 'dev'}: {wall:.1f} s by the clock, {cpu:.1f} s of the CPU")


def main():
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    commands = {"compile": compiled, "expansion": expansion, "same": same, "speed": speed, "cold": cold}
    parser.add_argument("command", choices=commands)
    parser.add_argument("--heads", type=int, default=1000)
    parser.add_argument("--runs", type=int, default=5)
    options = parser.parse_args()
    WORK.mkdir(parents=True, exist_ok=True)
    commands[options.command](options)


if __name__ == "__main__":
    main()
