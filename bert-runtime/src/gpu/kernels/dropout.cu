// Which numbers dropout keeps: a bit each, drawn from the ChaCha stream with eight rounds that the host draws from, so that masks are the same there.
#include "device.cuh"

__device__ inline unsigned turned(unsigned x, int by) { return x << by | x >> (32 - by); }

__device__ inline void quarter(unsigned (&state)[16], int a, int b, int c, int d) {
    state[a] += state[b], state[d] = turned(state[d] ^ state[a], 16);
    state[c] += state[d], state[b] = turned(state[b] ^ state[c], 12);
    state[a] += state[b], state[d] = turned(state[d] ^ state[a], 8);
    state[c] += state[d], state[b] = turned(state[b] ^ state[c], 7);
}

// Sixteen words of a stream, from word `16 block` on (Bernstein 2008, "ChaCha, a variant of Salsa20").
__device__ inline void draw(unsigned (&words)[16], const unsigned *key, unsigned long long block, unsigned long long stream) {
    unsigned start[16] = {0x61707865u, 0x3320646eu, 0x79622d32u, 0x6b206574u};
    for (int i = 0; i < 8; i++) start[4 + i] = key[i];
    start[12] = static_cast<unsigned>(block), start[13] = static_cast<unsigned>(block >> 32);
    start[14] = static_cast<unsigned>(stream), start[15] = static_cast<unsigned>(stream >> 32);
    for (int i = 0; i < 16; i++) words[i] = start[i];
    for (int round = 0; round < 4; round++) {
        quarter(words, 0, 4, 8, 12), quarter(words, 1, 5, 9, 13), quarter(words, 2, 6, 10, 14), quarter(words, 3, 7, 11, 15);
        quarter(words, 0, 5, 10, 15), quarter(words, 1, 6, 11, 12), quarter(words, 2, 7, 8, 13), quarter(words, 3, 4, 9, 14);
    }
    for (int i = 0; i < 16; i++) words[i] += start[i];
}

// A stream that is read from one place to the next.
struct Stream {
    const unsigned *key;
    unsigned long long number, block;
    unsigned words[16];
    bool is_drawn;

    __device__ unsigned at(unsigned long long place) {
        if (!is_drawn || place / 16 != block) {
            block = place / 16, is_drawn = true;
            draw(words, key, block, number);
        }
        return words[place % 16];
    }
};

// Of rows `[row][width]`: a thread a word of 32 bits. A row draws from its sequence's stream, from its position times the width on.
KERNEL(kept_rows, const unsigned *key, const unsigned *positions, const unsigned *streams, unsigned long long first_stream, int rows, int width,
       unsigned threshold, unsigned *bits) {
    const size_t word = static_cast<size_t>(blockIdx.x) * blockDim.x + threadIdx.x, count = static_cast<size_t>(rows) * width;
    if (word * 32 >= count) return;
    Stream stream = {key, 0, 0, {}, false};
    size_t row = rows;
    unsigned found = 0;
    for (int bit = 0; bit < 32 && word * 32 + bit < count; bit++) {
        const size_t place = word * 32 + bit;
        if (place / width != row) {
            row = place / width;
            stream.number = first_stream + streams[row], stream.is_drawn = false;
        }
        const unsigned long long drawn = static_cast<unsigned long long>(positions[row]) * width + place % width;
        found |= static_cast<unsigned>(stream.at(drawn) >= threshold) << bit;
    }
    bits[word] = found;
}

// Of attention probabilities, a row of bits a query, which begins at a word: a thread a word. A head draws with a key of its own, from its sequence's
// stream, from the query's position times 2^32 on, a number a column.
KERNEL(kept_cells, const unsigned *keys, const unsigned *query_starts, const unsigned *key_starts, const unsigned *query_positions,
       const unsigned *key_positions, const unsigned *kept_starts, unsigned long long first_stream, int heads, unsigned threshold, unsigned *bits) {
    const int sequence = blockIdx.y, head = blockIdx.z;
    const unsigned query_start = query_starts[sequence], queries = query_starts[sequence + 1] - query_start;
    const unsigned key_start = key_starts[sequence], columns = key_starts[sequence + 1] - key_start, words = (columns + 31) / 32;
    const unsigned place = blockIdx.x * blockDim.x + threadIdx.x;
    if (place >= queries * words) return;
    const unsigned query = place / words, first = place % words * 32;
    Stream stream = {keys + head * 8, first_stream + sequence, 0, {}, false};
    unsigned found = 0;
    for (unsigned bit = 0; bit < 32 && first + bit < columns; bit++) {
        const unsigned long long column = key_positions[key_start + first + bit];
        const unsigned long long drawn = (static_cast<unsigned long long>(query_positions[query_start + query]) << 32) + column;
        found |= static_cast<unsigned>(stream.at(drawn) >= threshold) << bit;
    }
    bits[kept_starts[sequence] + (static_cast<size_t>(head) * queries + query) * words + place % words] = found;
}
