//! Octets in parts, collected in any order and taken part by part: small ones in memory, the rest in one file beside
//! the store that has no name any more as soon as it is there, so that a kill leaves nothing behind.

use std::fs::{self, File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::PathBuf;

/// What all parts may hold in memory before they go to the file.
const MEMORY: usize = 4 << 20;
/// The least that goes to the file at once.
const PIECE_MIN: usize = 8 << 10;

/// The parts.
pub(super) struct Spool {
    path: PathBuf,
    file: Option<File>,
    end: u64,
    parts: Vec<Part>,
    piece: usize,
}

#[derive(Default)]
struct Part {
    /// Where its pieces lie in the file, in their order.
    pieces: Vec<(u64, u32)>,
    /// What came behind them.
    rest: Vec<u8>,
}

impl Spool {
    /// So many empty parts; the file is made at `path` when it is needed.
    pub(super) fn new(path: PathBuf, parts: usize) -> Spool {
        let piece = (MEMORY / parts.max(1)).max(PIECE_MIN);
        let parts = std::iter::repeat_with(Part::default).take(parts).collect();
        Spool { path, file: None, end: 0, parts, piece }
    }

    /// How many parts there are.
    pub(super) fn parts(&self) -> usize {
        self.parts.len()
    }

    /// Adds to the end of a part.
    pub(super) fn add(&mut self, part: usize, octets: &[u8]) -> io::Result<()> {
        let Some(part) = self.parts.get_mut(part) else { return Ok(()) };
        if part.rest.len() + octets.len() > self.piece && !part.rest.is_empty() {
            if self.file.is_none() {
                self.file = Some(nameless(&self.path)?);
            }
            if let Some(file) = self.file.as_mut() {
                file.write_all(&part.rest)?;
            }
            let len = u32::try_from(part.rest.len()).map_err(|_| io::ErrorKind::FileTooLarge)?;
            part.pieces.push((self.end, len));
            self.end += u64::from(len);
            part.rest.clear();
        }
        part.rest.extend_from_slice(octets);
        Ok(())
    }

    /// Hands a part over, piece by piece in the order it was added, and forgets what of it is in memory. Each call of
    /// [`Spool::add`] comes whole.
    pub(super) fn take(&mut self, part: usize, mut each: impl FnMut(&[u8])) -> io::Result<()> {
        let Some(part) = self.parts.get_mut(part).map(std::mem::take) else { return Ok(()) };
        let mut piece = Vec::new();
        for (at, len) in part.pieces {
            let Some(file) = self.file.as_mut() else { break };
            piece.resize(len as usize, 0);
            file.seek(SeekFrom::Start(at))?;
            file.read_exact(&mut piece)?;
            each(&piece);
        }
        each(&part.rest);
        Ok(())
    }
}

/// A file of which only this process knows: its name is gone before the first octet is in it.
pub(super) fn nameless(path: &PathBuf) -> io::Result<File> {
    if let Some(dir) = path.parent() {
        fs::create_dir_all(dir)?;
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create(true).truncate(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let file = options.open(path)?;
    fs::remove_file(path)?;
    Ok(file)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_come_back_whole_and_in_order_however_large() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path().join("spill").join("one"), 512);
        let mut wanted = vec![Vec::new(); 512];
        let mut state = 1u64;
        for _ in 0..200_000 {
            state = state.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
            // One part takes half of everything.
            let part = if state >> 63 == 1 { 0 } else { (state >> 33) as usize % 512 };
            let octets = &state.to_le_bytes()[..1 + (state >> 20) as usize % 8];
            spool.add(part, octets).unwrap();
            wanted[part].extend_from_slice(octets);
        }
        assert!(spool.end > 0 && spool.parts[0].pieces.len() > 1, "some of it went to the file");
        let left = fs::read_dir(dir.path().join("spill")).unwrap().count();
        assert_eq!(left, 0, "the file has no name");
        for (part, wanted) in wanted.iter().enumerate() {
            let mut all = Vec::new();
            spool.take(part, |piece| all.extend_from_slice(piece)).unwrap();
            assert!(all == *wanted, "part {part}");
        }
    }

    #[test]
    fn what_is_small_makes_no_file() {
        let dir = tempfile::tempdir().unwrap();
        let mut spool = Spool::new(dir.path().join("one"), 2);
        spool.add(1, b"ab").unwrap();
        spool.add(1, b"c").unwrap();
        let mut all = Vec::new();
        spool.take(1, |piece| all.extend_from_slice(piece)).unwrap();
        assert!(all == b"abc" && spool.file.is_none());
        spool.take(1, |piece| assert!(piece.is_empty())).unwrap();
    }
}
