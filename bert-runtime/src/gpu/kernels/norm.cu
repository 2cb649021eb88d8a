// `norm(skip + dropout(x + added))`, and its gradient.
#include "norm.cuh"

constexpr int WARPS = 4;

struct Norm {
    // Rows, what is added to each, and the rows that are added to them; the last two may be null.
    const void *x, *added, *skip;
    const unsigned *kept;
    float kept_scale;
    const void *weight, *bias;
    int rows, width;
    float eps;
    int vectors;
};

template <class T, int RUNS> __device__ void norm(const Norm &of, T *sums, T *to) {
    const int number = blockIdx.x * WARPS + warp_of();
    if (number >= of.rows) return;
    const int width = of.width;
    const size_t start = static_cast<size_t>(number) * width;
    Row<RUNS> row;
#pragma unroll
    for (int run = 0; run < RUNS; run++) {
        const int column = Row<RUNS>::column(run);
        if (column >= width) continue;
        load(row.numbers[run], static_cast<const T *>(of.x) + start, column, width, of.vectors);
        float other[RUN];
        if (of.added != nullptr) {
            load(other, static_cast<const T *>(of.added), column, width, of.vectors);
            for (int i = 0; i < RUN; i++) row.numbers[run][i] += other[i];
        }
        if (of.kept != nullptr)
            for (int i = 0; i < RUN; i++)
                if (column + i < width) row.numbers[run][i] *= is_kept(of.kept, start + column + i) ? of.kept_scale : 0.0f;
        if (of.skip != nullptr) {
            load(other, static_cast<const T *>(of.skip) + start, column, width, of.vectors);
            for (int i = 0; i < RUN; i++) row.numbers[run][i] += other[i];
        }
        if (sums != nullptr) {
            store(row.numbers[run], sums + start, column, width, of.vectors);
            for (int i = 0; i < RUN; i++) row.numbers[run][i] = rounded<T>(row.numbers[run][i]);
        }
    }
    normalise(row, static_cast<const T *>(of.weight), static_cast<const T *>(of.bias), to + start, width, of.eps, of.vectors);
}

// From the gradient of the norm of `sums` to theirs, and, of the rows that a block takes, to a part of the weight's and the bias's: `[block][2][width]`.
template <class T, int RUNS>
__device__ void norm_back(const T *sums, const T *weight, const T *gradient, int rows, int width, float eps, int vectors, T *to, float *parts) {
    __shared__ float shared[WARPS][RUN * LANES];
    Row<RUNS> of_weight, of_bias;
#pragma unroll
    for (int run = 0; run < RUNS; run++)
        for (int i = 0; i < RUN; i++) of_weight.numbers[run][i] = of_bias.numbers[run][i] = 0.0f;
    for (int number = blockIdx.x * WARPS + warp_of(); number < rows; number += gridDim.x * WARPS) {
        const size_t start = static_cast<size_t>(number) * width;
        Row<RUNS> row;
#pragma unroll
        for (int run = 0; run < RUNS; run++)
            if (Row<RUNS>::column(run) < width) load(row.numbers[run], sums + start, Row<RUNS>::column(run), width, vectors);
        const Moments of_row = moments(row, width, eps);
        Row<RUNS> scaled;
        float mean = 0.0f, product = 0.0f;
#pragma unroll
        for (int run = 0; run < RUNS; run++) {
            const int column = Row<RUNS>::column(run);
            if (column >= width) continue;
            float scale[RUN];
            load(scaled.numbers[run], gradient + start, column, width, vectors);
            load(scale, weight, column, width, vectors);
            for (int i = 0; i < RUN; i++) {
                const float y = (row.numbers[run][i] - of_row.mean) * of_row.inverse, g = scaled.numbers[run][i];
                row.numbers[run][i] = y;
                if (column + i < width) {
                    of_weight.numbers[run][i] += g * y;
                    of_bias.numbers[run][i] += g;
                    mean += g * scale[i];
                    product += g * scale[i] * y;
                }
                scaled.numbers[run][i] = g * scale[i];
            }
        }
        mean = warp_sum(mean) / width;
        product = warp_sum(product) / width;
#pragma unroll
        for (int run = 0; run < RUNS; run++) {
            const int column = Row<RUNS>::column(run);
            if (column >= width) continue;
            float x[RUN];
            for (int i = 0; i < RUN; i++) x[i] = (scaled.numbers[run][i] - mean - row.numbers[run][i] * product) * of_row.inverse;
            store(x, to + start, column, width, vectors);
        }
    }
#pragma unroll
    for (int part = 0; part < 2; part++)
#pragma unroll
        for (int run = 0; run < RUNS; run++) {
            __syncthreads();
            for (int i = 0; i < RUN; i++)
                shared[warp_of()][lane_of() * RUN + i] = part == 0 ? of_weight.numbers[run][i] : of_bias.numbers[run][i];
            __syncthreads();
            for (int place = threadIdx.x; place < RUN * LANES; place += WARPS * LANES) {
                const int column = run * RUN * LANES + place;
                if (column >= width) continue;
                float sum = 0.0f;
                for (int warp = 0; warp < WARPS; warp++) sum += shared[warp][place];
                parts[(static_cast<size_t>(blockIdx.x) * 2 + part) * width + column] = sum;
            }
        }
}

#define NORM(T, name, RUNS)                                                                                                                \
    KERNEL(norm_##RUNS##_##name, Norm of, T *sums, T *to) { norm<T, RUNS>(of, sums, to); }                                                 \
    KERNEL(norm_back_##RUNS##_##name, const T *sums, const T *weight, const T *gradient, int rows, int width, float eps, int vectors,      \
           T *to, float *parts) {                                                                                                          \
        norm_back<T, RUNS>(sums, weight, gradient, rows, width, eps, vectors, to, parts);                                                  \
    }

#define NORMS(T, name) NORM(T, name, 1) NORM(T, name, 2) NORM(T, name, 4) NORM(T, name, 8)

NORMS(float, f32)
NORMS(Half, f16)
NORMS(Brain, bf16)
