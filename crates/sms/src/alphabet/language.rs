//! National languages: which tables each has, which pair a text is written with, and what a connector may use.
//!
//! 3GPP 23.038 clause 6.2.1.2; the header elements that announce a pair: 23.040 clauses 9.2.3.24.15 and 16.
//! Nothing here decides whether a pair is worth its header: that is [`crate::parts`].

use super::table::{ESCAPE, Table};
use super::{locking, single};
use crate::closed::closed_list;

closed_list! {
    /// A national language; its number is the identifier of 23.038 clause 6.2.1.2.4.
    pub enum Language {
        /// Annexes A.2.1 and A.3.1.
        Turkish = 1 "turkish",
        /// Annex A.2.2; it has no locking table.
        Spanish = 2 "spanish",
        /// Annexes A.2.3 and A.3.3.
        Portuguese = 3 "portuguese",
        /// Annexes A.2.4 and A.3.4 (Assamese too).
        Bengali = 4 "bengali",
        /// Annexes A.2.5 and A.3.5.
        Gujarati = 5 "gujarati",
        /// Annexes A.2.6 and A.3.6.
        Hindi = 6 "hindi",
        /// Annexes A.2.7 and A.3.7.
        Kannada = 7 "kannada",
        /// Annexes A.2.8 and A.3.8.
        Malayalam = 8 "malayalam",
        /// Annexes A.2.9 and A.3.9.
        Oriya = 9 "oriya",
        /// Annexes A.2.10 and A.3.10.
        Punjabi = 10 "punjabi",
        /// Annexes A.2.11 and A.3.11.
        Tamil = 11 "tamil",
        /// Annexes A.2.12 and A.3.12.
        Telugu = 12 "telugu",
        /// Annexes A.2.13 and A.3.13.
        Urdu = 13 "urdu",
    }
}

impl Language {
    /// The identifier as the header carries it.
    pub const fn id(self) -> u8 {
        self as u8
    }

    /// The language of an identifier; reserved ones have none.
    pub const fn of_id(id: u8) -> Option<Self> {
        Self::from_number(id as i64)
    }

    /// The locking shift table.
    pub fn locking(self) -> Option<&'static Table> {
        Some(match self {
            Language::Turkish => &locking::turkish::TABLE,
            Language::Spanish => return None,
            Language::Portuguese => &locking::portuguese::TABLE,
            Language::Bengali => &locking::bengali::TABLE,
            Language::Gujarati => &locking::gujarati::TABLE,
            Language::Hindi => &locking::hindi::TABLE,
            Language::Kannada => &locking::kannada::TABLE,
            Language::Malayalam => &locking::malayalam::TABLE,
            Language::Oriya => &locking::oriya::TABLE,
            Language::Punjabi => &locking::punjabi::TABLE,
            Language::Tamil => &locking::tamil::TABLE,
            Language::Telugu => &locking::telugu::TABLE,
            Language::Urdu => &locking::urdu::TABLE,
        })
    }

    /// The single shift table.
    pub fn single(self) -> &'static Table {
        match self {
            Language::Turkish => &single::turkish::TABLE,
            Language::Spanish => &single::spanish::TABLE,
            Language::Portuguese => &single::portuguese::TABLE,
            Language::Bengali => &single::bengali::TABLE,
            Language::Gujarati => &single::gujarati::TABLE,
            Language::Hindi => &single::hindi::TABLE,
            Language::Kannada => &single::kannada::TABLE,
            Language::Malayalam => &single::malayalam::TABLE,
            Language::Oriya => &single::oriya::TABLE,
            Language::Punjabi => &single::punjabi::TABLE,
            Language::Tamil => &single::tamil::TABLE,
            Language::Telugu => &single::telugu::TABLE,
            Language::Urdu => &single::urdu::TABLE,
        }
    }
}

/// What a character costs and how it is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Code {
    /// One septet of the base table.
    Base(u8),
    /// ESC and one septet of the extension table.
    Extended(u8),
}

impl Code {
    /// Septets used: 1 or 2.
    pub const fn septets(self) -> usize {
        match self {
            Code::Base(_) => 1,
            Code::Extended(_) => 2,
        }
    }
}

