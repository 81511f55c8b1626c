//! One 7-bit table as data: the character of each septet, and back.
//!
//! 3GPP 23.038 clause 6.2.1 has one default table and one extension; its annex A adds national ones, as *locking*
//! (another base, annex A.3) and *single shift* (another extension, annex A.2). Each is one `Table` in a file of
//! its own. A table knows nothing of escapes: which two tables go together is [`super::language::Tables`].

/// The escape septet that leads to the extension table, 23.038 clause 6.2.1.1.
pub const ESCAPE: u8 = 0x1B;

/// A cell without a character.
pub const NONE: char = '\0';

/// A table of 128 cells.
#[derive(Debug)]
pub struct Table {
    cells: [char; 128],
    /// Septets of the characters below U+0100, and of the 256 from `block`; [`ABSENT`] where there is none.
    latin: [u8; 256],
    near: [u8; 256],
    block: u32,
    /// Whether characters lie outside both, so that they must be searched.
    outside: bool,
    /// One bit a septet: never written.
    mute: u128,
}

const ABSENT: u8 = 0xFF;

impl Table {
    /// A base table. `block` is where most of its characters above Latin-1 lie: those are found without a search.
    pub const fn locking(block: u32, cells: [char; 128]) -> Self {
        let mut table =
            Table { cells, latin: [ABSENT; 256], near: [ABSENT; 256], block, outside: false, mute: 0 };
        // Backwards, so that of two cells with one character the first is written.
        let mut septet = cells.len();
        while septet > 0 {
            septet -= 1;
            if septet != ESCAPE as usize && cells[septet] != NONE {
                table = table.indexed(septet, septet as u8);
            }
        }
        table
    }

    /// An extension table: only its occupied cells are given.
    pub const fn single(block: u32, occupied: &[(u8, char)]) -> Self {
        let mut cells = [NONE; 128];
        let mut i = 0;
        while i < occupied.len() {
            cells[occupied[i].0 as usize] = occupied[i].1;
            i += 1;
        }
        Self::locking(block, cells)
    }

    /// Keeps a cell for reading: its character is not written with it.
    pub const fn read_only(mut self, septet: u8) -> Self {
        self.mute |= 1 << septet;
        self.indexed(septet as usize, ABSENT)
    }

    const fn indexed(mut self, septet: usize, code: u8) -> Self {
        let ch = self.cells[septet] as u32;
        if ch < 256 {
            self.latin[ch as usize] = code;
        } else if ch >= self.block && ch < self.block + 256 {
            self.near[(ch - self.block) as usize] = code;
        } else {
            self.outside = true;
        }
        self
    }

    /// The septet that writes a character.
    #[inline]
    pub fn code(&self, ch: char) -> Option<u8> {
        let ch = ch as u32;
        let code = match self.latin.get(ch as usize) {
            Some(code) => *code,
            None => match self.near.get(ch.wrapping_sub(self.block) as usize) {
                Some(code) => *code,
                None if self.outside => self.search(ch),
                None => ABSENT,
            },
        };
        (code != ABSENT).then_some(code)
    }

    /// The few characters that lie outside both indexes (the euro, a danda of the neighbouring script).
    fn search(&self, ch: u32) -> u8 {
        let written =
            |septet: &u8| self.cells[usize::from(*septet)] as u32 == ch && self.mute >> septet & 1 == 0;
        (0..128).find(written).unwrap_or(ABSENT)
    }

    /// The character of a septet; `None` where the cell is empty, and for the escape.
    #[inline]
    pub fn char(&self, septet: u8) -> Option<char> {
        let ch = *self.cells.get(usize::from(septet))?;
        (ch != NONE && septet != ESCAPE).then_some(ch)
    }

    /// Septets and characters of the occupied cells, in order.
    pub fn occupied(&self) -> impl Iterator<Item = (u8, char)> {
        (0..128).filter_map(|septet| self.char(septet).map(|ch| (septet, ch)))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn of_two_cells_with_one_character_the_first_is_written() {
        let table = Table::single(0x900, &[(0x13, '¡'), (0x15, '¡'), (0x20, '\u{966}'), (0x21, '€')]);
        assert_eq!((table.code('¡'), table.char(0x15)), (Some(0x13), Some('¡')));
        assert_eq!(
            (table.code('\u{966}'), table.code('€'), table.code('\0')),
            (Some(0x20), Some(0x21), None)
        );
        assert_eq!(table.occupied().count(), 4);
    }

    #[test]
    fn a_cell_may_be_read_and_never_written() {
        let table = Table::single(0x900, &[(0x65, '€'), (0x14, '^'), (0x20, '\u{966}')]);
        let table = table.read_only(0x65).read_only(0x14).read_only(0x20);
        assert_eq!((table.code('€'), table.char(0x65)), (None, Some('€')));
        assert_eq!((table.code('\u{966}'), table.char(0x20)), (None, Some('\u{966}')));
        assert_eq!((table.code('^'), table.char(0x14)), (None, Some('^')));
    }
}
