#!/usr/bin/env bash
# Makes a CUDA 13.0 toolkit in a folder, from NVIDIA's own packages on PyPI, so that the feature `cuda` builds where none is installed
# and no GPU is needed. Prints the environment of the build:
#
#     eval "$(examples/gpu/toolchain.sh FOLDER COMPUTE_CAPABILITY)"     # such as 80 for an A100, 90 for an H100
#     cargo build --release -p bert-runtime --features cuda
set -euo pipefail

folder=${1:?usage: examples/gpu/toolchain.sh FOLDER COMPUTE_CAPABILITY}
capability=${2:?usage: examples/gpu/toolchain.sh FOLDER COMPUTE_CAPABILITY, such as 80}
packages=(
  'nvidia-cuda-nvcc==13.0.*' 'nvidia-cuda-crt==13.0.*' 'nvidia-nvvm==13.0.*' 'nvidia-cuda-cccl==13.0.*'
  'nvidia-cuda-runtime==13.0.*' 'nvidia-cuda-nvrtc==13.0.*' 'nvidia-cublas==13.0.*' 'nvidia-curand==10.4.0.*'
)

mkdir -p "$folder"
folder=$(realpath "$folder")
toolkit=$folder/nvidia/cu13
if [ ! -e "$folder/complete" ]; then
  "${PYTHON:-python3}" -m pip install --quiet --no-deps --upgrade --target "$folder" "${packages[@]}" >&2
  # The packages hold numbered libraries alone, in `lib`; linkers look for plain names, also in `lib64`.
  for library in cudart cublas cublasLt curand nvrtc; do
    numbered=$(find "$toolkit/lib" -name "lib$library.so.*" | sort | head -n 1)
    ln -sfn "$(basename "$numbered")" "$toolkit/lib/lib$library.so"
  done
  ln -sfn lib "$toolkit/lib64"
  touch "$folder/complete"
fi

"$toolkit/bin/nvcc" --version | tail -n 1 >&2
printf 'export CUDA_HOME=%q CUDA_PATH=%q CUDA_TOOLKIT_ROOT_DIR=%q CUDA_COMPUTE_CAP=%q PATH=%q:"$PATH"\n' \
  "$toolkit" "$toolkit" "$toolkit" "$capability" "$toolkit/bin"
