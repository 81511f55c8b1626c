//! What a link asks of a protocol: one session to drive, one way to write messages, and the few things it hears.
//!
//! Nothing here knows a protocol, nothing a protocol's module gives is more than this.

use crate::letter::Encode;
use crate::net::{Asked, Net, Socket};
use crate::times::Times;
use sms::Code;
use sms::live::LinkState;
use std::sync::Arc;
use std::task::{Context, Poll};
use store::Db;
use store::machine::command::Command;
use store::machine::inbound::Concat;
use store::machine::settle::Receipt;
use wire::smpp::Meaning;

/// How one link behaves, whatever it speaks.
#[derive(Clone)]
pub(crate) struct Settings {
    pub(crate) name: String,
    pub(crate) address: String,
    pub(crate) window: usize,
    pub(crate) rate: i64,
    pub(crate) answer_ms: i64,
    pub(crate) enquire_ms: i64,
    /// Which of the connector's links this is, from 0.
    pub(crate) link: i64,
    pub(crate) times: Times,
    pub(crate) tongue: Arc<dyn Tongue>,
    pub(crate) net: Arc<dyn Net>,
}

/// A protocol with the account's own settings.
pub(crate) trait Tongue: Send + Sync {
    /// A session that is to begin on a new connection.
    fn talk(&self, settings: &Settings, db: &Db, now: i64) -> Box<dyn Talk>;
    /// The way there where it is no address of a network.
    fn dial(&self) -> Option<Asked<'_, Box<dyn Socket>>> {
        None
    }
    /// Takes a command of a page or program and sees to its end; `false` where this kind knows no such thing.
    fn obey(&self, _: &Db, _: &Command) -> bool {
        false
    }
    /// The carrier comes to us: there is no telling when.
    fn is_called(&self) -> bool {
        false
    }
    /// How many links there are for so many binds.
    fn links(&self, binds: usize) -> usize {
        binds
    }
    /// Messages go out by this link; else only in.
    fn sends(&self, _link: i64) -> bool {
        true
    }
    /// How messages are written.
    fn encoder(&self, db: &Db) -> Encode;
    /// Messages leave whole, whatever their length: the encoder makes one body, and the carrier cuts.
    fn sends_whole(&self) -> bool {
        false
    }
}

/// A session: octets in, octets and things heard out. It owns no socket and no clock.
pub(crate) trait Talk: Send {
    /// The connection stands only now.
    fn connected(&mut self, now: i64);
    /// Takes octets as they were read.
    fn feed(&mut self, bytes: &[u8], now: i64);
    /// The next thing that happened.
    fn hear(&mut self) -> Option<Heard>;
    /// Octets to be written now.
    fn output(&self) -> &[u8];
    /// So many of them were written.
    fn wrote(&mut self, count: usize);
    /// Does what is due and gives the instant of the next look; `None` when it is over.
    fn tick(&mut self, now: i64) -> Option<i64>;
    /// Messages may flow.
    fn is_bound(&self) -> bool;
    /// It is over.
    fn is_closed(&self) -> bool;
    /// The peer has answered when it was asked whether it is there.
    fn is_proven(&self) -> bool;
    /// Parts that may be sent now.
    fn room(&self) -> usize;
    /// Nothing may be sent for a while, by our own rules: nothing is taken for it either.
    fn rests(&self) -> bool {
        false
    }
    /// Ready when something for it came from elsewhere than the wire.
    fn poll_aside(&mut self, _: &mut Context<'_>) -> Poll<()> {
        Poll::Pending
    }
    /// The carrier's requests without our answer.
    fn unanswered(&self) -> usize;
    /// Asks whether the peer is there.
    fn ask(&mut self, now: i64);
    /// A part that the encoder wrote, for people.
    fn describe(&self, body: &[u8]) -> Told;
    /// The octets of the part that [`Talk::output`] begins with, where it begins with one and that is known.
    fn part_first(&self) -> Option<usize> {
        None
    }
    /// What is spoken, where it can be shown to who looks at the wire.
    fn dialect(&self) -> Option<wire::trace::Dialect> {
        None
    }
    /// Sends a part that the encoder wrote.
    fn submit(&mut self, token: u64, body: &[u8], answer_ms: i64, now: i64) -> Result<(), Unsent>;
    /// Answers a delivery: kept, or to be said again.
    fn acknowledge(&mut self, seq: u32, kept: bool);
    /// Says goodbye.
    fn leave(&mut self, now: i64);
    /// The connection is gone.
    fn lost(&mut self);
    /// The peer does not read.
    fn unread(&mut self);
}

/// Why a part was not taken by its session.
pub(crate) enum Unsent {
    /// Another time.
    NotNow,
    /// This one cannot be sent at all.
    Never(String),
}

/// A request as people read it: what it is and its fields, a line each, without numbers and text.
pub(crate) struct Told {
    pub(crate) command: String,
    pub(crate) fields: String,
}

/// A request that came to nothing: what it was, and the answer in words.
pub(crate) struct Unheard {
    pub(crate) command: String,
    pub(crate) status: String,
}

/// What happened on the link.
pub(crate) enum Heard {
    /// The carrier let us in.
    Bound,
    /// The carrier refused us; the end follows.
    Refused { state: LinkState, words: String, login: Unheard },
    /// Not yet, and why: for the page.
    Waits(String),
    /// The carrier has nearly, or more than, as much as it can do; of 100.
    Congested(u8),
    /// A part was answered.
    Answered { token: u64, verdict: Verdict },
    /// Nobody knows whether this part was taken.
    Ambiguous { token: u64, why: wire::smpp::Why },
    /// A part that was reported ambiguous is answered after all.
    Late { token: u64, verdict: Verdict },
    /// The carrier hands something over.
    Delivered { seq: u32, delivery: Delivery },
    /// Something could not be read, and was answered so.
    Malformed(Unheard),
    /// The session is over; these parts never left.
    Closed { words: &'static str, unsent: Vec<u64> },
}

/// How a part was answered.
pub(crate) struct Verdict {
    pub(crate) meaning: Meaning,
    pub(crate) code: Code,
    /// The carrier's answer in words.
    pub(crate) words: String,
    /// The carrier's name for the part; of a whole message, a line for each of its parts, or one for all.
    pub(crate) id: String,
    /// With some carriers this "later" means never.
    pub(crate) doubtful: bool,
}

/// What the carrier hands over.
pub(crate) enum Delivery {
    /// What became of a message of ours.
    Receipt(Receipt),
    /// A message from a phone.
    Message { from: String, to: String, text: String, concat: Option<Concat>, tlvs: String },
    /// A message from a phone with a mark by which it is known when it comes again.
    Marked { from: String, to: String, text: String, concat: Option<Concat>, mark: Vec<u8> },
    /// Nothing that could be kept.
    Nothing,
}
