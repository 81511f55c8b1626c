//! What links report of parts: the carrier's answer or its absence, its receipts, and answers that come too late.

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
    /// What became of it.
    pub outcome: Outcome,
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
