//! The gradients of attention.

use super::super::attention::{Aligned, Attention, Head, scores, weighted};
use super::super::isa::{Isa, Kernel};
use super::super::lanes::Lanes;
use super::super::lines::{Line, WIDTH, panels};
use super::super::scratch::Scratch;
use super::super::shared::{Shared, numbers};
use super::super::turn::turn;

/// The gradients of queries, keys and values, in panels like theirs. Rows of no sequence are left as they are.
pub(crate) struct AttentionGradients<'a> {
    pub(crate) query: &'a mut [Line],
    pub(crate) key: &'a mut [Line],
    pub(crate) value: &'a mut [Line],
}

impl Attention<'_> {
    /// From the gradient of what was read, in panels like the queries'.
    pub(crate) fn back(&self, isa: Isa, read: &[Line], to: AttentionGradients<'_>) {
        assert_eq!(
            [self.query.panels.len(), self.query.panels.len(), self.key.panels.len(), self.key.panels.len()],
            [read.len(), to.query.len(), to.key.len(), to.value.len()],
            "a gradient for each number"
        );
        let to = [to.query, to.key, to.value].map(|panels| Shared::new(numbers(panels)));
        self.each_head(|head| isa.run(Back { head, read, to: &to }));
    }
}

struct Back<'a> {
    head: Head<'a>,
    read: &'a [Line],
    to: &'a [Shared<'a, f32>; 3],
}

/// What the gradients of sixteen queries are made of, a line for each key.
struct Block<'a> {
    shares: &'a mut [Line],
    slopes: &'a mut [Line],
}

impl Kernel for Back<'_> {
    /// With shares `P`, a mask `M` and what was read `O = (P M) V`: `dV = (P M)^T dO`, `dP = (dO V^T) M`, `dS = P (dP - sum(dP P))`, and of scaled
    /// scores `dQ = dS K`, `dK = dS^T Q`.
    #[inline(always)]
    fn run<L: Lanes>(self, lanes: L) {
        let Self { head, read, to: [to_query, to_key, to_value] } = self;
        let (size, keys, queries) = (head.size(), head.keys.len(), head.queries.len());
        let (of_queries, of_keys) = (Aligned::lines(queries), Aligned::lines(keys));
        let across = panels(keys) * panels(queries) * WIDTH;
        let mut scratch = Scratch::new(2 * size * (of_queries + of_keys) + 2 * keys + size + 2 * across);
        let (query, rest) = scratch.split_at_mut(size * of_queries);
        let (of_read, rest) = rest.split_at_mut(size * of_queries);
        let (key, rest) = rest.split_at_mut(size * of_keys);
        let (value, rest) = rest.split_at_mut(size * of_keys);
        let (shares, rest) = rest.split_at_mut(keys);
        let (slopes, rest) = rest.split_at_mut(keys);
        let (result, rest) = rest.split_at_mut(size);
        let (shares_across, slopes_across) = rest[..2 * across].split_at_mut(across);
        let query = head.aligned(head.attention.query.panels, &head.queries, query);
        let of_read = head.aligned(read, &head.queries, of_read);
        let key = head.aligned(head.attention.key.panels, &head.keys, key);
        let value = head.aligned(head.attention.value, &head.keys, value);
        for block in 0..panels(queries) {
            let total = head.shares(lanes, &query, &key, block, shares);
            scores(lanes, &of_read, &value, block, slopes);
            head.slope(lanes, block, total, Block { shares: &mut *shares, slopes: &mut *slopes });
            weighted(lanes, &key, slopes, lanes.splat(1.0), result);
            head.write(&head.queries, block, result, to_query);
            turn_block(lanes, shares, block, panels(queries), shares_across);
            turn_block(lanes, slopes, block, panels(queries), slopes_across);
        }
        let row = panels(queries) * WIDTH;
        for (rows, across, to) in [(&query, slopes_across, to_key), (&of_read, shares_across, to_value)] {
            for (block, lines) in across.chunks_exact(row.max(1)).enumerate() {
                weighted(lanes, rows, &lines[..queries], lanes.splat(1.0), result);
                head.write(&head.keys, block, result, to);
            }
        }
    }
}

impl Head<'_> {
    /// From `exp(score - greatest)` and `dO V^T` to `P M` and `dS`.
    #[inline(always)]
    fn slope<L: Lanes>(&self, lanes: L, block: usize, total: L::V, of: Block<'_>) {
        let (share, scale) = (lanes.div(lanes.splat(1.0), total), lanes.splat(self.scale()));
        let mut mean = lanes.splat(0.0);
        for (key, (shares, slopes)) in of.shares.iter_mut().zip(of.slopes.iter_mut()).enumerate() {
            let p = lanes.mul(lanes.load(shares), share);
            let mut slope = lanes.load(slopes);
            if let Some(kept) = self.kept {
                slope = kept.apply(lanes, block * self.keys.len() + key, slope);
            }
            mean = lanes.mul_add(p, slope, mean);
            lanes.store(shares, p);
            lanes.store(slopes, slope);
        }
        for (key, (shares, slopes)) in of.shares.iter_mut().zip(of.slopes.iter_mut()).enumerate() {
            let p = lanes.load(shares);
            let slope = lanes.mul(lanes.mul(p, scale), lanes.sub(lanes.load(slopes), mean));
            lanes.store(slopes, slope);
            if let Some(kept) = self.kept {
                let kept = kept.apply(lanes, block * self.keys.len() + key, p);
                lanes.store(shares, kept);
            }
        }
    }
}

/// Turns the lines of a block of queries, one for each key, over: `[key / 16][query][16]`, zeros after the last key.
#[inline(always)]
fn turn_block<L: Lanes>(lanes: L, lines: &[Line], block: usize, blocks: usize, to: &mut [Line]) {
    for (keys, to) in lines.chunks(WIDTH).zip(to.chunks_exact_mut(blocks * WIDTH)) {
        turn(lanes, keys, &mut to[block * WIDTH..(block + 1) * WIDTH]);
    }
}
