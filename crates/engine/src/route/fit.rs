//! Whether a rule fits a message, and if not, which of its conditions says so. Pure.

use super::Question;
use super::check::UNKNOWN;
use jiff::Timestamp;
use jiff::tz::TimeZone;
use regex::{Regex, RegexBuilder};
use store::route::{Hours, Rule};

/// So much memory a pattern may take when it is read.
const PATTERN_SIZE_MAX: usize = 1 << 18;

/// Why a rule does not fit: the first of its conditions that does not.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Miss {
    /// It is switched off.
    Off,
    /// The number begins otherwise.
    Prefix,
    /// The number is of another country.
    Country,
    /// The number is of another network, or nobody knows of which.
    Network,
    /// It is for something else.
    Class,
    /// It shows another sender.
    Sender,
    /// It is of another workspace.
    Workspace,
    /// It is not the day or the hour.
    Hours,
    /// The text holds none of the words.
    Words,
    /// The text does not fit the pattern.
    Pattern,
    /// Every connector that carries is dearer, or its price is not known.
    Price,
    /// None of its connectors is switched on.
    Connectors,
}

impl Miss {
    /// Every reason.
    pub const ALL: &'static [Miss] = &[
        Miss::Off,
        Miss::Prefix,
        Miss::Country,
        Miss::Network,
        Miss::Class,
        Miss::Sender,
        Miss::Workspace,
        Miss::Hours,
        Miss::Words,
        Miss::Pattern,
        Miss::Price,
        Miss::Connectors,
    ];

    /// Its name.
    pub const fn name(self) -> &'static str {
        match self {
            Miss::Off => "off",
            Miss::Prefix => "prefix",
            Miss::Country => "country",
            Miss::Network => "network",
            Miss::Class => "class",
            Miss::Sender => "sender",
            Miss::Workspace => "workspace",
            Miss::Hours => "hours",
            Miss::Words => "words",
            Miss::Pattern => "pattern",
            Miss::Price => "price",
            Miss::Connectors => "connectors",
        }
    }
}

/// A rule with what is made of it once.
#[derive(Debug, Clone)]
pub(super) struct Fit {
    pub(super) rule: Rule,
    /// Countries with how their numbers begin, and whether others' begin so too.
    countries: Vec<(String, String, bool)>,
    contains: Vec<String>,
    pattern: Option<Regex>,
    zone: Option<TimeZone>,
}

/// A pattern as it is used: in any case, in time that grows with the text alone.
pub(super) fn pattern(text: &str) -> Result<Regex, regex::Error> {
    RegexBuilder::new(text).case_insensitive(true).size_limit(PATTERN_SIZE_MAX).build()
}

impl Fit {
    pub(super) fn new(rule: Rule) -> Fit {
        let countries = rule
            .countries
            .iter()
            .filter_map(|iso| sms::number::calling(iso).map(|(begin, shared)| (iso.clone(), begin, shared)));
        Fit {
            countries: countries.collect(),
            contains: rule.contains.iter().map(|word| word.to_lowercase()).collect(),
            // What is kept was read before; a pattern that cannot be read fits nothing.
            pattern: (!rule.pattern.is_empty()).then(|| pattern(&rule.pattern).ok()).flatten(),
            zone: rule.hours.as_ref().and_then(|h| TimeZone::get(&h.zone).ok()),
            rule,
        }
    }

    /// How numbers begin that may fit; nothing where any number may.
    pub(super) fn beginnings(&self) -> Vec<&str> {
        let prefixes = &self.rule.prefixes;
        if prefixes.is_empty() {
            return self.countries.iter().map(|(_, begin, _)| begin.as_str()).collect();
        }
        prefixes.iter().map(String::as_str).collect()
    }

    /// The condition that does not fit; `None` where all do. Connectors and prices are looked at elsewhere.
    pub(super) fn miss(&self, asked: &Question<'_>) -> Option<Miss> {
        let rule = &self.rule;
        let any = |empty: bool, fits: bool, miss: Miss| (!empty && !fits).then_some(miss);
        if rule.off {
            return Some(Miss::Off);
        }
        let begins = |p: &String| asked.number.starts_with(p.as_str());
        any(rule.prefixes.is_empty(), rule.prefixes.iter().any(begins), Miss::Prefix)
            .or_else(|| any(rule.countries.is_empty(), self.country(asked.number), Miss::Country))
            .or_else(|| any(rule.classes.is_empty(), rule.classes.contains(&asked.class), Miss::Class))
            .or_else(|| {
                any(rule.workspaces.is_empty(), rule.workspaces.contains(&asked.workspace), Miss::Workspace)
            })
            .or_else(|| {
                any(
                    rule.senders.is_empty(),
                    rule.senders.iter().any(|s| sender(s, asked.sender)),
                    Miss::Sender,
                )
            })
            .or_else(|| any(rule.networks.is_empty(), is_of(&rule.networks, asked.network), Miss::Network))
            .or_else(|| self.text(asked.text))
            .or_else(|| {
                let open = |h: &Hours| self.zone.as_ref().is_some_and(|zone| is_open(h, zone, asked.at));
                any(rule.hours.is_none(), rule.hours.as_ref().is_some_and(open), Miss::Hours)
            })
    }

