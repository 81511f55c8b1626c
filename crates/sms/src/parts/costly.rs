//! The characters that make a text dear, for the composer's marks and for the API.

use unicode_segmentation::UnicodeSegmentation;

use super::{Encoding, Size, char_units, size};
use crate::alphabet::gsm7;

/// Entries kept at most; a longer text is dear for reasons that repeat.
pub const MOST_COSTLY: usize = 500;

/// Why a character costs more than one septet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Why {
    /// In the extension table: two septets.
    TwoUnits,
    /// Not in the alphabet, though a plain neighbour may be (typography, accented Latin letters, signs).
    ForcesUnicode,
    /// A letter of a script that no 7-bit alphabet holds (Hebrew, Cyrillic …): the language, not a slip.
    Script,
    /// An emoji.
    Emoji,
}

/// A character (grapheme cluster) that costs.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Costly {
    /// The character as people see it.
    pub ch: String,
    /// Where it starts, in UTF-16 units (the browser's offsets).
    pub at_utf16: usize,
    /// Where it starts, in bytes of UTF-8.
    pub at_byte: usize,
    /// Units it takes as the text travels.
    pub units: usize,
    /// Why.
    pub why: Why,
}

/// [`Size`] with the causes.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Count {
    /// How it travels.
    pub encoding: Encoding,
    /// Septets or UTF-16 units of the whole text.
    pub units: usize,
    /// Parts it takes.
    pub parts: usize,
    /// Units that fit one part: 160 or 70 alone, 153 or 67 of several.
    pub per_part: usize,
    /// Units still free in the last part.
    pub left: usize,
    /// The first [`MOST_COSTLY`] characters that force Unicode, or that take two septets.
    pub costly: Vec<Costly>,
}

/// Counts a text and names the characters that make it dear.
pub fn count(text: &str) -> Count {
    let Size { encoding, units, parts, per_part, left, .. } = size(text);
    let costly = match encoding {
        Encoding::Gsm7 if units == text.chars().count() => Vec::new(),
        _ => costly(text, encoding),
    };
    Count { encoding, units, parts, per_part, left, costly }
}

fn costly(text: &str, encoding: Encoding) -> Vec<Costly> {
    let mut found = Vec::new();
    let mut at_utf16 = 0;
    for (at_byte, cluster) in text.grapheme_indices(true) {
        if let Some(why) = why(cluster, encoding) {
            let units = cluster.chars().map(|ch| char_units(ch, encoding)).sum();
            found.push(Costly { ch: cluster.to_owned(), at_utf16, at_byte, units, why });
            if found.len() == MOST_COSTLY {
                break;
            }
        }
        at_utf16 += cluster.encode_utf16().count();
    }
    found
}

fn why(cluster: &str, encoding: Encoding) -> Option<Why> {
    if encoding == Encoding::Gsm7 {
        return cluster.chars().any(|ch| gsm7::septets(ch) == Some(2)).then_some(Why::TwoUnits);
    }
    let foreign = cluster.chars().find(|&ch| gsm7::septets(ch).is_none())?;
    Some(if cluster.chars().any(is_emoji) {
        Why::Emoji
    } else if foreign.is_alphabetic() && !is_latin(foreign) {
        Why::Script
    } else {
        Why::ForcesUnicode
    })
}

/// Latin letters with their extensions (Latin-1 to Latin Extended-B, Latin Extended Additional) and `ª º`.
fn is_latin(ch: char) -> bool {
    matches!(ch, '\0'..='\u{24F}' | '\u{1E00}'..='\u{1EFF}' | '\u{FF21}'..='\u{FF5A}')
}

/// Pictographs, flags, keycaps and whatever asks to be shown as a picture (UTS 51, by block).
fn is_emoji(ch: char) -> bool {
    matches!(ch, '\u{1F000}'..='\u{1FAFF}' | '\u{2600}'..='\u{27BF}' | '\u{2B00}'..='\u{2BFF}'
        | '\u{231A}'..='\u{231B}' | '\u{23E9}'..='\u{23FA}' | '\u{FE0F}' | '\u{20E3}')
}

#[cfg(test)]
mod tests {
    use super::*;

    fn causes(text: &str) -> Vec<(String, usize, usize, usize, Why)> {
        count(text).costly.into_iter().map(|c| (c.ch, c.at_utf16, c.at_byte, c.units, c.why)).collect()
    }

    #[test]
    fn two_septets_are_named_where_they_stand() {
        assert_eq!(causes("é 5€"), [("€".into(), 3, 4, 2, Why::TwoUnits)]);
        assert_eq!(causes("plain é"), []);
    }

    #[test]
    fn each_cause_has_its_name() {
        let cases = [
            ("a’b", Why::ForcesUnicode),
            ("Cuándo", Why::ForcesUnicode),
            ("űrhajó", Why::ForcesUnicode),
            ("10 ₪", Why::ForcesUnicode),
            ("ש", Why::Script),
            ("Ж", Why::Script),
            ("👍🏽", Why::Emoji),
            ("🇮🇱", Why::Emoji),
            ("❤️", Why::Emoji),
            ("1️⃣", Why::Emoji),
        ];
        for (text, why) in cases {
            assert_eq!(causes(text).first().map(|c| c.4), Some(why), "{text}");
        }
    }

    #[test]
    fn offsets_after_an_emoji_are_the_browsers() {
        assert_eq!(
            causes("👨‍👩‍👧 ”"),
            [("👨‍👩‍👧".into(), 0, 0, 8, Why::Emoji), ("”".into(), 9, 19, 1, Why::ForcesUnicode)]
        );
    }

    #[test]
    fn in_unicode_the_extension_table_costs_nothing_more() {
        assert_eq!(causes("[ש]").len(), 1);
    }

    #[test]
    fn the_list_has_an_end() {
        assert_eq!(count(&"ש".repeat(2000)).costly.len(), MOST_COSTLY);
    }
}
