#!/usr/bin/env bash
# Builds what runs on a machine that has a GPU and no Rust, and puts it into a folder to be carried there, 60 MB at most:
#
#     examples/gpu/carry.sh FOLDER COMPUTE_CAPABILITY      # such as 80 for an A100, 90 for an H100 or H200
#     FOLDER/check.sh                                       # there: correctness, then speed
#
# The CUDA toolkit is the one that CUDA_HOME names; without it one is made from PyPI, in the build's folder.
set -euo pipefail

here=$(dirname "$(realpath "$0")")
root=$(realpath "$here/../..")
folder=$(realpath -m "${1:?usage: examples/gpu/carry.sh FOLDER COMPUTE_CAPABILITY}")
capability=${2:?usage: examples/gpu/carry.sh FOLDER COMPUTE_CAPABILITY, such as 90}
most=$((60 * 1000 * 1000))
cd "$root"
target=${CARGO_TARGET_DIR:-$root/target}

if [ -z "${CUDA_HOME:-}" ]; then
  eval "$("$here/toolchain.sh" "$target/cuda-toolkit" "$capability")"
fi
# Optimised as a whole, a program leaves behind candle's kernels for quantised weights, which are 40 MB.
export CUDA_COMPUTE_CAP=$capability CARGO_PROFILE_RELEASE_LTO=fat CARGO_PROFILE_RELEASE_CODEGEN_UNITS=1
cargo build --release --locked -p examples -p tests --features examples/cuda,tests/cuda \
  --example encoder_bench --example training_bench --bin gpu_check
kernels=$(cargo test --release --locked -p bert-runtime --features cuda --lib --no-run --message-format json |
  sed -n 's/.*"executable":"\([^"]*\)".*/\1/p' | tail -n 1)

rm -rf "$folder/binaries" "$folder/cases"
mkdir -p "$folder/binaries" "$folder/cases"
cp "$target/release/examples/encoder_bench" "$target/release/examples/training_bench" "$target/release/gpu_check" "$folder/binaries"
cp "$kernels" "$folder/binaries/kernel_tests"
strip "$folder/binaries/"*
cp -r tests/fixtures "$folder/cases/"
shared=${BERT_SHARED:-$root/../shared}
if [ -d "$shared/oracle/cases" ]; then cp -r "$shared/oracle/cases" "$folder/cases/oracle"; fi
cp "$here/check.sh" "$here/bench.sh" "$here/bench.py" "$here/peer.py" "$here/libraries.sh" "$folder"

# Most of a program is kernels as text, which becomes a tenth.
tar --create --gzip --directory "$folder" --file "$folder/carried.tar.gz" binaries cases
rm -rf "$folder/binaries" "$folder/cases"
size=$(du --summarize --bytes "$folder" | cut -f 1)
echo "$folder: $((size / 1000 / 1000)) MB" >&2
if [ "$size" -gt "$most" ]; then
  echo "that is more than $((most / 1000 / 1000)) MB" >&2
  exit 1
fi
