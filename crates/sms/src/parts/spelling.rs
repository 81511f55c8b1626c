//! How one text is written down for its way: chosen once, when it is planned, kept with the message, and obeyed by whoever
//! sends it. So what was counted, shown and priced is what leaves, whichever connector carries it in the end.

use super::{Encoding, Manner, Size, size_as};
use crate::alphabet::{Language, Shift, Shifts};

/// A text's encoding with the national tables it needs, and whether the handset shows it at once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub struct Spelling {
    /// How it travels.
    pub encoding: Encoding,
    /// With which national tables.
    pub shift: Shift,
    /// Class 0 (3GPP 23.038 clause 4): shown at once and not kept.
    pub flash: bool,
    /// Optional parameters of its own are kept beside it.
    pub tlvs: bool,
}

const LOCKING: u32 = 8;
const SINGLE: u32 = 16;
const FLASH: u32 = 24;
const TLVS: u32 = 32;

impl Spelling {
    /// As it is stored: a plain text has the number of its encoding alone.
    pub fn number(self) -> i64 {
        let language = |l: Option<Language>| i64::from(l.map_or(0, Language::id));
        self.encoding.number()
            | language(self.shift.locking) << LOCKING
            | language(self.shift.single) << SINGLE
            | i64::from(self.flash) << FLASH
            | i64::from(self.tlvs) << TLVS
    }

    /// The spelling of a stored number.
    pub fn from_number(n: i64) -> Option<Spelling> {
        let octet = |at: u32| (n >> at & 0xFF) as u8;
        let encoding = Encoding::from_number(n & 0xFF)?;
        let shift =
            Shift { locking: Language::of_id(octet(LOCKING)), single: Language::of_id(octet(SINGLE)) };
        Some(Spelling { encoding, shift, flash: octet(FLASH) != 0, tlvs: octet(TLVS) != 0 })
    }
}

impl From<Encoding> for Spelling {
    fn from(encoding: Encoding) -> Spelling {
        Spelling { encoding, shift: Shift::NONE, flash: false, tlvs: false }
    }
}

impl From<Size> for Spelling {
    fn from(size: Size) -> Spelling {
        Spelling { encoding: size.encoding, shift: size.shift, flash: false, tlvs: false }
    }
}

/// What can be written by every connector that may come to carry a text.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub struct Ability {
    /// The national tables it may use.
    pub shifts: Shifts,
    /// The carrier's default alphabet is ISO 8859-1: what that lacks goes as UCS-2.
    pub latin1: bool,
}

impl Ability {
    /// What two of them can both write.
    pub const fn meet(self, other: Ability) -> Ability {
        Ability { shifts: self.shifts.meet(other.shifts), latin1: self.latin1 || other.latin1 }
    }

    /// How long a text is for those who can do this.
    pub fn size(self, text: &str) -> Size {
        size_as(text, &Manner { shifts: self.shifts, latin1: self.latin1, ..Manner::default() })
    }
}

#[cfg(test)]
mod tests {
    use super::super::split_spelt;
    use super::*;

    #[test]
    fn every_spelling_has_a_number_and_plain_ones_keep_theirs() {
        for encoding in Encoding::ALL {
            assert_eq!(Spelling::from(*encoding).number(), encoding.number());
        }
        for locking in [None, Some(Language::Turkish), Some(Language::Urdu)] {
            for (single, flash) in
                [(None, true), (Some(Language::Spanish), false), (Some(Language::Hindi), true)]
            {
                let shift = Shift { locking, single };
                let one = Spelling { encoding: Encoding::Gsm7, shift, flash, tlvs: !flash };
                assert_eq!(Spelling::from_number(one.number()), Some(one));
            }
        }
        assert_eq!(Spelling::from_number(7), None);
    }

    #[test]
    fn what_was_planned_is_what_is_cut() {
        let turkish = Ability { shifts: "turkish".parse().unwrap(), latin1: false };
        let text = "Sayın müşterimiz, siparişiniz yola çıktı. ".repeat(5);
        let size = turkish.size(&text);
        assert!(size.encoding == Encoding::Gsm7 && !size.shift.is_none(), "{size:?}");
        assert!(size.parts < Ability::default().size(&text).parts);
        let cut = split_spelt(&text, size.into(), &Manner::default()).unwrap();
        assert_eq!((cut.shift, cut.parts.len()), (size.shift, size.parts));
        let plain = split_spelt(&text, Encoding::Ucs2.into(), &Manner::default()).unwrap();
        assert_eq!(plain.parts.len(), Ability::default().size(&text).parts);
        // A spelling that cannot write its text: the plain way is taken, nothing is lost.
        let odd = split_spelt("שלום", Encoding::Gsm7.into(), &Manner::default()).unwrap();
        assert_eq!(odd.encoding, Encoding::Ucs2);
    }

    #[test]
    fn of_several_connectors_the_poorest_decides() {
        let some = Ability { shifts: "turkish, spanish".parse().unwrap(), latin1: false };
        let other = Ability { shifts: "turkish:single".parse().unwrap(), latin1: true };
        let both = some.meet(other);
        assert_eq!((both.shifts.to_string().as_str(), both.latin1), ("turkish:single", true));
        assert_eq!(both.size("10 €").encoding, Encoding::Ucs2, "ISO 8859-1 has no euro sign");
        assert_eq!(some.size("10 €").encoding, Encoding::Gsm7);
        assert_eq!(both.size("Olé").encoding, Encoding::Gsm7);
        assert_eq!(some.meet(Ability::default()), Ability::default());
    }
}
