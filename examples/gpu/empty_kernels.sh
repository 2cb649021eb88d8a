#!/usr/bin/env bash
# Stands in for nvcc where candle's kernels need only be there: `NVCC=examples/gpu/empty_kernels.sh cargo check --features cuda`. Whoever checks types reads
# the names of their files and links nothing, and to compile them takes a quarter of an hour. Our own kernels are compiled all the same.
set -euo pipefail

asked=("$@") object='' folder='' mode=''
while [ $# -gt 0 ]; do
  case $1 in
    -o) object=$2 && shift ;;
    --output-directory) folder=$2 && shift ;;
    --ptx | --lib | -c) mode=$1 ;;
  esac
  source=$1
  shift
done

case $mode in
  --ptx) : > "$folder/$(basename "$source" .cu).ptx" ;;
  --lib) ar rc "$object" ;;
  -c) : > "$object" ;;
  *) exec "$CUDA_HOME/bin/nvcc" "${asked[@]}" ;;
esac
