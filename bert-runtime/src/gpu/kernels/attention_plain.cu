// Attention of numbers of any format in float, for heads of up to 128: a warp takes a query or a key, its lanes 32 of the other side's rows.
#include "attention.cuh"

constexpr int WARPS = 4;
constexpr int WIDEST = 128;
// Columns of a head that a lane adds up.
constexpr int COLUMNS = WIDEST / LANES;

// 32 rows of a head; a number more a row puts the rows of a column into different banks.
struct Side {
    float numbers[LANES * (WIDEST + 1)];
};

template <class T>
__device__ void fill(Side &side, const T *rows, size_t stride, int first, int end, int width, const T *bias) {
    for (int place = threadIdx.x; place < LANES * width; place += WARPS * LANES) {
        const int row = place / width, column = place % width;
        float number = 0.0f;
        if (first + row < end) {
            number = wide(rows[(first + row) * stride + column]);
            if (bias != nullptr) number = rounded<T>(number + wide(bias[column]));
        }
        side.numbers[row * (WIDEST + 1) + column] = number;
    }
}

// A warp's own row.
template <class T> __device__ void take(float *row, const T *rows, size_t stride, int number, int end, int width, const T *bias) {
    for (int column = lane_of(); column < width; column += LANES) {
        float x = 0.0f;
        if (number < end) {
            x = wide(rows[number * stride + column]);
            if (bias != nullptr) x = rounded<T>(x + wide(bias[column]));
        }
        row[column] = x;
    }
    __syncwarp();
}

// The product of the warp's row with the lane's.
__device__ inline float dot(const float *row, const Side &side, int width) {
    const float *other = side.numbers + lane_of() * (WIDEST + 1);
    float sum = 0.0f;
    for (int column = 0; column < width; column++) sum += row[column] * other[column];
    return sum;
}

// sums += the side's rows, each times what its lane has; the lane adds up its columns.
__device__ inline void add(float (&sums)[COLUMNS], float share, const Side &side, int width) {
    for (int row = 0; row < LANES; row++) {
        const float of_row = __shfl_sync(ALL, share, row);
        for (int i = 0; i < COLUMNS; i++) {
            const int column = lane_of() + i * LANES;
            if (column < width) sums[i] += of_row * side.numbers[row * (WIDEST + 1) + column];
        }
    }
}

template <class T> __device__ void leave(const float (&sums)[COLUMNS], float factor, T *row, int width) {
    for (int i = 0; i < COLUMNS; i++) {
        const int column = lane_of() + i * LANES;
        if (column < width) put(sums[i] * factor, row[column]);
    }
}

template <class T> __device__ void read(const Attention &at, T *result, float *powers) {
    __shared__ Side keys, values;
    __shared__ float rows[WARPS][WIDEST];
    const Place place = place_of(at);
    const int width = at.width, query = place.first + warp_of();
    const T *key = rows_of<T>(at.key, place.key_start, at.key_stride, place.head, width);
    const T *value = rows_of<T>(at.value, place.key_start, at.key_stride, place.head, width);
    const T *all = rows_of<T>(at.query, place.query_start, at.query_stride, place.head, width);
    float *own = rows[warp_of()];
    take<T>(own, all, at.query_stride, query, place.queries, width, bias_of<T>(at.query_bias, place.head, width));

    float sums[COLUMNS] = {}, greatest = -INFINITY, total = 0.0f;
    for (int first = 0; first < place.keys; first += LANES) {
        __syncthreads();
        fill<T>(keys, key, at.key_stride, first, place.keys, width, bias_of<T>(at.key_bias, place.head, width));
        fill<T>(values, value, at.key_stride, first, place.keys, width, bias_of<T>(at.value_bias, place.head, width));
        __syncthreads();
        const int number = first + lane_of();
        const bool is_there = number < place.keys;
        const float score = is_there ? dot(own, keys, width) * at.scale : -INFINITY;
        const float most = fmaxf(greatest, warp_greatest(score));
        const float correction = expf(greatest - most);
        float share = expf(score - most);
        greatest = most;
        total = total * correction + share;
        if (is_there && query < place.queries) share *= kept_of(at, place, query, number);
        for (int i = 0; i < COLUMNS; i++) sums[i] *= correction;
        add(sums, share, values, width);
    }
    total = warp_sum(total);
    if (query >= place.queries) return;
    const size_t stride = static_cast<size_t>(at.heads) * width;
    leave<T>(sums, 1.0f / total, result + (place.query_start + query) * stride + static_cast<size_t>(place.head) * width, width);
    if (powers != nullptr && lane_of() == 0) powers[of_query(at, place, query)] = (greatest + logf(total)) * LOG2_E;
}

