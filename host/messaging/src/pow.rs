//! Proof of work: the formula, and the search for a nonce on all cores.
//!
//! work = 2^(leading zero bits of keccak(rlp4 || nonce)) / (length of rlp4 * ttl), where rlp4 is the RLP of the
//! envelope's first four fields and the nonce is 8 bytes, big-endian.

use core::ops::ControlFlow;
use core::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::mpsc;
use std::thread;
use std::time::{Duration, Instant};

use sha3::{Digest, Keccak256};

use crate::{Envelope, Error};

/// How much work to do, and when to give up.
#[derive(Clone, Copy, Debug)]
pub struct Work {
    /// The work that the envelope must show; 0 for none.
    pub target: f64,
    /// Longest time to search.
    pub limit: Duration,
    /// Threads to search with; 0 for as many as there are cores.
    pub threads: usize,
}

impl Work {
    /// No proof of work at all: nonce 0.
    pub const NONE: Work = Work {
        target: 0.0,
        limit: Duration::ZERO,
        threads: 1,
    };
}

/// How far a search is.
#[derive(Clone, Copy, Debug)]
pub struct Progress {
    /// Nonces tried up to now.
    pub hashes: u64,
    /// Nonces that will be needed on average.
    pub expected: f64,
    /// Time since the start.
    pub elapsed: Duration,
}

const PROGRESS_INTERVAL: Duration = Duration::from_millis(100);
/// Nonces between two looks at the clock and at the other threads.
const BATCH: u64 = 1024;

/// Leading zero bits of a hash.
#[must_use]
pub fn leading_zero_bits(hash: &[u8; 32]) -> u32 {
    match hash.iter().position(|&byte| byte != 0) {
        Some(i) => i as u32 * 8 + hash[i].leading_zeros(),
        None => 256,
    }
}

/// The work that `bits` leading zero bits are; the two divisions are separate as in the reference, to round alike.
fn work(bits: u32, length: usize, ttl: u32) -> f64 {
    f64::powi(2.0, bits as i32) / length as f64 / f64::from(ttl)
}

/// The work of an envelope whose time to live counts as `ttl` seconds.
///
/// # Errors
/// [`Error::ZeroTtl`] if that is 0.
pub fn work_of(envelope: &Envelope<'_>, ttl: u32) -> Result<f64, Error> {
    if ttl == 0 {
        return Err(Error::ZeroTtl);
    }
    let rlp = envelope.encode_without_nonce();
    let hash = Keccak256::new_with_prefix(&rlp)
        .chain_update(envelope.nonce.to_be_bytes())
        .finalize();
    Ok(work(leading_zero_bits(&hash.into()), rlp.len(), ttl))
}

/// Leading zero bits needed for a target, or `None` if 256 don't do.
fn bits_needed(target: f64, length: usize, ttl: u32) -> Option<u32> {
    (0..=256).find(|&bits| work(bits, length, ttl) >= target)
}

