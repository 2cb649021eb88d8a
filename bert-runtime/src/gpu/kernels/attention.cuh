// What kernels of attention are told. Rows follow one another without padding; a sequence's rows are those from its start to the next.
#pragma once
#include "device.cuh"

struct Attention {
    const void *query, *key, *value;
    // Added to each row; none where null.
    const void *query_bias, *key_bias, *value_bias;
    // How far rows lie apart, in numbers; values as keys.
    int query_stride, key_stride;
    // The first row of each sequence, and one past the last.
    const unsigned *query_starts, *key_starts;
    // Pairs: a sequence, and the first of its rows that a block works on.
    const unsigned *tiles;
    int heads, width, query_rows;
    float scale;
    // A bit for each probability where dropout is at work: a sequence's begin at a word, `[head][query][key]`, each query's at a word.
    const unsigned *kept, *kept_starts;
    float kept_scale;
};

// A sequence and a head, as one block sees them.
struct Place {
    int sequence, head, first, query_start, queries, key_start, keys;
};

__device__ inline Place place_of(const Attention &at) {
    Place place;
    place.sequence = static_cast<int>(at.tiles[2 * blockIdx.x]);
    place.first = static_cast<int>(at.tiles[2 * blockIdx.x + 1]);
    place.head = blockIdx.y;
    place.query_start = static_cast<int>(at.query_starts[place.sequence]);
    place.queries = static_cast<int>(at.query_starts[place.sequence + 1]) - place.query_start;
    place.key_start = static_cast<int>(at.key_starts[place.sequence]);
    place.keys = static_cast<int>(at.key_starts[place.sequence + 1]) - place.key_start;
    return place;
}

// A sequence's rows of a head.
template <class T> __device__ inline const T *rows_of(const void *all, int start, size_t stride, int head, int width) {
    return static_cast<const T *>(all) + start * stride + static_cast<size_t>(head) * width;
}
template <class T> __device__ inline const T *bias_of(const void *all, int head, int width) {
    return all == nullptr ? nullptr : static_cast<const T *>(all) + static_cast<size_t>(head) * width;
}

// What dropout multiplies a probability by.
__device__ inline float kept_of(const Attention &at, const Place &place, int query, int key) {
    if (at.kept == nullptr) return 1.0f;
    const size_t words = (place.keys + 31) / 32;
    const unsigned *bits = at.kept + at.kept_starts[place.sequence] + (static_cast<size_t>(place.head) * place.queries + query) * words;
    return is_kept(bits, key) ? at.kept_scale : 0.0f;
}

// Where the number of a query lies that each head has one of.
__device__ inline size_t of_query(const Attention &at, const Place &place, int query) {
    return static_cast<size_t>(place.head) * at.query_rows + place.query_start + query;
}

// Scores are kept in powers of two.
constexpr float LOG2_E = 1.44269504088896340736f;
