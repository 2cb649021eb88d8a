// What kernels stand on: number formats, warps and the matrix instruction. Tests compile the same kernels for the processor,
// with `emulator.hpp` in place of the device.
#pragma once

#ifdef EMULATED
#include "emulator.hpp"
#else
#include <cuda_bf16.h>
#include <cuda_fp16.h>
#include <cstdint>

#define KERNEL(name, ...) extern "C" __global__ void name(__VA_ARGS__)
#endif

// The formats of tensors. Kernels compute in float and round once at the end.
struct Half {
    unsigned short bits;
};
struct Brain {
    unsigned short bits;
};

__device__ inline float wide(float x) { return x; }

#ifdef EMULATED
__device__ inline float wide(Half x) { return emulator::float_of_half(x.bits); }
__device__ inline float wide(Brain x) { return emulator::float_of_brain(x.bits); }
__device__ inline void put(float x, Half &to) { to.bits = emulator::half_of_float(x); }
__device__ inline void put(float x, Brain &to) { to.bits = emulator::brain_of_float(x); }
#else
__device__ inline float wide(Half x) { return __half2float(__ushort_as_half(x.bits)); }
__device__ inline float wide(Brain x) { return __uint_as_float(static_cast<unsigned>(x.bits) << 16); }
__device__ inline void put(float x, Half &to) { to.bits = __half_as_ushort(__float2half_rn(x)); }
__device__ inline void put(float x, Brain &to) { to.bits = __bfloat16_as_ushort(__float2bfloat16_rn(x)); }
#endif
__device__ inline void put(float x, float &to) { to = x; }

// A number as a tensor would hold it.
template <class T> __device__ inline float rounded(float x) {
    T held;
    put(x, held);
    return wide(held);
}

constexpr int LANES = 32;
constexpr unsigned ALL = 0xffffffffu;

__device__ inline int lane_of() { return threadIdx.x % LANES; }
__device__ inline int warp_of() { return threadIdx.x / LANES; }

__device__ inline float warp_sum(float x) {
    for (int step = LANES / 2; step > 0; step /= 2) x += __shfl_xor_sync(ALL, x, step);
    return x;
}

__device__ inline float warp_greatest(float x) {
    for (int step = LANES / 2; step > 0; step /= 2) x = fmaxf(x, __shfl_xor_sync(ALL, x, step));
    return x;
}

// Numbers that a thread takes at a time.
constexpr int RUN = 8;

// A run of a row from `column` on, zeros past the row's end. `vectors` promises that every run is whole and begins at 16 bytes.
__device__ inline void load(float (&to)[RUN], const float *row, int column, int width, bool vectors) {
    if (vectors) {
        const float4 first = *reinterpret_cast<const float4 *>(row + column);
        const float4 second = *reinterpret_cast<const float4 *>(row + column + 4);
        to[0] = first.x, to[1] = first.y, to[2] = first.z, to[3] = first.w;
        to[4] = second.x, to[5] = second.y, to[6] = second.z, to[7] = second.w;
        return;
    }
    for (int i = 0; i < RUN; i++) to[i] = column + i < width ? row[column + i] : 0.0f;
}

template <class T> __device__ inline void load(float (&to)[RUN], const T *row, int column, int width, bool vectors) {
    if (vectors) {
        const uint4 packed = *reinterpret_cast<const uint4 *>(row + column);
        const unsigned words[4] = {packed.x, packed.y, packed.z, packed.w};
        for (int i = 0; i < 4; i++) {
            to[2 * i] = wide(T{static_cast<unsigned short>(words[i] & 0xffffu)});
            to[2 * i + 1] = wide(T{static_cast<unsigned short>(words[i] >> 16)});
        }
        return;
    }
    for (int i = 0; i < RUN; i++) to[i] = column + i < width ? wide(row[column + i]) : 0.0f;
}

// Two numbers in a word, the first in its low half.
template <class T> __device__ inline unsigned pair(float first, float second) {
    T low, high;
    put(first, low);
    put(second, high);
    return static_cast<unsigned>(low.bits) | static_cast<unsigned>(high.bits) << 16;
}

__device__ inline void store(const float (&from)[RUN], float *row, int column, int width, bool vectors) {
    if (vectors) {
        *reinterpret_cast<float4 *>(row + column) = make_float4(from[0], from[1], from[2], from[3]);
        *reinterpret_cast<float4 *>(row + column + 4) = make_float4(from[4], from[5], from[6], from[7]);
        return;
    }
    for (int i = 0; i < RUN; i++)
        if (column + i < width) row[column + i] = from[i];
}

template <class T> __device__ inline void store(const float (&from)[RUN], T *row, int column, int width, bool vectors) {
    if (vectors) {
        *reinterpret_cast<uint4 *>(row + column) =
            make_uint4(pair<T>(from[0], from[1]), pair<T>(from[2], from[3]), pair<T>(from[4], from[5]), pair<T>(from[6], from[7]));
        return;
    }
    for (int i = 0; i < RUN; i++)
        if (column + i < width) put(from[i], row[column + i]);
}

// Whether dropout keeps a number, of bits of a row or of all numbers one after the other.
__device__ inline bool is_kept(const unsigned *bits, size_t place) { return bits[place / 32] >> (place % 32) & 1u; }
