//! What a case takes.

use std::time::{Duration, Instant};

use bert_runtime::Result;

/// As long as a case runs at least, and at most where it ran three times.
const ENOUGH: (Duration, Duration) = (Duration::from_secs(3), Duration::from_secs(25));

/// Seconds, each of one run, from the shortest.
pub struct Times(Vec<f64>);

impl Times {
    /// The middle one, or the mean of the two in the middle.
    pub fn median(&self) -> f64 {
        let (seconds, middle) = (&self.0, self.0.len() / 2);
        if seconds.len() % 2 == 1 { seconds[middle] } else { (seconds[middle - 1] + seconds[middle]) / 2.0 }
    }

    /// The shortest.
    pub fn min(&self) -> f64 {
        self.0[0]
    }

    /// How many.
    pub fn runs(&self) -> usize {
        self.0.len()
    }
}

/// Runs something so often, or until it is known well enough; once at least.
pub fn times(mut run: impl FnMut() -> Result<()>, runs: Option<u32>) -> Result<Times> {
    let (start, mut seconds) = (Instant::now(), Vec::new());
    loop {
        let before = Instant::now();
        run()?;
        seconds.push(before.elapsed().as_secs_f64());
        if runs.map_or_else(|| enough(seconds.len(), start.elapsed()), |runs| seconds.len() >= runs as usize) {
            seconds.sort_by(f64::total_cmp);
            return Ok(Times(seconds));
        }
    }
}

fn enough(runs: usize, spent: Duration) -> bool {
    (runs >= 5 && spent >= ENOUGH.0) || (runs >= 3 && spent >= ENOUGH.1)
}

/// The seconds since this process was started, to a hundredth; where Linux's `/proc` is missing, nothing.
pub fn since_start() -> Option<f64> {
    let stat = std::fs::read_to_string("/proc/self/stat").ok()?;
    let uptime = std::fs::read_to_string("/proc/uptime").ok()?;
    // The 22nd field is the start in hundredths of a second; fields are counted after the name, which may hold spaces.
    let started: f64 = stat.rsplit_once(')')?.1.split_whitespace().nth(19)?.parse().ok()?;
    Some(uptime.split_whitespace().next()?.parse::<f64>().ok()? - started / 100.0)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_median_is_the_middle() {
        assert_eq!(Times(vec![1.0, 2.0, 9.0]).median(), 2.0);
        assert_eq!(Times(vec![1.0, 2.0, 4.0, 9.0]).median(), 3.0);
    }

    #[test]
    fn as_many_runs_as_asked() {
        let mut count = 0;
        let run = || {
            count += 1;
            Ok(())
        };
        let times = times(run, Some(4)).unwrap();
        assert_eq!((times.runs(), count), (4, 4));
    }
}
