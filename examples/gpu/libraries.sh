# Sourced: puts the folders that have NVIDIA's libraries on this machine into LD_LIBRARY_PATH, the toolkit's before those that came with PyTorch.
find_libraries() {
  local folder python=${PYTHON:-python3}
  for folder in "${CUDA_HOME:-}/lib64" /usr/local/cuda/lib64 /usr/local/cuda-13*/lib64 $("$python" - <<'PYTHON'
import glob
import sysconfig

print("\n".join(glob.glob(sysconfig.get_path("purelib") + "/nvidia/*/lib")))
PYTHON
  ); do
    if compgen -G "$folder/libcublas.so.*" >/dev/null || compgen -G "$folder/libcurand.so.*" >/dev/null || compgen -G "$folder/libnvrtc.so.*" >/dev/null; then
      LD_LIBRARY_PATH=${LD_LIBRARY_PATH:+$LD_LIBRARY_PATH:}$folder
    fi
  done
  export LD_LIBRARY_PATH
}
find_libraries
