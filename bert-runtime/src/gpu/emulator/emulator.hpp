// A device on the processor, for tests: each thread of a block is a fiber, blocks run one after the other, and what warps do together meets at
// barriers. Kernels see what `device.cuh` and `matrix.cuh` ask of a device, and nothing else.
#pragma once
#include <cmath>
#include <cstdint>
#include <cstring>
#include <functional>
#include <string>
#include <tuple>
#include <utility>

#define __device__
#define __global__
#define __shared__ static
#define KERNEL(name, ...)                                                                                                                  \
    static void name(__VA_ARGS__);                                                                                                         \
    static const emulator::Registered registered_##name(#name, &name);                                                                     \
    static void name(__VA_ARGS__)

struct alignas(16) float4 {
    float x, y, z, w;
};
struct alignas(16) uint4 {
    unsigned x, y, z, w;
};
inline float4 make_float4(float x, float y, float z, float w) { return {x, y, z, w}; }
inline uint4 make_uint4(unsigned x, unsigned y, unsigned z, unsigned w) { return {x, y, z, w}; }

struct Dimensions {
    unsigned x, y, z;
};
extern Dimensions threadIdx, blockIdx, blockDim, gridDim;

namespace emulator {

// Waits for the other threads of the warp, or of the block.
void meet_warp();
void meet_block();

// A place of the lane's in what its warp exchanges, and another lane's.
struct Exchanged {
    unsigned words[6];
    const void *row;
};
Exchanged &own();
const Exchanged &of_lane(int lane);

// Ends the launch with an error.
[[noreturn]] void fail(const char *what);

using Run = std::function<void(void **)>;
void add(const char *name, Run run);

struct Registered {
    template <class... Arguments> Registered(const char *name, void (*kernel)(Arguments...)) {
        add(name, [kernel](void **arguments) { call(kernel, arguments, std::index_sequence_for<Arguments...>()); });
    }

  private:
    template <class... Arguments, size_t... Places>
    static void call(void (*kernel)(Arguments...), void **arguments, std::index_sequence<Places...>) {
        kernel(*static_cast<Arguments *>(arguments[Places])...);
    }
};

inline float float_of_half(unsigned short bits) {
    _Float16 number;
    std::memcpy(&number, &bits, 2);
    return static_cast<float>(number);
}
inline unsigned short half_of_float(float x) {
    const _Float16 number = static_cast<_Float16>(x);
    unsigned short bits;
    std::memcpy(&bits, &number, 2);
    return bits;
}
inline float float_of_brain(unsigned short bits) {
    const uint32_t wide = static_cast<uint32_t>(bits) << 16;
    float x;
    std::memcpy(&x, &wide, 4);
    return x;
}
inline unsigned short brain_of_float(float x) {
    uint32_t bits;
    std::memcpy(&bits, &x, 4);
    if (x != x) return static_cast<unsigned short>(bits >> 16 | 0x40);
    return static_cast<unsigned short>((bits + 0x7fff + (bits >> 16 & 1)) >> 16);
}

template <class Wide> void multiply(Wide wide, float (&sums)[4], const unsigned (&left)[4], unsigned right0, unsigned right1) {
    Exchanged &mine = own();
    for (int i = 0; i < 4; i++) mine.words[i] = left[i];
    mine.words[4] = right0, mine.words[5] = right1;
    meet_warp();
    const auto number = [&](int lane, int word, int half) {
        return wide(static_cast<unsigned short>(of_lane(lane).words[word] >> (16 * half)));
    };
    const int lane = threadIdx.x % 32;
    for (int i = 0; i < 4; i++) {
        const int row = lane / 4 + 8 * (i / 2), column = 2 * (lane % 4) + i % 2;
        for (int k = 0; k < 16; k++)
            sums[i] += number(row % 8 * 4 + k % 8 / 2, row / 8 + 2 * (k / 8), k % 2) * number(column * 4 + k % 8 / 2, 4 + k / 8, k % 2);
    }
    meet_warp();
}

inline void load_matrices(unsigned (&to)[4], const void *row, bool turned) {
    if (reinterpret_cast<uintptr_t>(row) % 16 != 0) fail("a row of a matrix does not begin at 16 bytes");
    own().row = row;
    meet_warp();
    const int lane = threadIdx.x % 32;
    for (int matrix = 0; matrix < 4; matrix++) {
        unsigned word = 0;
        for (int half = 0; half < 2; half++) {
            const int r = turned ? 2 * (lane % 4) + half : lane / 4, c = turned ? lane / 4 : 2 * (lane % 4) + half;
            unsigned short number;
            std::memcpy(&number, static_cast<const char *>(of_lane(8 * matrix + r).row) + 2 * c, 2);
            word |= static_cast<unsigned>(number) << (16 * half);
        }
        to[matrix] = word;
    }
    meet_warp();
}

} // namespace emulator

inline void __syncthreads() { emulator::meet_block(); }
inline void __syncwarp() { emulator::meet_warp(); }
inline float __shfl_sync(unsigned, float x, int lane) {
    std::memcpy(&emulator::own().words[0], &x, 4);
    emulator::meet_warp();
    std::memcpy(&x, &emulator::of_lane(lane).words[0], 4);
    emulator::meet_warp();
    return x;
}
inline float __shfl_xor_sync(unsigned mask, float x, int by) { return __shfl_sync(mask, x, static_cast<int>(threadIdx.x % 32) ^ by); }
