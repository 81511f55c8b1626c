//! Times as CIMD2 writes them: yymmddhhmmss in the clock of the carrier, and validity as one octet of GSM 03.40.

use crate::smpp::time::calendar;

/// A time stamp of the carrier: parameters 060 and 063. `zone_min` is how far its clock is ahead of UTC.
pub fn stamp(at_ms: i64, zone_min: i64) -> String {
    let [year, month, day, hour, minute, second] = calendar(at_ms + zone_min * 60_000);
    format!("{:02}{month:02}{day:02}{hour:02}{minute:02}{second:02}", year.rem_euclid(100))
}

/// The relative validity of 050 that covers so many seconds, 3GPP 23.040 clause 9.2.3.12.1: never less, 63 weeks at
/// the most.
pub fn validity(seconds: i64) -> u8 {
    let minutes = seconds.max(0).saturating_add(59) / 60;
    let code = match minutes {
        0..=5 => 0,
        6..=720 => (minutes + 4) / 5 - 1,
        721..=1_440 => 143 + (minutes - 720 + 29) / 30,
        1_441..=43_200 => 166 + ((minutes + 1_439) / 1_440).max(2),
        _ => 192 + ((minutes + 10_079) / 10_080).max(5),
    };
    code.min(255) as u8
}

/// The seconds of a relative validity.
pub fn seconds(code: u8) -> i64 {
    let code = i64::from(code);
    60 * match code {
        0..=143 => (code + 1) * 5,
        144..=167 => 720 + (code - 143) * 30,
        168..=196 => (code - 166) * 1_440,
        _ => (code - 192) * 10_080,
    }
}
