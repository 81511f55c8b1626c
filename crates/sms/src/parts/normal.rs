//! What is done to a text once, when it is accepted.

use std::borrow::Cow;

use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfc_quick};

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

    proptest! {
        #[test]
        fn twice_is_once(text in any::<String>()) {
            let once = normalise(&text).into_owned();
            prop_assert_eq!(normalise(&once), once.as_str());
        }
    }
}
