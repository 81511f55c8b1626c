//! Parts put together again: any order, repeats, several texts under one reference, and an end to everything.
//!
//! Pure: the caller gives keys and time. What is in here is bounded by [`Limits`]; what has to leave early is handed
//! back as far as it came, so that nothing that was received is lost unseen.

use std::collections::{BTreeMap, HashMap, VecDeque};
use std::hash::Hash;

use crate::udh::{Concat, Reference};

/// What may be waiting at one time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Limits {
    /// Texts that wait for parts.
    pub texts: usize,
    /// Octets of all their parts.
    pub octets: usize,
    /// How long a text waits for its next part, in ms.
    pub age_ms: i64,
    /// How long a finished text is remembered, so that a part sent again is not taken for a new text.
    pub repeat_ms: i64,
}

impl Default for Limits {
    /// 10,000 texts, 16 MB, a day (as long as carriers hold back a part), ten minutes.
    fn default() -> Self {
        Limits { texts: 10_000, octets: 16 << 20, age_ms: 86_400_000, repeat_ms: 600_000 }
    }
}

/// What became of a part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Taken<P> {
    /// Others are missing.
    Waits {
        /// Parts that are here.
        have: u8,
        /// Parts there will be.
        total: u8,
    },
    /// The last that was missing: every part, in order.
    Whole(Vec<P>),
    /// It was here already.
    Repeat,
}

/// A text that was given up before it was whole.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Unfinished<K, P> {
    /// Whose.
    pub key: K,
    /// What its parts shared.
    pub reference: Reference,
    /// Parts there should have been.
    pub total: u8,
    /// The parts that came, with their places from 1.
    pub parts: Vec<(u8, P)>,
}

/// Whose text, under which reference, of how many parts: what parts must share to be of one text.
type Name<K> = (K, Reference, u8);

#[derive(Debug)]
struct Text<P> {
    /// Its place in the order of touching.
    turn: u64,
    touched: i64,
    have: u8,
    octets: usize,
    parts: Vec<Option<P>>,
}

/// When a text was whole, and its parts by their hashes.
#[derive(Debug)]
struct Done {
    at: i64,
    prints: Vec<u64>,
}

/// Texts on their way to be whole.
#[derive(Debug)]
pub struct Reassembly<K, P> {
    limits: Limits,
    /// Of several texts under one name the one touched last stands last.
    waiting: HashMap<Name<K>, Vec<Text<P>>>,
    /// Every waiting text by its turn, the one touched longest ago first.
    order: BTreeMap<u64, Name<K>>,
    turns: u64,
    octets: usize,
    done: HashMap<Name<K>, VecDeque<Done>>,
    /// The same, the oldest first.
    done_order: VecDeque<(i64, Name<K>)>,
}

impl<K: Clone + Eq + Hash, P: AsRef<[u8]>> Reassembly<K, P> {
    /// Nothing waits.
    pub fn new(limits: Limits) -> Self {
        Reassembly {
            limits,
            waiting: HashMap::new(),
            order: BTreeMap::new(),
            turns: 0,
            octets: 0,
            done: HashMap::new(),
            done_order: VecDeque::new(),
        }
    }

    /// Texts that wait.
    pub fn len(&self) -> usize {
        self.order.len()
    }

    /// Whether nothing waits.
    pub fn is_empty(&self) -> bool {
        self.order.is_empty()
    }

    /// Octets of all parts that wait.
    pub fn octets(&self) -> usize {
        self.octets
    }

    /// Takes a part. The key says who wrote to whom by which way: references of two senders have nothing to do with
    /// each other. What had to make room comes back beside the answer; see [`Reassembly::overdue`] for what is late.
    ///
    /// A part whose place is taken by another of the same text is the beginning of a later text under the same
    /// reference (8-bit ones come again soon); of two such texts the one touched last gets a part that fits both.
    pub fn take(&mut self, key: K, place: Concat, part: P, now: i64) -> (Taken<P>, Vec<Unfinished<K, P>>) {
        if place.total <= 1 {
            return (Taken::Whole(vec![part]), Vec::new());
        }
        let name = (key, place.reference, place.total);
        let slot = usize::from(place.seq.clamp(1, place.total)) - 1;
        let mut free = None;
        for (index, text) in self.waiting.get(&name).into_iter().flatten().enumerate() {
            match &text.parts[slot] {
                Some(here) if here.as_ref() == part.as_ref() => return (Taken::Repeat, Vec::new()),
                Some(_) => {}
                None => free = Some(index),
            }
        }
        if free.is_none() && self.is_done(&name, slot, part.as_ref(), now) {
            return (Taken::Repeat, Vec::new());
        }
        let mut text = match free {
            Some(index) => self.lift(&name, index),
            None => Text::of(place.total),
        };
        let size = part.as_ref().len();
        text.parts[slot] = Some(part);
        (text.have, text.octets, text.touched) = (text.have + 1, text.octets + size, now);
        if text.have == place.total {
            return (Taken::Whole(self.finish(name, text, now)), Vec::new());
        }
        let waits = Taken::Waits { have: text.have, total: place.total };
        self.lay_down(name, text);
        (waits, self.make_room())
    }

