//! The Hebrew calendar by arithmetic: which day of the common calendar a holiday of Israel falls on.
//!
//! Days are counted from 1970-01-01. It knows no time of day, no place and no table of dates: the new year follows from
//! the mean moon and the four delays, everything else from the distance to the nearest new year.

use crate::closed::closed_list;

/// The new year of year 1, counted from 1970-01-01.
const EPOCH: i64 = -1_373_427 - 719_163;
/// Hebrew years are so many ahead of the common ones in spring, one more from the new year on.
const AHEAD: i64 = 3_760;

closed_list! {
    /// A day that a pack may name. Those up to Shavuot are days of rest; the others are days on which people take offence.
    pub enum Day {
        /// 1 Tishri.
        RoshHashana1 = 0 "rosh_hashana_1",
        /// 2 Tishri.
        RoshHashana2 = 1 "rosh_hashana_2",
        /// 10 Tishri.
        YomKippur = 2 "yom_kippur",
        /// 15 Tishri.
        Sukkot1 = 3 "sukkot_1",
        /// 22 Tishri.
        SheminiAtzeret = 4 "shemini_atzeret",
        /// 15 Nisan.
        Pesach1 = 5 "pesach_1",
        /// 21 Nisan.
        Pesach7 = 6 "pesach_7",
        /// 6 Sivan.
        Shavuot = 7 "shavuot",
        /// 27 Nisan, never next to a Shabbat.
        YomHashoah = 8 "yom_hashoah",
        /// The day before Independence Day.
        YomHazikaron = 9 "yom_hazikaron",
        /// 5 Iyar, moved away from Shabbat and its preparation.
        YomHaatzmaut = 10 "yom_haatzmaut",
        /// 9 Av, on a Sunday where it would be a Shabbat.
        TishaBeav = 11 "tisha_beav",
    }
}

/// Days from the new year of year 1 to that of `year`, before the last two delays.
fn elapsed(year: i64) -> i64 {
    let months = (235 * year - 234).div_euclid(19);
    let parts = 12_084 + 13_753 * months;
    let day = months * 29 + parts.div_euclid(25_920);
    // Never on a Sunday, a Wednesday or a Friday.
    if (3 * (day + 1)).rem_euclid(7) < 3 { day + 1 } else { day }
}

/// The first day of a Hebrew year.
pub fn new_year(year: i64) -> i64 {
    let (before, this, after) = (elapsed(year - 1), elapsed(year), elapsed(year + 1));
    // A year of 356 days cannot be, nor one of 382.
    let delay = match (after - this, this - before) {
        (356, _) => 2,
        (_, 382) => 1,
        _ => 0,
    };
    EPOCH + this + delay
}

/// 0 is Sunday.
const fn weekday(day: i64) -> i64 {
    (day + 4).rem_euclid(7)
}

/// On which day it falls in a common year.
pub fn falls(day: Day, common_year: i64) -> i64 {
    // The new year of that autumn; spring and summer are counted back from it.
    let autumn = new_year(common_year + AHEAD + 1);
    match day {
        Day::RoshHashana1 => autumn,
        Day::RoshHashana2 => autumn + 1,
        Day::YomKippur => autumn + 9,
        Day::Sukkot1 => autumn + 14,
        Day::SheminiAtzeret => autumn + 21,
        Day::Pesach1 => autumn - 163,
        Day::Pesach7 => autumn - 157,
        Day::Shavuot => autumn - 113,
        Day::YomHashoah => match (autumn - 151, weekday(autumn - 151)) {
            (at, 5) => at - 1,
            (at, 0) => at + 1,
            (at, _) => at,
        },
        Day::YomHazikaron => independence(autumn) - 1,
        Day::YomHaatzmaut => independence(autumn),
        Day::TishaBeav => autumn - 51 + i64::from(weekday(autumn - 51) == 6),
    }
}

fn independence(autumn: i64) -> i64 {
    let at = autumn - 143;
    match weekday(at) {
        5 => at - 1,
        6 => at - 2,
        1 => at + 1,
        _ => at,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// `YYYY-MM-DD` as a day.
    fn day(text: &str) -> i64 {
        let mut of = text.split('-').map(|n| n.parse::<i64>().unwrap());
        let (y, m, d) = (of.next().unwrap(), of.next().unwrap(), of.next().unwrap());
        let y = y - i64::from(m <= 2);
        let era = y.div_euclid(400);
        let year = y - era * 400;
        let doy = (153 * ((m + 9) % 12) + 2) / 5 + d - 1;
        era * 146_097 + year * 365 + year / 4 - year / 100 + doy - 719_468
    }

    #[test]
    fn every_holiday_to_2099_is_where_another_calendar_has_it() {
        let mut seen = 0;
        for line in include_str!("../tests/vectors/holidays.tsv").lines().filter(|l| !l.starts_with('#')) {
            let (name, at) = line.split_once('\t').unwrap();
            let year: i64 = at[..4].parse().unwrap();
            let which: Day = name.parse().unwrap();
            assert_eq!(falls(which, year), day(at), "{line}");
            seen += 1;
        }
        assert_eq!(seen, Day::ALL.len() * 76);
    }

    #[test]
    fn no_day_of_rest_has_a_weekday_it_cannot_have() {
        for year in 1950..2400 {
            assert!(![0, 3, 5].contains(&weekday(falls(Day::RoshHashana1, year))), "{year}");
            assert!(![1, 3, 5].contains(&weekday(falls(Day::Pesach1, year))), "{year}");
            assert!(![5, 6].contains(&weekday(falls(Day::TishaBeav, year))), "{year}");
        }
    }
}