/// The national tables a text is written with; none of them is the default alphabet.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default, serde::Serialize)]
pub struct Shift {
    /// Replaces the base table: element 0x25.
    pub locking: Option<Language>,
    /// Replaces the extension table: element 0x24.
    pub single: Option<Language>,
}

impl Shift {
    /// The default alphabet and its extension.
    pub const NONE: Shift = Shift { locking: None, single: None };

    /// Whether it is the default alphabet.
    pub fn is_none(&self) -> bool {
        *self == Shift::NONE
    }

    /// Octets of the elements that announce it, without the header's length octet.
    pub const fn header_len(self) -> usize {
        3 * (self.locking.is_some() as usize + self.single.is_some() as usize)
    }

    /// The two tables. A language without a locking table leaves the default one in place.
    pub fn tables(self) -> Tables {
        Tables {
            base: self.locking.and_then(Language::locking).unwrap_or(&locking::default::TABLE),
            extension: self.single.map_or(&single::default::TABLE, Language::single),
        }
    }
}

/// A base table with the extension that ESC leads to.
#[derive(Debug, Clone, Copy)]
pub struct Tables {
    /// Septets by themselves.
    pub base: &'static Table,
    /// Septets after ESC.
    pub extension: &'static Table,
}

impl Tables {
    /// How a character is written, if it can be; the base table is the cheaper one.
    #[inline]
    pub fn code(&self, ch: char) -> Option<Code> {
        match self.base.code(ch) {
            Some(septet) => Some(Code::Base(septet)),
            None => self.extension.code(ch).map(Code::Extended),
        }
    }

    /// Septets a character takes.
    #[inline]
    pub fn septets(&self, ch: char) -> Option<usize> {
        self.code(ch).map(Code::septets)
    }

    /// Appends one character's septets.
    #[inline]
    pub(crate) fn push(&self, ch: char, out: &mut Vec<u8>) -> Option<()> {
        match self.code(ch)? {
            Code::Base(septet) => out.push(septet),
            Code::Extended(septet) => out.extend([ESCAPE, septet]),
        }
        Some(())
    }
}

/// The national tables a connector and its handsets can be trusted with. Off until somebody says so: a handset
/// that lacks a table shows other letters.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Shifts {
    locking: u16,
    single: u16,
}

impl Shifts {
    /// Only the default alphabet.
    pub const NONE: Shifts = Shifts { locking: 0, single: 0 };

    /// Every table there is.
    pub fn all() -> Shifts {
        Language::ALL.iter().fold(Shifts::NONE, |all, l| all.with_locking(*l).with_single(*l))
    }

    /// Allows a language's locking table, if it has one.
    pub fn with_locking(mut self, language: Language) -> Shifts {
        if language.locking().is_some() {
            self.locking |= 1 << language.id();
        }
        self
    }

    /// Allows a language's single shift table.
    pub const fn with_single(mut self, language: Language) -> Shifts {
        self.single |= 1 << language.id();
        self
    }

    /// The tables that both allow.
    pub const fn meet(self, other: Shifts) -> Shifts {
        Shifts { locking: self.locking & other.locking, single: self.single & other.single }
    }

    /// Whether nothing but the default alphabet is allowed.
    pub const fn is_none(self) -> bool {
        self.locking == 0 && self.single == 0
    }

    /// The languages whose locking table is allowed.
    pub fn locking(self) -> impl Iterator<Item = Language> {
        Language::ALL.iter().copied().filter(move |l| self.locking >> l.id() & 1 == 1)
    }

    /// The languages whose single shift table is allowed.
    pub fn single(self) -> impl Iterator<Item = Language> {
        Language::ALL.iter().copied().filter(move |l| self.single >> l.id() & 1 == 1)
    }

    /// Every allowed pair, the default one first.
    pub fn pairs(self) -> impl Iterator<Item = Shift> {
        let allowed = |set: u16| {
            let some = Language::ALL.iter().copied().filter(move |l| set >> l.id() & 1 == 1).map(Some);
            std::iter::once(None).chain(some)
        };
        allowed(self.locking)
            .flat_map(move |locking| allowed(self.single).map(move |single| Shift { locking, single }))
    }
}

