// Products of small matrices on tensor cores: 16 rows by 8 columns, with sums in float, from 16-bit numbers in shared memory.
//
// A lane holds of the left matrix (16 x 16) the columns `2 (lane % 4)`, +1, +8 and +9 of the rows `lane / 4` and +8, and of the result the
// columns `2 (lane % 4)` and +1 of those rows, as PTX lays down for `mma.m16n8k16`.
#pragma once
#include "device.cuh"

#ifdef EMULATED
template <class T> inline void multiply(float (&sums)[4], const unsigned (&left)[4], unsigned right0, unsigned right1) {
    emulator::multiply([](unsigned short bits) { return wide(T{bits}); }, sums, left, right0, right1);
}
inline void load_matrices(unsigned (&to)[4], const void *row) { emulator::load_matrices(to, row, false); }
inline void load_matrices_turned(unsigned (&to)[4], const void *row) { emulator::load_matrices(to, row, true); }
#else
// sums += left right
template <class T> __device__ inline void multiply(float (&sums)[4], const unsigned (&left)[4], unsigned right0, unsigned right1);

#define MULTIPLY(T, format)                                                                                                                \
    template <> __device__ inline void multiply<T>(float (&sums)[4], const unsigned (&left)[4], unsigned right0, unsigned right1) {        \
        asm volatile("mma.sync.aligned.m16n8k16.row.col.f32." format "." format ".f32 {%0, %1, %2, %3}, {%4, %5, %6, %7}, {%8, %9}, "      \
                     "{%0, %1, %2, %3};"                                                                                                   \
                     : "+f"(sums[0]), "+f"(sums[1]), "+f"(sums[2]), "+f"(sums[3])                                                          \
                     : "r"(left[0]), "r"(left[1]), "r"(left[2]), "r"(left[3]), "r"(right0), "r"(right1));                                  \
    }
MULTIPLY(Half, "f16")
MULTIPLY(Brain, "bf16")
#undef MULTIPLY

// Four 8 x 8 matrices of 16-bit numbers. Lane `8 m + r` names row `r` of matrix `m`; each lane gets two numbers of row `lane / 4` of each.
__device__ inline void load_matrices(unsigned (&to)[4], const void *row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(static_cast<unsigned>(__cvta_generic_to_shared(row)))
                 : "memory");
}

// The same of the matrices turned over.
__device__ inline void load_matrices_turned(unsigned (&to)[4], const void *row) {
    asm volatile("ldmatrix.sync.aligned.m8n8.x4.trans.shared.b16 {%0, %1, %2, %3}, [%4];"
                 : "=r"(to[0]), "=r"(to[1]), "=r"(to[2]), "=r"(to[3])
                 : "r"(static_cast<unsigned>(__cvta_generic_to_shared(row)))
                 : "memory");
}
#endif

// Rows of a tile, and threads of a block that works on it: 16 rows a warp.
constexpr int TILE = 64;
constexpr int TILE_THREADS = 128;

// 64 rows of one head. Eight numbers more a row put the rows of a small matrix into different banks.
template <class T, int D> struct Tile {
    alignas(16) T rows[TILE][D + 8];
};

// Sixteen rows of a tile, in a warp's registers.
template <int D> using Rows = unsigned[D / 16][4];

// The numbers of a warp's 16 rows by 64 columns, or by a head's.
template <int COLUMNS> using Sums = float[COLUMNS / 8][4];

// Where a lane's numbers of a result lie: `i` of its four.
__device__ inline int row_of(int i) { return lane_of() / 4 + 8 * (i / 2); }
__device__ inline int column_of(int i) { return 2 * (lane_of() % 4) + i % 2; }

// Rows `first..first + 64` of a head into a tile, with the bias added; zeros past the last row.
template <class T, int D>
__device__ inline void fill(Tile<T, D> &tile, const T *rows, size_t stride, int first, int end, const T *bias) {
    constexpr int RUNS = D / RUN;
    for (int place = threadIdx.x; place < TILE * RUNS; place += TILE_THREADS) {
        const int row = place / RUNS, column = place % RUNS * RUN;
        float numbers[RUN] = {0, 0, 0, 0, 0, 0, 0, 0};
        if (first + row < end) {
            load(numbers, rows + static_cast<size_t>(first + row) * stride, column, D, true);
            if (bias != nullptr) {
                float added[RUN];
                load(added, bias, column, D, true);
                for (int i = 0; i < RUN; i++) numbers[i] += added[i];
            }
        }
        store(numbers, tile.rows[row], column, D, true);
    }
}

// A warp's own rows of a tile.
template <class T, int D> __device__ inline void take(Rows<D> &rows, const Tile<T, D> &tile) {
    const int matrix = lane_of() / 8, row = warp_of() * 16 + matrix % 2 * 8 + lane_of() % 8;
#pragma unroll
    for (int k = 0; k < D / 16; k++) load_matrices(rows[k], &tile.rows[row][k * 16 + matrix / 2 * 8]);
}

// `rows tile^T`: each of the warp's rows by each of the tile's.
template <class T, int D> __device__ inline void by_rows(Sums<TILE> &sums, const Rows<D> &rows, const Tile<T, D> &tile) {
    const int matrix = lane_of() / 8, row = lane_of() % 8;
#pragma unroll
    for (int n = 0; n < TILE / 8; n++) {
#pragma unroll
        for (int i = 0; i < 4; i++) sums[n][i] = 0.0f;
#pragma unroll
        for (int k = 0; k < D / 16; k += 2) {
            unsigned right[4];
            load_matrices(right, &tile.rows[n * 8 + row][k * 16 + matrix * 8]);
            multiply<T>(sums[n], rows[k], right[0], right[1]);
            multiply<T>(sums[n], rows[k + 1], right[2], right[3]);
        }
    }
}

// `sums += shares tile`: the tile's rows, weighted for each of the warp's.
template <class T, int D> __device__ inline void by_columns(Sums<D> &sums, const Sums<TILE> &shares, const Tile<T, D> &tile) {
    const int matrix = lane_of() / 8, row = matrix % 2 * 8 + lane_of() % 8;
#pragma unroll
    for (int k = 0; k < TILE / 16; k++) {
        const unsigned left[4] = {
            pair<T>(shares[2 * k][0], shares[2 * k][1]),
            pair<T>(shares[2 * k][2], shares[2 * k][3]),
            pair<T>(shares[2 * k + 1][0], shares[2 * k + 1][1]),
            pair<T>(shares[2 * k + 1][2], shares[2 * k + 1][3]),
        };
#pragma unroll
        for (int n = 0; n < D / 8; n += 2) {
            unsigned right[4];
            load_matrices_turned(right, &tile.rows[k * 16 + row][(n + matrix / 2) * 8]);
            multiply<T>(sums[n], left, right[0], right[1]);
            multiply<T>(sums[n + 1], left, right[2], right[3]);
        }
    }
}

// The warp's rows of a result into a tensor, times a factor of each of a lane's two rows. `first` is the number of the tile's first row.
template <class T, int D>
__device__ inline void leave(const Sums<D> &sums, T *rows, size_t stride, int first, int end, const float (&factor)[2]) {
#pragma unroll
    for (int half = 0; half < 2; half++) {
        const int row = first + warp_of() * 16 + row_of(2 * half);
        if (row >= end) continue;
#pragma unroll
        for (int n = 0; n < D / 8; n++) {
            const unsigned both = pair<T>(sums[n][2 * half] * factor[half], sums[n][2 * half + 1] * factor[half]);
            *reinterpret_cast<unsigned *>(rows + row * stride + n * 8 + column_of(0)) = both;
        }
    }
}
