//! Which hashes a generation may hold: ten bits a row, four reads, about one in a hundred wrongly yes, never wrongly no.

/// Bits per row.
const BITS: usize = 10;
/// Bits looked at per hash.
const LOOKS: u32 = 4;

/// A Bloom filter over hashes that are random already.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Filter(Vec<u8>);

impl Filter {
    /// The filter of these hashes.
    pub(crate) fn over(hashes: impl ExactSizeIterator<Item = i64>) -> Filter {
        let mut bits = vec![0u8; (hashes.len() * BITS).div_ceil(8).max(8)];
        let len = bits.len() as u64 * 8;
        for h in hashes {
            for at in places(h, len) {
                bits[(at / 8) as usize] |= 1 << (at % 8);
            }
        }
        Filter(bits)
    }

    /// A filter as it was stored. An empty one holds everything back: nothing was stored under it.
    pub(crate) fn from_bytes(bits: Vec<u8>) -> Filter {
        Filter(bits)
    }

    /// The form in which it is stored.
    pub(crate) fn bytes(&self) -> &[u8] {
        &self.0
    }

    /// Whether the hash may be there.
    pub(crate) fn may_hold(&self, h: i64) -> bool {
        let len = self.0.len() as u64 * 8;
        len > 0 && places(h, len).all(|at| self.0[(at / 8) as usize] & (1 << (at % 8)) != 0)
    }
}

/// Which bits a hash sets: two halves of it mixed, so that carriers who count upwards do as well as those who draw.
fn places(h: i64, len: u64) -> impl Iterator<Item = u64> {
    let mixed = h.cast_unsigned().wrapping_mul(0x9E37_79B9_7F4A_7C15);
    let (one, two) = (mixed >> 32, (mixed ^ (mixed >> 29)) | 1);
    (0..u64::from(LOOKS))
        .map(move |i| one.wrapping_add(two.wrapping_mul(i)).wrapping_mul(0xD6E8_FEB8_6659_FD93) % len)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_there_is_never_missed_and_the_rest_rarely_met() {
        for step in [1i64, 4_096, 0x9E37_79B9_7F4A_7C15u64.cast_signed()] {
            let hash = |i: i64| i.wrapping_mul(step);
            let all: Vec<i64> = (0..20_000).map(hash).collect();
            let filter = Filter::over(all.iter().copied());
            assert!((0..20_000).map(hash).all(|h| filter.may_hold(h)));
            let wrong = (20_000..120_000).map(hash).filter(|h| filter.may_hold(*h)).count();
            assert!(wrong < 4_000, "step {step}: {wrong} of 100,000 wrongly met");
        }
    }

    #[test]
    fn an_empty_one_holds_nothing() {
        assert!(!Filter::from_bytes(Vec::new()).may_hold(5));
        assert!(!Filter::over([].into_iter()).may_hold(5));
    }
}
