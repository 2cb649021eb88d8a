// Sums of rows of the tables, normalised, and sums of the rows that belong together, on the way back.
#include "norm.cuh"

constexpr int WARPS = 4;

struct Embedding {
    const void *words, *positions, *types;
    // Which row of each table, a number a token.
    const unsigned *word, *position, *type;
    const void *weight, *bias;
    int rows, width;
    float eps;
    int vectors;
};

template <class T, int RUNS> __device__ void embed(const Embedding &of, T *sums, T *to) {
    const int number = blockIdx.x * WARPS + warp_of();
    if (number >= of.rows) return;
    const int width = of.width;
    const size_t start = static_cast<size_t>(number) * width;
    const T *tables[3] = {
        static_cast<const T *>(of.words) + static_cast<size_t>(of.word[number]) * width,
        static_cast<const T *>(of.types) + static_cast<size_t>(of.type[number]) * width,
        static_cast<const T *>(of.positions) + static_cast<size_t>(of.position[number]) * width,
    };
    Row<RUNS> row;
#pragma unroll
    for (int run = 0; run < RUNS; run++) {
        const int column = Row<RUNS>::column(run);
        if (column >= width) continue;
        load(row.numbers[run], tables[0], column, width, of.vectors);
        for (int table = 1; table < 3; table++) {
            float other[RUN];
            load(other, tables[table], column, width, of.vectors);
            for (int i = 0; i < RUN; i++) row.numbers[run][i] += other[i];
        }
        if (sums != nullptr) {
            store(row.numbers[run], sums + start, column, width, of.vectors);
            for (int i = 0; i < RUN; i++) row.numbers[run][i] = rounded<T>(row.numbers[run][i]);
        }
    }
    normalise(row, static_cast<const T *>(of.weight), static_cast<const T *>(of.bias), to + start, width, of.eps, of.vectors);
}

// Row `targets[g]` of the result is the sum of the rows `order[starts[g]..starts[g + 1]]`. Rows of the result that no group names stay as they are.
template <class T>
__device__ void group_sums(const T *rows, const unsigned *order, const unsigned *starts, const unsigned *targets, int width, float *to) {
    const int column = blockIdx.y * blockDim.x + threadIdx.x;
    if (column >= width) return;
    const unsigned group = blockIdx.x;
    float sum = 0.0f;
    for (unsigned place = starts[group]; place < starts[group + 1]; place++) sum += wide(rows[static_cast<size_t>(order[place]) * width + column]);
    to[static_cast<size_t>(targets[group]) * width + column] = sum;
}

#define EMBED(T, name, RUNS) KERNEL(embed_##RUNS##_##name, Embedding of, T *sums, T *to) { embed<T, RUNS>(of, sums, to); }
#define EMBEDDING(T, name)                                                                                                                 \
    EMBED(T, name, 1)                                                                                                                      \
    EMBED(T, name, 2)                                                                                                                      \
    EMBED(T, name, 4)                                                                                                                      \
    EMBED(T, name, 8)                                                                                                                      \
    KERNEL(group_sums_##name, const T *rows, const unsigned *order, const unsigned *starts, const unsigned *targets, int width,            \
           float *to) {                                                                                                                    \
        group_sums<T>(rows, order, starts, targets, width, to);                                                                            \
    }

EMBEDDING(float, f32)
EMBEDDING(Half, f16)
EMBEDDING(Brain, bf16)
