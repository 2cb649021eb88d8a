// AdamW in one pass: the update of `train/adamw.rs`, from a gradient of any format to a weight and means in float.
#include "device.cuh"

struct Adam {
    // What the gradient is multiplied by, what is left of the weight, and the rate over the first bias correction.
    float scale, kept, rate;
    // The square root of the second bias correction.
    float correction;
    float new_mean, old_square, new_square, eps;
};

template <class T>
__device__ void adam(float *weight, const T *gradient, float *mean, float *square, size_t count, const Adam &by) {
    const size_t place = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (place >= count) return;
    const float g = wide(gradient[place]) * by.scale;
    const float m = mean[place] + by.new_mean * (g - mean[place]);
    const float s = square[place] * by.old_square + by.new_square * g * g;
    mean[place] = m;
    square[place] = s;
    weight[place] = weight[place] * by.kept - by.rate * m / (sqrtf(s) / by.correction + by.eps);
}

#define ADAM(T, name)                                                                                                                      \
    KERNEL(adam_##name, float *weight, const T *gradient, float *mean, float *square, size_t count, Adam by) {                             \
        adam<T>(weight, gradient, mean, square, count, by);                                                                                \
    }

ADAM(float, f32)
ADAM(Half, f16)
ADAM(Brain, bf16)
