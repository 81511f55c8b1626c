//! Fuzz programs for everything that reads octets of strangers: the carriers' languages, what handsets send, receipts,
//! webhooks, imported files.
//!
//! Each [`Target`] has seeds (frames that real peers wrote), words of its language, and what must hold for any octets:
//! nothing panics, nothing takes memory out of proportion, what was read and is written reads the same, and a stream
//! means the same however it is cut. What a case came to is marked, and a case with a new mark becomes a seed: on a
//! stable compiler that is the coverage there is (ADR 0023). A run is bounded by cases, never by time, unless somebody
//! asks for minutes; the same seed makes the same cases. Nothing here is part of the product.

mod chance;
mod mutate;
mod run;
pub mod targets;

pub use chance::Chance;
pub use run::{Failure, Told, again, run};

use std::collections::BTreeSet;
use std::hash::{DefaultHasher, Hash, Hasher};

/// What can be fuzzed.
pub struct Target {
    /// Its name on the command line.
    pub name: &'static str,
    /// What it reads and what must hold.
    pub about: &'static str,
    /// Cases to begin with.
    pub seeds: fn() -> Vec<Vec<u8>>,
    /// Words of its language.
    pub words: &'static [&'static [u8]],
    /// Writes lengths and checksums right again.
    pub mend: Option<fn(&mut [u8])>,
    /// Does everything with a case that is done with it; `Err` says which promise was broken.
    pub run: fn(&[u8], &mut Seen) -> Result<(), String>,
    /// Octets that may be held at one time: so many for each of the case, and so many more.
    pub memory: (u64, u64),
    /// The longest case.
    pub longest: usize,
    /// Cases of a short run: a few seconds without optimisation.
    pub cases: u64,
}

/// What a case came to, in marks.
#[derive(Debug, Default)]
pub struct Seen(BTreeSet<u64>);

impl Seen {
    /// It came to this.
    pub fn mark(&mut self, what: impl Hash) {
        let mut hasher = DefaultHasher::new();
        what.hash(&mut hasher);
        self.0.insert(hasher.finish());
    }

    /// A size, in powers of two.
    pub fn size(&mut self, what: &'static str, size: usize) {
        self.mark((what, usize::BITS - size.leading_zeros()));
    }
}

/// What every promise is held to: `Err` where it is broken.
pub(crate) fn hold(holds: bool, what: impl FnOnce() -> String) -> Result<(), String> {
    if holds { Ok(()) } else { Err(what()) }
}

/// Whether a stream means the same whole, octet by octet and in pieces of chance.
pub(crate) fn in_any_pieces<T: PartialEq + std::fmt::Debug>(
    case: &[u8],
    tell: impl Fn(&mut dyn Iterator<Item = &[u8]>) -> T,
) -> Result<T, String> {
    let whole = tell(&mut std::iter::once(case));
    let mut chance = Chance::of_octets(case);
    let mut rest = case;
    let mut pieces = Vec::new();
    while !rest.is_empty() {
        let (piece, after) = rest.split_at(1 + chance.below(rest.len().min(40)));
        pieces.push(piece);
        rest = after;
    }
    let octets: Vec<&[u8]> =
        if case.len() <= 600 { case.chunks(1).collect() } else { case.chunks(7).collect() };
    for cut in [octets, pieces] {
        let said = tell(&mut cut.iter().copied());
        hold(said == whole, || format!("whole it means {whole:?}, in {} pieces {said:?}", cut.len()))?;
    }
    Ok(whole)
}
