//! Times and days as people write them, in the zone of the workspace.

use jiff::{Timestamp, Zoned};

use super::Words;
use crate::args;

impl Words {
    fn zoned(&self, ms: i64) -> Zoned {
        // Only a corrupted row can lie outside the calendar; it is shown as its beginning.
        Timestamp::from_millisecond(ms).unwrap_or(Timestamp::UNIX_EPOCH).to_zoned(self.zone.clone())
    }

    /// The beginning of today, ms since 1970.
    pub fn midnight(&self) -> i64 {
        let now = self.zoned(self.now);
        now.start_of_day().map_or(self.now, |start| start.timestamp().as_millisecond())
    }

    /// `12:04`
    pub fn time(&self, ms: i64) -> String {
        self.zoned(ms).strftime("%H:%M").to_string()
    }

    /// `12:04:30`
    pub fn time_s(&self, ms: i64) -> String {
        self.zoned(ms).strftime("%H:%M:%S").to_string()
    }

    /// `12:04:31.120`
    pub fn time_ms(&self, ms: i64) -> String {
        self.zoned(ms).strftime("%H:%M:%S.%3f").to_string()
    }

    /// `2026-11-17`, for machines.
    pub fn iso_day(&self, ms: i64) -> String {
        self.zoned(ms).strftime("%Y-%m-%d").to_string()
    }

    /// `Thu 12 Nov`, with the year when it is another one.
    pub fn day(&self, ms: i64) -> String {
        let at = self.zoned(ms);
        let year = at.year() != self.zoned(self.now).year();
        let weekday = self.t(&format!("weekday-short-{}", at.weekday().to_monday_one_offset()));
        let month = self.t(&format!("month-short-{}", at.month()));
        let args = args!(weekday: weekday, day: at.day().to_string(), month: month);
        let day = self.attr("date-short", args);
        if year { self.attr("date-with-year", args!(date: day, year: at.year().to_string())) } else { day }
    }

    /// `Tuesday 17 November`
    pub fn long_day(&self, ms: i64) -> String {
        let at = self.zoned(ms);
        let weekday = self.t(&format!("weekday-{}", at.weekday().to_monday_one_offset()));
        let month = self.t(&format!("month-{}", at.month()));
        self.attr("date-long", args!(weekday: weekday, day: at.day().to_string(), month: month))
    }

    /// `Today 12:04`, `Yesterday 18:30`, `Thu 12 Nov`
    pub fn when(&self, ms: i64) -> String {
        let (at, now) = (self.zoned(ms), self.zoned(self.now));
        if at.date() == now.date() {
            return self.attr("date-today", args!(time: self.time(ms)));
        }
        if now.date().yesterday().is_ok_and(|yesterday| yesterday == at.date()) {
            return self.attr("date-yesterday", args!(time: self.time(ms)));
        }
        self.day(ms)
    }

    /// `12:04` today, `Thu 12 Nov 18:30` otherwise; for the middle of a sentence.
    pub fn clock(&self, ms: i64) -> String {
        if self.zoned(ms).date() == self.zoned(self.now).date() { self.time(ms) } else { self.day_time(ms) }
    }

    /// `Thu 12 Nov 18:30`
    pub fn day_time(&self, ms: i64) -> String {
        self.attr("date-and-time", args!(date: self.day(ms), time: self.time(ms)))
    }

    /// How long ago, coarsely: `26 min`, `1 h`, `3 d`.
    pub fn since(&self, ms: i64) -> String {
        let minutes = ((self.now - ms) / 60_000).max(0);
        match minutes {
            0 => self.t("age-now"),
            1..60 => self.attr("age-minutes", args!(n: minutes)),
            60..2880 => self.attr("age-hours", args!(n: minutes / 60)),
            _ => self.attr("age-days", args!(n: minutes / 1440)),
        }
    }

    /// A length of time, precisely: `0.4 s`, `9 s`, `3 min 41 s`, `2 h 5 min`.
    pub fn lasting(&self, ms: i64) -> String {
        let seconds = ms.max(0) / 1000;
        match seconds {
            0..10 if ms % 1000 != 0 => self.attr("last-seconds", args!(n: self.tenths(ms / 100))),
            0..60 => self.attr("last-seconds", args!(n: self.n(seconds))),
            60..3600 => self.attr("last-minutes", args!(m: seconds / 60, s: seconds % 60)),
            _ => self.attr("last-hours", args!(h: seconds / 3600, m: seconds % 3600 / 60)),
        }
    }

    /// The zone by its city, in the language where it has a word for it.
    pub fn zone_name(&self) -> String {
        let id = self.zone.iana_name().unwrap_or("UTC");
        let key = format!("zone-{}", id.to_ascii_lowercase().replace(['/', '_'], "-"));
        if self.has(&key) {
            return self.t(&key);
        }
        id.rsplit('/').next().unwrap_or(id).replace('_', " ")
    }
}

#[cfg(test)]
mod tests {
    use jiff::tz::TimeZone;

    use super::super::{Words, pick};

    fn words(code: &str) -> Words {
        // Tue 17 Nov 2026, 14:14 in Jerusalem.
        Words::new(pick(Some(code), None), TimeZone::get("Asia/Jerusalem").unwrap(), 1_794_917_640_000)
    }

    #[test]
    fn days_are_said_in_the_language_and_zone() {
        let (en, he) = (words("en"), words("he"));
        assert_eq!(en.when(en.now), "Today 14:14");
        assert_eq!(en.when(en.now - 86_400_000), "Yesterday 14:14");
        assert_eq!(en.when(en.now - 5 * 86_400_000), "Thu 12 Nov");
        assert_eq!(he.long_day(he.now), "יום שלישי, 17 בנובמבר");
        assert_eq!(he.when(he.now - 5 * 86_400_000), "ה׳ 12 בנוב׳");
        assert_eq!(en.day(en.now - 400 * 86_400_000), "Mon 13 Oct 2025");
        assert_eq!(he.zone_name(), "ירושלים");
    }

    #[test]
    fn lengths_are_said_without_a_clock() {
        let en = words("en");
        assert_eq!(en.lasting(400), "0.4 s");
        assert_eq!(en.lasting(221_000), "3 min 41 s");
        assert_eq!(en.since(en.now - 26 * 60_000), "26 min");
        assert_eq!(words("he").since(en.now - 2 * 3_600_000), "שעתיים");
    }
}
