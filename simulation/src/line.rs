//! Connections whose octets take their time, vanish, or are cut in the middle; both ends of each.

use crate::agenda::{Agenda, Event};
use crate::dice::Dice;
use crate::plan::Temper;
use std::collections::{BTreeMap, VecDeque};
use std::task::Waker;

/// Octets under way to a carrier beyond which a write waits.
pub(crate) const ROOM: usize = 8 * 1024;

/// One connection, both ends.
pub(crate) struct Line {
    pub(crate) carrier: usize,
    pub(crate) inbox: VecDeque<u8>,
    /// How it ended for us: `true` is a reset.
    pub(crate) over: Option<bool>,
    pub(crate) reader: Option<Waker>,
    pub(crate) writer: Option<Waker>,
    pub(crate) under_way: usize,
    half_open: bool,
    pub(crate) latency_ms: (i64, i64),
    /// Octets never overtake each other.
    pub(crate) out_at: i64,
    in_at: i64,
}

/// All connections.
pub(crate) struct Lines {
    pub(crate) all: BTreeMap<u64, Line>,
    pub(crate) dice: Dice,
    /// Carriers out of reach, and until when.
    pub(crate) dark: BTreeMap<usize, i64>,
    made: u64,
}

impl Lines {
    pub(crate) fn new(seed: u64) -> Lines {
        Lines { all: BTreeMap::new(), dice: Dice::of(seed, "lines"), dark: BTreeMap::new(), made: 0 }
    }

    /// What becomes of a call: how long it takes, and whether it is answered at all.
    pub(crate) fn dial(&mut self, carrier: usize, temper: &Temper, now: i64) -> (i64, Option<bool>) {
        let takes = self.dice.within(temper.latency_ms.0, temper.latency_ms.1) * 2;
        if self.dark.get(&carrier).is_some_and(|until| now < *until) {
            return (takes, Some(false));
        }
        if self.dice.often(temper.dial_hangs) {
            return (takes, None);
        }
        (takes, Some(!self.dice.often(temper.dial_refused)))
    }

    /// A connection is made.
    pub(crate) fn open(&mut self, carrier: usize, temper: &Temper, now: i64, agenda: &mut Agenda) -> u64 {
        self.made += 1;
        let conn = self.made;
        if self.dice.often(temper.half_open) {
            agenda.at(now + self.dice.within(0, 20_000), Event::HalfOpen { conn });
        }
        let line = Line {
            carrier,
            inbox: VecDeque::new(),
            over: None,
            reader: None,
            writer: None,
            under_way: 0,
            half_open: false,
            latency_ms: temper.latency_ms,
            out_at: now,
            in_at: now,
        };
        self.all.insert(conn, line);
        conn
    }

    /// A carrier is out of reach: its connections end, and none is made until then.
    pub(crate) fn darken(&mut self, carrier: usize, until: i64, now: i64, agenda: &mut Agenda) {
        self.dark.insert(carrier, until);
        let cut: Vec<u64> =
            self.all.iter().filter(|(_, line)| line.carrier == carrier).map(|(conn, _)| *conn).collect();
        for conn in cut {
            self.cut(conn, true, now, agenda);
        }
    }

    pub(crate) fn carrier_of(&self, conn: u64) -> Option<usize> {
        self.all.get(&conn).map(|l| l.carrier)
    }

    /// The carrier writes.
    pub(crate) fn hand_over(&mut self, conn: u64, bytes: Vec<u8>, now: i64, agenda: &mut Agenda) {
        let Some(line) = self.all.get_mut(&conn).filter(|l| !l.half_open) else { return };
        line.in_at = line.in_at.max(now + self.dice.within(line.latency_ms.0, line.latency_ms.1));
        agenda.at(line.in_at, Event::ToUs { conn, bytes });
    }

    /// It ends, for us as soon as word of it comes. A reset may overtake what was sent before it.
    pub(crate) fn cut(&mut self, conn: u64, reset: bool, now: i64, agenda: &mut Agenda) {
        let Some(line) = self.all.get_mut(&conn) else { return };
        let word = self.dice.within(line.latency_ms.0, line.latency_ms.1);
        let at = if reset { now + word } else { line.in_at.max(now + word) };
        agenda.at(at, Event::OverForUs { conn, reset });
        if reset {
            agenda.at(now, Event::OverForCarrier { conn });
        }
    }

    pub(crate) fn arrive(&mut self, conn: u64, bytes: &[u8]) {
        let Some(line) = self.all.get_mut(&conn).filter(|l| !l.half_open && l.over.is_none()) else { return };
        line.inbox.extend(bytes);
        line.reader.take().into_iter().for_each(Waker::wake);
    }

    /// Octets of ours arrived at the carrier; `false` when they vanished.
    pub(crate) fn left(&mut self, conn: u64, octets: usize) -> bool {
        let Some(line) = self.all.get_mut(&conn).filter(|l| !l.half_open) else { return false };
        line.under_way = line.under_way.saturating_sub(octets);
        line.writer.take().into_iter().for_each(Waker::wake);
        true
    }

    pub(crate) fn over(&mut self, conn: u64, reset: bool) {
        let Some(line) = self.all.get_mut(&conn) else { return };
        line.over.get_or_insert(reset);
        line.reader.take().into_iter().for_each(Waker::wake);
        line.writer.take().into_iter().for_each(Waker::wake);
    }

    pub(crate) fn half_open(&mut self, conn: u64) {
        if let Some(line) = self.all.get_mut(&conn) {
            line.half_open = true;
        }
    }

    /// Our end is closed; what was written still arrives, then the carrier hears of the end.
    pub(crate) fn close(&mut self, conn: u64, now: i64, agenda: &mut Agenda) {
        if let Some(line) = self.all.get_mut(&conn) {
            line.over.get_or_insert(true);
            agenda.at(line.out_at.max(now), Event::OverForCarrier { conn });
        }
    }

    /// Our process died: of what is under way some arrives and some does not.
    pub(crate) fn die(&mut self, now: i64, agenda: &mut Agenda) {
        let conns: Vec<u64> = self.all.iter().filter(|(_, l)| l.over.is_none()).map(|(c, _)| *c).collect();
        for conn in conns {
            let Some(line) = self.all.get_mut(&conn) else { continue };
            line.over = Some(true);
            let at = if self.dice.often(500) { line.out_at.max(now) } else { now };
            agenda.at(at, Event::OverForCarrier { conn });
        }
    }

    pub(crate) fn forget(&mut self, conn: u64) {
        self.all.remove(&conn);
    }
}
