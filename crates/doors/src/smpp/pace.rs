//! How fast is too fast: a bucket that fills with time. Pure; time is handed in.

/// Messages a second, with a second's worth at once.
#[derive(Debug, Clone, Copy)]
pub(super) struct Bucket {
    rate: u32,
    /// Thousandths of a message that may go now.
    full: i64,
    at: i64,
}

impl Bucket {
    /// Full. A rate of 0 is no limit.
    pub(super) const fn new(rate: u32, now: i64) -> Bucket {
        Bucket { rate, full: rate as i64 * 1_000, at: now }
    }

    /// Another rate from now on.
    pub(super) fn set(&mut self, rate: u32, now: i64) {
        if rate != self.rate {
            *self = Bucket::new(rate, now);
        }
    }

    /// Takes one, if there is one.
    pub(super) fn take(&mut self, now: i64) -> bool {
        if self.rate == 0 {
            return true;
        }
        let most = i64::from(self.rate) * 1_000;
        let grown = (now - self.at).clamp(0, 1_000) * i64::from(self.rate);
        self.full = (self.full + grown).min(most);
        self.at = now;
        if self.full < 1_000 {
            return false;
        }
        self.full -= 1_000;
        true
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_second_holds_as_many_as_the_rate_and_no_more() {
        let mut bucket = Bucket::new(10, 0);
        assert_eq!((0..20).filter(|_| bucket.take(0)).count(), 10);
        assert!(!bucket.take(99) && bucket.take(200));
        let taken = (200..1_200).filter(|now| bucket.take(*now)).count();
        assert!((9..=11).contains(&taken), "{taken}");
        assert_eq!((0..50).filter(|_| bucket.take(60_000)).count(), 10, "an idle hour saves up one second");
        assert!((0..1_000).all(|_| Bucket::new(0, 0).take(0)));
    }
}