    /// What has waited too long, the oldest first.
    pub fn overdue(&mut self, now: i64) -> Vec<Unfinished<K, P>> {
        self.forget(now);
        let mut late = Vec::new();
        while let Some((turn, name)) = self.order.first_key_value() {
            let texts = self.waiting.get(name).into_iter().flatten();
            let due =
                texts.filter(|text| text.turn == *turn).any(|text| now - text.touched >= self.limits.age_ms);
            if !due {
                break;
            }
            late.extend(self.give_up());
        }
        late
    }

    /// Everything, at the end of the day.
    pub fn drain(&mut self) -> Vec<Unfinished<K, P>> {
        std::iter::from_fn(|| self.give_up()).collect()
    }

    /// Takes a text out of those that wait. Its index was found a moment ago.
    fn lift(&mut self, name: &Name<K>, index: usize) -> Text<P> {
        let texts = self.waiting.get_mut(name).filter(|texts| index < texts.len());
        let Some(texts) = texts else { return Text::of(name.2) };
        let text = texts.remove(index);
        if texts.is_empty() {
            self.waiting.remove(name);
        }
        self.order.remove(&text.turn);
        self.octets -= text.octets;
        text
    }

    fn lay_down(&mut self, name: Name<K>, mut text: Text<P>) {
        self.turns += 1;
        text.turn = self.turns;
        self.octets += text.octets;
        self.order.insert(text.turn, name.clone());
        self.waiting.entry(name).or_default().push(text);
    }

    fn finish(&mut self, name: Name<K>, text: Text<P>, now: i64) -> Vec<P> {
        let parts: Vec<P> = text.parts.into_iter().flatten().collect();
        self.forget(now);
        if self.limits.repeat_ms > 0 {
            let prints = parts.iter().map(|part| print(part.as_ref())).collect();
            self.done_order.push_back((now, name.clone()));
            self.done.entry(name).or_default().push_back(Done { at: now, prints });
        }
        parts
    }

    fn is_done(&self, name: &Name<K>, slot: usize, part: &[u8], now: i64) -> bool {
        let recent = |done: &Done| now - done.at < self.limits.repeat_ms;
        let mut texts = self.done.get(name).into_iter().flatten().filter(|done| recent(done));
        texts.any(|done| done.prints[slot] == print(part))
    }

    /// Finished texts are forgotten by age, and beyond as many as may wait.
    fn forget(&mut self, now: i64) {
        let many = self.limits.texts.max(1);
        while let Some((at, name)) = self.done_order.front() {
            if self.done_order.len() < many && now - at < self.limits.repeat_ms {
                break;
            }
            if let Some(texts) = self.done.get_mut(name) {
                texts.pop_front();
                if texts.is_empty() {
                    self.done.remove(name);
                }
            }
            self.done_order.pop_front();
        }
    }

    /// Gives up the oldest until the limits hold.
    fn make_room(&mut self) -> Vec<Unfinished<K, P>> {
        let mut gone = Vec::new();
        while self.order.len() > self.limits.texts || self.octets > self.limits.octets {
            gone.extend(self.give_up());
        }
        gone
    }

    /// Gives up the text touched longest ago.
    fn give_up(&mut self) -> Option<Unfinished<K, P>> {
        let (turn, name) = self.order.first_key_value().map(|(turn, name)| (*turn, name.clone()))?;
        let index = self.waiting.get(&name)?.iter().position(|text| text.turn == turn)?;
        let text = self.lift(&name, index);
        let (key, reference, total) = name;
        let parts = (1..).zip(text.parts).filter_map(|(seq, part)| Some((seq, part?))).collect();
        Some(Unfinished { key, reference, total, parts })
    }
}

impl<P> Text<P> {
    fn of(total: u8) -> Self {
        let parts = std::iter::repeat_with(|| None).take(usize::from(total)).collect();
        Text { turn: 0, touched: 0, have: 0, octets: 0, parts }
    }
}

/// FNV-1a, which needs no key: a finished text under the same reference, of the same pair, minutes ago, is compared.
fn print(octets: &[u8]) -> u64 {
    octets.iter().fold(0xcbf2_9ce4_8422_2325, |h, b| (h ^ u64::from(*b)).wrapping_mul(0x0100_0000_01b3))
}

#[cfg(test)]
mod tests;
