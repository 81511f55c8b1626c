//! How fast a link may write: a token bucket whose rate the carrier may press down. Pure; time is handed in.

/// A tenth of a second's worth may go at once.
const BURST_S: f64 = 0.1;
/// What a throttling answer leaves of the rate.
const PRESSED: f64 = 0.7;
/// What is left of the rate once a second while the carrier is near its end.
const EASED: f64 = 0.9;
/// congestion_state from which a carrier has more than it can do (SMPP 5.0, clause 4.8.4.18).
const OVER: u8 = 90;
/// What comes back each second, of the configured rate.
const RECOVERY: f64 = 0.05;
/// What comes back each second where no rate is configured: the carrier alone knows how much is right.
const RECOVERY_FREE: f64 = 1.3;
/// Nothing is written for so long after a throttling answer.
const FREEZE_MS: i64 = 1_000;
/// What a link without a configured rate is pressed down from, at the least.
const FREE_LEAST: f64 = 50.0;
/// Above this the carrier's last complaint is forgotten where no rate is configured.
const FREE: f64 = 100_000.0;

/// The pace of one link.
#[derive(Debug, Clone)]
pub(crate) struct Pace {
    limit: f64,
    rate: f64,
    tokens: f64,
    at: i64,
    frozen_until: i64,
    /// When the carrier last said that it was near its end.
    eased_at: i64,
    sent: f64,
    measured: f64,
    measured_at: i64,
}

impl Pace {
    /// `limit` parts a second; 0 is no limit.
    pub(crate) fn new(limit: i64, now: i64) -> Pace {
        let limit = if limit == 0 { f64::INFINITY } else { limit as f64 };
        Pace {
            limit,
            rate: limit,
            tokens: 1.0,
            at: now,
            frozen_until: 0,
            eased_at: i64::MIN,
            sent: 0.0,
            measured: 0.0,
            measured_at: now,
        }
    }

    /// Parts that may be written now.
    pub(crate) fn room(&mut self, now: i64) -> usize {
        self.refill(now);
        if now < self.frozen_until {
            0
        } else if self.rate.is_infinite() {
            usize::MAX
        } else {
            self.tokens.max(0.0) as usize
        }
    }

    /// Parts that may be committed now because they can be written within 50 ms.
    pub(crate) fn ahead(&mut self, now: i64) -> usize {
        match self.room(now) {
            usize::MAX => usize::MAX,
            _ if now + 50 < self.frozen_until => 0,
            room => room + (self.rate * 0.05) as usize,
        }
    }

    /// `parts` were written.
    pub(crate) fn wrote(&mut self, parts: usize) {
        self.tokens -= parts as f64;
        self.sent += parts as f64;
    }

    /// The carrier asked to slow down.
    pub(crate) fn throttled(&mut self, now: i64) {
        if now < self.frozen_until {
            return; // the rest of the same complaint
        }
        let base =
            if self.rate.is_infinite() { self.measured.max(self.sent).max(FREE_LEAST) } else { self.rate };
        self.rate = (base * PRESSED).max(1.0);
        self.frozen_until = now + FREEZE_MS;
        self.tokens = 0.0;
    }

    /// The carrier tells how much of what it can do it has to do, of 100: near that it is given less, at it less and a rest.
    pub(crate) fn congested(&mut self, level: u8, now: i64) {
        if level >= OVER {
            return self.throttled(now);
        }
        if now >= self.eased_at.saturating_add(FREEZE_MS) {
            self.eased_at = now;
            let base = if self.rate.is_infinite() {
                self.measured.max(self.sent).max(FREE_LEAST)
            } else {
                self.rate
            };
            self.rate = (base * EASED).max(1.0);
        }
    }

    /// When `room` will be above 0, in ms from now; `None` when it is.
    pub(crate) fn wait_ms(&mut self, now: i64) -> Option<i64> {
        if self.room(now) > 0 {
            return None;
        }
        let missing = ((1.0 - self.tokens).max(0.0) * 1_000.0 / self.rate).ceil() as i64;
        Some(missing.max(self.frozen_until - now).max(1))
    }

    /// Whether the carrier presses the rate down at this moment.
    pub(crate) fn is_pressed(&self) -> bool {
        self.rate < self.limit
    }

    /// Whether a rate is what limits this link.
    pub(crate) fn is_limited(&self) -> bool {
        self.rate.is_finite() && self.tokens < 1.0
    }

    /// Parts written a second, of late.
    pub(crate) fn measured(&self) -> i64 {
        self.measured as i64
    }

    fn refill(&mut self, now: i64) {
        let passed = (now - self.at).max(0) as f64 / 1_000.0;
        self.at = now;
        if self.rate.is_finite() {
            self.tokens = (self.tokens + passed * self.rate).min((self.rate * BURST_S).max(1.0));
        }
        if self.rate < self.limit && now >= self.frozen_until {
            self.rate = if self.limit.is_infinite() {
                self.rate * RECOVERY_FREE.powf(passed)
            } else {
                (self.rate + self.limit * RECOVERY * passed).min(self.limit)
            };
            if self.rate > FREE && self.limit.is_infinite() {
                self.rate = f64::INFINITY;
            }
        }
        let window = now - self.measured_at;
        if window >= 1_000 {
            self.measured = self.sent * 1_000.0 / window as f64;
            self.sent = 0.0;
            self.measured_at = now;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn written(pace: &mut Pace, from: i64, ms: i64) -> usize {
        (from..from + ms)
            .map(|now| {
                let n = pace.room(now).min(1_000);
                pace.wrote(n);
                n
            })
            .sum()
    }

    #[test]
    fn a_rate_is_kept() {
        let mut pace = Pace::new(100, 0);
        assert!((195..=211).contains(&written(&mut pace, 0, 2_000)));
    }

    #[test]
    fn a_complaint_freezes_slows_and_is_forgiven() {
        let mut pace = Pace::new(100, 0);
        written(&mut pace, 0, 1_000);
        pace.throttled(1_000);
        pace.throttled(1_001);
        assert_eq!(written(&mut pace, 1_001, 900), 0);
        let slow = written(&mut pace, 2_001, 1_000);
        assert!((60..=80).contains(&slow), "{slow}");
        assert!(pace.is_pressed());
        written(&mut pace, 3_001, 12_000);
        assert!(!pace.is_pressed());
    }

    #[test]
    fn without_a_rate_there_is_room_until_the_carrier_complains() {
        let mut pace = Pace::new(0, 0);
        assert_eq!(pace.room(5), usize::MAX);
        pace.throttled(10);
        assert_eq!(pace.room(500), 0);
        assert!(pace.wait_ms(500).is_some_and(|ms| ms > 400));
    }
}
