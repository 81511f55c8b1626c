//! Parts of countries by the first digits of a number: which clocks run there, and which rules of the part bind.
//!
//! It never says where a person is: only what the number says. What is not listed is anywhere in its country.

use jiff::tz::TimeZone;
use std::collections::HashMap;
use std::sync::LazyLock;

/// A part of a country.
#[derive(Debug, PartialEq)]
pub(super) struct Area {
    /// The country, two letters.
    pub(super) country: &'static str,
    /// The part, as the country's own people write it.
    pub(super) part: &'static str,
    /// The clocks that run there.
    pub(super) zones: Vec<TimeZone>,
}

/// The most characters of a number that tell its part, the plus among them.
pub(super) const LONGEST: usize = 7;

const TEXT: &str = include_str!("areas.txt");

/// Parts by the first characters of their numbers. A test reads every line.
static AREAS: LazyLock<HashMap<String, Area>> = LazyLock::new(|| {
    let mut out = HashMap::new();
    for line in TEXT.lines().filter(|l| l.starts_with('+')) {
        let mut words = line.split_whitespace();
        let (Some(code), Some(country), Some(part), Some(zones)) =
            (words.next(), words.next(), words.next(), words.next())
        else {
            continue;
        };
        for digits in words {
            let zones = zones.split(',').filter_map(|z| TimeZone::get(z).ok()).collect();
            out.insert(format!("{code}{digits}"), Area { country, part, zones });
        }
    }
    out
});

/// The part of a country that a number is of, where its digits tell.
pub(super) fn of(number: &str) -> Option<&'static Area> {
    (4..=LONGEST.min(number.len())).find_map(|n| AREAS.get(number.get(..n)?))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_line_is_read_and_no_number_is_of_two_parts() {
        let mut listed = 0;
        for line in TEXT.lines().filter(|l| !l.starts_with('#') && !l.is_empty()) {
            let words: Vec<&str> = line.split_whitespace().collect();
            assert!(words.len() > 4 && words[0].starts_with('+'), "{line}");
            for zone in words[3].split(',') {
                assert!(TimeZone::get(zone).is_ok(), "{line}: {zone}");
            }
            for digits in &words[4..] {
                assert!(digits.bytes().all(|b| b.is_ascii_digit()), "{line}: {digits}");
                assert!(words[0].len() + digits.len() <= LONGEST, "{line}: {digits}");
            }
            listed += words.len() - 4;
        }
        assert_eq!(AREAS.len(), listed, "some digits stand twice");
        let heads: Vec<&String> = AREAS.keys().collect();
        let inside =
            heads.iter().filter(|a| heads.iter().any(|b| a != &b && a.starts_with(b.as_str()))).count();
        assert_eq!(inside, 0, "one part's digits begin another's");
    }

    #[test]
    fn a_number_is_of_the_part_that_its_digits_tell() {
        for (number, part) in [
            ("+12125550123", Some(("US", "NY"))),
            ("+13055550123", Some(("US", "FL"))),
            ("+19075550123", Some(("US", "AK"))),
            ("+14165550123", Some(("CA", "ON"))),
            ("+34928123456", Some(("ES", "CN"))),
            ("+5568991234567", Some(("BR", "AC"))),
            ("+74951234567", Some(("RU", "MOW"))),
            ("+79161234567", None),
            ("+34612345678", None),
            ("+972541234567", None),
            ("+1", None),
        ] {
            assert_eq!(of(number).map(|a| (a.country, a.part)), part, "{number}");
        }
    }
}
