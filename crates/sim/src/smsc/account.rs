//! One system_id with all its links: what waits to be delivered to it, and how fast it may send.

use std::collections::VecDeque;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use sms::parts::{self, Reference, TooManyParts};
use tokio::sync::{oneshot, watch};
use wire::smpp::{Status, coding};

use super::plan::Says;
use super::world::Arrival;
use crate::chance;

/// Locks and goes on where another holder panicked: the data of a pretend world is worth nothing broken.
pub(super) fn lock<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(PoisonError::into_inner)
}

/// A report to be written when its turn comes.
#[derive(Debug)]
pub(super) struct Report {
    pub(super) arrival: Arc<Arrival>,
    pub(super) says: Says,
    pub(super) done_at: i64,
}

/// A part of what a phone sends.
#[derive(Debug)]
pub(super) struct Mo {
    pub(super) from: String,
    pub(super) to: String,
    /// With its user data header.
    pub(super) octets: Vec<u8>,
    pub(super) headed: bool,
    pub(super) data_coding: u8,
    pub(super) total: u8,
    pub(super) number: u8,
    /// Tells who waits how it was answered.
    pub(super) taken: Option<oneshot::Sender<Status>>,
}

impl Mo {
    /// Cuts a phone's text into parts as a handset does.
    pub(super) fn cut(from: &str, to: &str, text: &str, salt: i64) -> Result<Vec<Mo>, TooManyParts> {
        let reference = Reference::Eight(chance::draw(salt as u64, 1) as u8);
        let split = parts::split(text, reference, u8::MAX)?;
        let data_coding = coding::of(split.encoding);
        let total = split.parts.len() as u8;
        let parts = split.parts.into_iter().zip(1..);
        Ok(parts
            .map(|(part, number)| Mo {
                from: from.to_owned(),
                to: to.to_owned(),
                headed: !part.udh.is_empty(),
                octets: [part.udh, part.body].concat(),
                data_coding,
                total,
                number,
                taken: None,
            })
            .collect())
    }

    /// The same, for who keeps it; whoever waits for its answer waits with the original.
    pub(super) fn copy(&self) -> Mo {
        Mo {
            from: self.from.clone(),
            to: self.to.clone(),
            octets: self.octets.clone(),
            headed: self.headed,
            data_coding: self.data_coding,
            total: self.total,
            number: self.number,
            taken: None,
        }
    }

    /// Its text, as far as it is one.
    pub(super) fn text(&self) -> String {
        let header = if self.headed { self.octets.first().map_or(0, |n| usize::from(*n) + 1) } else { 0 };
        let text = self.octets.get(header..).unwrap_or_default();
        coding::decode(self.data_coding, text).unwrap_or_default()
    }
}

#[derive(Debug)]
pub(super) enum Cargo {
    Report(Report),
    Mo(Mo),
}

/// Something for the client.
#[derive(Debug)]
pub(super) struct Outgoing {
    pub(super) cargo: Cargo,
    pub(super) tries: u8,
}

impl Outgoing {
    pub(super) const fn new(cargo: Cargo) -> Self {
        Outgoing { cargo, tries: 0 }
    }

    pub(super) const fn is_report(&self) -> bool {
        matches!(self.cargo, Cargo::Report(_))
    }
}

#[derive(Debug, Default)]
struct State {
    ready: VecDeque<Outgoing>,
    receivers: usize,
    /// Messages that may still come now, in thousandths.
    credit: i64,
    credited_at: i64,
}

#[derive(Debug)]
pub(super) struct Account {
    pub(super) system_id: String,
    state: Mutex<State>,
    /// Counts arrivals in `ready`; receiving links listen.
    pub(super) bell: watch::Sender<u64>,
}

impl Account {
    pub(super) fn new(system_id: &str) -> Self {
        Account { system_id: system_id.to_owned(), state: Mutex::default(), bell: watch::Sender::new(0) }
    }

    pub(super) fn push(&self, cargo: Vec<Outgoing>) {
        if cargo.is_empty() {
            return;
        }
        lock(&self.state).ready.extend(cargo);
        self.bell.send_modify(|n| *n += 1);
    }

    pub(super) fn pull(&self, room: usize, out: &mut Vec<Outgoing>) {
        let mut state = lock(&self.state);
        let count = room.min(state.ready.len());
        out.extend(state.ready.drain(..count));
    }

    /// What waits for a link that can receive.
    pub(super) fn waiting(&self) -> usize {
        lock(&self.state).ready.len()
    }

    pub(super) fn receivers(&self) -> usize {
        lock(&self.state).receivers
    }

    pub(super) fn arrive(&self) {
        lock(&self.state).receivers += 1;
    }

    pub(super) fn leave(&self) {
        let mut state = lock(&self.state);
        state.receivers = state.receivers.saturating_sub(1);
    }

    /// A bucket that holds a tenth of a second, and one message at least.
    pub(super) fn admits(&self, rate: u32, now: i64) -> bool {
        let mut state = lock(&self.state);
        let most = (i64::from(rate) * 100).max(1000);
        let passed = (now - state.credited_at).clamp(0, 1000);
        state.credited_at = now;
        state.credit = (state.credit + passed * i64::from(rate)).min(most);
        let admitted = state.credit >= 1000;
        if admitted {
            state.credit -= 1000;
        }
        admitted
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_rate_is_kept_over_time_and_small_rates_let_one_through() {
        for rate in [1, 5, 100, 5000] {
            let account = Account::new("x");
            let taken =
                (0..10_000).map(|ms| (0..20).filter(|_| account.admits(rate, ms)).count()).sum::<usize>();
            let wanted = rate as usize * 10;
            assert!(taken.abs_diff(wanted) <= wanted / 50 + 1, "{rate}/s: {taken} in ten seconds");
        }
    }
}
