//! One part of a file: the packed mentions of a range of tags, brought into order and folded without unpacking more than
//! one person at a time. Pure.

use super::arrival::Arrival;
use super::mention::Unpack;

/// Above this many octets a part is folded while it is still being filled: where one number stands a million times,
/// memory stays flat.
const FOLD: usize = 4 << 20;

/// A part being filled, then read.
pub(super) struct Part {
    octets: Vec<u8>,
    /// Tag and place of each mention.
    index: Vec<(i64, usize)>,
    fold_at: usize,
    /// A column says who agreed.
    asks: bool,
    /// Small files keep their own order.
    as_filed: bool,
}

impl Part {
    pub(super) fn new(asks: bool, as_filed: bool) -> Part {
        Part { octets: Vec::new(), index: Vec::new(), fold_at: FOLD, asks, as_filed }
    }

    /// Adds whole mentions. `false` when they are not what was packed.
    pub(super) fn add(&mut self, piece: &[u8]) -> bool {
        let base = self.octets.len();
        let mut packed = Unpack(piece);
        while !packed.0.is_empty() {
            let at = base + piece.len() - packed.0.len();
            let Some(tag) = packed.pass() else { return false };
            self.index.push((tag, at));
        }
        self.octets.extend_from_slice(piece);
        if self.octets.len() > self.fold_at {
            self.fold();
        }
        true
    }

    /// Replaces all mentions of a number by one.
    fn fold(&mut self) {
        let mut octets = Vec::new();
        let mut index = Vec::new();
        self.people(&mut |one| {
            index.push((one.tag, octets.len()));
            one.pack(&mut octets);
            true
        });
        (self.octets, self.index) = (octets, index);
        self.fold_at = FOLD.max(2 * self.octets.len());
    }

    /// Hands over everybody once: in the order of tags, or as they stand in the file. Ends when `give` says `false`.
    pub(super) fn people(&mut self, give: &mut dyn FnMut(Arrival) -> bool) {
        // By tag and then by place: the first mention of a number comes first.
        self.index.sort_unstable();
        let mut runs: Vec<&[(i64, usize)]> = self.index.chunk_by(|a, b| a.0 == b.0).collect();
        if self.as_filed {
            runs.sort_unstable_by_key(|run| run.first().map(|(_, at)| *at));
        }
        for run in runs {
            // Two numbers of one tag are as good as impossible, and still two people.
            let mut same_tag: Vec<Arrival> = Vec::with_capacity(1);
            for later in run.iter().filter_map(|(_, at)| self.at(*at)) {
                match same_tag.iter_mut().find(|one| one.number == later.number) {
                    Some(one) => one.join(later),
                    None => same_tag.push(later),
                }
            }
            if !same_tag.into_iter().all(&mut *give) {
                return;
            }
        }
    }

    fn at(&self, at: usize) -> Option<Arrival> {
        let mut packed = Unpack(self.octets.get(at..)?);
        let mention = packed.mention()?;
        Some(Arrival::of(&mention, packed.fields()?, self.asks))
    }
}
