//! Chance from one seed: the same seed and the same order of messages give the same world.

/// One draw from a seed and the number of the thing that is drawn for (splitmix64's finisher).
pub(crate) const fn draw(seed: u64, number: u64) -> u64 {
    let mut z = seed ^ number.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
    z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
    z ^ (z >> 31)
}

/// A draw within both ends.
pub(crate) const fn between(seed: u64, number: u64, (low, high): (u64, u64)) -> u64 {
    if high <= low { low } else { low + draw(seed, number) % (high - low + 1) }
}