    fn country(&self, number: &str) -> bool {
        self.countries.iter().any(|(iso, begin, shared)| {
            number.starts_with(begin.as_str())
                && (!shared || sms::number::country_of(number) == Some(iso.as_str()))
        })
    }

    fn text(&self, text: &str) -> Option<Miss> {
        if !self.contains.is_empty() {
            let text = text.to_lowercase();
            if !self.contains.iter().any(|word| text.contains(word.as_str())) {
                return Some(Miss::Words);
            }
        }
        let fits = self.pattern.as_ref().is_some_and(|pattern| pattern.is_match(text));
        (!self.rule.pattern.is_empty() && !fits).then_some(Miss::Pattern)
    }
}

/// Whether a network is one of these; an MCC stands for all of its networks.
fn is_of(wanted: &[String], network: Option<&str>) -> bool {
    match network {
        Some(network) => {
            wanted.iter().any(|w| w == network || (w.len() == 3 && network.starts_with(w.as_str())))
        }
        None => wanted.iter().any(|w| w == UNKNOWN),
    }
}

/// Whether a sender fits `SHOP` or `SHOP*`, in any case.
fn sender(wanted: &str, shown: &str) -> bool {
    match wanted.strip_suffix('*') {
        Some(begin) => shown.get(..begin.len()).is_some_and(|head| head.eq_ignore_ascii_case(begin)),
        None => wanted.eq_ignore_ascii_case(shown),
    }
}

/// Whether these hours hold at a moment. Hours that reach over midnight belong to the day they begin on.
fn is_open(hours: &Hours, zone: &TimeZone, at: i64) -> bool {
    let Ok(moment) = Timestamp::from_millisecond(at) else { return false };
    let local = zone.to_datetime(moment);
    let minute = u16::try_from(i32::from(local.hour()) * 60 + i32::from(local.minute())).unwrap_or(0);
    let today = local.weekday().to_monday_zero_offset();
    let yesterday = (today + 6) % 7;
    let on = |day: i8| hours.days & (1 << day) != 0;
    if hours.from < hours.to {
        return on(today) && (hours.from..hours.to).contains(&minute);
    }
    (on(today) && minute >= hours.from) || (on(yesterday) && minute < hours.to)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ms(text: &str) -> i64 {
        text.parse::<Timestamp>().unwrap().as_millisecond()
    }

    #[test]
    fn hours_are_those_of_the_place_and_reach_over_midnight() {
        let zone = TimeZone::get("Asia/Jerusalem").unwrap();
        let day = Hours { days: 0b0001_1111, from: 8 * 60, to: 20 * 60, zone: String::new() };
        // 2026-11-22 is a Sunday; Jerusalem is two hours ahead.
        assert!(!is_open(&day, &zone, ms("2026-11-22T10:00:00Z")), "Sunday is not among the days");
        assert!(is_open(&day, &zone, ms("2026-11-23T06:00:00Z")), "Monday, eight sharp");
        assert!(!is_open(&day, &zone, ms("2026-11-23T05:59:59Z")));
        assert!(!is_open(&day, &zone, ms("2026-11-23T18:00:00Z")), "eight in the evening is over");
        let night = Hours { days: 0b0001_0000, from: 22 * 60, to: 6 * 60, zone: String::new() };
        assert!(is_open(&night, &zone, ms("2026-11-27T21:00:00Z")), "Friday night");
        assert!(is_open(&night, &zone, ms("2026-11-28T03:00:00Z")), "still Friday's night");
        assert!(!is_open(&night, &zone, ms("2026-11-28T21:00:00Z")), "Saturday's night is another");
        assert!(!is_open(&night, &zone, ms("2026-11-27T03:00:00Z")), "the morning belongs to Thursday");
    }

    #[test]
    fn senders_fit_in_any_case_and_by_their_beginning() {
        assert!(sender("shop", "SHOP") && sender("SHOP*", "shop-2") && sender("*", "x") && sender("*", ""));
        assert!(!sender("SHOP", "SHOP2") && !sender("SHOP*", "SHO") && !sender("SHOP*", "חנות"));
    }

    #[test]
    fn a_network_fits_by_itself_by_its_country_and_where_nobody_knows() {
        let wanted = |all: &[&str]| all.iter().map(|w| (*w).to_owned()).collect::<Vec<_>>();
        let (one, country, open) = (wanted(&["42501"]), wanted(&["425"]), wanted(&["42502", "unknown"]));
        for (all, network, fits) in [
            (&one, Some("42501"), true),
            (&one, Some("425010"), false),
            (&one, None, false),
            (&country, Some("42507"), true),
            (&country, Some("21630"), false),
            (&country, None, false),
            (&open, None, true),
            (&open, Some("42501"), false),
        ] {
            assert_eq!(is_of(all, network), fits, "{all:?} {network:?}");
        }
    }

    #[test]
    fn every_reason_has_its_name() {
        for miss in Miss::ALL {
            assert_eq!(serde_json::to_value(miss).unwrap(), miss.name());
        }
    }
}
