// Attention of 16-bit numbers on tensor cores, for heads of 32 and 64: 64 queries or keys a block, 16 a warp, and a softmax that goes on as keys
// come (Dao 2023, "FlashAttention-2"). The way back has a kernel for queries and one for keys and values, so that nothing is added to by two.
#include "attention.cuh"
#include "matrix.cuh"

// Scores become powers of two; keys that are not there get none.
__device__ inline void scale(Sums<TILE> &scores, float factor, int left) {
#pragma unroll
    for (int n = 0; n < TILE / 8; n++)
#pragma unroll
        for (int i = 0; i < 4; i++) scores[n][i] = n * 8 + column_of(i) < left ? scores[n][i] * factor : -INFINITY;
}

__device__ inline float quad_greatest(float x) {
    x = fmaxf(x, __shfl_xor_sync(ALL, x, 1));
    return fmaxf(x, __shfl_xor_sync(ALL, x, 2));
}

__device__ inline float quad_sum(float x) {
    x += __shfl_xor_sync(ALL, x, 1);
    return x + __shfl_xor_sync(ALL, x, 2);
}

template <class T, int D> __device__ void read(const Attention &at, T *result, float *powers) {
    __shared__ Tile<T, D> queries, keys, values;
    const Place place = place_of(at);
    const T *key = rows_of<T>(at.key, place.key_start, at.key_stride, place.head, D);
    const T *value = rows_of<T>(at.value, place.key_start, at.key_stride, place.head, D);
    const T *query = rows_of<T>(at.query, place.query_start, at.query_stride, place.head, D);
    fill<T, D>(queries, query, at.query_stride, place.first, place.queries, bias_of<T>(at.query_bias, place.head, D));
    __syncthreads();
    Rows<D> own;
    take<T, D>(own, queries);

    Sums<D> sums = {};
    float greatest[2] = {-INFINITY, -INFINITY}, total[2] = {0.0f, 0.0f};
    for (int first = 0; first < place.keys; first += TILE) {
        __syncthreads();
        fill<T, D>(keys, key, at.key_stride, first, place.keys, bias_of<T>(at.key_bias, place.head, D));
        fill<T, D>(values, value, at.key_stride, first, place.keys, bias_of<T>(at.value_bias, place.head, D));
        __syncthreads();
        Sums<TILE> scores;
        by_rows<T, D>(scores, own, keys);
        scale(scores, at.scale * LOG2_E, place.keys - first);
#pragma unroll
        for (int half = 0; half < 2; half++) {
            float most = greatest[half];
#pragma unroll
            for (int n = 0; n < TILE / 8; n++) most = fmaxf(most, fmaxf(scores[n][2 * half], scores[n][2 * half + 1]));
            most = quad_greatest(most);
            const float correction = exp2f(greatest[half] - most);
            greatest[half] = most;
            total[half] *= correction;
#pragma unroll
            for (int n = 0; n < D / 8; n++) sums[n][2 * half] *= correction, sums[n][2 * half + 1] *= correction;
#pragma unroll
            for (int n = 0; n < TILE / 8; n++)
#pragma unroll
                for (int i = 2 * half; i < 2 * half + 2; i++) {
                    scores[n][i] = exp2f(scores[n][i] - most);
                    total[half] += scores[n][i];
                }
        }
        if (at.kept != nullptr) {
#pragma unroll
            for (int n = 0; n < TILE / 8; n++)
#pragma unroll
                for (int i = 0; i < 4; i++) {
                    const int query = place.first + warp_of() * 16 + row_of(i), key = first + n * 8 + column_of(i);
                    if (query < place.queries && key < place.keys) scores[n][i] *= kept_of(at, place, query, key);
                }
        }
        by_columns<T, D>(sums, scores, values);
    }

    float factor[2];
#pragma unroll
    for (int half = 0; half < 2; half++) {
        total[half] = quad_sum(total[half]);
        factor[half] = 1.0f / total[half];
        const int query = place.first + warp_of() * 16 + row_of(2 * half);
        if (powers != nullptr && lane_of() % 4 == 0 && query < place.queries)
            powers[of_query(at, place, query)] = greatest[half] + log2f(total[half]);
    }
    const size_t stride = static_cast<size_t>(at.heads) * D;
    T *rows = result + place.query_start * stride + static_cast<size_t>(place.head) * D;
    leave<T, D>(sums, rows, stride, place.first, place.queries, factor);
}

