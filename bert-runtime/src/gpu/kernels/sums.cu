// Sums over rows, of squares, and dropout of rows. Sums are of parts whose number does not depend on the device, and added up in their order.
#include "device.cuh"

constexpr int ROWS = 8;

// The sum of the rows that a block takes: every `gridDim.y`th, a column a thread, into `[part][width]`.
template <class T> __device__ void column_parts(const T *rows, int count, int width, float *parts) {
    __shared__ float shared[ROWS][LANES];
    const int column = blockIdx.x * LANES + threadIdx.x % LANES, first = blockIdx.y * ROWS + threadIdx.x / LANES;
    float sum = 0.0f;
    if (column < width)
        for (int row = first; row < count; row += gridDim.y * ROWS) sum += wide(rows[static_cast<size_t>(row) * width + column]);
    shared[threadIdx.x / LANES][threadIdx.x % LANES] = sum;
    __syncthreads();
    if (threadIdx.x >= LANES || column >= width) return;
    float total = 0.0f;
    for (int row = 0; row < ROWS; row++) total += shared[row][threadIdx.x];
    parts[static_cast<size_t>(blockIdx.y) * width + column] = total;
}

// The sum of parts `[part][width]`.
template <class T> __device__ void column_sums(const float *parts, int count, int width, T *to) {
    __shared__ float shared[ROWS][LANES];
    const int column = blockIdx.x * LANES + threadIdx.x % LANES;
    float sum = 0.0f;
    if (column < width)
        for (int part = threadIdx.x / LANES; part < count; part += ROWS) sum += parts[static_cast<size_t>(part) * width + column];
    shared[threadIdx.x / LANES][threadIdx.x % LANES] = sum;
    __syncthreads();
    if (threadIdx.x >= LANES || column >= width) return;
    float total = 0.0f;
    for (int row = 0; row < ROWS; row++) total += shared[row][threadIdx.x];
    put(total, to[column]);
}

// The sum of the squares of the numbers that a block takes, a number a block.
template <class T> __device__ void squares(const T *numbers, size_t count, float *parts) {
    __shared__ float shared[ROWS];
    float sum = 0.0f;
    for (size_t place = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x; place < count; place += static_cast<size_t>(gridDim.x) * blockDim.x) {
        const float number = wide(numbers[place]);
        sum += number * number;
    }
    sum = warp_sum(sum);
    if (lane_of() == 0) shared[warp_of()] = sum;
    __syncthreads();
    if (threadIdx.x > 0) return;
    float total = 0.0f;
    for (int warp = 0; warp < ROWS; warp++) total += shared[warp];
    parts[blockIdx.x] = total;
}

// What dropout leaves of numbers: the kept ones times `scale`.
template <class T> __device__ void drop(const T *x, const unsigned *kept, float scale, size_t count, T *to) {
    const size_t place = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (place < count) put(is_kept(kept, place) ? wide(x[place]) * scale : 0.0f, to[place]);
}

#define SUMS(T, name)                                                                                                                      \
    KERNEL(column_parts_##name, const T *rows, int count, int width, float *parts) { column_parts<T>(rows, count, width, parts); }         \
    KERNEL(column_sums_##name, const float *parts, int count, int width, T *to) { column_sums<T>(parts, count, width, to); }               \
    KERNEL(squares_##name, const T *numbers, size_t count, float *parts) { squares<T>(numbers, count, parts); }                            \
    KERNEL(drop_##name, const T *x, const unsigned *kept, float scale, size_t count, T *to) { drop<T>(x, kept, scale, count, to); }

SUMS(float, f32)
SUMS(Half, f16)
SUMS(Brain, bf16)
