//! When advertising may arrive. Pure: a moment and the hours in, open until or closed until out.
//!
//! Several hours at once intersect: those of the recipient's country and of the sender's, and the same hours in every
//! zone the recipient may live in. It never guesses that a moment is open.

use super::holidays::{self, Holiday};
use super::pack::{Level, StateWindow, WindowText};
use jiff::civil::{Date, Time};
use jiff::tz::{AmbiguousOffset, TimeZone};
use jiff::{Timestamp, ToSpan};
use sms::hebrew;

/// So many days ahead an opening is looked for; what does not open by then does not open.
const AHEAD_DAYS: i32 = 40;
/// Changes of window until the search is given up.
const TURNS: usize = 400;

/// A day's opening and closing, in minutes.
type Span = Option<(i16, i16)>;

/// Hours, compiled.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Window {
    /// How strictly they are kept.
    pub level: Level,
    /// From Sunday on.
    days: [Span; 7],
    eve: Option<Span>,
    holiday: Span,
    holidays: Vec<hebrew::Day>,
    dates: Vec<Holiday>,
    /// Days on which a workspace may choose to be silent.
    sensitive: Vec<hebrew::Day>,
    /// The parts of the country it is for; none for all of it.
    pub(super) parts: Vec<String>,
    /// So long before closing nothing is handed to the carrier any more.
    pub tail_ms: i64,
    /// The zone of the country, where it has one.
    pub zone: Option<String>,
}

/// What the hours say of a moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Says {
    /// It may arrive, and be handed over until this moment.
    Open {
        /// When handing over ends, ms.
        until: i64,
    },
    /// Not now; from this moment on.
    Closed {
        /// When it opens, ms.
        opens: i64,
    },
    /// In no moment that can be found.
    Never,
}

fn span(text: &[String]) -> Result<Span, String> {
    let minutes = |t: &str| {
        let (h, m) = t.split_once(':')?;
        let (h, m): (i16, i16) = (h.parse().ok()?, m.parse().ok()?);
        ((0..=24).contains(&h) && (0..60).contains(&m) && h * 60 + m <= 1_440).then_some(h * 60 + m)
    };
    match text {
        [] => Ok(None),
        [from, to] => match (minutes(from), minutes(to)) {
            (Some(a), Some(b)) if a < b => Ok(Some((a, b))),
            _ => Err(format!("hours are written as [\"08:00\", \"20:00\"], not [\"{from}\", \"{to}\"]")),
        },
        _ => Err("hours are an opening and a closing, or nothing".into()),
    }
}

fn set(
    days: &mut [Span; 7],
    which: std::ops::RangeInclusive<usize>,
    text: Option<&Vec<String>>,
) -> Result<(), String> {
    if let Some(text) = text {
        let hours = span(text)?;
        which.for_each(|day| days[day] = hours);
    }
    Ok(())
}

impl Window {
    /// The hours of a country, and behind them those of its parts, which bind where the part is not known.
    pub(super) fn compile(text: &WindowText, zone: Option<&str>) -> Result<Vec<Window>, String> {
        let mut days: [Span; 7] = [None; 7];
        if text.level == Level::Off {
            days = [Some((0, 1_440)); 7];
        }
        set(&mut days, 0..=6, text.every_day.as_ref())?;
        set(&mut days, 0..=4, text.sun_thu.as_ref())?;
        set(&mut days, 1..=5, text.mon_fri.as_ref())?;
        set(&mut days, 1..=6, text.mon_sat.as_ref())?;
        set(&mut days, 5..=5, text.fri.as_ref())?;
        set(&mut days, 6..=6, text.sat.as_ref())?;
        set(&mut days, 0..=0, text.sun.as_ref())?;
        if !text.holidays.is_empty() && text.calendar.as_deref() != Some("hebrew-israel") {
            return Err("holidays need calendar = \"hebrew-israel\"".into());
        }
        let named = |names: &[String]| {
            names
                .iter()
                .map(|n| {
                    n.parse::<hebrew::Day>().map_err(|_| format!("'{n}' is no day of the Hebrew calendar"))
                })
                .collect::<Result<Vec<_>, _>>()
        };
        let dates = text.public_holidays.iter().map(|d| holidays::read(d)).collect::<Result<Vec<_>, _>>()?;
        let first = Window {
            level: text.level,
            days,
            eve: text.eve_of_holiday.as_deref().map(span).transpose()?,
            holiday: text.holiday.as_deref().map(span).transpose()?.flatten(),
            holidays: named(&text.holidays)?,
            dates,
            sensitive: named(&text.sensitive_days)?,
            parts: Vec::new(),
            tail_ms: text.tail_margin_minutes.clamp(0, 240) * 60_000,
            zone: zone.map(str::to_owned),
        };
        let mut out = vec![first];
        for state in &text.state {
            let part = part(state, &out[0])?;
            out.push(part);
        }
        Ok(out)
    }

