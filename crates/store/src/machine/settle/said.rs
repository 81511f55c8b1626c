//! What links report of parts: the carrier's answer or its absence, its receipts, and answers that come too late.

use crate::machine::flight::Intent;
use crate::machine::outbox::Ready;
use sms::{Code, Status};

/// What the wire said of one part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Outcome {
    /// The carrier took it, under this id (may be empty: then no receipt can be matched).
    Accepted {
        /// The carrier's id, as written.
        smsc_id: String,
        /// Its hash after normalisation.
        h: i64,
    },
    /// The carrier refused it for good.
    Rejected {
        /// Why.
        code: Code,
        /// The carrier's own word.
        detail: String,
    },
    /// The carrier cannot take it now: another try at `due`.
    Again {
        /// Not before, ms.
        due: i64,
        /// Why.
        code: Code,
        /// The carrier's own word.
        detail: String,
    },
    /// This carrier will not take it, another may: the next candidate of its route tries at once.
    Elsewhere {
        /// Why.
        code: Code,
        /// The carrier's own word.
        detail: String,
    },
    /// It was never written (or the carrier asked to slow down): back to the lane, no try is counted.
    Back {
        /// Not before, ms; 0 keeps its place, and so does [`SLOWED`].
        due: i64,
    },
    /// Written, and no answer seen.
    Ambiguous {
        /// What happened, for the timeline.
        detail: String,
    },
}

/// The due of what went back because the carrier asked to slow down: it keeps its place, and its story tells why.
pub const SLOWED: i64 = -1;

/// An outcome and its part.
#[derive(Debug, Clone)]
pub struct Settled {
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// Which try it is of.
    pub attempt: i64,
    /// What became of it.
    pub outcome: Outcome,
    /// What is remembered of its intent, where it is the only part of its message.
    pub known: Option<Known>,
}

/// What the owner of an intent remembers of a message of one part, so that the store need not be asked.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Known {
    pub(super) intent: Intent,
    pub(super) workspace: i64,
    pub(super) campaign: i64,
    pub(super) notify: i64,
    pub(super) to: Digits,
}

impl Known {
    /// Of a row that is about to be taken; `None` for one of several parts.
    pub fn of(ready: &Ready) -> Option<Known> {
        let (row, attempt) = (ready.row, ready.attempt);
        let intent = Intent {
            message: row.id,
            part: 0,
            lane: row.lane,
            stream: row.stream,
            due: row.due,
            tag: row.tag,
            until: row.until,
            parts: row.parts,
            attempt,
        };
        let (workspace, campaign, notify) = (ready.workspace, ready.campaign, ready.notify);
        let to = Digits::of(&ready.recipient);
        (ready.whole == 1).then_some(Known { intent, workspace, campaign, notify, to })
    }
}

/// The digits of an address without the zeros before them: how many, and the last eighteen.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub(crate) struct Digits {
    len: u32,
    last: u64,
}

/// Digits below which an address is no number of a phone but a short code, or nothing.
const NUMBER_LEAST: u32 = 7;
/// Digits that two spellings of one number share at the end, at the least.
const TAIL: u32 = 8;

impl Digits {
    pub(crate) fn of(address: &str) -> Digits {
        let digits = address.bytes().filter(u8::is_ascii_digit).skip_while(|b| *b == b'0');
        digits.fold(Digits::default(), |d, b| Digits {
            len: d.len + 1,
            last: (d.last * 10 + u64::from(b - b'0')) % 10_u64.pow(18),
        })
    }

    /// Whether it is long enough to be a phone's.
    pub(crate) fn is_phone(self) -> bool {
        self.len >= NUMBER_LEAST
    }

    /// Whether both are one number in two spellings, national and international.
    pub(crate) fn same_phone(self, other: Digits) -> bool {
        let tail = 10_u64.pow(TAIL.min(self.len).min(other.len));
        self.last % tail == other.last % tail
    }
}

impl Settled {
    /// The answer in it, as one that came late; `None` where it tells of none.
    pub(crate) fn late(&self) -> Option<Late> {
        let answer = match &self.outcome {
            Outcome::Accepted { smsc_id, h } => Ok((smsc_id.clone(), *h)),
            Outcome::Rejected { code, detail } => Err((*code, detail.clone())),
            Outcome::Again { .. }
            | Outcome::Elsewhere { .. }
            | Outcome::Back { .. }
            | Outcome::Ambiguous { .. } => return None,
        };
        Some(Late { message: self.message, part: self.part, attempt: self.attempt, answer })
    }
}

/// A receipt as the carrier's words were understood.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Receipt {
    /// Hash of the normalised id.
    pub h: i64,
    /// The id as written.
    pub smsc_id: String,
    /// What it says.
    pub status: Status,
    /// Why.
    pub code: Code,
    /// The carrier's own word.
    pub detail: String,
    /// Who it says the message was for: the source of the report, in any spelling.
    pub from: String,
    /// Whose message it says it was: the destination of the report.
    pub to: String,
    /// The beginning of the message as the report repeats it; often empty.
    pub text: String,
}

/// An answer that came after its part had been given up as ambiguous.
#[derive(Debug, Clone)]
pub struct Late {
    /// The message.
    pub message: i64,
    /// The part, from 0.
    pub part: i64,
    /// Which try it answers.
    pub attempt: i64,
    /// The carrier's id and its hash, where it took the part; else why not.
    pub answer: std::result::Result<(String, i64), (Code, String)>,
}