/// Looks for a nonce whose work meets the target, and returns it.
///
/// `progress` is called about ten times a second, from the calling thread; `Break` ends the search.
pub(crate) fn search(
    envelope: &Envelope<'_>,
    request: &Work,
    progress: &mut dyn FnMut(Progress) -> ControlFlow<()>,
) -> Result<u64, Error> {
    if request.target == 0.0 {
        return Ok(0);
    }
    if envelope.ttl == 0 {
        return Err(Error::ZeroTtl);
    }
    let impossible = Error::ImpossibleWork(request.target);
    if !request.target.is_finite() || request.target < 0.0 {
        return Err(impossible);
    }
    let rlp = envelope.encode_without_nonce();
    let bits = bits_needed(request.target, rlp.len(), envelope.ttl).ok_or(impossible)?;
    let prefix = Keccak256::new_with_prefix(&rlp);
    let meets = |nonce: u64| {
        let hash = prefix.clone().chain_update(nonce.to_be_bytes()).finalize();
        leading_zero_bits(&hash.into()) >= bits
    };

    let start = Instant::now();
    // Small targets are met before a thread would have started.
    if let Some(nonce) = (0..BATCH).find(|&nonce| meets(nonce)) {
        return Ok(nonce);
    }
    let threads = match request.threads {
        0 => thread::available_parallelism().map_or(1, usize::from),
        threads => threads,
    };
    let (stop, tried) = (AtomicBool::new(false), AtomicU64::new(BATCH));
    let next = AtomicU64::new(BATCH);
    let found = thread::scope(|scope| {
        let (sender, receiver) = mpsc::channel();
        for _ in 0..threads {
            let (sender, meets, stop, tried, next) = (sender.clone(), &meets, &stop, &tried, &next);
            scope.spawn(move || {
                while !stop.load(Ordering::Relaxed) {
                    let first = next.fetch_add(BATCH, Ordering::Relaxed);
                    if let Some(nonce) =
                        (first..first.saturating_add(BATCH)).find(|&nonce| meets(nonce))
                    {
                        stop.store(true, Ordering::Relaxed);
                        // The receiver only goes away with the whole search.
                        let _ = sender.send(nonce);
                    }
                    tried.fetch_add(BATCH, Ordering::Relaxed);
                }
            });
        }
        drop(sender);
        loop {
            let left = request.limit.saturating_sub(start.elapsed());
            match receiver.recv_timeout(PROGRESS_INTERVAL.min(left)) {
                Ok(nonce) => break Some(nonce),
                Err(mpsc::RecvTimeoutError::Disconnected) => break None,
                Err(mpsc::RecvTimeoutError::Timeout) => {
                    let now = Progress {
                        hashes: tried.load(Ordering::Relaxed),
                        expected: f64::powi(2.0, bits as i32),
                        elapsed: start.elapsed(),
                    };
                    if now.elapsed >= request.limit || progress(now).is_break() {
                        stop.store(true, Ordering::Relaxed);
                        break receiver.try_recv().ok();
                    }
                }
            }
        }
    });
    found.ok_or(Error::WorkLimit {
        target: request.target,
        hashes: tried.load(Ordering::Relaxed),
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Topic;

    fn envelope(ttl: u32) -> Envelope<'static> {
        Envelope {
            expiry: 1_700_000_050,
            ttl,
            topic: Topic([1, 2, 3, 4]),
            data: vec![7; 300].into(),
            nonce: 0,
        }
    }

    #[test]
    fn the_nonce_meets_the_formula_and_only_just_enough_bits_are_asked_for() {
        for target in [1e-9, 0.002, 0.2, 1.0] {
            let mut envelope = envelope(10);
            let request = Work {
                target,
                limit: Duration::from_secs(60),
                threads: 0,
            };
            envelope.nonce =
                search(&envelope, &request, &mut |_| ControlFlow::Continue(())).unwrap();
            assert!(work_of(&envelope, 10).unwrap() >= target);
        }
        let length = envelope(10).encode_without_nonce().len();
        let bits = bits_needed(0.2, length, 10).unwrap();
        assert!(work(bits, length, 10) >= 0.2 && work(bits - 1, length, 10) < 0.2);
    }

    #[test]
    fn a_target_that_is_met_exactly_is_met() {
        let exact = work(9, 320, 10);
        assert_eq!(bits_needed(exact, 320, 10), Some(9));
        assert_eq!(bits_needed(exact * 1.000_000_1, 320, 10), Some(10));
    }

    #[test]
    fn gives_up_at_the_limit_and_when_told() {
        let request = Work {
            target: 1e30,
            limit: Duration::from_millis(150),
            threads: 2,
        };
        let mut calls = 0;
        let result = search(&envelope(10), &request, &mut |progress| {
            calls += 1;
            assert!(progress.hashes > 0 && progress.expected > 1e30);
            ControlFlow::Continue(())
        });
        assert!(matches!(result, Err(Error::WorkLimit { hashes, .. }) if hashes > 0));
        assert!(calls >= 1);
        let request = Work {
            limit: Duration::from_secs(600),
            ..request
        };
        assert!(search(&envelope(10), &request, &mut |_| ControlFlow::Break(())).is_err());
    }

    #[test]
    fn what_cannot_be_reached_is_said_at_once() {
        for target in [f64::NAN, f64::INFINITY, -1.0, 1e80] {
            let request = Work {
                target,
                limit: Duration::from_secs(600),
                threads: 1,
            };
            let result = search(&envelope(10), &request, &mut |_| ControlFlow::Continue(()));
            assert!(matches!(result, Err(Error::ImpossibleWork(_))), "{target}");
        }
        let request = Work {
            target: 0.1,
            limit: Duration::from_secs(600),
            threads: 1,
        };
        assert_eq!(
            search(&envelope(0), &request, &mut |_| ControlFlow::Continue(())),
            Err(Error::ZeroTtl)
        );
        assert_eq!(work_of(&envelope(10), 0), Err(Error::ZeroTtl));
    }
}
