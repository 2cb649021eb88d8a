// `function(x + added)`, and its gradient. The functions have the numbers of `Function` on the host.
#include "device.cuh"

__device__ inline float sigmoid(float x) { return 1.0f / (1.0f + expf(-x)); }

constexpr float ROOT_HALF = 0.70710678118654752440f, ROOT_2_OVER_PI = 0.79788456080286535588f, DENSITY = 0.39894228040143267794f;

__device__ inline float softplus(float x) { return fmaxf(x, 0.0f) + log1pf(expf(-fabsf(x))); }

__device__ inline float apply(int function, float x) {
    switch (function) {
    case 1: return 0.5f * x * (1.0f + erff(x * ROOT_HALF));
    case 2: return 0.5f * x * (1.0f + tanhf(ROOT_2_OVER_PI * x * (1.0f + 0.044715f * x * x)));
    case 3: return x * sigmoid(1.702f * x);
    case 4: return fmaxf(x, 0.0f);
    case 5: return fmaxf(x, 0.0f) * fmaxf(x, 0.0f);
    case 6: return fminf(fmaxf(x, 0.0f), 6.0f);
    case 7: return x > 0.0f ? x : 0.01f * x;
    case 8: return x * sigmoid(x);
    case 9: return x * tanhf(softplus(x));
    case 10: return tanhf(x);
    case 11: return sigmoid(x);
    default: return x;
    }
}

__device__ inline float gated_slope(float x, float factor) {
    const float gate = sigmoid(factor * x);
    return gate * (1.0f + factor * x * (1.0f - gate));
}

__device__ inline float slope(int function, float x) {
    switch (function) {
    case 1: return 0.5f * (1.0f + erff(x * ROOT_HALF)) + x * DENSITY * expf(-0.5f * x * x);
    case 2: {
        const float y = tanhf(ROOT_2_OVER_PI * x * (1.0f + 0.044715f * x * x));
        return 0.5f * (1.0f + y + x * (1.0f - y * y) * ROOT_2_OVER_PI * (1.0f + 3.0f * 0.044715f * x * x));
    }
    case 3: return gated_slope(x, 1.702f);
    case 4: return x > 0.0f ? 1.0f : 0.0f;
    case 5: return 2.0f * fmaxf(x, 0.0f);
    case 6: return x > 0.0f && x < 6.0f ? 1.0f : 0.0f;
    case 7: return x > 0.0f ? 1.0f : 0.01f;
    case 8: return gated_slope(x, 1.0f);
    case 9: {
        const float y = tanhf(softplus(x));
        return y + x * (1.0f - y * y) * sigmoid(x);
    }
    case 10: {
        const float y = tanhf(x);
        return 1.0f - y * y;
    }
    case 11: {
        const float y = sigmoid(x);
        return y * (1.0f - y);
    }
    default: return 1.0f;
    }
}

// A run of the rows, `x + added`, a thread; false past the end.
template <class T>
__device__ inline bool run_of(const T *x, const T *added, int rows, int width, int vectors, float (&to)[RUN], size_t &start, int &column) {
    const int runs = (width + RUN - 1) / RUN;
    const size_t place = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x, row = place / runs;
    if (row >= static_cast<size_t>(rows)) return false;
    column = static_cast<int>(place % runs) * RUN;
    start = row * width;
    load(to, x + start, column, width, vectors);
    if (added != nullptr) {
        float other[RUN];
        load(other, added, column, width, vectors);
        for (int i = 0; i < RUN; i++) to[i] = rounded<T>(to[i] + other[i]);
    }
    return true;
}

template <class T> __device__ void activate(const T *x, const T *added, int rows, int width, int vectors, int function, T *to) {
    float run[RUN];
    size_t start;
    int column;
    if (!run_of(x, added, rows, width, vectors, run, start, column)) return;
    for (int i = 0; i < RUN; i++) run[i] = apply(function, run[i]);
    store(run, to + start, column, width, vectors);
}

template <class T>
__device__ void activate_back(const T *x, const T *added, const T *gradient, int rows, int width, int vectors, int function, T *to) {
    float run[RUN], of_result[RUN];
    size_t start;
    int column;
    if (!run_of(x, added, rows, width, vectors, run, start, column)) return;
    load(of_result, gradient + start, column, width, vectors);
    for (int i = 0; i < RUN; i++) run[i] = slope(function, run[i]) * of_result[i];
    store(run, to + start, column, width, vectors);
}

#define ACTIVATION(T, name)                                                                                                                \
    KERNEL(activate_##name, const T *x, const T *added, int rows, int width, int vectors, int function, T *to) {                           \
        activate<T>(x, added, rows, width, vectors, function, to);                                                                         \
    }                                                                                                                                      \
    KERNEL(activate_back_##name, const T *x, const T *added, const T *gradient, int rows, int width, int vectors, int function, T *to) {   \
        activate_back<T>(x, added, gradient, rows, width, vectors, function, to);                                                          \
    }

ACTIVATION(float, f32)
ACTIVATION(Half, f16)
ACTIVATION(Brain, bf16)
