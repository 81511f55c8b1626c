//! What a session tells its owner.

use super::protocol::{Answer, Credentials};
pub use crate::window::Why;

/// Something happened on the link.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event<R> {
    /// The carrier let us in, or wants no login.
    LoggedIn,
    /// The carrier refused us; [`Event::Closed`] follows.
    LoginRefused(Answer),
    /// A client asks to be let in: answer with `answer_login`.
    LoginAsked(Credentials),
    /// The other side hands over a message or a report: answer with `answer` after it is committed.
    Request {
        /// Give it back with the answer.
        number: u32,
        /// What it is.
        request: R,
    },
    /// A message of ours was answered in time.
    Answered {
        /// As given to `send`.
        token: u64,
        /// Taken, or why not.
        answer: Answer,
    },
    /// Nobody knows whether this one was taken; the link lives and the others are not touched.
    Ambiguous {
        /// As given to `send`.
        token: u64,
        /// How it came to that.
        why: Why,
    },
    /// The answer to one that was reported ambiguous.
    LateAnswer {
        /// As given to `send`.
        token: u64,
        /// Taken, or why not.
        answer: Answer,
    },
    /// A frame could not be read; it was answered where that was possible, the session goes on.
    Malformed {
        /// What it claimed to be.
        operation: u8,
        /// The protocol's error number.
        code: u16,
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

/// How a session ended.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum WhyClosed {
    /// We left.
    LoggedOut,
    /// The peer left.
    PeerLoggedOut,
    /// The login was refused.
    Refused,
    /// No login, or no answer to it, in time.
    NoLogin,
    /// Nobody answered whether the link lives.
    Dead,
    /// More than half of the window holds messages without an answer although the link lives.
    Stalled,
    /// A frame began and did not end in time.
    Torn,
    /// The peer does not read.
    Flooded,
    /// The owner says the connection is gone.
    Lost,
}

/// Why a message was not taken by the session.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum SendError {
    /// As many are open as the window, or the protocol's numbers, allow.
    WindowFull,
    /// There is no login.
    NotLoggedIn,
}

impl std::fmt::Display for SendError {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            SendError::WindowFull => "the window is full",
            SendError::NotLoggedIn => "the session is not logged in",
        })
    }
}

impl std::error::Error for SendError {}

/// Counts of what was odd; never reset while the session lives.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Stats {
    /// Answers to nothing we asked.
    pub strays: u64,
    /// Frames that could not be read, torn and overlong ones included.
    pub malformed: u64,
    /// Requests under a number whose request we have not answered yet.
    pub repeated: u64,
    /// Requests under a number of our own kind.
    pub misnumbered: u64,
    /// Requests of ours that the peer could not read.
    pub nacks: u64,
    /// Requests of what is not done here.
    pub unknown: u64,
    /// Octets outside of frames.
    pub skipped: u64,
}