    /// The same hours, silent on the days on which people take offence too.
    pub(super) fn with_sensitive_days(mut self) -> Window {
        let days = std::mem::take(&mut self.sensitive);
        self.holidays.extend(days);
        self
    }

    fn of_day(&self, date: Date) -> Span {
        let at = usize::try_from(date.weekday().to_sunday_zero_offset()).unwrap_or(0);
        let plain = self.days[at];
        if self.is_holiday(date) {
            return meet(plain, self.holiday);
        }
        let next = date.tomorrow().unwrap_or(date);
        match self.eve {
            Some(eve) if self.is_holiday(next) => meet(plain, eve),
            _ => plain,
        }
    }

    fn is_holiday(&self, date: Date) -> bool {
        let listed = self.dates.iter().any(|holiday| holiday.falls_on(date));
        if listed || self.holidays.is_empty() {
            return listed;
        }
        let day = i64::from((date - Date::constant(1970, 1, 1)).get_days());
        self.holidays.iter().any(|h| hebrew::falls(*h, date.year().into()) == day)
    }

    /// What these hours alone say, in one zone.
    fn says(&self, zone: &TimeZone, at: i64) -> Says {
        let Ok(stamp) = Timestamp::from_millisecond(at) else { return Says::Never };
        let today = zone.to_datetime(stamp).date();
        let mut date = today;
        for _ in 0..AHEAD_DAYS {
            if let Some((from, to)) = self.of_day(date) {
                let (opens, closes) = (moment(zone, date, from), moment(zone, date, to) - self.tail_ms);
                if at < opens && opens < closes {
                    return Says::Closed { opens };
                }
                if (opens..closes).contains(&at) {
                    return Says::Open { until: closes };
                }
            }
            let Ok(next) = date.checked_add(1.day()) else { return Says::Never };
            date = next;
        }
        Says::Never
    }
}

fn part(state: &StateWindow, whole: &Window) -> Result<Window, String> {
    let mut days: [Span; 7] = [None; 7];
    set(&mut days, 0..=6, state.every_day.as_ref())?;
    set(&mut days, 1..=6, state.mon_sat.as_ref())?;
    set(&mut days, 0..=0, state.sun.as_ref())?;
    let none = (Vec::new(), Vec::new(), Vec::new());
    let (holidays, dates, sensitive) = none;
    Ok(Window { days, eve: None, holidays, dates, sensitive, parts: state.states.clone(), ..whole.clone() })
}

fn meet(a: Span, b: Span) -> Span {
    let ((a1, a2), (b1, b2)) = (a?, b?);
    let both = (a1.max(b1), a2.min(b2));
    (both.0 < both.1).then_some(both)
}

/// The moment at which a clock on the wall shows so many minutes of a day. A time that a change of clocks skips is the
/// moment of the change; one that it repeats is the first.
fn moment(zone: &TimeZone, date: Date, minutes: i16) -> i64 {
    let (date, minutes) =
        if minutes == 1_440 { (date.tomorrow().unwrap_or(date), 0) } else { (date, minutes) };
    let time = Time::new((minutes / 60) as i8, (minutes % 60) as i8, 0, 0).unwrap_or_default();
    let ambiguous = zone.to_ambiguous_timestamp(date.to_datetime(time));
    if let AmbiguousOffset::Gap { .. } = ambiguous.offset() {
        let before = ambiguous.earlier().map(|t| t.as_millisecond());
        if let Some(change) = before
            .ok()
            .and_then(|ms| Timestamp::from_millisecond(ms).ok())
            .and_then(|t| zone.following(t).next())
        {
            return change.timestamp().as_millisecond();
        }
    }
    ambiguous.earlier().map_or(i64::MAX, |t| t.as_millisecond())
}

/// What all these hours together say, each in each of its zones.
pub fn says<'w>(hours: &[(&'w Window, &'w TimeZone)], at: i64) -> Says {
    let mut now = at;
    for _ in 0..TURNS {
        let mut until = i64::MAX;
        let mut moved = false;
        for (window, zone) in hours {
            match window.says(zone, now) {
                Says::Never => return Says::Never,
                Says::Closed { opens } => {
                    (now, moved) = (opens, true);
                    break;
                }
                Says::Open { until: closes } => until = until.min(closes),
            }
        }
        if !moved {
            return if now == at { Says::Open { until } } else { Says::Closed { opens: now } };
        }
    }
    Says::Never
}
