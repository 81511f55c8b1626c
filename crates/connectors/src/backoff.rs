//! Waiting times that grow: between tries of a message, between tries of a link.

use sms::Class;

/// Longest pause between two tries of a message.
const MESSAGE_MAX_MS: i64 = 15 * 60_000;
/// Longest pause of a link that cannot be reached.
const LINK_MAX_MS: i64 = 30_000;
/// First and longest pause of a link whose name or password is refused.
const REFUSED_MS: (i64, i64) = (10_000, 600_000);

/// Pause before the next try of a message: 5 s doubling, ± 20 %; a one-time code is tried sooner.
pub(crate) fn message_ms(class: Class, attempt: i64, random: u64) -> i64 {
    let first = if class == Class::Otp { 1_000 } else { 5_000 };
    let pause = doubled(first, attempt, MESSAGE_MAX_MS);
    pause * (80 + i64::try_from(random % 41).unwrap_or(20)) / 100
}

/// Pause before the next try of a link.
pub(crate) fn link_ms(failures: i64, refused: bool, random: u64) -> i64 {
    let pause = if refused {
        doubled(REFUSED_MS.0, failures, REFUSED_MS.1)
    } else {
        doubled(500, failures, LINK_MAX_MS)
    };
    pause * (80 + i64::try_from(random % 41).unwrap_or(20)) / 100
}

fn doubled(first: i64, times: i64, most: i64) -> i64 {
    first.saturating_mul(1 << times.clamp(0, 20)).min(most)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn pauses_grow_to_their_bound() {
        assert_eq!(message_ms(Class::Service, 0, 20), 5_000);
        assert_eq!(message_ms(Class::Service, 3, 20), 40_000);
        assert_eq!(message_ms(Class::Service, 60, 20), MESSAGE_MAX_MS);
        assert_eq!(link_ms(0, false, 20), 500);
        assert_eq!(link_ms(99, false, 20), LINK_MAX_MS);
        assert!(link_ms(0, true, 0) >= 8_000 && link_ms(50, true, 40) <= 720_000);
    }
}
