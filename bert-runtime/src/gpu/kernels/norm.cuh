// Layer norms: a warp a row, which it holds.
#pragma once
#include "device.cuh"

// A row of a warp, in runs of eight numbers: lane `l` holds those of run `l`, `l + 32`, .. of up to `RUNS` times 256 columns.
template <int RUNS> struct Row {
    float numbers[RUNS][RUN];

    __device__ static int column(int run) { return (run * LANES + lane_of()) * RUN; }
};

struct Moments {
    float mean, inverse;
};

// The mean of a row's numbers, and one over their deviation.
template <int RUNS> __device__ inline Moments moments(const Row<RUNS> &row, int width, float eps) {
    float sum = 0.0f;
#pragma unroll
    for (int run = 0; run < RUNS; run++)
        for (int i = 0; i < RUN; i++)
            if (Row<RUNS>::column(run) + i < width) sum += row.numbers[run][i];
    const float mean = warp_sum(sum) / width;
    float squares = 0.0f;
#pragma unroll
    for (int run = 0; run < RUNS; run++)
        for (int i = 0; i < RUN; i++)
            if (Row<RUNS>::column(run) + i < width) {
                const float centred = row.numbers[run][i] - mean;
                squares += centred * centred;
            }
    return {mean, 1.0f / sqrtf(warp_sum(squares) / width + eps)};
}

// A row's norm, times `weight` and with `bias` added, into a tensor.
template <class T, int RUNS>
__device__ inline void normalise(const Row<RUNS> &row, const T *weight, const T *bias, T *to, int width, float eps, bool vectors) {
    const Moments of_row = moments(row, width, eps);
#pragma unroll
    for (int run = 0; run < RUNS; run++) {
        const int column = Row<RUNS>::column(run);
        if (column >= width) continue;
        float scale[RUN], shift[RUN], y[RUN];
        load(scale, weight, column, width, vectors);
        load(shift, bias, column, width, vectors);
        for (int i = 0; i < RUN; i++) y[i] = (row.numbers[run][i] - of_row.mean) * of_row.inverse * scale[i] + shift[i];
        store(y, to, column, width, vectors);
    }
}
