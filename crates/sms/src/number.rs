//! Phone numbers: what people and spreadsheets write, read as E.164 and sorted by what takes an SMS.
//!
//! Built on libphonenumber's numbering plans. It says what a number is *in form*; whether it is in service,
//! and which carrier has it, nobody knows from the digits. It never guesses a country that was neither
//! written nor given, and never completes digits that are lost.

mod cell;
mod clean;
mod plan;
mod show;

use crate::closed::closed_list;

pub use cell::split_cell;
pub use show::{is_e164, is_test, mask, received, written};

closed_list! {
    /// What a number is.
    pub enum Kind {
        /// Takes SMS (a mobile, or a plan that does not tell mobiles from fixed lines).
        Mobile = 0 "mobile",
        /// A fixed line or internet telephony.
        Landline = 1 "landline",
        /// Toll-free, shared-cost, premium, personal or company-wide: valid, and no mobile.
        Service = 2 "service",
        /// A short code or star number of one carrier or country.
        Short = 3 "short",
        /// One of the simulator's (+999).
        Test = 4 "test",
        /// No number; [`Reading::problem`] says why.
        Invalid = 5 "invalid",
        /// Nothing was written.
        Empty = 6 "empty",
    }
}

closed_list! {
    /// What was mended to read it.
    pub enum Repair {
        /// The international prefix (00, 011, 0011 …) instead of `+`.
        Prefix00 = 1 "prefix_00",
        /// The country code without `+`.
        Plus = 2 "plus",
        /// The leading zero a spreadsheet dropped.
        LostZero = 3 "lost_zero",
        /// A number turned into a fraction (`….0`) or an exponent that still holds every digit.
        Spreadsheet = 4 "spreadsheet",
        /// The letter O for the digit 0.
        LetterO = 5 "letter_o",
    }
}

closed_list! {
    /// Why it is no number.
    pub enum Problem {
        /// No digits: words, dashes.
        NoDigits = 1 "no_digits",
        /// Letters between the digits.
        Letters = 2 "letters",
        /// A spreadsheet's exponent (`9.72501E+11`): the last digits are gone.
        DigitsLost = 3 "digits_lost",
        /// Fewer digits than any number of the country has.
        TooShort = 4 "too_short",
        /// More digits than any number of the country has.
        TooLong = 5 "too_long",
        /// The length is right, but no such range is given out.
        NotInPlan = 6 "not_in_plan",
        /// The country code is nobody's, or no country is known to read it by.
        NoCountry = 7 "no_country",
        /// Two numbers run together; [`split_cell`] parts those it can.
        TwoNumbers = 8 "two_numbers",
    }
}

/// A number as read.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Reading {
    /// What it is.
    pub kind: Kind,
    /// `+` and digits, for every kind but short, invalid and empty.
    pub e164: Option<String>,
    /// ISO 3166 code of the country the number belongs to.
    pub country: Option<&'static str>,
    /// What was mended.
    pub repaired: Option<Repair>,
    /// Whether it belongs to another country than the default one.
    pub foreign: bool,
    /// Why it is invalid.
    pub problem: Option<Problem>,
}

impl Reading {
    fn bare(kind: Kind) -> Self {
        Self { kind, e164: None, country: None, repaired: None, foreign: false, problem: None }
    }

    fn invalid(problem: Problem) -> Self {
        Self { problem: Some(problem), ..Self::bare(Kind::Invalid) }
    }
}

/// Reads one number (part cells with several by [`split_cell`] first). `country` is the ISO code to read
/// national spellings by; empty when there is none.
pub fn normalise(raw: &str, country: &str) -> Reading {
    let digits = match clean::clean(raw) {
        Ok(Some(digits)) => digits,
        Ok(None) => return Reading::bare(Kind::Empty),
        Err(problem) => return Reading::invalid(problem),
    };
    let home = plan::home(country);
    let mut reading = read(&digits, home);
    reading.repaired = digits.repaired.or(reading.repaired).filter(|_| reading.problem.is_none());
    reading.foreign = home.is_some() && reading.e164.is_some() && reading.country != home.map(|h| h.iso);
    reading
}

fn read(digits: &clean::Digits, home: Option<&plan::Home>) -> Reading {
    let number = digits.as_str();
    if digits.star {
        return if (3..=6).contains(&number.len()) {
            Reading::bare(Kind::Short)
        } else {
            Reading::invalid(Problem::NotInPlan)
        };
    }
    if digits.plus {
        return international(number, None).unwrap_or_else(Reading::invalid);
    }
    let national = home.map_or(Err(Problem::NoCountry), |home| national(number, home));
    let problem = match national {
        Ok(reading) => return reading,
        Err(problem) => problem,
    };
    // 0011 before 011 before 00: the longest prefix that leaves a valid number.
    let prefixes = ["0011", "011", "00"].iter().filter_map(|prefix| number.strip_prefix(prefix));
    for rest in prefixes {
        if let Ok(reading) = international(rest, Some(Repair::Prefix00)) {
            return reading;
        }
    }
    if home.is_some_and(|home| is_short(number, home)) {
        return Reading::bare(Kind::Short);
    }
    Reading::invalid(problem)
}

/// Digits after a `+` (or what stood for it).
fn international(digits: &str, repaired: Option<Repair>) -> Result<Reading, Problem> {
    if digits.starts_with("999") && (7..=15).contains(&digits.len()) {
        return Ok(Reading { e164: Some(format!("+{digits}")), repaired, ..Reading::bare(Kind::Test) });
    }
    let found = plan::international(digits)?;
    Ok(Reading {
        kind: found.kind,
        e164: Some(found.e164),
        country: found.iso,
        repaired,
        foreign: false,
        problem: None,
    })
}

fn national(digits: &str, home: &plan::Home) -> Result<Reading, Problem> {
    let found = plan::national(digits, home)?;
    // What is left of a short code looks like a company-wide number to some plans.
    if digits.len() <= 6 && found.kind == Kind::Service {
        return Err(Problem::TooShort);
    }
    let written = found.e164.trim_start_matches('+') == digits;
    let repaired = match found.kind {
        _ if written => Some(Repair::Plus),
        _ if digits.starts_with("00") => Some(Repair::Prefix00),
        Kind::Mobile if home.trunk().starts_with('0') && !digits.starts_with('0') => Some(Repair::LostZero),
        _ => None,
    };
    Ok(Reading {
        kind: found.kind,
        e164: Some(found.e164),
        country: found.iso,
        repaired,
        foreign: false,
        problem: None,
    })
}

/// Three to six digits that do not begin like a national number cut short.
fn is_short(digits: &str, home: &plan::Home) -> bool {
    let cut = digits.len() > 3 && home.trunk().starts_with('0') && digits.starts_with('0');
    (3..=6).contains(&digits.len()) && !cut && digits.bytes().any(|b| b != b'0')
}

/// How numbers of a country begin (`+972`), and whether those of other countries begin so too; `None` for no country.
pub fn calling(country: &str) -> Option<(String, bool)> {
    let (code, shared) = plan::calling(plan::home(country)?)?;
    Some((format!("+{code}"), shared))
}

/// The country of an E.164 number, when the number is valid.
pub fn country_of(e164: &str) -> Option<&'static str> {
    if !is_e164(e164) {
        return None;
    }
    plan::international(&e164[1..]).ok().and_then(|found| found.iso)
}

#[cfg(test)]
mod tests;
