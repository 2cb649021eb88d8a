//! The most that the machine's multiply-adders can do: all threads, registers alone.

use std::time::Instant;

/// How often the loop goes round at a time: some milliseconds.
const ROUNDS: u32 = 4_000_000;

/// How often it is timed.
const TRIES: usize = 20;

/// Billions of float32 operations a second that all threads reach together at best, with 256 bits at once, a multiply-add counted as two.
/// Nothing where the processor has no such instructions.
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
    if !(std::arch::is_x86_feature_detected!("avx2") && std::arch::is_x86_feature_detected!("fma")) {
        return None;
    }
    // SAFETY: all that `registers` asks of its caller is a processor with AVX2 and FMA, which was just seen to have both; it touches no
    // memory but its own variables.
    Some(unsafe { registers() })
}

#[cfg(not(target_arch = "x86_64"))]
fn multiply_adds() -> Option<f64> {
    None
}

/// Twelve chains of multiply-adds, enough to hide the latency of two units, and what they came to in operations.
#[cfg(target_arch = "x86_64")]
#[target_feature(enable = "avx2,fma")]
fn registers() -> f64 {
    use std::arch::x86_64::{_mm256_fmadd_ps, _mm256_set1_ps};
    let (factor, term) = (std::hint::black_box(_mm256_set1_ps(0.999)), std::hint::black_box(_mm256_set1_ps(0.001)));
    let mut chains = [term; 12];
    for _ in 0..ROUNDS {
        for chain in &mut chains {
            *chain = _mm256_fmadd_ps(*chain, factor, term);
        }
    }
    std::hint::black_box(chains);
    f64::from(ROUNDS) * chains.len() as f64 * 8.0 * 2.0
}
