//! Texts of people: bounded, folded for search, kept as JSON. Pure.

use std::collections::BTreeMap;

use serde::{Serialize, Serializer};
use unicode_normalization::UnicodeNormalization;
use unicode_normalization::char::is_combining_mark;

/// Characters of a name.
pub(crate) const NAME_MAX: usize = 120;
/// Characters of a field's value.
pub(crate) const VALUE_MAX: usize = 1_000;

/// The first characters, without control characters.
fn bounded(text: &str, most: usize) -> String {
    let plain = text.len() <= most && !text.chars().any(char::is_control);
    if plain {
        return text.trim().to_owned();
    }
    let spaced = text.chars().map(|c| if c.is_control() { ' ' } else { c });
    spaced.take(most).collect::<String>().trim().to_owned()
}

/// A name as it is kept.
pub(crate) fn name(text: &str) -> String {
    bounded(text, NAME_MAX)
}

/// A field's value as it is kept; line breaks stay.
pub(crate) fn value(text: &str) -> String {
    let kept = text.trim().chars().filter(|c| !c.is_control() || *c == '\n');
    kept.take(VALUE_MAX).collect()
}

/// Whether merge fields can name it: letters, digits and `_`, no digit first.
pub(crate) fn is_field_name(name: &str) -> bool {
    let mut chars = name.chars();
    let first = chars.next().is_some_and(|c| c.is_alphabetic() || c == '_');
    first && name.chars().count() <= 60 && chars.all(|c| c.is_alphanumeric() || c == '_')
}

/// Midnight (UTC) of a day written as `2026-03-14`, ms since 1970.
pub(crate) fn day_ms(day: &str) -> Option<i64> {
    let date: jiff::civil::Date = day.parse().ok()?;
    Some(date.to_zoned(jiff::tz::TimeZone::UTC).ok()?.timestamp().as_millisecond())
}

/// JSON of plain data. Texts, numbers and maps of texts always have one.
pub(crate) fn json(data: &impl Serialize) -> String {
    serde_json::to_string(data).unwrap_or_default()
}

/// Names and texts, each name once, as one JSON object.
pub(crate) fn json_of<'a>(fields: impl Iterator<Item = (&'a str, &'a str)>) -> String {
    let mut out = Vec::with_capacity(96);
    let mut json = serde_json::Serializer::new(&mut out);
    let written = json.collect_map(fields);
    written.ok().and_then(|()| String::from_utf8(out).ok()).unwrap_or_default()
}

/// The fields of a contact; what is no text is none.
pub(crate) fn fields(json: &str) -> BTreeMap<String, String> {
    serde_json::from_str(json).unwrap_or_default()
}

/// Small letters without accents, points and vowel signs, one blank between words.
pub(crate) fn fold(text: &str) -> String {
    if text.is_ascii() {
        let mut out = String::with_capacity(text.len());
        for word in text.split_ascii_whitespace() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.extend(word.bytes().map(|b| char::from(b.to_ascii_lowercase())));
        }
        return out;
    }
    let plain: String = text.nfkd().filter(|c| !is_combining_mark(*c)).flat_map(char::to_lowercase).collect();
    plain.split_whitespace().collect::<Vec<_>>().join(" ")
}

/// What a search looks in: the name both ways round, the number, the e-mail.
pub(crate) fn search(first: &str, last: &str, number: &str, fields: &BTreeMap<String, String>) -> String {
    search_of(first, last, number, fields.get("email").map_or("", String::as_str))
}

/// [`search`] of somebody whose e-mail is at hand.
pub(crate) fn search_of(first: &str, last: &str, number: &str, email: &str) -> String {
    let (first, last) = (fold(first), fold(last));
    let again = if last.is_empty() { "" } else { &first };
    let email = fold(email);
    let mut out = String::with_capacity(2 * first.len() + last.len() + number.len() + email.len() + 4);
    for piece in [&first, &last, again, number, &email] {
        if !piece.is_empty() {
            if !out.is_empty() {
                out.push(' ');
            }
            out.push_str(piece);
        }
    }
    out
}

/// What is looked for: a number in any spelling by its digits, else the folded words.
pub(crate) fn query(asked: &str) -> String {
    let asked = asked.trim();
    let number = asked.chars().all(|c| c.is_ascii_digit() || " +-().\u{200e}\u{200f}\u{a0}".contains(c));
    let digits: String = asked.chars().filter(char::is_ascii_digit).collect();
    // Zeros alone are looked for as they are: nothing left to look for would find everybody.
    match digits.trim_start_matches('0') {
        significant if number && digits.len() >= 3 && !significant.is_empty() => significant.to_owned(),
        _ if number && digits.len() >= 3 => digits,
        _ => fold(asked),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_person_is_found_by_any_spelling() {
        let fields = BTreeMap::from([("email".to_owned(), "Zs@Example.com".to_owned())]);
        let kept = search("Zsófia", "Kővári", "+36301234567", &fields);
        for asked in ["zsofia", "KOVARI", "Kővári  Zsófia", "zsófia kővári", "06-30", "30 123 45", "zs@ex"]
        {
            let asked = if asked == "06-30" { "0 30 1" } else { asked };
            assert!(kept.contains(&query(asked)), "{asked}: {} in {kept}", query(asked));
        }
        assert!(fold("נֹעָה") == "נעה" && fold("  A \t B ") == "a b");
        assert_eq!(["000", "(0 0 0)", "0", "05", "0050"].map(query), ["000", "000", "0", "05", "50"]);
    }

    #[test]
    fn days_and_names_are_read_or_not() {
        assert_eq!(day_ms("1970-01-02"), Some(86_400_000));
        assert_eq!((day_ms("2026-02-30"), day_ms("14/03/2026"), day_ms("")), (None, None, None));
        assert!(is_field_name("city") && is_field_name("עיר_2") && is_field_name("_x"));
        assert!(!is_field_name("2x") && !is_field_name("a b") && !is_field_name("") && !is_field_name("a}}"));
        assert_eq!(value(" a\r\nb\0 "), "a\nb");
        assert_eq!(name("a\nb"), "a b");
    }
}
