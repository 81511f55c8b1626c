//! Where a mailing and its recipients stand, from one snapshot.
//!
//! The state that people see is made here, of the stored one and of the counts beside it, so that it cannot lag behind
//! them: nothing is called complete while something waits, and nothing throttled that no carrier slows.

use crate::{Ctx, Error, Permission, Result};
use sms::live::LinkState;
use sms::{Code, Status};
use std::collections::BTreeMap;
use store::campaign as rows;
use store::campaign::State;
use store::{Tx, counter};

/// Receipts are waited for this long after the last message left; then the mailing counts as over all the same.
const RECEIPTS_MS: i64 = 60_000;
/// A connector that has said nothing for this long is not believed to be up.
const STALE_MS: i64 = 15_000;

/// The state of a mailing as the contract names it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Serialize)]
#[serde(rename_all = "snake_case")]
pub enum Shown {
    /// Being written.
    Draft,
    /// Launched, for later.
    Scheduled,
    /// Its recipients are being written down.
    Freezing,
    /// Being sent.
    Running,
    /// Halted by a person.
    Paused,
    /// Being sent, as slowly as the carriers ask.
    Throttled,
    /// All that is left of it waits for the hours in which it may arrive.
    WaitingHours,
    /// Everything has left, and what is known of it is good.
    Completed,
    /// Everything has left, and some of it did not arrive.
    CompletedWithFailures,
    /// Ended by a person.
    Stopped,
    /// Of a restored store: waits until a person lets it go.
    Held,
}

impl Shown {
    /// Its name in JSON.
    pub const fn name(self) -> &'static str {
        match self {
            Shown::Draft => "draft",
            Shown::Scheduled => "scheduled",
            Shown::Freezing => "freezing",
            Shown::Running => "running",
            Shown::Paused => "paused",
            Shown::Throttled => "throttled",
            Shown::WaitingHours => "waiting_hours",
            Shown::Completed => "completed",
            Shown::CompletedWithFailures => "completed_with_failures",
            Shown::Stopped => "stopped",
            Shown::Held => "held",
        }
    }

    /// Whether nothing more will be sent of it.
    pub const fn is_over(self) -> bool {
        matches!(self, Shown::Completed | Shown::CompletedWithFailures | Shown::Stopped)
    }
}

/// A connector that waiting messages of a mailing need.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Way {
    /// Its name.
    pub connector: String,
    /// How it does.
    pub state: LinkState,
    /// Messages a second, now.
    pub rate: i64,
    /// What limits that.
    pub limited_by: String,
    /// What is wrong with it.
    pub error: String,
}

/// How many recipients stand where. At every moment `audience = planned + accepted + Σ skipped` and
/// `accepted = waiting + submitted + delivered + undelivered + rejected + expired + cancelled + Σ suppressed + unknown`.
#[derive(Debug, Clone, PartialEq, Eq, serde::Serialize)]
pub struct Report {
    /// Where the mailing stands.
    pub state: Shown,
    /// Recipients written down.
    pub audience: i64,
    /// Written down and not yet looked at.
    pub planned: i64,
    /// Left out before acceptance, by reason.
    pub skipped: BTreeMap<&'static str, i64>,
    /// Became messages.
    pub accepted: i64,
    /// Not yet with the carrier.
    pub waiting: i64,
    /// With the carrier, nothing final known.
    pub submitted: i64,
    /// On the handset.
    pub delivered: i64,
    /// The carrier gave up.
    pub undelivered: i64,
    /// The carrier refused.
    pub rejected: i64,
    /// Too late.
    pub expired: i64,
    /// Taken back before they left.
    pub cancelled: i64,
    /// Kept back after acceptance, by reason.
    pub suppressed: BTreeMap<&'static str, i64>,
    /// Nobody knows.
    pub unknown: i64,
    /// May have arrived twice.
    pub possible_duplicates: i64,
    /// Answers.
    pub replies: i64,
    /// People who left because of it.
    pub opt_outs: i64,
    /// The connectors that what waits needs.
    pub ways: Vec<Way>,
}

/// The report of one mailing.
///
/// # Errors
/// `NotFound`.
pub fn report(tx: &mut Tx<'_>, ctx: &Ctx, id: i64) -> Result<Report> {
    ctx.need(Permission::Read)?;
    let found = rows::get(tx, ctx.workspace, id)?.ok_or(Error::NotFound("campaign"))?;
    of(tx, ctx.workspace, &found)
}

