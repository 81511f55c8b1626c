//! What a session tells its owner.

use super::{Bind, OperationBuf, SmBuf, Status};
pub use crate::window::Why;

/// Something happened on the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The carrier granted the bind (ESME).
    Bound {
        /// The carrier's name for itself.
        system_id: Vec<u8>,
        /// The version it speaks.
        version: u8,
    },
    /// The carrier refused the bind; [`Event::Closed`] follows.
    BindRefused(Status),
    /// A client asks to be bound (SMSC): answer with `answer_bind`.
    BindAsked(Asked),
    /// The carrier asks us to bind; the session does so by itself.
    Outbind {
        /// The carrier's name.
        system_id: Vec<u8>,
    },
    /// A client hands in a message (SMSC): answer with `answer_submit` after it is committed.
    Submit {
        /// Give it back with the answer.
        seq: u32,
        /// The message.
        sm: SmBuf,
    },
    /// The carrier hands over a message or a receipt (ESME): answer with `answer_deliver` after it is committed.
    Deliver {
        /// Give it back with the answer.
        seq: u32,
        /// The message.
        sm: SmBuf,
    },
    /// A client asks for something else of its messages (SMSC with [`super::Config::operations`]): answer with
    /// `answer_operation`.
    Operation {
        /// Give it back with the answer.
        seq: u32,
        /// What is asked; it read well.
        operation: OperationBuf,
    },
    /// A message of ours was answered in time.
    Answered {
        /// As given to `submit` or `deliver`.
        token: u64,
        /// Taken, or why not.
        status: Status,
        /// The carrier's id; empty where it gave none.
        message_id: Vec<u8>,
    },
    /// Nobody knows whether this one was taken; the link lives and the others are not touched.
    Ambiguous {
        /// As given to `submit` or `deliver`.
        token: u64,
        /// How it came to that.
        why: Why,
    },
    /// The answer to one that was reported ambiguous.
    LateAnswer {
        /// As given to `submit` or `deliver`.
        token: u64,
        /// Taken, or why not.
        status: Status,
        /// The carrier's id; empty where it gave none.
        message_id: Vec<u8>,
    },
    /// The carrier says that it has nearly, or more than, as much as it can do (5.0, clause 4.8.4.18).
    Congested(u8),
    /// A handset that was off is there again.
    Alert {
        /// Its number.
        source: Vec<u8>,
    },
    /// A PDU could not be read; it was answered, the session goes on.
    Malformed {
        /// The command it claimed to be.
        command: u32,
        /// What it was answered with.
        status: Status,
    },
    /// The session is over. Write what `output` still has, then close the socket.
    Closed {
        /// How it ended.
        why: WhyClosed,
        /// Tokens written and not answered: ambiguous, all of them.
        open: Vec<u64>,
        /// Tokens of which not one octet was taken from `output`: these never left.
        unsent: Vec<u64>,
    },
}

/// A bind request as a server sees it.
#[derive(Clone, PartialEq, Eq)]
pub struct Asked {
    /// Which way messages shall flow.
    pub bind: Bind,
    /// Who asks.
    pub system_id: Vec<u8>,
    /// The secret; left out by [`std::fmt::Debug`].
    pub password: Vec<u8>,
    /// What kind of system.
    pub system_type: Vec<u8>,
    /// The version it speaks.
    pub version: u8,
}

impl std::fmt::Debug for Asked {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Asked")
            .field("bind", &self.bind)
            .field("system_id", &String::from_utf8_lossy(&self.system_id))
            .field("version", &self.version)
            .finish_non_exhaustive()
    }
}

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhyClosed {
    /// We unbound and the peer agreed, or did not in time.
    Unbound,
    /// The peer unbound.
    PeerUnbound,
    /// The bind was refused.
    Refused(Status),
    /// Who connected to us does not know what was agreed for an outbind.
    Stranger,
    /// No bind, or no answer to it, in time.
    NoBind,
    /// An enquire_link went unanswered.
    Dead,
    /// More than half of the window holds messages without an answer although the link lives.
    Stalled,
    /// A generic_nack without a sequence: the peer no longer finds our PDUs.
    Nacked,
    /// A PDU began and did not end in time.
    Torn,
    /// A length no PDU can have.
    Framing,
    /// The peer does not read.
    Flooded,
    /// No message for longer than agreed.
    Inactive,
    /// The owner says the connection is gone.
    Lost,
}

/// Why a message was not taken by the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendError {
    /// As many are open as the window allows.
    WindowFull,
    /// There is no bound session.
    NotBound,
    /// The bind does not allow this direction.
    WrongBind,
    /// The PDU would be longer than allowed.
    TooLong,
    /// The peer speaks 3.3, which has no place for this text.
    TooOld,
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SendError::WindowFull => "the window is full",
            SendError::NotBound => "the session is not bound",
            SendError::WrongBind => "the bind does not allow this direction",
            SendError::TooLong => "the message is longer than a PDU may be",
            SendError::TooOld => "the peer speaks SMPP 3.3, which cannot carry this text",
        })
    }
}

impl std::error::Error for SendError {}

/// Counts of what was odd; never reset while the session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Answers to nothing we asked.
    pub strays: u64,
    /// PDUs that could not be read.
    pub malformed: u64,
    /// generic_nacks without a sequence of ours.
    pub nacks: u64,
    /// Requests of unknown commands.
    pub unknown: u64,
}
