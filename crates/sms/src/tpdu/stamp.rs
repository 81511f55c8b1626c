//! Time stamps of the service centre: swapped digits and a zone in quarters of an hour. 3GPP 23.040 clause 9.2.3.11.

/// A time stamp as it came: handsets of the field send zeros and dates that are none, and all are kept.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Stamp(pub [u8; 7]);

const DAY_S: i64 = 86_400;

impl Stamp {
    /// The stamp of an instant (ms since 1970) in a zone of so many quarter hours east of Greenwich (±79 at most).
    pub fn at(ms: i64, quarters: i8) -> Stamp {
        let quarters = quarters.clamp(-79, 79);
        let local = ms.div_euclid(1_000) + i64::from(quarters) * 900;
        let (year, month, day) = date(local.div_euclid(DAY_S));
        let second = local.rem_euclid(DAY_S);
        let fields = [year % 100, month, day, second / 3_600, second / 60 % 60, second % 60];
        let mut octets = [0; 7];
        for (octet, field) in octets.iter_mut().zip(fields) {
            *octet = swapped(field as u8);
        }
        octets[6] = swapped(quarters.unsigned_abs()) | if quarters < 0 { 0x08 } else { 0 };
        Stamp(octets)
    }

    /// The instant in ms since 1970; `None` where it is no date. Years from 70 on are of the last century.
    pub fn unix_ms(self) -> Option<i64> {
        let [year, month, day, hour, minute, second] =
            [0, 1, 2, 3, 4, 5].map(|i| plain(self.0[i]).map(i64::from));
        let (month, day, hour, minute, second) = (month?, day?, hour?, minute?, second?);
        let year = year? + if year? < 70 { 2_000 } else { 1_900 };
        let sane = hour < 24 && minute < 60 && second < 61;
        let days = Some(days(year, month, day)).filter(|_| (1..=12).contains(&month) && day >= 1 && sane)?;
        if date(days) != (year, month, day) {
            return None;
        }
        let local = days * DAY_S + hour * 3_600 + minute * 60 + second;
        Some((local - i64::from(self.quarters()?) * 900) * 1_000)
    }

    /// Quarter hours east of Greenwich.
    pub fn quarters(self) -> Option<i8> {
        let octet = self.0[6];
        let quarters = plain(octet & !0x08)? as i8;
        Some(if octet & 0x08 == 0 { quarters } else { -quarters })
    }
}

/// Two digits, the units in the upper half.
fn swapped(number: u8) -> u8 {
    ((number % 10) << 4) | (number / 10 % 10)
}

fn plain(octet: u8) -> Option<u8> {
    let (tens, units) = (octet & 0x0F, octet >> 4);
    (tens < 10 && units < 10).then_some(tens * 10 + units)
}

/// Days since 1970 of a date of the proleptic Gregorian calendar; years are counted from March.
fn days(year: i64, month: i64, day: i64) -> i64 {
    let year = if month <= 2 { year - 1 } else { year };
    let (era, of_era) = (year.div_euclid(400), year.rem_euclid(400));
    let of_year = (153 * ((month + 9) % 12) + 2) / 5 + day - 1;
    era * 146_097 + of_era * 365 + of_era / 4 - of_era / 100 + of_year - 719_468
}

/// Year, month and day of a day since 1970.
fn date(days: i64) -> (i64, i64, i64) {
    let days = days + 719_468;
    let (era, of_era) = (days.div_euclid(146_097), days.rem_euclid(146_097));
    let year = (of_era - of_era / 1_460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year + year / 4 - year / 100);
    let march = (5 * of_year + 2) / 153;
    let (day, month) = (of_year - (153 * march + 2) / 5 + 1, if march < 10 { march + 3 } else { march - 9 });
    (year + era * 400 + i64::from(month <= 2), month, day)
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn stamps_and_instants() {
        let cases: &[([u8; 7], i64, i8)] = &[
            // 2026-11-21 20:33:35 +02:00.
            ([0x62, 0x11, 0x12, 0x02, 0x33, 0x53, 0x80], 1_795_286_015_000, 8),
            // 1999-12-31 23:59:59 UTC.
            ([0x99, 0x21, 0x13, 0x32, 0x95, 0x95, 0x00], 946_684_799_000, 0),
            // 2024-02-29 00:00:00 -03:30: fourteen quarters, the sign in bit 3.
            ([0x42, 0x20, 0x92, 0x00, 0x00, 0x00, 0x49], 1_709_177_400_000, -14),
        ];
        for (octets, ms, quarters) in cases {
            assert_eq!(Stamp(*octets).unix_ms(), Some(*ms), "{octets:02x?}");
            assert_eq!(Stamp(*octets).quarters(), Some(*quarters));
            assert_eq!(Stamp::at(*ms, *quarters), Stamp(*octets));
        }
    }

    #[test]
    fn what_is_no_date_has_no_instant() {
        for octets in [
            [0; 7],
            [0x62, 0x31, 0x12, 0, 0, 0, 0],
            [0x32, 0x20, 0x92, 0, 0, 0, 0],
            [0x62, 0x11, 0x12, 0x42, 0, 0, 0],
            [0xFA, 0x11, 0x12, 0, 0, 0, 0],
        ] {
            assert_eq!(Stamp(octets).unix_ms(), None, "{octets:02x?}");
        }
    }

    proptest! {
        #[test]
        fn every_instant_goes_there_and_back(second in 0_i64..3_155_000_000, quarters in -79_i8..=79) {
            let stamp = Stamp::at(second * 1_000, quarters);
            prop_assume!((0..70 * 31_556_952).contains(&(second - 31_556_952)));
            prop_assert_eq!((stamp.unix_ms(), stamp.quarters()), (Some(second * 1_000), Some(quarters)));
        }

        #[test]
        fn any_octets_are_read(octets in any::<[u8; 7]>()) {
            let _ = (Stamp(octets).unix_ms(), Stamp(octets).quarters());
        }
    }
}