template <class T>
__device__ void query_back(const Attention &at, const T *gradient, const float *powers, const float *dots, T *result, size_t result_stride) {
    __shared__ Side keys, values;
    __shared__ float rows[WARPS][WIDEST], gradients[WARPS][WIDEST];
    const Place place = place_of(at);
    const int width = at.width, query = place.first + warp_of();
    const size_t stride = static_cast<size_t>(at.heads) * width;
    const T *key = rows_of<T>(at.key, place.key_start, at.key_stride, place.head, width);
    const T *value = rows_of<T>(at.value, place.key_start, at.key_stride, place.head, width);
    const T *all = rows_of<T>(at.query, place.query_start, at.query_stride, place.head, width);
    float *own = rows[warp_of()], *of_result = gradients[warp_of()];
    take<T>(own, all, at.query_stride, query, place.queries, width, bias_of<T>(at.query_bias, place.head, width));
    take<T>(of_result, rows_of<T>(gradient, place.query_start, stride, place.head, width), stride, query, place.queries, width,
            static_cast<const T *>(nullptr));
    const bool is_mine = query < place.queries;
    const float power = is_mine ? powers[of_query(at, place, query)] : 0.0f, product = is_mine ? dots[of_query(at, place, query)] : 0.0f;

    float sums[COLUMNS] = {};
    for (int first = 0; first < place.keys; first += LANES) {
        __syncthreads();
        fill<T>(keys, key, at.key_stride, first, place.keys, width, bias_of<T>(at.key_bias, place.head, width));
        fill<T>(values, value, at.key_stride, first, place.keys, width, bias_of<T>(at.value_bias, place.head, width));
        __syncthreads();
        const int number = first + lane_of();
        const float score = dot(own, keys, width) * at.scale, of_share = dot(of_result, values, width);
        float slope = 0.0f;
        if (is_mine && number < place.keys)
            slope = exp2f(score * LOG2_E - power) * (of_share * kept_of(at, place, query, number) - product);
        add(sums, slope, keys, width);
    }
    if (is_mine) leave<T>(sums, at.scale, result + (place.query_start + query) * result_stride + static_cast<size_t>(place.head) * width, width);
}

template <class T>
__device__ void key_back(const Attention &at, const T *gradient, const float *powers, const float *dots, T *key_result, T *value_result,
                         size_t result_stride) {
    __shared__ Side queries, gradients;
    __shared__ float rows[WARPS][WIDEST], value_rows[WARPS][WIDEST];
    const Place place = place_of(at);
    const int width = at.width, key = place.first + warp_of();
    const size_t stride = static_cast<size_t>(at.heads) * width;
    const T *query = rows_of<T>(at.query, place.query_start, at.query_stride, place.head, width);
    float *own = rows[warp_of()], *own_value = value_rows[warp_of()];
    take<T>(own, rows_of<T>(at.key, place.key_start, at.key_stride, place.head, width), at.key_stride, key, place.keys, width,
            bias_of<T>(at.key_bias, place.head, width));
    take<T>(own_value, rows_of<T>(at.value, place.key_start, at.key_stride, place.head, width), at.key_stride, key, place.keys, width,
            bias_of<T>(at.value_bias, place.head, width));

    float of_key[COLUMNS] = {}, of_value[COLUMNS] = {};
    for (int first = 0; first < place.queries; first += LANES) {
        __syncthreads();
        fill<T>(queries, query, at.query_stride, first, place.queries, width, bias_of<T>(at.query_bias, place.head, width));
        fill<T>(gradients, rows_of<T>(gradient, place.query_start, stride, place.head, width), stride, first, place.queries, width,
                static_cast<const T *>(nullptr));
        __syncthreads();
        const int number = first + lane_of();
        const float score = dot(own, queries, width) * at.scale, of_share = dot(own_value, gradients, width);
        float share = 0.0f, slope = 0.0f;
        if (key < place.keys && number < place.queries) {
            const float kept = kept_of(at, place, number, key);
            const float probability = exp2f(score * LOG2_E - powers[of_query(at, place, number)]);
            share = probability * kept;
            slope = probability * (of_share * kept - dots[of_query(at, place, number)]);
        }
        add(of_value, share, gradients, width);
        add(of_key, slope, queries, width);
    }
    if (key >= place.keys) return;
    const size_t offset = (place.key_start + key) * result_stride + static_cast<size_t>(place.head) * width;
    leave<T>(of_key, at.scale, key_result + offset, width);
    leave<T>(of_value, 1.0f, value_result + offset, width);
}

// The sum of products of what each query read with the gradient of it, a number a head and query.
template <class T> __device__ void dots_of(const T *read, const T *gradient, int rows, int heads, int width, float *dots) {
    const size_t place = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x;
    if (place >= static_cast<size_t>(rows) * heads) return;
    const size_t row = place / heads, head = place % heads, start = (row * heads + head) * width;
    float sum = 0.0f;
    for (int column = 0; column < width; column++) sum += wide(read[start + column]) * wide(gradient[start + column]);
    dots[head * rows + row] = sum;
}

#define PLAIN(T, name)                                                                                                                     \
    KERNEL(attention_plain_##name, Attention at, T *result, float *powers) { read<T>(at, result, powers); }                                \
    KERNEL(attention_plain_query_back_##name, Attention at, const T *gradient, const float *powers, const float *dots, T *result,          \
           int stride) {                                                                                                                   \
        query_back<T>(at, gradient, powers, dots, result, stride);                                                                         \
    }                                                                                                                                      \
    KERNEL(attention_plain_key_back_##name, Attention at, const T *gradient, const float *powers, const float *dots, T *of_key,            \
           T *of_value, int stride) {                                                                                                      \
        key_back<T>(at, gradient, powers, dots, of_key, of_value, stride);                                                                 \
    }                                                                                                                                      \
    KERNEL(attention_dots_##name, const T *read, const T *gradient, int rows, int heads, int width, float *dots) {                         \
        dots_of<T>(read, gradient, rows, heads, width, dots);                                                                              \
    }

PLAIN(float, f32)
PLAIN(Half, f16)
PLAIN(Brain, bf16)
