#!/usr/bin/env bash
# Our encoder beside PyTorch (sdpa, bf16, eager and compiled) on one GPU, in one run: BERT-base on 32 x 128, 256 x 128 and 32 x 512 tokens and on texts
# of skewed lengths, texts a second, memory, the share of the card's measured rate in bf16, and a step of training.
#
#     examples/gpu/bench.sh                     # builds the binaries, on a machine with Rust
#     FOLDER/bench.sh [--seconds S]             # in the folder that `carry.sh` made
set -euo pipefail

here=$(dirname "$(realpath "$0")")
binaries=$here/binaries
if [ -f "$here/carried.tar.gz" ] && [ ! -d "$binaries" ]; then tar --extract --gzip --directory "$here" --file "$here/carried.tar.gz"; fi
if [ ! -d "$binaries" ]; then
  root=$(realpath "$here/../..")
  (cd "$root" && cargo build --release --locked -p examples --features cuda --example encoder_bench --example training_bench)
  binaries=${CARGO_TARGET_DIR:-$root/target}/release/examples
fi
. "$here/libraries.sh"
"${PYTHON:-python3}" "$here/bench.py" "$binaries" "${BENCH_DIR:-${TMPDIR:-/tmp}/bert-heads-gpu-bench}" "$@"
