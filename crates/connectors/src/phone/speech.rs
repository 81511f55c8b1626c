//! What the app and this side say to one another, as JSON. Unknown fields are overlooked, so that either may be newer.

use serde::{Deserialize, Serialize};
use store::machine::phone::Sim;

/// Messages, reports and cards in one request.
pub(super) const MANY: usize = 500;
/// The longest word of those the phone chooses itself.
pub(super) const WORD_MOST: usize = 200;

/// `pair`: the code that a person showed, and a name of this installation that no other has.
#[derive(Debug, Deserialize)]
pub(super) struct Pair {
    pub(super) code: String,
    pub(super) install: String,
}

#[derive(Debug, Serialize)]
pub(super) struct Paired<'a> {
    pub(super) token: &'a str,
    pub(super) connection: &'a str,
    pub(super) server_ms: i64,
}

/// What a phone says of itself.
#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct About {
    pub(super) model: String,
    pub(super) android: String,
    pub(super) app: String,
    pub(super) battery: Option<i64>,
    pub(super) charging: bool,
    pub(super) sims: Vec<Sim>,
}

/// `poll`: what is there to send?
#[derive(Debug, Default, Deserialize)]
#[serde(default)]
pub(super) struct Poll {
    pub(super) clock_ms: i64,
    /// Messages it can take now.
    pub(super) room: i64,
    /// How long it will wait for an answer.
    pub(super) wait_s: i64,
    /// The last answer with messages that it has kept.
    pub(super) got: String,
    pub(super) phone: Option<About>,
}

#[derive(Debug, Serialize)]
pub(super) struct Polled {
    pub(super) server_ms: i64,
    pub(super) batch: String,
    pub(super) messages: Vec<Message>,
}

/// A message to be sent.
#[derive(Debug, Serialize)]
pub(super) struct Message {
    pub(super) id: String,
    pub(super) sim: i64,
    pub(super) to: String,
    pub(super) text: String,
    pub(super) parts: i64,
    pub(super) report: bool,
    pub(super) send_within_ms: i64,
}

/// `report`: what became of messages.
#[derive(Debug, Deserialize)]
pub(super) struct Reports {
    pub(super) reports: Vec<Report>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Report {
    pub(super) id: String,
    pub(super) state: String,
    /// The part it is about, from 1; of a delivery alone.
    pub(super) part: Option<i64>,
    /// Android's result.
    pub(super) code: Option<u32>,
    /// The network's own cause beside it.
    pub(super) cause: Option<u32>,
    /// Parts that left before one failed.
    pub(super) sent_parts: i64,
    /// TP-Status of a delivery report.
    pub(super) tp_status: Option<u8>,
}

/// `inbound`: what people wrote.
#[derive(Debug, Deserialize)]
pub(super) struct Inbound {
    #[serde(default)]
    pub(super) clock_ms: i64,
    pub(super) messages: Vec<Written>,
}

#[derive(Debug, Clone, Default, Deserialize)]
#[serde(default)]
pub(super) struct Written {
    pub(super) id: String,
    pub(super) sim: i64,
    pub(super) from: String,
    pub(super) text: String,
    pub(super) at_ms: i64,
}

/// What was taken of a request, and which of its ids mean nothing here.
#[derive(Debug, Default, Serialize)]
pub(super) struct Taken {
    pub(super) taken: usize,
    pub(super) refused: Vec<String>,
}

/// The first word of a phone about a message, as it is kept until the link has heard it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "said", rename_all = "lowercase")]
pub(super) enum Said {
    /// All of its parts left.
    Sent,
    /// It could not be sent.
    Failed { code: u32, cause: Option<u32>, sent_parts: i64 },
    /// Its time was over before it was tried.
    Expired,
    /// The app does not know.
    Unknown,
}

impl Said {
    pub(super) fn of(report: &Report) -> Option<Said> {
        Some(match report.state.as_str() {
            "sent" => Said::Sent,
            "failed" => Said::Failed {
                code: report.code.unwrap_or(1),
                cause: report.cause,
                sent_parts: report.sent_parts,
            },
            "expired" => Said::Expired,
            "unknown" => Said::Unknown,
            _ => return None,
        })
    }

    pub(super) fn write(&self) -> String {
        serde_json::to_string(self).unwrap_or_default() // words and numbers alone: it cannot fail
    }

    pub(super) fn read(text: &str) -> Said {
        serde_json::from_str(text).unwrap_or(Said::Unknown)
    }
}
