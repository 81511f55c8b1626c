//! Times as UCP writes them, clause 4.1: DDMMYYhhmmss and DDMMYYhhmm, in the clock of the carrier and never in UTC.

use crate::smpp::time::calendar;

/// A time stamp of the carrier: SCTS and DSCTS. `zone_min` is how far its clock is ahead of UTC.
pub fn stamp(at_ms: i64, zone_min: i64) -> String {
    let [year, month, day, hour, minute, second] = calendar(at_ms + zone_min * 60_000);
    format!("{day:02}{month:02}{:02}{hour:02}{minute:02}{second:02}", year.rem_euclid(100))
}

/// An instant to the minute: VP and DDT.
pub fn minute(at_ms: i64, zone_min: i64) -> String {
    let mut stamp = stamp(at_ms, zone_min);
    stamp.truncate(10);
    stamp
}
