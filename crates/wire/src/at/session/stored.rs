//! What comes in: announced, listed, read, handed over, and deleted once it is kept.

use super::{News, Origin, Session, Task};
use crate::at::{Answer, Listed, Slot, fields, listed};
use sms::hex;

/// Places read one by one where the modem cannot list, at the most.
const PLACES_MOST: u32 = 255;
/// Things handed over and not acknowledged beyond which no more are read.
const PENDING_MOST: usize = 50;
/// Stored by ourselves: `stat` 2 and 3 of 27.005 clause 3.1.
const OURS: std::ops::RangeInclusive<u8> = 2..=3;

impl Session {
    /// Looks into every memory.
    pub(super) fn poll(&mut self) {
        self.push(Task::Step(super::opening::Step::Storage));
        for memory in self.memories.clone() {
            if self.lists {
                self.push(Task::List(memory));
            } else {
                self.read_all(&memory);
            }
        }
    }

    fn read_all(&mut self, memory: &str) {
        let first = if self.config.quirks.from_zero { 0 } else { 1 };
        let total = self.facts.memory.total.clamp(1, PLACES_MOST);
        for index in first..first + total {
            self.push(Task::Read(Slot { memory: memory.to_owned(), index }));
        }
    }

    /// A message was stored: it is read soon.
    pub(super) fn announced(&mut self, slot: Slot) {
        let slot = Slot { memory: slot.memory.to_ascii_uppercase(), ..slot };
        if !self.is_pending(&slot) && self.wanted.insert(slot.clone()) {
            self.stays.remove(&slot);
            self.queue.push_back(Task::Read(slot));
        }
    }

    fn is_pending(&self, slot: &Slot) -> bool {
        self.pending.values().any(|origin| matches!(origin, Origin::Slot(there, _) if there == slot))
    }

    pub(super) fn listed(&mut self, memory: &str, answer: &Answer) {
        if answer.result.is_err() {
            return;
        }
        for Listed { index, status, pdu } in listed(&answer.lines) {
            if !OURS.contains(&status) {
                self.found(Slot { memory: memory.to_owned(), index }, pdu);
            }
        }
    }

    pub(super) fn read(&mut self, slot: Slot, answer: &Answer) {
        self.wanted.remove(&slot);
        let header = answer.lines.iter().position(|line| fields(line, "+CMGR").is_some());
        let (Ok(()), Some(at)) = (&answer.result, header) else { return };
        let status = fields(&answer.lines[at], "+CMGR").and_then(|f| f.first()?.parse::<u8>().ok());
        if !status.is_some_and(|status| OURS.contains(&status)) {
            let pdu = answer.lines.get(at + 1).and_then(hex::decode);
            self.found(slot, pdu);
        }
    }

    /// Something stands there. What is being kept already, and what could not be deleted, is not handed over again.
    fn found(&mut self, slot: Slot, pdu: Option<Vec<u8>>) {
        let stays = self.stays.get(&slot).is_some_and(|there| *there == pdu);
        if !stays && !self.is_pending(&slot) && self.pending.len() < PENDING_MOST {
            self.hand_over(Origin::Slot(slot, pdu.clone()), pdu);
        }
    }

    pub(super) fn hand_over(&mut self, origin: Origin, pdu: Option<Vec<u8>>) {
        self.seq = self.seq.wrapping_add(1);
        let seq = self.seq;
        self.pending.insert(seq, origin);
        let news = News::Handed { seq, pdu };
        if self.sending.as_ref().is_some_and(|s| !s.waits()) {
            self.held.push(news);
        } else {
            self.news.push_back(news);
        }
    }

    /// What was handed over is kept, or could not be: only what is kept is deleted, or acknowledged.
    pub fn acknowledge(&mut self, seq: u32, kept: bool, now: i64) {
        match self.pending.remove(&seq) {
            Some(Origin::Slot(slot, pdu)) if kept => {
                self.stays.insert(slot.clone(), pdu);
                self.queue.push_back(Task::Delete(slot));
            }
            Some(Origin::Direct) if kept && self.needs_ack => self.queue.push_front(Task::Ack),
            _ => {}
        }
        self.tick(now);
    }

    pub(super) fn deleted(&mut self, slot: &Slot, answer: &Answer) {
        if answer.result.is_ok() {
            self.stays.remove(slot);
        }
    }
}
