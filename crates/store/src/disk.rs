//! How much room the disk of the data directory has, what that allows, and the ballast: room put by, so that outcomes and
//! receipts can be written when everything else is refused.

use crate::{Error, Result};
use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};

const MB: u64 = 1 << 20;
/// The ballast of an ordinary disk; a small one puts by a twentieth of itself.
const BALLAST: u64 = 256 * MB;
/// Below this nothing is accepted, on a disk that is large enough for it; a small one keeps 3 % free.
const FLOOR: u64 = 512 * MB;

/// What a disk has.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Space {
    /// Octets that may still be written.
    pub free: u64,
    /// Octets in all.
    pub total: u64,
}

/// What the room allows, from the best to the worst.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// Everything.
    Fine = 0,
    /// Everything, and somebody should look: less than 10 % is free.
    Low = 1,
    /// No advertising: less than 5 %.
    NoBulk = 2,
    /// Nothing new: less than 2 %, or than 512 MB.
    NoAccept = 3,
}

impl Level {
    /// Its word in metrics and on pages.
    pub const fn name(self) -> &'static str {
        match self {
            Level::Fine => "fine",
            Level::Low => "low",
            Level::NoBulk => "no_bulk",
            Level::NoAccept => "no_accept",
        }
    }

    pub(crate) const fn of(n: u8) -> Level {
        match n {
            0 => Level::Fine,
            1 => Level::Low,
            2 => Level::NoBulk,
            _ => Level::NoAccept,
        }
    }
}

/// What so much room allows. `given_up` is ballast that was let go: it counts as taken, so that its own release opens
/// no door.
pub fn level(space: Space, given_up: u64) -> Level {
    let free = space.free.saturating_sub(given_up);
    let percent = |n: u64| space.total / 100 * n;
    if free < percent(2).max(FLOOR.min(percent(3))) {
        Level::NoAccept
    } else if free < percent(5) {
        Level::NoBulk
    } else if free < percent(10) {
        Level::Low
    } else {
        Level::Fine
    }
}

/// How much ballast a disk of this size carries.
pub fn ballast_size(total: u64) -> u64 {
    BALLAST.min(total / 20)
}

/// Asks the disk.
pub fn space(dir: &Path) -> Result<Space> {
    let told = rustix::fs::statvfs(dir).map_err(|e| Error::File(format!("{}: {e}", dir.display())))?;
    Ok(Space { free: told.f_bavail * told.f_frsize, total: told.f_blocks * told.f_frsize })
}

/// The ballast of a data directory.
pub struct Ballast {
    path: PathBuf,
}

impl Ballast {
    /// The one of this directory, made or not.
    pub fn of(dir: &Path) -> Ballast {
        Ballast { path: dir.join("ballast") }
    }

    /// Octets it holds; 0 where it was let go.
    pub fn size(&self) -> u64 {
        std::fs::metadata(&self.path).map_or(0, |m| m.len())
    }

    /// Puts it by: blocks of its own, not a file with holes.
    ///
    /// # Errors
    /// When there is no room; nothing is left then.
    pub fn make(&self, size: u64) -> Result<()> {
        let failed = |e: std::io::Error| Error::File(format!("{}: {e}", self.path.display()));
        let mut options = OpenOptions::new();
        let mut file = options.create(true).write(true).truncate(true).open(&self.path).map_err(failed)?;
        let made = rustix::fs::fallocate(&file, rustix::fs::FallocateFlags::empty(), 0, size)
            .or_else(|e| match e {
                // A file system that cannot promise blocks is made to give them.
                rustix::io::Errno::OPNOTSUPP => fill(&mut file, size),
                e => Err(e),
            })
            .map_err(std::io::Error::from)
            .and_then(|()| file.sync_all());
        made.map_err(|e| {
            self.release();
            failed(e)
        })
    }

    /// Lets it go.
    pub fn release(&self) {
        let _ = std::fs::remove_file(&self.path); // it may be gone already
    }
}

