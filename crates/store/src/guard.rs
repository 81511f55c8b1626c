//! What holds work back for the whole installation: a disk without room, a clock that jumped.
//!
//! The watch sets it, gates and intents ask it; both cost one load.

use crate::disk::Level;
use std::sync::atomic::{AtomicBool, AtomicI64, AtomicU8, Ordering};

/// What holds work back.
#[derive(Default)]
pub(crate) struct Guard {
    disk: AtomicU8,
    no_room: AtomicBool,
    jump_ms: AtomicI64,
    confirmed: AtomicBool,
}

impl Guard {
    pub(crate) fn disk(&self) -> Level {
        Level::of(self.disk.load(Ordering::Relaxed))
    }

    pub(crate) fn set_disk(&self, level: Level) {
        self.disk.store(level as u8, Ordering::Relaxed);
    }

    /// A write found no room: nothing new is accepted from this moment, before any look at the disk.
    pub(crate) fn no_room(&self) {
        self.no_room.store(true, Ordering::Relaxed);
        self.set_disk(Level::NoAccept);
    }

    /// Whether a write found no room since the last question.
    pub(crate) fn take_no_room(&self) -> bool {
        self.no_room.swap(false, Ordering::Relaxed)
    }

    /// By how much the clock jumped, as long as nobody knows whether to believe it; else 0.
    pub(crate) fn jump_ms(&self) -> i64 {
        self.jump_ms.load(Ordering::Relaxed)
    }

    pub(crate) fn set_jump(&self, ms: i64) {
        self.jump_ms.store(ms, Ordering::Relaxed);
    }

    /// A person believes the clock.
    pub(crate) fn confirm(&self) {
        self.confirmed.store(true, Ordering::Relaxed);
    }

    pub(crate) fn take_confirmed(&self) -> bool {
        self.confirmed.swap(false, Ordering::Relaxed)
    }
}
