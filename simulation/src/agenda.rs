//! What is to happen, in the order of its time, and of its being planned where the time is the same.

use std::cmp::Reverse;
use std::collections::BinaryHeap;
use wire::smpp::Status;

/// What a carrier wants to hand over.
#[derive(Debug, Clone)]
pub(crate) enum Letter {
    Receipt { id: String, status: sms::Status, number: String, between: bool },
    Text { from: String, to: String, text: String },
}

/// What a carrier does when its time comes.
#[derive(Debug, Clone)]
pub(crate) enum Deed {
    Answer { conn: u64, seq: u32, status: Status, id: String },
    Nack { conn: u64, seq: u32 },
    Bind { conn: u64, status: Status },
    Unbind { conn: u64 },
    Hand(Letter),
    Tick { conn: u64 },
}

/// Something that happens.
#[derive(Debug, Clone)]
pub(crate) enum Event {
    /// Octets of ours reach the carrier; `step` is when they were written.
    ToCarrier { conn: u64, bytes: Vec<u8>, step: u64 },
    /// Octets of the carrier reach us.
    ToUs { conn: u64, bytes: Vec<u8> },
    /// Our end of a connection learns that it is over.
    OverForUs { conn: u64, reset: bool },
    /// The carrier's end learns it.
    OverForCarrier { conn: u64 },
    /// From now on octets of this connection vanish.
    HalfOpen { conn: u64 },
    /// A carrier's own time.
    Carrier(usize, Deed),
    /// A program asks: the number of its request.
    Ask(usize),
    /// A person writes to a workspace's number: carrier, person, number, text.
    Text { carrier: usize, from: String, to: String, text: String },
    /// The process dies after so many turns of its scheduler.
    Die { turns: u32 },
    /// The process dies at the so many-eth commit from now, before it is durable or after.
    DieAtCommit { commits: u32, after: bool },
    /// The process dies when it writes to a carrier for the so many-eth time from now.
    DieAtWrite { writes: u32 },
    /// The wall clock jumps.
    ClockStep { ms: i64 },
    /// A carrier is out of reach for so long.
    Dark { carrier: usize, ms: i64 },
    /// The keys of receipts are sorted.
    Sort,
    /// A person believes the clock.
    Believe,
    /// So many percent of the disk are free.
    Disk { percent: u64 },
    /// The ledgers are compared with the rows.
    Check,
    /// Everybody comes to reason.
    Calm,
}

/// The agenda of a world.
#[derive(Default)]
pub(crate) struct Agenda {
    heap: BinaryHeap<Reverse<(i64, u64)>>,
    events: std::collections::BTreeMap<u64, Event>,
    planned: u64,
}

impl Agenda {
    pub(crate) fn at(&mut self, at: i64, event: Event) {
        self.planned += 1;
        self.heap.push(Reverse((at, self.planned)));
        self.events.insert(self.planned, event);
    }

    /// When something happens next.
    pub(crate) fn next(&self) -> Option<i64> {
        self.heap.peek().map(|Reverse((at, _))| *at)
    }

    /// What happens now, one by one.
    pub(crate) fn due(&mut self, now: i64) -> Option<Event> {
        self.next().filter(|at| *at <= now)?;
        let Reverse((_, number)) = self.heap.pop()?;
        self.events.remove(&number)
    }

    /// Whether octets are under way.
    pub(crate) fn wire_is_quiet(&self) -> bool {
        !self.events.values().any(|e| matches!(e, Event::ToCarrier { .. } | Event::ToUs { .. }))
    }
}