/// Words apart by comma or blank: `turkish` (both tables), `spanish:single`, `portuguese:locking`, `all`, `none`.
impl std::str::FromStr for Shifts {
    type Err = crate::id::UnknownWord;

    fn from_str(text: &str) -> Result<Self, Self::Err> {
        let mut shifts = Shifts::NONE;
        for word in text.split([',', ' ']).filter(|word| !word.is_empty()) {
            let (language, table) = word.split_once(':').unwrap_or((word, ""));
            shifts = match (language, table) {
                ("all", "") => Shifts::all(),
                ("none", "") => shifts,
                (language, "") => {
                    let language = language.parse()?;
                    shifts.with_locking(language).with_single(language)
                }
                (language, "single") => shifts.with_single(language.parse()?),
                (language, "locking") => shifts.with_locking(language.parse()?),
                _ => return Err(crate::id::UnknownWord(word.into())),
            };
        }
        Ok(shifts)
    }
}

impl std::fmt::Display for Shifts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        let mut between = "";
        for language in Language::ALL {
            let has = |set: u16| set >> language.id() & 1 == 1;
            let suffix = match (has(self.locking), has(self.single)) {
                (false, false) => continue,
                (true, false) => ":locking",
                (false, true) if language.locking().is_some() => ":single",
                _ => "",
            };
            write!(f, "{between}{language}{suffix}")?;
            between = ",";
        }
        Ok(())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_allowed_is_written_and_read_in_words() {
        for (text, shown, pairs) in [
            ("", "", 1),
            ("none", "", 1),
            ("turkish", "turkish", 4),
            ("turkish:single spanish", "turkish:single,spanish", 3),
            ("portuguese:locking, spanish:single", "spanish,portuguese:locking", 4),
            ("spanish:locking", "", 1),
        ] {
            let shifts: Shifts = text.parse().unwrap();
            assert_eq!((shifts.to_string().as_str(), shifts.pairs().count()), (shown, pairs), "{text}");
            assert_eq!(shown.parse(), Ok(shifts));
        }
        assert_eq!("all".parse::<Shifts>().unwrap().pairs().count(), 13 * 14);
        assert!("klingon".parse::<Shifts>().is_err() && "turkish:double".parse::<Shifts>().is_err());
        assert_eq!(Shifts::default().pairs().collect::<Vec<_>>(), [Shift::NONE]);
    }

    #[test]
    fn reserved_identifiers_have_no_language() {
        assert_eq!((Language::of_id(0), Language::of_id(14)), (None, None));
        assert_eq!(Language::of_id(13), Some(Language::Urdu));
    }

    /// What each character costs with each pair of tables; 0 where a pair lacks it.
    #[test]
    fn what_letters_cost() {
        let pair = |locking, single| Shift { locking, single }.tables();
        let (es, pt, tr) = (Some(Language::Spanish), Some(Language::Portuguese), Some(Language::Turkish));
        let columns = [
            pair(None, None),
            pair(None, es),
            pair(None, pt),
            pair(pt, None),
            pair(None, tr),
            pair(tr, None),
        ];
        let rows: &[(&str, [usize; 6])] = &[
            ("éÉüÜ", [1, 1, 1, 1, 1, 1]),
            ("öÖñÑ", [1, 1, 1, 0, 1, 1]),
            ("áíóúÁÍÓÚ", [0, 2, 2, 1, 0, 0]),
            ("ç", [0, 2, 2, 1, 2, 1]),
            ("ªº", [0, 0, 0, 1, 0, 0]),
            ("ãõâêôÀ", [0, 0, 2, 1, 0, 0]),
            ("ğĞşŞıİ", [0, 0, 0, 0, 2, 1]),
            ("őŐűŰ«»„”–…₪", [0; 6]),
            ("€", [2, 2, 2, 1, 2, 1]),
        ];
        for (letters, costs) in rows {
            for ch in letters.chars() {
                let found = columns.map(|tables| tables.septets(ch).unwrap_or(0));
                assert_eq!(found, *costs, "{ch}");
            }
        }
    }
}
