//! The life of a message as a pure machine: states, ranks and which update may replace which.
//!
//! Updates are monotone by (attempt, rank); `delivered` always wins; otherwise the first final stays and what
//! contradicts it is kept by the caller as an event.

use crate::closed::closed_list;

closed_list! {
    /// The state of a message and of each of its parts.
    pub enum Status {
        /// Stored, not yet in a queue.
        Accepted = 0 "accepted",
        /// Waits for its time.
        Scheduled = 1 "scheduled",
        /// In a lane.
        Queued = 2 "queued",
        /// The intent is committed; bytes may be on the wire.
        Submitting = 3 "submitting",
        /// The carrier took it.
        Submitted = 4 "submitted",
        /// The carrier holds it for a handset that is off.
        Buffered = 5 "buffered",
        /// Nobody knows: written without an answer, or accepted without a receipt.
        Unknown = 6 "unknown",
        /// On the handset.
        Delivered = 7 "delivered",
        /// The carrier gave up.
        Undelivered = 8 "undelivered",
        /// The carrier or we refused it.
        Rejected = 9 "rejected",
        /// Its validity ran out.
        Expired = 10 "expired",
        /// Stopped by us before it left.
        Cancelled = 11 "cancelled",
        /// Kept back by law or by the person's refusal.
        Suppressed = 12 "suppressed",
    }
}

impl Status {
    /// Position on the way; every final shares one rank.
    pub const fn rank(self) -> i64 {
        match self {
            Status::Accepted => 0,
            Status::Scheduled => 1,
            Status::Queued => 2,
            Status::Submitting => 3,
            Status::Submitted => 4,
            Status::Buffered => 5,
            Status::Unknown => 6,
            _ => 7,
        }
    }

    /// Whether nothing but a `delivered` may follow.
    pub const fn is_final(self) -> bool {
        self.rank() == 7
    }

    /// Whether the message has not reached the carrier yet.
    pub const fn is_waiting(self) -> bool {
        self.rank() <= 3
    }
}

/// What is stored of a message's way.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// Which try the status belongs to, from 0.
    pub attempt: i64,
    /// The status itself.
    pub status: Status,
}

/// What becomes of an update.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Verdict {
    /// It becomes the standing.
    Apply,
    /// It says what is known already, or is older.
    Stale,
    /// It contradicts a final: keep it as an event.
    Conflict,
}

/// Judges an update that came from outside (an outcome, a receipt, a sweep).
pub const fn judge(stored: Standing, update: Standing) -> Verdict {
    let same = stored.status.number() == update.status.number();
    if stored.status.is_final() {
        if same {
            return Verdict::Stale;
        }
        return match (stored.status, update.status) {
            (Status::Delivered, _) if !update.status.is_final() => Verdict::Stale,
            (Status::Delivered, _) => Verdict::Conflict,
            (_, Status::Delivered) => Verdict::Apply,
            _ if update.status.is_final() => Verdict::Conflict,
            _ => Verdict::Stale,
        };
    }
    if matches!(update.status, Status::Delivered) {
        return Verdict::Apply;
    }
    if update.attempt > stored.attempt {
        return Verdict::Apply;
    }
    if update.attempt == stored.attempt && update.status.rank() > stored.status.rank() {
        return Verdict::Apply;
    }
    Verdict::Stale
}

/// Whether our own decision (not a report from outside) may lead from one status to another.
///
/// The way back to `queued` exists only from an intent that is known not to have been accepted, or from an
/// ambiguous outcome that a policy or a person sends again.
pub const fn may_step(from: Status, to: Status) -> bool {
    if from.is_final() {
        return false;
    }
    match to {
        Status::Queued => {
            matches!(from, Status::Accepted | Status::Scheduled | Status::Submitting | Status::Unknown)
        }
        Status::Cancelled | Status::Suppressed => from.rank() <= 3 || matches!(from, Status::Unknown),
        _ => to.rank() > from.rank(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn at(attempt: i64, status: Status) -> Standing {
        Standing { attempt, status }
    }

    #[test]
    fn delivered_wins_over_everything_and_nothing_wins_over_it() {
        for status in Status::ALL {
            let verdict = judge(at(1, *status), at(0, Status::Delivered));
            assert_eq!(verdict == Verdict::Apply, *status != Status::Delivered, "{status}");
            assert_ne!(judge(at(0, Status::Delivered), at(9, *status)), Verdict::Apply, "{status}");
        }
    }

    #[test]
    fn the_first_other_final_stays() {
        assert_eq!(judge(at(0, Status::Expired), at(0, Status::Undelivered)), Verdict::Conflict);
        assert_eq!(judge(at(0, Status::Expired), at(1, Status::Submitted)), Verdict::Stale);
    }

    #[test]
    fn a_later_attempt_may_start_again_but_an_older_one_never() {
        assert_eq!(judge(at(1, Status::Queued), at(0, Status::Submitted)), Verdict::Stale);
        assert_eq!(judge(at(0, Status::Submitted), at(1, Status::Submitting)), Verdict::Apply);
        assert_eq!(judge(at(0, Status::Submitted), at(0, Status::Buffered)), Verdict::Apply);
        assert_eq!(judge(at(0, Status::Buffered), at(0, Status::Submitted)), Verdict::Stale);
    }

    #[test]
    fn unknown_still_leads_to_a_final() {
        for status in Status::ALL.iter().filter(|s| s.is_final()) {
            assert_eq!(judge(at(0, Status::Unknown), at(0, *status)), Verdict::Apply, "{status}");
        }
    }

    #[test]
    fn our_own_steps_never_leave_a_final_and_never_resend_what_was_accepted() {
        for from in Status::ALL {
            for to in Status::ALL {
                if from.is_final() {
                    assert!(!may_step(*from, *to), "{from} -> {to}");
                }
            }
        }
        assert!(!may_step(Status::Submitted, Status::Queued));
        assert!(may_step(Status::Submitting, Status::Queued));
    }
}