/// Counts by status, summed.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub(super) struct Counts {
    by_status: [i64; Status::ALL.len()],
    skipped: BTreeMap<&'static str, i64>,
    suppressed: BTreeMap<&'static str, i64>,
    possible_duplicates: i64,
}

impl Counts {
    pub(super) fn read(tx: &mut Tx<'_>, workspace: i64, id: i64) -> Result<Counts> {
        let mut counts = Counts::default();
        for (status, code, n) in counter::campaign(tx, workspace, id)? {
            counts.add(status, code, n);
        }
        Ok(counts)
    }

    fn add(&mut self, status: i64, code: i64, n: i64) {
        let name = Code::from_number(code).unwrap_or(Code::UnknownCode).name();
        match status {
            counter::SKIPPED if n != 0 => *self.skipped.entry(name).or_default() += n,
            counter::POSSIBLE_DUPLICATES => self.possible_duplicates += n,
            status => {
                let Some(status) = Status::from_number(status) else { return };
                self.by_status[status as usize] += n;
                if status == Status::Suppressed && n != 0 {
                    *self.suppressed.entry(name).or_default() += n;
                }
            }
        }
    }

    fn of(&self, status: Status) -> i64 {
        self.by_status[status as usize]
    }

    /// Became messages.
    pub(super) fn accepted(&self) -> i64 {
        self.by_status.iter().sum()
    }

    /// Not yet with the carrier.
    pub(super) fn waiting(&self) -> i64 {
        Status::ALL.iter().filter(|s| s.is_waiting()).map(|s| self.of(*s)).sum()
    }

    /// With the carrier, nothing final known.
    pub(super) fn submitted(&self) -> i64 {
        self.of(Status::Submitted) + self.of(Status::Buffered)
    }

    fn failed(&self) -> i64 {
        [Status::Undelivered, Status::Rejected, Status::Expired, Status::Unknown]
            .into_iter()
            .map(|s| self.of(s))
            .sum()
    }
}

/// The report of a mailing whose row was read in the same snapshot.
pub(super) fn of(tx: &mut Tx<'_>, workspace: i64, c: &rows::Campaign) -> Result<Report> {
    let counts = Counts::read(tx, workspace, c.id)?;
    let now = tx.now();
    let ways = if counts.waiting() > 0 { rows::count::ways(tx, workspace, c.id)? } else { Vec::new() };
    let ways: Vec<Way> = latest(ways, now);
    let state = shown(c, &counts, &ways, now);
    Ok(Report {
        state,
        audience: c.audience,
        planned: c.planned,
        accepted: counts.accepted(),
        waiting: counts.waiting(),
        submitted: counts.submitted(),
        delivered: counts.of(Status::Delivered),
        undelivered: counts.of(Status::Undelivered),
        rejected: counts.of(Status::Rejected),
        expired: counts.of(Status::Expired),
        cancelled: counts.of(Status::Cancelled),
        unknown: counts.of(Status::Unknown),
        possible_duplicates: counts.possible_duplicates,
        skipped: counts.skipped,
        suppressed: counts.suppressed,
        replies: c.replies,
        opt_outs: c.opt_outs,
        ways,
    })
}

/// One row a connector, the newest; what is stale is down.
fn latest(mut ways: Vec<rows::count::Way>, now: i64) -> Vec<Way> {
    ways.dedup_by_key(|w| w.connector);
    let way = |w: rows::count::Way| {
        let state = if now - w.at > STALE_MS { LinkState::Down } else { w.state };
        Way { connector: w.name, state, rate: w.rate, limited_by: w.limited_by, error: w.error }
    };
    ways.into_iter().map(way).collect()
}

/// What people see: the stored state, corrected by what is true.
fn shown(c: &rows::Campaign, counts: &Counts, ways: &[Way], now: i64) -> Shown {
    match c.state {
        State::Draft => Shown::Draft,
        State::Scheduled => Shown::Scheduled,
        State::Freezing => Shown::Freezing,
        State::Paused => Shown::Paused,
        State::Held => Shown::Held,
        State::Stopped => Shown::Stopped,
        State::Running | State::Completed => {
            if !is_over(c, counts, now) {
                let slowed = |w: &Way| w.state == LinkState::Throttled;
                if counts.waiting() > 0 && counts.waiting() == counts.of(Status::Scheduled) {
                    Shown::WaitingHours
                } else if !ways.is_empty() && ways.iter().all(slowed) {
                    Shown::Throttled
                } else {
                    Shown::Running
                }
            } else if counts.failed() > 0 {
                Shown::CompletedWithFailures
            } else {
                Shown::Completed
            }
        }
    }
}

