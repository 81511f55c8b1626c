//! The numbering plans: libphonenumber's metadata behind three questions.

use std::sync::OnceLock;

use rlibphonenumber::{
    NumberLengthType, PHONE_NUMBER_UTIL, ParseError, PhoneNumber, PhoneNumberFormat, PhoneNumberType, Region,
    ValidationError, get_national_significant_number_owned,
};

use super::{Kind, Problem};

/// A country to read national spellings by.
#[derive(Debug)]
pub(super) struct Home {
    pub(super) iso: &'static str,
    region: Region,
    trunk: OnceLock<String>,
}

impl Home {
    /// What is dialled before a national number, such as `0`, `06` or `8`; empty when nothing is. Learned
    /// from the example mobile on first use, since compiling the patterns of every country takes long.
    pub(super) fn trunk(&self) -> &str {
        self.trunk.get_or_init(|| {
            let example = PHONE_NUMBER_UTIL
                .get_example_number_for_type_and_region(self.region, PhoneNumberType::Mobile);
            let Ok(example) = example else { return String::new() };
            let mut dialled = PHONE_NUMBER_UTIL.format(&example, PhoneNumberFormat::National).into_owned();
            dialled.retain(|ch| ch.is_ascii_digit());
            let significant = get_national_significant_number_owned(&example);
            dialled.strip_suffix(&significant).unwrap_or_default().to_owned()
        })
    }
}

/// A valid number.
#[derive(Debug)]
pub(super) struct Found {
    pub(super) kind: Kind,
    pub(super) e164: String,
    pub(super) iso: Option<&'static str>,
}

/// The country of an ISO code in any case.
pub(super) fn home(iso: &str) -> Option<&'static Home> {
    static HOMES: OnceLock<Vec<Home>> = OnceLock::new();
    let homes = HOMES.get_or_init(|| {
        let mut homes: Vec<Home> = PHONE_NUMBER_UTIL.get_supported_regions().filter_map(describe).collect();
        homes.sort_by_key(|home| home.iso);
        homes
    });
    let upper = <[u8; 2]>::try_from(iso.trim().as_bytes()).ok()?.map(|b| b.to_ascii_uppercase());
    homes.binary_search_by(|home| home.iso.as_bytes().cmp(&upper)).ok().map(|at| &homes[at])
}

fn describe(region: Region) -> Option<Home> {
    Some(Home { iso: iso_of(region)?, region, trunk: OnceLock::new() })
}

/// `AA` to `ZZ` in one string, so that a region's code can be borrowed for ever.
static CODES: [u8; 26 * 26 * 2] = {
    let mut codes = [0; 26 * 26 * 2];
    let mut i = 0;
    while i < 26 * 26 {
        codes[i * 2] = b'A' + (i / 26) as u8;
        codes[i * 2 + 1] = b'A' + (i % 26) as u8;
        i += 1;
    }
    codes
};

fn iso_of(region: Region) -> Option<&'static str> {
    // A region's number is its two letters; the world (shared codes such as +800) has none.
    let [first, second] = (region as u16).to_be_bytes();
    let at = usize::from(first.checked_sub(b'A')?) * 26 + usize::from(second.checked_sub(b'A')?);
    std::str::from_utf8(CODES.get(at * 2..at * 2 + 2)?).ok()
}

/// The country code of a country, and whether other countries share it.
pub(super) fn calling(home: &Home) -> Option<(i32, bool)> {
    let code = PHONE_NUMBER_UTIL.get_country_code_for_region(home.region)?;
    let shared =
        PHONE_NUMBER_UTIL.get_regions_for_country_calling_code(code).is_some_and(|all| all.count() > 1);
    Some((code, shared))
}

/// Reads digits that begin with a country code.
pub(super) fn international(digits: &str) -> Result<Found, Problem> {
    parse(&format!("+{digits}"), None)
}

/// Reads digits as somebody in that country would dial them.
pub(super) fn national(digits: &str, home: &Home) -> Result<Found, Problem> {
    parse(digits, Some(home.region))
}

/// A number as people of `home` write it: nationally when it is theirs, internationally otherwise.
pub(super) fn written(e164: &str, home: Option<&Home>) -> Option<String> {
    let number = PHONE_NUMBER_UTIL.parse(e164, None).ok()?;
    let own = PHONE_NUMBER_UTIL.get_region_for_number(&number).and_then(iso_of);
    let style = match home {
        Some(home) if own == Some(home.iso) => PhoneNumberFormat::National,
        _ => PhoneNumberFormat::International,
    };
    Some(PHONE_NUMBER_UTIL.format(&number, style).into_owned())
}

fn parse(text: &str, region: Option<Region>) -> Result<Found, Problem> {
    let number = PHONE_NUMBER_UTIL.parse(text, region).map_err(|error| match error {
        ParseError::InvalidCountryCode => Problem::NoCountry,
        ParseError::TooShortNsn | ParseError::TooShortAfterIdd => Problem::TooShort,
        ParseError::TooLongNsn => Problem::TooLong,
        ParseError::NotANumber(_) => Problem::TooShort,
    })?;
    judge(&number)
}

fn judge(number: &PhoneNumber) -> Result<Found, Problem> {
    let kind = match PHONE_NUMBER_UTIL.get_number_type(number) {
        PhoneNumberType::Mobile | PhoneNumberType::FixedLineOrMobile => Kind::Mobile,
        PhoneNumberType::FixedLine | PhoneNumberType::VoIP => Kind::Landline,
        PhoneNumberType::Unknown => return Err(why_not(number)),
        _ => Kind::Service,
    };
    let iso = PHONE_NUMBER_UTIL.get_region_for_number(number).and_then(iso_of);
    let e164 = format!("+{}{}", number.country_code, get_national_significant_number_owned(number));
    Ok(Found { kind, e164, iso })
}

fn why_not(number: &PhoneNumber) -> Problem {
    // By the lengths that people have, since service numbers make nearly every length possible.
    let length = |kind| PHONE_NUMBER_UTIL.is_possible_number_for_type_with_reason(number, kind);
    let mut fits = length(PhoneNumberType::FixedLineOrMobile);
    if fits == Err(ValidationError::InvalidLength) {
        fits = length(PhoneNumberType::Mobile);
    }
    match fits {
        Err(ValidationError::TooShort) | Ok(NumberLengthType::IsPossibleLocalOnly) => Problem::TooShort,
        Err(ValidationError::TooLong) => Problem::TooLong,
        Err(ValidationError::InvalidCountryCode) => Problem::NoCountry,
        _ => Problem::NotInPlan,
    }
}
