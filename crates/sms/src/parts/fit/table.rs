//! The replacements by hand: typography, signs, look-alike letters. What follows from Unicode's own decompositions
//! (accents, full-width forms) is not repeated here.

use super::Change;

/// Nobody sees them, and no script misses them: soft hyphen, Mongolian vowel separator, zero-width space, word joiner.
pub(super) const DROPPED: &str = "\u{ad}\u{180e}\u{200b}\u{2060}";

/// Joiners and variation selectors: some scripts and emoji need them, plain text does not.
pub(super) const MARKED: &str = "\u{200c}\u{200d}\u{fe0e}\u{fe0f}";

/// Characters that become one.
type Characters = &'static [(&'static str, char)];

pub(super) const TYPOGRAPHY: &[(Change, Characters)] = &[
    (
        Change::Spaces,
        &[
            (
                "\u{a0}\u{1680}\u{2000}\u{2001}\u{2002}\u{2003}\u{2004}\u{2005}\u{2006}\u{2007}\u{2008}\u{2009}\
                 \u{200a}\u{202f}\u{205f}\u{3000}",
                ' ',
            ),
            ("\u{2028}\u{2029}", '\n'),
        ],
    ),
    (Change::Quotes, &[("‘’‚‛′‹›`´ʼʻʹ", '\''), ("“”„‟″«»〝〞", '"')]),
    (Change::Dashes, &[("‐‑‒–—―−⁃﹘﹣", '-')]),
    (Change::Brackets, &[("[{", '('), ("]}", ')'), ("|\\", '/'), ("~", '-')]),
    (Change::Signs, &[("•∙●▪‣◦★☆", '*'), ("·", '-'), ("×", 'x'), ("÷⁄∕", '/'), ("¦", '/'), ("¬", '-')]),
];

/// Characters that become several, or letters that Unicode does not take apart.
pub(super) const SPELLED: &[(char, Change, &str)] = &[
    ('…', Change::Ellipsis, "..."),
    ('‥', Change::Ellipsis, ".."),
    ('⋯', Change::Ellipsis, "..."),
    ('™', Change::Signs, "(TM)"),
    ('©', Change::Signs, "(C)"),
    ('®', Change::Signs, "(R)"),
    ('№', Change::Signs, "No."),
    ('°', Change::Signs, " deg"),
    ('º', Change::Signs, "o"),
    ('ª', Change::Signs, "a"),
    ('½', Change::Signs, "1/2"),
    ('¼', Change::Signs, "1/4"),
    ('¾', Change::Signs, "3/4"),
    ('‰', Change::Signs, "/1000"),
    ('→', Change::Signs, "->"),
    ('←', Change::Signs, "<-"),
    ('≤', Change::Signs, "<="),
    ('≥', Change::Signs, ">="),
    ('≠', Change::Signs, "<>"),
    ('±', Change::Signs, "+/-"),
    ('₪', Change::Signs, "NIS"),
    ('₽', Change::Signs, "RUB"),
    ('₴', Change::Signs, "UAH"),
    ('₹', Change::Signs, "INR"),
    ('₺', Change::Signs, "TRY"),
    ('₩', Change::Signs, "KRW"),
    ('₫', Change::Signs, "VND"),
    ('¢', Change::Signs, "c"),
    // The nearest letter that the alphabet has, where it is not the bare one.
    ('ő', Change::Accents, "ö"),
    ('Ő', Change::Accents, "Ö"),
    ('ű', Change::Accents, "ü"),
    ('Ű', Change::Accents, "Ü"),
    ('đ', Change::Accents, "d"),
    ('Đ', Change::Accents, "D"),
    ('ð', Change::Accents, "d"),
    ('Ð', Change::Accents, "D"),
    ('ħ', Change::Accents, "h"),
    ('Ħ', Change::Accents, "H"),
    ('ı', Change::Accents, "i"),
    ('ł', Change::Accents, "l"),
    ('Ł', Change::Accents, "L"),
    ('œ', Change::Accents, "oe"),
    ('Œ', Change::Accents, "OE"),
    ('þ', Change::Accents, "th"),
    ('Þ', Change::Accents, "TH"),
    ('ŧ', Change::Accents, "t"),
    ('Ŧ', Change::Accents, "T"),
    ('ŋ', Change::Accents, "n"),
    ('Ŋ', Change::Accents, "N"),
    ('ẞ', Change::Accents, "SS"),
    ('ﬀ', Change::LookAlikes, "ff"),
    ('ﬁ', Change::LookAlikes, "fi"),
    ('ﬂ', Change::LookAlikes, "fl"),
    ('ﬃ', Change::LookAlikes, "ffi"),
    ('ﬄ', Change::LookAlikes, "ffl"),
];

/// Letters that cannot be told from Latin ones by eye: Greek capitals the alphabet lacks, then Cyrillic.
pub(super) const LOOK_ALIKES: &[(char, char)] = &[
    ('Α', 'A'),
    ('Β', 'B'),
    ('Ε', 'E'),
    ('Ζ', 'Z'),
    ('Η', 'H'),
    ('Ι', 'I'),
    ('Κ', 'K'),
    ('Μ', 'M'),
    ('Ν', 'N'),
    ('Ο', 'O'),
    ('Ρ', 'P'),
    ('Τ', 'T'),
    ('Υ', 'Y'),
    ('Χ', 'X'),
    ('ο', 'o'),
    ('А', 'A'),
    ('В', 'B'),
    ('Е', 'E'),
    ('Ѕ', 'S'),
    ('І', 'I'),
    ('Ј', 'J'),
    ('К', 'K'),
    ('М', 'M'),
    ('Н', 'H'),
    ('О', 'O'),
    ('Р', 'P'),
    ('С', 'C'),
    ('Т', 'T'),
    ('Х', 'X'),
    ('а', 'a'),
    ('е', 'e'),
    ('і', 'i'),
    ('ј', 'j'),
    ('о', 'o'),
    ('р', 'p'),
    ('с', 'c'),
    ('ѕ', 's'),
    ('у', 'y'),
    ('х', 'x'),
];