/// Whether a launched mailing is over: nothing planned, nothing waiting, and every receipt there or long overdue.
pub(super) fn is_over(c: &rows::Campaign, counts: &Counts, now: i64) -> bool {
    let gone = c.planned == 0 && counts.waiting() == 0;
    gone && (counts.submitted() == 0 || (c.done_at > 0 && now - c.done_at > RECEIPTS_MS))
}

#[cfg(test)]
mod tests {
    use super::*;

    fn running(planned: i64, done_at: i64) -> rows::Campaign {
        let draft = rows::Draft {
            name: String::new(),
            text: String::new(),
            sender: String::new(),
            class: sms::Class::Marketing,
            topic: 0,
            list: 1,
            due: 0,
        };
        rows::Campaign {
            id: 1,
            draft,
            state: State::Running,
            version: 1,
            audience: 10,
            planned,
            replies: 0,
            opt_outs: 0,
            error: String::new(),
            created_at: 0,
            launched_at: 0,
            done_at,
        }
    }

    fn counts(of: &[(Status, i64)]) -> Counts {
        let mut counts = Counts::default();
        of.iter().for_each(|(s, n)| counts.add(s.number(), 0, *n));
        counts
    }

    fn way(state: LinkState) -> Way {
        Way { connector: "a".into(), state, rate: 0, limited_by: String::new(), error: String::new() }
    }

    #[test]
    fn complete_means_that_nothing_waits() {
        let now = 1_000_000;
        let all = counts(&[(Status::Delivered, 10)]);
        assert_eq!(shown(&running(0, now), &all, &[], now), Shown::Completed);
        assert_eq!(shown(&running(1, now), &all, &[], now), Shown::Running);
        for status in Status::ALL.iter().filter(|s| s.is_waiting()) {
            let one = counts(&[(Status::Delivered, 9), (*status, 1)]);
            let all_on_the_agenda = *status == Status::Scheduled;
            let wanted = if all_on_the_agenda { Shown::WaitingHours } else { Shown::Running };
            assert_eq!(shown(&running(0, 1), &one, &[], now), wanted, "{status}");
        }
    }

    #[test]
    fn receipts_are_waited_for_but_not_for_ever() {
        let open = counts(&[(Status::Delivered, 8), (Status::Submitted, 1), (Status::Buffered, 1)]);
        let left = 1_000_000;
        assert_eq!(shown(&running(0, left), &open, &[], left + 1_000), Shown::Running);
        assert_eq!(shown(&running(0, left), &open, &[], left + RECEIPTS_MS + 1), Shown::Completed);
        assert_eq!(
            shown(&running(0, 0), &open, &[], left),
            Shown::Running,
            "nobody noted when the last left"
        );
    }

    #[test]
    fn a_failure_is_named() {
        for status in [Status::Undelivered, Status::Rejected, Status::Expired, Status::Unknown] {
            let some = counts(&[(Status::Delivered, 9), (status, 1)]);
            assert_eq!(shown(&running(0, 1), &some, &[], 9), Shown::CompletedWithFailures, "{status}");
        }
    }

    #[test]
    fn throttled_is_claimed_only_when_every_way_is() {
        let some = counts(&[(Status::Queued, 5)]);
        let (slow, up) = (way(LinkState::Throttled), way(LinkState::Bound));
        assert_eq!(shown(&running(0, 0), &some, &[slow.clone(), slow.clone()], 9), Shown::Throttled);
        assert_eq!(shown(&running(0, 0), &some, &[slow.clone(), up], 9), Shown::Running);
        assert_eq!(shown(&running(0, 0), &some, &[], 9), Shown::Running);
        let done = counts(&[(Status::Delivered, 5)]);
        assert_eq!(shown(&running(0, 0), &done, &[slow], 9), Shown::Completed);
    }

    #[test]
    fn what_has_not_spoken_for_long_is_down() {
        let row = |connector, at, state| rows::count::Way {
            connector,
            name: format!("c{connector}"),
            state,
            at,
            rate: 5,
            limited_by: String::new(),
            error: String::new(),
        };
        let told = vec![
            row(1, 99_000, LinkState::Bound),
            row(1, 98_000, LinkState::Throttled),
            row(2, 10_000, LinkState::Bound),
        ];
        let states: Vec<_> = latest(told, 100_000).into_iter().map(|w| w.state).collect();
        assert_eq!(states, [LinkState::Bound, LinkState::Down]);
    }
}