// The gradient of a block's queries, from that of what they read (`gradient`), and the sum of its products with what they read (`dots`).
template <class T, int D>
__device__ void query_back(const Attention &at, const T *gradient, const float *powers, const float *dots, T *result, size_t result_stride) {
    __shared__ Tile<T, D> first_tile, second_tile;
    const Place place = place_of(at);
    const size_t stride = static_cast<size_t>(at.heads) * D;
    const T *key = rows_of<T>(at.key, place.key_start, at.key_stride, place.head, D);
    const T *value = rows_of<T>(at.value, place.key_start, at.key_stride, place.head, D);
    const T *query = rows_of<T>(at.query, place.query_start, at.query_stride, place.head, D);
    fill<T, D>(first_tile, query, at.query_stride, place.first, place.queries, bias_of<T>(at.query_bias, place.head, D));
    fill<T, D>(second_tile, rows_of<T>(gradient, place.query_start, stride, place.head, D), stride, place.first, place.queries,
               static_cast<const T *>(nullptr));
    __syncthreads();
    Rows<D> own, of_result;
    take<T, D>(own, first_tile);
    take<T, D>(of_result, second_tile);
    float power[2], dot[2];
#pragma unroll
    for (int half = 0; half < 2; half++) {
        const int number = place.first + warp_of() * 16 + row_of(2 * half);
        const bool is_there = number < place.queries;
        power[half] = is_there ? powers[of_query(at, place, number)] : 0.0f;
        dot[half] = is_there ? dots[of_query(at, place, number)] : 0.0f;
    }

    Sums<D> sums = {};
    for (int first = 0; first < place.keys; first += TILE) {
        __syncthreads();
        fill<T, D>(first_tile, key, at.key_stride, first, place.keys, bias_of<T>(at.key_bias, place.head, D));
        fill<T, D>(second_tile, value, at.key_stride, first, place.keys, bias_of<T>(at.value_bias, place.head, D));
        __syncthreads();
        Sums<TILE> scores, shares;
        by_rows<T, D>(scores, own, first_tile);
        by_rows<T, D>(shares, of_result, second_tile);
        scale(scores, at.scale * LOG2_E, place.keys - first);
#pragma unroll
        for (int n = 0; n < TILE / 8; n++)
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const int query = place.first + warp_of() * 16 + row_of(i), key = first + n * 8 + column_of(i);
                const bool is_there = query < place.queries && key < place.keys;
                const float kept = is_there ? kept_of(at, place, query, key) : 0.0f;
                const float share = is_there ? exp2f(scores[n][i] - power[i / 2]) : 0.0f;
                scores[n][i] = share * (shares[n][i] * kept - dot[i / 2]);
            }
        by_columns<T, D>(sums, scores, first_tile);
    }
    const float factor[2] = {at.scale, at.scale};
    T *rows = result + place.query_start * result_stride + static_cast<size_t>(place.head) * D;
    leave<T, D>(sums, rows, result_stride, place.first, place.queries, factor);
}

