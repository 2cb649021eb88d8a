#!/usr/bin/env bash
# Correctness on a GPU, then speed beside PyTorch, in under eight minutes, on a machine without network and without Rust: it needs CUDA 13 with its
# libraries and a Python ($PYTHON) with PyTorch. It lies in the folder that `carry.sh` made.
#
#     FOLDER/check.sh [DEVICE]        # cuda:0 unless it is said
#     FOLDER/check.sh cpu             # a rehearsal without a GPU: all but the kernels, with the smallest work
#
# Each part says what it found; the last line says whether all of it is as it should be, and so does the exit code.
set -uo pipefail

folder=$(dirname "$(realpath "$0")")
device=${1:-cuda:0}
begun=$SECONDS
faults=()
. "$folder/libraries.sh"
if [ ! -d "$folder/binaries" ]; then tar --extract --gzip --directory "$folder" --file "$folder/carried.tar.gz"; fi

# part NAME SECONDS COMMAND..: runs it for so long at most, and notes where it fails.
part() {
  local name=$1 seconds=$2 start=$SECONDS
  shift 2
  printf '\n== %s\n' "$name"
  timeout "$seconds" "$@" || faults+=("$name")
  printf '== %s took %d s\n' "$name" $((SECONDS - start))
}

if [ "$device" = cpu ]; then
  part cases 300 "$folder/binaries/gpu_check" cpu "$folder/cases/fixtures" "$folder/cases/oracle"
  part speed 300 "$folder/bench.sh" --device cpu --cases 1x16
else
  nvidia-smi --query-gpu=name,driver_version,memory.total,compute_cap --format=csv,noheader
  part kernels 90 env BERT_TEST_DEVICE="$device" "$folder/binaries/kernel_tests" gpu::tests --test-threads 1
  part cases 100 "$folder/binaries/gpu_check" "$device" "$folder/cases/fixtures" "$folder/cases/oracle"
  left=$((450 - (SECONDS - begun)))
  part speed "$left" "$folder/bench.sh" --seconds $((left - 90))
fi

printf '\n%d s in all\n' $((SECONDS - begun))
if [ ${#faults[@]} -eq 0 ]; then
  echo "all is as it should be"
else
  echo "not as it should be: ${faults[*]}"
  exit 1
fi
