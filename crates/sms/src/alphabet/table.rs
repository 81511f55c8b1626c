//! A 7-bit alphabet as data: 128 base characters and an extension reached through ESC.
//!
//! 3GPP 23.038 clause 6.2.1 has one default table; its annex A adds national ones as *locking* (another base)
//! and *single shift* (another extension). A national table is one more `Table` value, and its announcement
//! one more element in the user data header; nothing else here has to change for it.

/// The escape septet that leads to the extension table, 23.038 clause 6.2.1.1.
pub const ESCAPE: u8 = 0x1B;

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

/// A base table and the extension that goes with it.
#[derive(Debug)]
pub struct Table {
    /// The characters of septets 0..=127; [`ESCAPE`] stands for itself.
    pub base: [char; 128],
    /// The characters reached through [`ESCAPE`].
    pub extension: &'static [(u8, char)],
    /// Codes of the characters below U+0100, so that Latin text needs no search. [`NO_CODE`] where there is
    /// none.
    latin: [u16; 256],
}

const NO_CODE: u16 = u16::MAX;
const EXTENDED: u16 = 0x100;

impl Table {
    /// Builds the table and its index of Latin characters.
    pub const fn new(base: [char; 128], extension: &'static [(u8, char)]) -> Self {
        let mut latin = [NO_CODE; 256];
        let mut i = extension.len();
        while i > 0 {
            i -= 1;
            let (septet, ch) = extension[i];
            if (ch as u32) < 256 {
                latin[ch as usize] = EXTENDED | septet as u16;
            }
        }
        let mut i = base.len();
        while i > 0 {
            i -= 1;
            let ch = base[i];
            if (ch as u32) < 256 && i != ESCAPE as usize {
                latin[ch as usize] = i as u16;
            }
        }
        Self { base, extension, latin }
    }

    /// How a character is written, if it can be.
    #[inline]
    pub fn code(&self, ch: char) -> Option<Code> {
        match self.latin.get(ch as usize) {
            Some(&NO_CODE) => None,
            Some(&code) if code & EXTENDED != 0 => Some(Code::Extended((code & 0x7F) as u8)),
            Some(&code) => Some(Code::Base((code & 0x7F) as u8)),
            None => self.search(ch),
        }
    }

    /// The few characters above Latin-1 (Greek capitals, the euro).
    fn search(&self, ch: char) -> Option<Code> {
        let base = self.base.iter().position(|&c| c == ch).map(|i| Code::Base(i as u8));
        base.or_else(|| self.extension.iter().find(|(_, c)| *c == ch).map(|(s, _)| Code::Extended(*s)))
    }

    /// The character after ESC, if the extension has one there.
    pub fn extended(&self, septet: u8) -> Option<char> {
        self.extension.iter().find(|(s, _)| *s == septet).map(|(_, c)| *c)
    }
}
