//! Opening: what a receiver checks before it decrypts, and the decryption.

use crate::symmetric::SymmetricKey;
use crate::{Envelope, Error, Opened, SecretKey, ecies, plaintext, pow};

/// Least work that the reference implementation's nodes accept by default.
pub const DEFAULT_MINIMUM_WORK: f64 = 0.2;
/// Largest envelope that they accept by default (1 MiB).
pub const DEFAULT_MAX_MESSAGE_SIZE: usize = 1024 * 1024;
/// Seconds by which clocks may differ.
pub const SYNC_ALLOWANCE: u32 = 10;

/// What an envelope must meet before it is opened: the checks a go-ethereum node makes on receiving one.
///
/// One of them is stricter: a time to live of 0, whose work go-ethereum takes for infinite, is refused.
#[derive(Clone, Copy, Debug)]
pub struct Checks {
    /// Unix time now, in seconds.
    pub now: u32,
    /// Least work.
    pub minimum_work: f64,
    /// Largest size (20 and the data's length).
    pub max_size: usize,
    /// Take envelopes whose time is over, as one does with those that a mail server kept.
    pub accept_expired: bool,
}

impl Checks {
    /// The reference implementation's defaults at a time.
    #[must_use]
    pub fn at(now: u32) -> Self {
        Self {
            now,
            minimum_work: DEFAULT_MINIMUM_WORK,
            max_size: DEFAULT_MAX_MESSAGE_SIZE,
            accept_expired: false,
        }
    }

    /// Checks an envelope and returns its work.
    ///
    /// # Errors
    /// Time to live of 0, from the future, expired, too large, too little work; in this order.
    pub fn check(&self, envelope: &Envelope<'_>) -> Result<f64, Error> {
        if envelope.ttl == 0 {
            return Err(Error::ZeroTtl);
        }
        let mut ttl = envelope.ttl;
        let sent = envelope.sent();
        if sent > self.now {
            let seconds = sent - self.now;
            if seconds > SYNC_ALLOWANCE {
                return Err(Error::FromTheFuture { seconds });
            }
            // It will live this much longer than it says, and one second on the way.
            ttl = ttl.wrapping_add(seconds + 1);
        }
        if envelope.expiry < self.now && !self.accept_expired {
            return Err(Error::Expired {
                seconds: self.now - envelope.expiry,
            });
        }
        if envelope.size() > self.max_size {
            return Err(Error::TooLarge {
                size: envelope.size(),
                limit: self.max_size,
            });
        }
        let work = pow::work_of(envelope, ttl)?;
        if work < self.minimum_work {
            return Err(Error::LittleWork {
                work,
                minimum: self.minimum_work,
            });
        }
        Ok(work)
    }
}

/// Opens an envelope that was sealed to a public key. Makes no [`Checks`].
///
/// # Errors
/// [`Error::NotForThisKey`], [`Error::Content`], [`Error::Signature`].
pub fn open_asymmetric(envelope: &Envelope<'_>, key: &SecretKey) -> Result<Opened, Error> {
    plaintext::parse(ecies::open(key, &envelope.data)?)
}

/// Opens an envelope that was sealed with a symmetric key. Makes no [`Checks`].
///
/// # Errors
/// As [`open_asymmetric`].
pub fn open_symmetric(envelope: &Envelope<'_>, key: &SymmetricKey) -> Result<Opened, Error> {
    plaintext::parse(key.open(&envelope.data)?)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::Topic;

    fn envelope(expiry: u32, ttl: u32, size: usize) -> Envelope<'static> {
        Envelope {
            expiry,
            ttl,
            topic: Topic([0; 4]),
            data: vec![0; size].into(),
            nonce: 0,
        }
    }

    fn checks() -> Checks {
        Checks {
            minimum_work: 0.0,
            ..Checks::at(1000)
        }
    }

    #[test]
    fn times_are_checked_to_the_second() {
        for (expiry, ttl, good) in [
            (1000, 10, true),
            (999, 10, false),
            (1060, 50, true),
            (1061, 50, false),
            (1000, 1000, true),
        ] {
            assert_eq!(
                checks().check(&envelope(expiry, ttl, 1)).is_ok(),
                good,
                "{expiry} {ttl}"
            );
        }
        assert_eq!(
            checks().check(&envelope(979, 10, 1)),
            Err(Error::Expired { seconds: 21 })
        );
        assert_eq!(
            checks().check(&envelope(1061, 50, 1)),
            Err(Error::FromTheFuture { seconds: 11 })
        );
        let kept = Checks {
            accept_expired: true,
            ..checks()
        };
        assert!(kept.check(&envelope(1, 1, 1)).is_ok());
    }

    #[test]
    fn a_longer_life_than_said_counts_against_the_work() {
        for (expiry, counted) in [(1050, 50), (1055, 56), (1060, 61)] {
            let envelope = envelope(expiry, 50, 1);
            assert_eq!(checks().check(&envelope), pow::work_of(&envelope, counted));
        }
    }

    #[test]
    fn size_work_and_zero_life() {
        let small = Checks {
            max_size: 120,
            ..checks()
        };
        assert!(small.check(&envelope(1050, 50, 100)).is_ok());
        assert_eq!(
            small.check(&envelope(1050, 50, 101)),
            Err(Error::TooLarge {
                size: 121,
                limit: 120
            })
        );
        let strict = Checks {
            minimum_work: 1e9,
            ..checks()
        };
        assert!(matches!(
            strict.check(&envelope(1050, 50, 1)),
            Err(Error::LittleWork { .. })
        ));
        assert_eq!(checks().check(&envelope(1000, 0, 1)), Err(Error::ZeroTtl));
        // With the allowance a life can wrap to 0: infinite work in the reference, which drops it as expired, though.
        let wrapping = envelope(999, u32::MAX - 5, 1);
        assert_eq!(
            checks().check(&wrapping),
            Err(Error::Expired { seconds: 1 })
        );
        assert_eq!(
            Checks {
                accept_expired: true,
                ..checks()
            }
            .check(&wrapping),
            Err(Error::ZeroTtl)
        );
    }
}
