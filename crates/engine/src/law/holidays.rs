//! Public holidays as a pack writes them: a date of every year, of one year, so many days from Easter, or the so-manieth
//! weekday of a month. It knows no country.

use jiff::civil::{Date, Weekday};
use jiff::{Span, ToSpan};

/// One of them.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Holiday {
    /// Month and day; year 0 is every year.
    Fixed { year: i16, month: i8, day: i8 },
    /// So many days from Easter; of the eastern churches where that is said.
    Easter { eastern: bool, days: i16 },
    /// The so-manieth weekday of a month, from the end where it is negative.
    Nth { month: i8, weekday: Weekday, nth: i8 },
}

const DAYS: [(&str, Weekday); 7] = [
    ("mon", Weekday::Monday),
    ("tue", Weekday::Tuesday),
    ("wed", Weekday::Wednesday),
    ("thu", Weekday::Thursday),
    ("fri", Weekday::Friday),
    ("sat", Weekday::Saturday),
    ("sun", Weekday::Sunday),
];

/// Reads `12-25`, `2027-04-01`, `easter+1`, `orthodox_easter-2`, `11-thu-4`, `05-mon-last`.
pub(super) fn read(text: &str) -> Result<Holiday, String> {
    let wrong = || {
        format!(
            "'{text}' is no public holiday: write 12-25, 2027-04-01, easter+1, orthodox_easter+50 or 11-thu-4"
        )
    };
    for (name, eastern) in [("orthodox_easter", true), ("easter", false)] {
        if let Some(rest) = text.strip_prefix(name) {
            let days = if rest.is_empty() { 0 } else { rest.parse().map_err(|_| wrong())? };
            return Ok(Holiday::Easter { eastern, days });
        }
    }
    if let [month, day, nth] = text.split('-').collect::<Vec<_>>()[..]
        && let Some((_, weekday)) = DAYS.iter().find(|(name, _)| *name == day)
    {
        let month: i8 = month.parse().ok().filter(|m| (1..=12).contains(m)).ok_or_else(wrong)?;
        let nth = if nth == "last" {
            -1
        } else {
            nth.parse().ok().filter(|n| (1..=5).contains(n)).ok_or_else(wrong)?
        };
        return Ok(Holiday::Nth { month, weekday: *weekday, nth });
    }
    // A year that has every day of the year.
    let full = if text.len() == 5 { format!("2028-{text}") } else { text.to_owned() };
    let date: Date = full.parse().map_err(|_| wrong())?;
    let year = if text.len() == 5 { 0 } else { date.year() };
    Ok(Holiday::Fixed { year, month: date.month(), day: date.day() })
}

impl Holiday {
    /// Whether it falls on a day.
    pub(super) fn falls_on(self, date: Date) -> bool {
        match self {
            Holiday::Fixed { year, month, day } => {
                (year == 0 || year == date.year()) && month == date.month() && day == date.day()
            }
            Holiday::Easter { eastern, days } => {
                let sunday = if eastern { eastern_easter(date.year()) } else { easter(date.year()) };
                sunday.and_then(|d| d.checked_add(days.days()).ok()) == Some(date)
            }
            Holiday::Nth { month, weekday, nth } => {
                date.month() == month && date.nth_weekday_of_month(nth, weekday).is_ok_and(|d| d == date)
            }
        }
    }
}

/// Easter Sunday of the western churches, by the rule of 1582.
fn easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let (a, b, c) = (y % 19, y / 100, y % 100);
    let h = (19 * a + b - b / 4 - (b - (b + 8) / 25 + 1) / 3 + 15) % 30;
    let l = (32 + 2 * (b % 4) + 2 * (c / 4) - h - c % 4) % 7;
    let m = (a + 11 * h + 22 * l) / 451;
    let n = h + l - 7 * m + 114;
    Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).ok()
}

/// Easter Sunday of the eastern churches: by the old calendar, as the new one shows it.
fn eastern_easter(year: i16) -> Option<Date> {
    let y = i32::from(year);
    let d = (19 * (y % 19) + 15) % 30;
    let e = (2 * (y % 4) + 4 * (y % 7) - d + 34) % 7;
    let n = d + e + 114;
    let old = Date::new(year, (n / 31) as i8, (n % 31 + 1) as i8).ok()?;
    let behind: Span = (y / 100 - y / 400 - 2).days();
    old.checked_add(behind).ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    fn day(text: &str) -> Date {
        text.parse().unwrap()
    }

    #[test]
    fn easter_falls_where_almanacs_have_it() {
        for (western, eastern) in [
            ("2008-03-23", "2008-04-27"),
            ("2019-04-21", "2019-04-28"),
            ("2024-03-31", "2024-05-05"),
            ("2025-04-20", "2025-04-20"),
            ("2026-04-05", "2026-04-12"),
            ("2027-03-28", "2027-05-02"),
            ("2038-04-25", "2038-04-25"),
            ("2099-04-12", "2099-04-12"),
        ] {
            let year = day(western).year();
            assert_eq!((easter(year), eastern_easter(year)), (Some(day(western)), Some(day(eastern))));
        }
    }

    #[test]
    fn each_way_of_writing_one_is_read_and_anything_else_refused() {
        for (text, on, not) in [
            ("12-25", "2026-12-25", "2026-12-26"),
            ("2027-04-01", "2027-04-01", "2026-04-01"),
            ("easter+1", "2026-04-06", "2026-04-05"),
            ("easter-2", "2027-03-26", "2027-03-28"),
            ("orthodox_easter+50", "2026-06-01", "2026-05-31"),
            ("11-thu-4", "2026-11-26", "2026-11-19"),
            ("05-mon-last", "2026-05-25", "2026-05-18"),
            ("02-29", "2028-02-29", "2027-02-28"),
        ] {
            let holiday = read(text).unwrap();
            assert!(holiday.falls_on(day(on)), "{text} on {on}");
            assert!(!holiday.falls_on(day(not)), "{text} not on {not}");
        }
        for wrong in ["", "25-12", "easter+x", "easterly", "13-mon-1", "11-thu-6", "11-foo-1", "2027-02-29"] {
            assert!(read(wrong).is_err(), "{wrong}");
        }
    }
}
