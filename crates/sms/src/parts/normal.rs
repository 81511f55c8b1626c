//! What is done to a text once, when it is accepted.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

/// What becomes of the marks that only steer the direction of text (U+061C, U+200E, U+200F, U+202A to U+202E, U+2066
/// to U+2069). Direction itself is nobody's business here: characters keep their logical order.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Marks {
    /// They are text.
    #[default]
    Keep,
    /// They go: each is a unit that nobody sees, and one of them is enough to force Unicode.
    Strip,
}

/// Whether a character is such a mark.
pub(super) fn is_mark(ch: char) -> bool {
    matches!(ch, '\u{61c}' | '\u{200e}' | '\u{200f}' | '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

/// [`normalise`], and what to do with marks of direction.
pub fn normalise_with(text: &str, marks: Marks) -> Cow<'_, str> {
    if marks == Marks::Strip && text.contains(is_mark) {
        return Cow::Owned(normalise(&text.replace(is_mark, "")).into_owned());
    }
    normalise(text)
}

/// Brings a text into the form that is stored, counted and sent: composed (NFC), lines ended by LF, no
/// control characters. CRLF and a lone CR become LF, a tab a space (no handset shows one); NUL, the other C0
/// and C1 controls and DEL go, and so does a byte order mark. Running it twice changes nothing.
pub fn normalise(text: &str) -> Cow<'_, str> {
    if !text.chars().any(unwanted) && is_nfc_quick(text.chars()) == IsNormalized::Yes {
        return Cow::Borrowed(text);
    }
    let mut clean = String::with_capacity(text.len());
    let mut chars = text.chars().peekable();
    while let Some(ch) = chars.next() {
        match ch {
            '\r' if chars.peek() == Some(&'\n') => {}
            '\r' => clean.push('\n'),
            '\t' => clean.push(' '),
            ch if unwanted(ch) => {}
            ch => clean.push(ch),
        }
    }
    Cow::Owned(clean.nfc().collect())
}

fn unwanted(ch: char) -> bool {
    (ch.is_control() && ch != '\n') || ch == '\u{feff}'
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn composed_and_free_of_controls() {
        let cases = [
            ("a\u{301}", "á"),
            ("ő", "ő"),
            ("one\r\ntwo\rthree\n", "one\ntwo\nthree\n"),
            ("a\0b\u{1b}c\u{7f}d\u{85}", "abcd"),
            ("a\tb", "a b"),
            ("\u{feff}plain", "plain"),
            ("שָׁלוֹם", "שָׁלוֹם"),
        ];
        for (raw, clean) in cases {
            assert_eq!(normalise(raw), clean, "{raw:?}");
        }
        assert!(matches!(normalise("שלום, plain"), Cow::Borrowed(_)));
    }

    #[test]
    fn marks_of_direction_stay_unless_they_are_to_go() {
        let text = "\u{200f}שלום (\u{2066}+972 50\u{2069})";
        assert_eq!(normalise(text), text);
        assert_eq!(normalise_with(text, Marks::Keep), text);
        assert_eq!(normalise_with(text, Marks::Strip), "שלום (+972 50)");
        // Letters that a mark kept apart compose once it is gone.
        assert_eq!(normalise_with("a\u{200e}\u{301}", Marks::Strip), "á");
    }

    proptest! {
        #[test]
        fn twice_is_once(text in any::<String>()) {
            let once = normalise(&text).into_owned();
            prop_assert_eq!(normalise(&once), once.as_str());
        }
    }
}
