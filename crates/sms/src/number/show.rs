//! E.164 as text: its form, and how it is shown where the whole number must not be.

/// Whether this is `+`, a digit from 1, and 7 to 15 digits in all: the form only (ITU-T E.164 clause 6).
pub fn is_e164(text: &str) -> bool {
    match text.as_bytes() {
        [b'+', b'1'..=b'9', rest @ ..] => {
            (6..=14).contains(&rest.len()) && rest.iter().all(u8::is_ascii_digit)
        }
        _ => false,
    }
}

/// Digits of the longest short code; E.164 numbers have seven and more (ITU-T E.164 clause 6 and national plans).
const SHORT_MAX: usize = 6;

/// An address as a carrier handed it over: what is marked international and is too short to be a number is a short
/// code, and loses its plus.
pub fn received(address: &str) -> &str {
    match address.strip_prefix('+') {
        Some(digits) if digits.len() <= SHORT_MAX && digits.bytes().all(|b| b.is_ascii_digit()) => digits,
        _ => address,
    }
}

/// The number as people of a country write it, for pages; what is no number stays as it is. Blanks never break.
pub fn written(e164: &str, country: &str) -> String {
    if !is_e164(e164) {
        return e164.to_owned();
    }
    if let Some(test) = e164.strip_prefix("+999").filter(|rest| rest.is_ascii() && rest.len() > 3) {
        return format!("+999\u{a0}{}\u{a0}{}", &test[..3], &test[3..]);
    }
    let written = super::plan::written(e164, super::plan::home(country));
    written.map_or_else(|| e164.to_owned(), |w| w.replace(' ', "\u{a0}"))
}

/// The number for pages and logs: `+97250***4567`. What is too short to hide anything shows its last two
/// alone.
pub fn mask(e164: &str) -> String {
    let chars: Vec<char> = e164.chars().collect();
    let (head, tail) = match chars.len() {
        0..=4 => (0, 0),
        5..=9 => (0, 2),
        10..=11 => (3, 4),
        _ => (6, 4),
    };
    let shown = |part: &[char]| part.iter().collect::<String>();
    format!("{}***{}", shown(&chars[..head]), shown(&chars[chars.len() - tail..]))
}

#[cfg(test)]
mod tests {
    use super::{received, written};

    #[test]
    fn a_short_code_is_no_international_number() {
        for (handed, taken) in [
            ("+4545", "4545"),
            ("4545", "4545"),
            ("+972501234567", "+972501234567"),
            ("+2901234", "+2901234"),
            ("BANK", "BANK"),
        ] {
            assert_eq!(received(handed), taken);
        }
    }

    #[test]
    fn numbers_are_written_as_the_country_writes_them() {
        assert_eq!(written("+972501234567", "IL"), "050-123-4567");
        assert_eq!(written("+447700900118", "IL"), "+44\u{a0}7700\u{a0}900118");
        assert_eq!(written("+9995550100", "IL"), "+999\u{a0}555\u{a0}0100");
        assert_eq!(written("4545", "IL"), "4545");
        assert_eq!(written("NOA-SHOP", "IL"), "NOA-SHOP");
    }
}
