//! The most that the machine's multiply-adders can do: all threads, registers alone.

use std::time::Instant;

/// How often the loop goes round at a time: some milliseconds.
const ROUNDS: u32 = 4_000_000;

/// How often it is timed.
const TRIES: usize = 20;

/// Billions of float32 operations a second that all threads reach together at best, in the widest registers that the kernels use: 512 bits, or
/// 256; a multiply-add counts as two. Nothing where the processor has no such instructions.
pub fn gflop_s() -> Option<f64> {
    let threads = threads();
    let together = || {
        let before = Instant::now();
        let operations: f64 = std::thread::scope(|scope| {
            let workers: Vec<_> = (0..threads).map(|_| scope.spawn(multiply_adds)).collect();
            workers.into_iter().map(|worker| worker.join().ok().flatten()).sum::<Option<f64>>()
        })?;
        Some(operations / before.elapsed().as_secs_f64() / 1e9)
    };
    (0..TRIES).filter_map(|_| together()).reduce(f64::max)
}

/// As many as the encoder's kernels run on.
fn threads() -> usize {
    let told = std::env::var("RAYON_NUM_THREADS").ok().and_then(|number| number.parse().ok()).filter(|&number| number > 0);
    told.unwrap_or_else(|| std::thread::available_parallelism().map_or(1, usize::from))
}

#[cfg(target_arch = "x86_64")]
fn multiply_adds() -> Option<f64> {
    use std::arch::is_x86_feature_detected;
    // SAFETY: all that these ask of their caller is a processor with the instructions that it was just seen to have; they touch no memory but
    // their own variables.
    if is_x86_feature_detected!("avx512f") {
        Some(unsafe { wide_registers() })
    } else if is_x86_feature_detected!("avx2") && is_x86_feature_detected!("fma") {
        Some(unsafe { registers() })
    } else {
        None
    }
}

#[cfg(not(target_arch = "x86_64"))]
fn multiply_adds() -> Option<f64> {
    None
}

/// Twelve chains of multiply-adds, enough to hide the latency of two units, and what they came to in operations.
#[cfg(target_arch = "x86_64")]
macro_rules! registers {
    ($name:ident, $features:literal, $set:ident, $multiply_add:ident, $lanes:literal) => {
        #[target_feature(enable = $features)]
        fn $name() -> f64 {
            use std::arch::x86_64::{$multiply_add, $set};
            let (factor, term) = (std::hint::black_box($set(0.999)), std::hint::black_box($set(0.001)));
            let mut chains = [term; 12];
            for _ in 0..ROUNDS {
                for chain in &mut chains {
                    *chain = $multiply_add(*chain, factor, term);
                }
            }
            std::hint::black_box(chains);
            f64::from(ROUNDS) * chains.len() as f64 * $lanes * 2.0
        }
    };
}

#[cfg(target_arch = "x86_64")]
registers!(registers, "avx2,fma", _mm256_set1_ps, _mm256_fmadd_ps, 8.0);

#[cfg(target_arch = "x86_64")]
registers!(wide_registers, "avx512f", _mm512_set1_ps, _mm512_fmadd_ps, 16.0);