// The gradients of a block's keys and values. Here rows are keys, and columns queries.
template <class T, int D>
__device__ void key_back(const Attention &at, const T *gradient, const float *powers, const float *dots, T *key_result, T *value_result,
                         size_t result_stride) {
    __shared__ Tile<T, D> first_tile, second_tile;
    __shared__ float power[TILE], dot[TILE];
    const Place place = place_of(at);
    const size_t stride = static_cast<size_t>(at.heads) * D;
    const T *key = rows_of<T>(at.key, place.key_start, at.key_stride, place.head, D);
    const T *value = rows_of<T>(at.value, place.key_start, at.key_stride, place.head, D);
    const T *query = rows_of<T>(at.query, place.query_start, at.query_stride, place.head, D);
    fill<T, D>(first_tile, key, at.key_stride, place.first, place.keys, bias_of<T>(at.key_bias, place.head, D));
    fill<T, D>(second_tile, value, at.key_stride, place.first, place.keys, bias_of<T>(at.value_bias, place.head, D));
    __syncthreads();
    Rows<D> own_key, own_value;
    take<T, D>(own_key, first_tile);
    take<T, D>(own_value, second_tile);

    Sums<D> of_key = {}, of_value = {};
    for (int first = 0; first < place.queries; first += TILE) {
        __syncthreads();
        fill<T, D>(first_tile, query, at.query_stride, first, place.queries, bias_of<T>(at.query_bias, place.head, D));
        fill<T, D>(second_tile, rows_of<T>(gradient, place.query_start, stride, place.head, D), stride, first, place.queries,
                   static_cast<const T *>(nullptr));
        if (threadIdx.x < TILE) {
            const int number = first + threadIdx.x;
            const bool is_there = number < place.queries;
            power[threadIdx.x] = is_there ? powers[of_query(at, place, number)] : 0.0f;
            dot[threadIdx.x] = is_there ? dots[of_query(at, place, number)] : 0.0f;
        }
        __syncthreads();
        Sums<TILE> scores, shares;
        by_rows<T, D>(scores, own_key, first_tile);
        by_rows<T, D>(shares, own_value, second_tile);
#pragma unroll
        for (int n = 0; n < TILE / 8; n++)
#pragma unroll
            for (int i = 0; i < 4; i++) {
                const int column = n * 8 + column_of(i);
                const int key = place.first + warp_of() * 16 + row_of(i), query = first + column;
                const bool is_there = query < place.queries && key < place.keys;
                const float kept = is_there ? kept_of(at, place, query, key) : 0.0f;
                const float share = is_there ? exp2f(scores[n][i] * (at.scale * LOG2_E) - power[column]) : 0.0f;
                scores[n][i] = share * kept;
                shares[n][i] = share * (shares[n][i] * kept - dot[column]);
            }
        by_columns<T, D>(of_value, scores, second_tile);
        by_columns<T, D>(of_key, shares, first_tile);
    }
    const size_t offset = place.key_start * result_stride + static_cast<size_t>(place.head) * D;
    const float scaled[2] = {at.scale, at.scale}, plain[2] = {1.0f, 1.0f};
    leave<T, D>(of_key, key_result + offset, result_stride, place.first, place.keys, scaled);
    leave<T, D>(of_value, value_result + offset, result_stride, place.first, place.keys, plain);
}

#define TILED(T, D, name)                                                                                                                  \
    KERNEL(attention_tiled_##D##_##name, Attention at, T *result, float *powers) { read<T, D>(at, result, powers); }                       \
    KERNEL(attention_tiled_query_back_##D##_##name, Attention at, const T *gradient, const float *powers, const float *dots, T *result,    \
           int stride) {                                                                                                                   \
        query_back<T, D>(at, gradient, powers, dots, result, stride);                                                                      \
    }                                                                                                                                      \
    KERNEL(attention_tiled_key_back_##D##_##name, Attention at, const T *gradient, const float *powers, const float *dots, T *of_key,      \
           T *of_value, int stride) {                                                                                                      \
        key_back<T, D>(at, gradient, powers, dots, of_key, of_value, stride);                                                              \
    }

TILED(Half, 32, f16)
TILED(Half, 64, f16)
TILED(Brain, 32, bf16)
TILED(Brain, 64, bf16)
