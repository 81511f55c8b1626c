//! The normal form of a text, and the texts that it may have been meant to be.

use std::collections::HashMap;
use std::sync::LazyLock;
use unicode_normalization::char::is_combining_mark;
use unicode_normalization::{IsNormalized, UnicodeNormalization, is_nfd_quick, is_nfkc_quick};

/// Longer texts are not looked at as typed under a wrong keyboard.
const TYPED_MAX: usize = 48;

/// Keys of a keyboard from the top left, as Latin gives them.
const LATIN: &str = "`qwertyuiop[]asdfghjkl;'zxcvbnm,./";
/// The same keys under other layouts.
const LAYOUTS: &[&str] = &[
    ";/'קראטוןםפ][שדגכעיחלךף,זסבהנמצתץ.",
    "ёйцукенгшщзхъфывапролджэячсмитьбю.",
    "'йцукенгшщзхїфівапролджєячсмитьбю.",
];
/// Letters that look alike: Latin, Cyrillic.
const ALIKE: &[(char, char)] = &[
    ('a', 'а'),
    ('b', 'в'),
    ('c', 'с'),
    ('e', 'е'),
    ('h', 'н'),
    ('i', 'і'),
    ('k', 'к'),
    ('m', 'м'),
    ('o', 'о'),
    ('p', 'р'),
    ('t', 'т'),
    ('x', 'х'),
    ('y', 'у'),
    ('s', 'ѕ'),
    ('j', 'ј'),
];

/// Compatibility forms resolved, small letters, marks and invisible characters gone; punctuation still there.
pub(super) fn folded(text: &str) -> String {
    // Nearly every text is in that form already, which is seen sooner than made.
    if is_nfkc_quick(text.chars()) == IsNormalized::Yes {
        return small(text.chars());
    }
    small(text.nfkc())
}

fn small(letters: impl Iterator<Item = char>) -> String {
    let mut out = String::new();
    for c in letters {
        match c {
            c if c.is_ascii() => out.push(c.to_ascii_lowercase()),
            c if invisible(c) => {}
            c => out.extend(c.to_lowercase()),
        }
    }
    out
}

/// Words with one space between: no marks, no punctuation, letters that stand alone joined (`s t o p`).
pub(super) fn words(folded: &str) -> String {
    if is_nfd_quick(folded.chars()) == IsNormalized::Yes {
        return join_letters(&bare(folded.chars()));
    }
    join_letters(&bare(folded.nfd()))
}

fn bare(letters: impl Iterator<Item = char>) -> String {
    let letters = letters.filter(|c| !joining(*c) && (c.is_ascii() || !is_combining_mark(*c)));
    letters.map(|c| if c.is_alphanumeric() { c } else { ' ' }).collect()
}

/// The words of a text in their normal form.
pub fn tokens(text: &str) -> Vec<String> {
    words(&folded(text)).split(' ').filter(|w| !w.is_empty()).map(str::to_owned).collect()
}

/// Letters that look like one of another script, or like another of their own: Cyrillic, Greek, Hebrew, Arabic, digits.
const SHAPES: &[(&str, char)] = &[
    ("аα4", 'a'),
    ("вβ8", 'b'),
    ("сϲ", 'c'),
    ("еεё3", 'e'),
    ("нηһ", 'h'),
    ("іιїl1|!", 'i'),
    ("кκ", 'k'),
    ("мμ", 'm'),
    ("пπ", 'n'),
    ("оο0", 'o'),
    ("рρ", 'p'),
    ("ѕ5$", 's'),
    ("тτ7", 't'),
    ("хχ", 'x'),
    ("уγυ", 'y'),
    ("ј", 'j'),
    ("ك", 'ک'),
    ("ىیئ", 'ي'),
    ("ةۃ", 'ه'),
    ("أإآٱ", 'ا'),
    ("ך", 'כ'),
    ("ם", 'מ'),
    ("ן", 'נ'),
    ("ף", 'פ'),
    ("ץ", 'צ'),
];

/// [`SHAPES`] by letter: every advertisement is asked for its shape.
static SHAPE: LazyLock<HashMap<char, char>> = LazyLock::new(|| {
    let of = |(like, one): &(&'static str, char)| {
        let one = *one;
        like.chars().map(move |c| (c, one))
    };
    // The first that names a letter counts.
    SHAPES.iter().rev().flat_map(of).collect()
});

/// The one form of all words that look alike: no spaces, no marks, letters of one script, final letters as others.
pub fn shape(text: &str) -> String {
    let plain = words(&folded(text));
    let alike = |c: char| SHAPE.get(&c).copied().unwrap_or(c);
    plain.chars().filter(|c| *c != ' ').map(alike).collect()
}

/// `s t o p` becomes `stop`; one letter between longer words stays.
fn join_letters(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    let mut before_alone = false;
    for word in text.split(' ').filter(|w| !w.is_empty()) {
        let alone = word.chars().nth(1).is_none() && word.chars().all(char::is_alphabetic);
        if !out.is_empty() && (!alone || !before_alone) {
            out.push(' ');
        }
        out.push_str(word);
        before_alone = alone;
    }
    out
}

