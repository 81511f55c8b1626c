//! What happened, as one hash; as lines too where somebody wants to read it.

use std::collections::VecDeque;
use std::fmt::{self, Write};

/// Lines kept for a seed that fails.
const KEPT: usize = 20_000;

/// The trace of one world.
pub(crate) struct Trace {
    hash: u64,
    kept: Option<VecDeque<String>>,
}

struct Fnv(u64);

impl Write for Fnv {
    fn write_str(&mut self, text: &str) -> fmt::Result {
        for b in text.bytes() {
            self.0 = (self.0 ^ u64::from(b)).wrapping_mul(0x0000_0100_0000_01B3);
        }
        Ok(())
    }
}

impl Trace {
    pub(crate) fn new(keep: bool) -> Trace {
        Trace { hash: 0xCBF2_9CE4_8422_2325, kept: keep.then(VecDeque::new) }
    }

    /// Adds a line.
    pub(crate) fn add(&mut self, at: i64, line: fmt::Arguments<'_>) {
        let mut fnv = Fnv(self.hash);
        let _ = writeln!(fnv, "{at} {line}"); // a hash takes everything
        self.hash = fnv.0;
        if let Some(kept) = &mut self.kept {
            if kept.len() == KEPT {
                kept.pop_front();
            }
            kept.push_back(format!("{:>9.3}  {line}", at as f64 / 1_000.0));
        }
    }

    pub(crate) fn hash(&self) -> u64 {
        self.hash
    }

    pub(crate) fn lines(&mut self) -> Vec<String> {
        self.kept.take().map(Vec::from).unwrap_or_default()
    }
}

/// The hash of octets, for a line that must not be long.
pub(crate) fn digest(bytes: &[u8]) -> u64 {
    bytes
        .iter()
        .fold(0xCBF2_9CE4_8422_2325, |h: u64, b| (h ^ u64::from(*b)).wrapping_mul(0x0000_0100_0000_01B3))
}
