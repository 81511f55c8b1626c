//! What a pretend carrier is told before it starts, and the faults it is given while it runs.

use std::net::{Ipv4Addr, SocketAddr};
use std::path::PathBuf;

pub use crate::nasty::Ids;
use crate::nasty::{Answers, Greeting, Reports};
use crate::outcome::Mix;

/// How a receipt says what it says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Receipts {
    /// The text of SMPP 3.4 appendix B.
    Text,
    /// receipted_message_id and message_state, and no text.
    Tlv,
    /// Both.
    Both,
}

/// The language the carrier speaks.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Default)]
pub enum Protocol {
    /// SMPP 3.4.
    #[default]
    Smpp,
    /// EMI/UCP.
    Ucp,
    /// CIMD2.
    Cimd2,
}

impl Protocol {
    /// All of them, with their names on the command line.
    pub const ALL: [(&'static str, Protocol); 3] =
        [("smpp", Protocol::Smpp), ("ucp", Protocol::Ucp), ("cimd2", Protocol::Cimd2)];

    /// The one of a name.
    pub fn of(name: &str) -> Option<Protocol> {
        Protocol::ALL.into_iter().find(|(n, _)| *n == name).map(|(_, protocol)| protocol)
    }
}

/// One fall of the link.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Cut {
    /// Seconds after the start.
    pub after_s: u64,
    /// Seconds during which binds are refused.
    #[serde(default)]
    pub down_s: u64,
}

/// A pretend carrier.
#[derive(Clone)]
pub struct Config {
    /// Where it listens; port 0 takes a free one.
    pub listen: SocketAddr,
    /// The language it speaks. With UCP and CIMD2 messages are named by number and second, whatever `ids` says.
    pub protocol: Protocol,
    /// The provider it pretends to be instead, over HTTP.
    pub provider: Option<crate::provider::Setup>,
    /// The seed of all chance.
    pub seed: u64,
    /// The only system_id that may bind; anyone where it is `None`.
    pub system_id: Option<String>,
    /// The password it needs; any where it is `None`.
    pub password: Option<String>,
    /// Messages a second and system_id; what comes faster is throttled.
    pub rate: Option<u32>,
    /// Least and most before a submit is answered.
    pub latency_ms: (u64, u64),
    /// Least and most before a handset has it and the first report leaves.
    pub receipt_ms: (u64, u64),
    /// The form of reports.
    pub receipts: Receipts,
    /// How ids are written in answers.
    pub ids: Ids,
    /// How ids are written in reports.
    pub receipt_ids: Ids,
    /// Shares of outcomes for numbers that ask for none.
    pub mix: Mix,
    /// When the link falls.
    pub cuts: Vec<Cut>,
    /// What is wrong from the start.
    pub faults: Faults,
    /// Divides the long waits of outcomes: a minute off, five seconds throttled.
    pub hurry: u64,
    /// Deliveries without an answer on one link.
    pub window: usize,
    /// Phones and journal are kept. Off, the carrier only answers and reports: the sink of a benchmark.
    pub record: bool,
    /// Entries of the journal kept in memory.
    pub journal_keep: usize,
    /// Every entry of the journal is appended here as a JSON line.
    pub journal_file: Option<PathBuf>,
    /// Messages a phone keeps.
    pub inbox_keep: usize,
    /// Phones that are kept; the oldest goes.
    pub phones_keep: usize,
    /// Messages and reports waiting at one time; more is answered "queue full".
    pub pending_max: usize,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            protocol: Protocol::Smpp,
            provider: None,
            seed: 1,
            system_id: None,
            password: None,
            rate: None,
            latency_ms: (0, 0),
            receipt_ms: (300, 900),
            receipts: Receipts::Both,
            ids: Ids::Decimal,
            receipt_ids: Ids::Decimal,
            mix: Mix::default(),
            cuts: Vec::new(),
            faults: Faults::default(),
            hurry: 1,
            window: 1000,
            record: true,
            journal_keep: 10_000,
            journal_file: None,
            inbox_keep: 100,
            phones_keep: 50_000,
            pending_max: 1_000_000,
        }
    }
}

impl Config {
    /// The sink of a benchmark: no phones, no journal, every report after exactly so long.
    pub fn sink(receipt_ms: u64) -> Config {
        Config { record: false, journal_keep: 0, receipt_ms: (receipt_ms, receipt_ms), ..Config::default() }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("listen", &self.listen)
            .field("seed", &self.seed)
            .field("system_id", &self.system_id)
            .field("record", &self.record)
            .finish_non_exhaustive()
    }
}

/// What is wrong with the carrier right now. A scenario's `[faults]` begins with these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, serde::Deserialize)]
#[serde(deny_unknown_fields, default)]
pub struct Faults {
    /// Binds are refused.
    pub refuse_binds: bool,
    /// Binds are refused with this status instead of "bind failed".
    pub bind_status: u32,
    /// Every submit is throttled.
    pub throttle: bool,
    /// Every submit is answered with this status (the error number of UCP and CIMD2) and not taken; 0 is nothing.
    pub status: u32,
    /// Messages are taken and delivered; their answers are never sent.
    pub lose_answers: bool,
    /// Messages are taken and delivered, and answered with a fault of the server (HTTP).
    pub fail_after: bool,
    /// Webhooks are proven wrongly (HTTP).
    pub bad_proofs: bool,
    /// Seconds that a throttled client is asked to wait (HTTP); 0 says none.
    pub retry_after_s: u32,
    /// Messages vanish: neither taken nor answered.
    pub black_hole: bool,
    /// No reports leave.
    pub no_receipts: bool,
    /// Added before every answer, ms.
    pub slow_ms: u64,
    /// What becomes of answers.
    pub answers: Answers,
    /// Only each so-many-th answer is treated so; 0 and 1: every one.
    pub every: u32,
    /// Binds are answered, and nothing after them.
    pub mute: bool,
    /// What is said to whoever connects.
    pub greeting: Greeting,
    /// Links fall so long after their bind, ms; 0 never.
    pub drop_after_ms: u64,
    /// The link falls when a text has the word `poison` in it; behind HTTP that message is refused.
    pub poison: bool,
    /// Such a message has its whole request refused, and nothing of it is taken (HTTP).
    pub poison_all: bool,
    /// Only so many ids differ, then they come again; 0: all differ.
    pub ids_repeat_after: u64,
    /// How ids are written in answers from now on; the configuration's way where it is `None`.
    pub ids: Option<Ids>,
    /// What becomes of reports.
    pub reports: Reports,
    /// What happens, once, to the part of a long message with this number (from 1).
    pub at_part: Option<(u8, AtPart)>,
}

/// A mishap that meets one part of a long message.
#[derive(Debug, Clone, Copy, PartialEq, Eq, serde::Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum AtPart {
    /// It is taken and answered; then the link falls.
    FallBehind,
    /// It is taken; the link falls before the answer.
    FallBefore,
    /// It is taken; its answer never comes, and the link stays.
    Silence,
    /// It vanishes without an answer, and the link stays.
    Vanish,
    /// The carrier answers with this status and does not take it.
    Answer(u32),
}
