//! Waiting times that grow: between tries of a message, between tries of a link.

use crate::times::Times;
use sms::Class;

/// Pause before the next try of a message: doubling, ± 20 %; a one-time code is tried sooner.
pub(crate) fn message_ms(times: &Times, class: Class, attempt: i64, random: u64) -> i64 {
    let (first, most) = times.retry;
    let first = if class == Class::Otp { first.min(1_000) } else { first };
    jittered(doubled(first, attempt, most), random)
}

/// Pause before the next try of a link.
pub(crate) fn link_ms(times: &Times, failures: i64, refused: bool, random: u64) -> i64 {
    let (first, most) = if refused { times.refused } else { times.link };
    let pause = jittered(doubled(first, failures, most), random);
    // Whoever is refused for a wrong password is never asked again sooner: carriers lock accounts for that.
    if refused { pause.max(first) } else { pause }
}

fn jittered(pause: i64, random: u64) -> i64 {
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
        let times = Times::default();
        assert_eq!(message_ms(&times, Class::Service, 0, 20), 5_000);
        assert_eq!(message_ms(&times, Class::Service, 3, 20), 40_000);
        assert_eq!(message_ms(&times, Class::Service, 60, 20), times.retry.1);
        assert_eq!(link_ms(&times, 0, false, 20), 1_000);
        assert_eq!(link_ms(&times, 99, false, 20), 60_000);
        assert!(link_ms(&times, 0, true, 0) >= 60_000 && link_ms(&times, 50, true, 40) <= 720_000);
    }
}