fn fill(file: &mut File, size: u64) -> rustix::io::Result<()> {
    let block = vec![0xA5; 1 << 20];
    let mut left = size;
    while left > 0 {
        let n = usize::try_from(left).unwrap_or(block.len()).min(block.len());
        file.write_all(&block[..n]).map_err(|_| rustix::io::Errno::NOSPC)?;
        left -= n as u64;
    }
    Ok(())
}

/// What is to be done with the ballast.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Move {
    Keep,
    Make,
    Release,
}

/// It goes when hardly anything is left or a write found no room, and comes back when the disk has room for it and
/// more than advertising needs.
pub(crate) fn ballast_move(space: Space, held: u64, no_room: bool) -> Move {
    let size = ballast_size(space.total);
    if held > 0 {
        let nothing_left = space.free < size.min(space.total / 100);
        return if no_room || nothing_left { Move::Release } else { Move::Keep };
    }
    let after = Space { free: space.free.saturating_sub(size), ..space };
    if !no_room && space.free > size && level(after, 0) < Level::NoBulk { Move::Make } else { Move::Keep }
}

#[cfg(test)]
mod tests {
    use super::*;

    const GB: u64 = 1 << 30;

    fn at(total: u64, free: u64) -> Level {
        level(Space { free, total }, 0)
    }

    #[test]
    fn levels_by_share_and_by_floor() {
        let t = 100 * GB;
        let table = [(11, Level::Fine), (9, Level::Low), (4, Level::NoBulk), (1, Level::NoAccept)];
        for (percent, level) in table {
            assert_eq!(at(t, t / 100 * percent), level, "{percent} %");
        }
        assert_eq!(at(20 * GB, 500 * MB), Level::NoAccept, "2 % of 20 GB are 400 MB: the floor is 512 MB");
        assert_eq!(at(20 * GB, 520 * MB), Level::NoBulk);
        assert_eq!(at(64 * MB, 63 * MB), Level::Fine, "a small disk is no full disk");
        assert_eq!(at(64 * MB, MB), Level::NoAccept);
        assert_eq!(at(0, 0), Level::Fine, "a disk of no size says nothing");
    }

    #[test]
    fn the_ballast_given_up_opens_no_door() {
        let total = 10 * GB;
        let size = ballast_size(total);
        assert_eq!(size, 256 * MB);
        let full = Space { free: 300 * MB, total };
        assert_eq!(level(full, 0), Level::NoAccept);
        let released = Space { free: 300 * MB + size, total };
        assert_eq!(level(released, size), Level::NoAccept);
        assert_eq!(ballast_size(64 * MB), 64 * MB / 20);
    }

    #[test]
    fn when_the_ballast_goes_and_comes_back() {
        let total = 10 * GB;
        let size = ballast_size(total);
        let with = |free, held, no_room| ballast_move(Space { free, total }, held, no_room);
        assert_eq!(with(GB, size, false), Move::Keep);
        assert_eq!(with(GB, size, true), Move::Release, "a write found no room, whatever the disk says");
        assert_eq!(with(50 * MB, size, false), Move::Release);
        assert_eq!(with(50 * MB, 0, false), Move::Keep);
        assert_eq!(with(size + 100 * MB, 0, false), Move::Keep, "it would fill the disk again");
        assert_eq!(with(9 * GB, 0, false), Move::Make);
    }

    #[test]
    fn the_ballast_takes_blocks() {
        let dir = tempfile::tempdir().unwrap();
        let ballast = Ballast::of(dir.path());
        assert_eq!(ballast.size(), 0);
        ballast.make(3 * MB).unwrap();
        assert_eq!(ballast.size(), 3 * MB);
        #[cfg(unix)]
        {
            let blocks = std::os::unix::fs::MetadataExt::blocks(&std::fs::metadata(&ballast.path).unwrap());
            assert!(blocks * 512 >= 3 * MB, "{blocks} blocks: a file with holes holds no room");
        }
        ballast.release();
        assert_eq!(ballast.size(), 0);
    }
}