/// Bidirectional marks, zero-width characters, soft hyphens, tatweel, variation selectors.
fn invisible(c: char) -> bool {
    matches!(c, '\u{00AD}' | '\u{034F}' | '\u{061C}' | '\u{0640}' | '\u{180E}' | '\u{200B}'..='\u{200F}'
        | '\u{202A}'..='\u{202E}' | '\u{2060}'..='\u{206F}' | '\u{FE00}'..='\u{FE0F}' | '\u{FEFF}')
}

/// Signs inside a word, dropped without a gap: apostrophes, geresh, gershayim.
fn joining(c: char) -> bool {
    matches!(c, '\'' | '’' | '‘' | 'ʼ' | '`' | '´' | '׳' | '״' | '"')
}

/// What the text would be under another keyboard layout, or with look-alike letters of one script.
pub(super) fn meant(folded: &str) -> Vec<String> {
    let mut out = Vec::new();
    if mixed(folded) || seeming(folded) {
        let swap = |to_latin: bool| -> String { folded.chars().map(|c| alike(c, to_latin)).collect() };
        out.extend([swap(true), swap(false)]);
    }
    if folded.len() > TYPED_MAX {
        return out;
    }
    // A dot at the end may be a letter of the other layout, or a dot.
    let bare = folded.trim_end_matches(|c: char| !c.is_alphanumeric());
    for layout in LAYOUTS {
        let whole = Some(folded.trim()).filter(|text| *text != bare);
        for text in whole.into_iter().chain([bare]) {
            out.extend(retyped(text, LATIN, layout));
            out.extend(retyped(text, layout, LATIN));
        }
    }
    out
}

fn mixed(text: &str) -> bool {
    let cyrillic = |c: char| ('\u{0400}'..='\u{052F}').contains(&c);
    text.split_whitespace().any(|w| w.contains(cyrillic) && w.contains(|c: char| c.is_ascii_alphabetic()))
}

/// Whether every letter is a Cyrillic one that looks like a Latin one: ЅТОР is no word, STOP is.
fn seeming(text: &str) -> bool {
    let mut letters = text.chars().filter(|c| c.is_alphabetic()).peekable();
    letters.peek().is_some() && letters.all(|c| ALIKE.iter().any(|(_, cyrillic)| *cyrillic == c))
}

fn alike(c: char, to_latin: bool) -> char {
    let found = ALIKE.iter().find(|(latin, cyrillic)| c == if to_latin { *cyrillic } else { *latin });
    found.map_or(c, |(latin, cyrillic)| if to_latin { *latin } else { *cyrillic })
}

/// The same keys under another layout; `None` when a letter is not on the first one.
fn retyped(text: &str, from: &str, to: &str) -> Option<String> {
    let mut letters = 0;
    let typed = text.chars().map(|c| match from.chars().position(|k| k == c) {
        Some(at) => {
            letters += usize::from(c.is_alphabetic());
            to.chars().nth(at)
        }
        None => Some(c).filter(|c| !c.is_alphabetic()),
    });
    let typed: Option<String> = typed.collect();
    typed.filter(|_| letters > 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn normal(text: &str) -> String {
        words(&folded(text))
    }

    #[test]
    fn one_form_for_many_writings() {
        for (text, expected) in [
            ("\u{200F}הסר\u{200F}", "הסר"),
            ("הָסֵר", "הסר"),
            ("ＳＴＯＰ", "stop"),
            ("s t o p", "stop"),
            ("S.T.O.P.", "stop"),
            ("St\u{200B}op 🙏!!", "stop"),
            ("ЁЖ", "еж"),
            ("إلغاء", "الغاء"),
            ("LEIRATKOZÁS", "leiratkozas"),
            ("don’t  stop", "dont stop"),
            ("opt-out", "opt out"),
            ("I am a cat", "i am a cat"),
            ("", ""),
            ("…", ""),
        ] {
            assert_eq!(normal(text), expected, "{text}");
        }
    }

    #[test]
    fn words_that_look_alike_have_one_shape() {
        for (one, other) in [
            ("JOIN", "j o i n"),
            ("JOIN", "Jоіn"),
            ("COBA", "СОВА"),
            ("שלום", "שלומ"),
            ("ץץ", "צצ"),
            ("CLUB1", "cIubl"),
            ("YES", "УΕЅ"),
            ("é-toile", "ETOILE"),
            ("VIP 10", "vip1O"),
        ] {
            assert_eq!(shape(one), shape(other), "{one} {other}");
        }
        for (one, other) in [("JOIN", "JOINT"), ("שלום", "שלוש"), ("A", "B"), ("дом", "том")] {
            assert_ne!(shape(one), shape(other), "{one} {other}");
        }
        assert_eq!(shape("…"), "");
    }

    #[test]
    fn layouts_have_the_same_keys() {
        for layout in LAYOUTS {
            assert_eq!(layout.chars().count(), LATIN.chars().count(), "{layout}");
        }
        assert!(meant("vxr").contains(&"הסר".to_owned()));
        assert!(meant("דאםפ").contains(&"stop".to_owned()));
        assert!(meant("cnjg").contains(&"стоп".to_owned()));
        assert!(meant("ыещз.").iter().any(|m| m.starts_with("stop")));
        assert!(meant("ctoп").contains(&"стоп".to_owned()));
    }
}
