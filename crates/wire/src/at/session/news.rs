//! What a session is told at its beginning, where it may stand, and what it tells.

use crate::at::{Facts, Failure, Quirks, Ussd};

/// How long things may take, in milliseconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Patience {
    /// Until an ordinary command is answered.
    pub command: i64,
    /// Until a plain `AT` is answered.
    pub sync: i64,
    /// Until a modem that starts answers at all.
    pub boot: i64,
    /// Until the prompt of a message comes.
    pub prompt: i64,
    /// Until a message that was written is answered: networks take a minute, and two.
    pub send: i64,
    /// Until a list of what is stored is complete.
    pub list: i64,
    /// Between two looks at signal and registration.
    pub look: i64,
    /// Between two looks into the memory, whatever the modem announced or forgot.
    pub poll: i64,
    /// After a reset, before the modem is spoken to.
    pub reset: i64,
    /// Without a network before the session is given up.
    pub lost: i64,
    /// Until the network answers a code.
    pub ussd: i64,
    /// Before a busy card is asked again, and between two looks for a network.
    pub busy: i64,
}

impl Patience {
    /// What modems and networks of the field need.
    pub const USUAL: Patience = Patience {
        command: 10_000,
        sync: 2_000,
        boot: 60_000,
        prompt: 10_000,
        send: 120_000,
        list: 30_000,
        look: 20_000,
        poll: 60_000,
        reset: 5_000,
        lost: 30_000,
        ussd: 30_000,
        busy: 5_000,
    };
}

impl Default for Patience {
    fn default() -> Patience {
        Patience::USUAL
    }
}

/// How a modem is to be spoken to.
#[derive(Clone, Default)]
pub struct Config {
    /// The card's PIN.
    pub pin: Option<String>,
    /// Status reports are wanted.
    pub reports: bool,
    /// The least between two messages.
    pub delay_ms: i64,
    /// What it does otherwise than the specification.
    pub quirks: Quirks,
    /// How long things may take.
    pub patience: Patience,
}

/// Where the session stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stage {
    /// The modem is set up.
    Opening,
    /// Somebody must say whether the PIN may be tried.
    AwaitingPin,
    /// Set up; it looks for a network.
    Searching,
    /// Messages may go.
    Ready,
    /// Over.
    Closed,
}

/// What keeps a modem from working, for a person to mend.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Trouble {
    /// No card is in.
    NoCard,
    /// The card does not work, or is locked to something else.
    CardFailed,
    /// The card wants a PIN and none is set.
    PinMissing,
    /// The PIN is not tried: it failed before, or the last try would be spent.
    PinHeld,
    /// The PIN was wrong.
    PinWrong,
    /// Nobody knows what came of the PIN.
    PinUnanswered,
    /// The card wants its PUK.
    Puk,
    /// The modem knows texts alone.
    NoPduMode,
    /// The network refuses the card.
    Denied,
    /// It looks for a network.
    Searching,
}

/// Why a session is over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Ended {
    /// We left.
    Left,
    /// The port is gone.
    Lost,
    /// It answers nothing any more, reset or not.
    Dead,
    /// It does not read.
    Unread,
    /// Something a person must mend.
    Trouble(Trouble),
    /// It has been without a network for too long.
    NoNetwork,
}

/// What happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum News {
    /// The card wants its PIN; [`Session::permit_pin`] decides.
    PinWanted,
    /// The PIN was entered.
    PinTried {
        /// Whether it was right.
        accepted: bool,
    },
    /// Messages may go.
    Ready,
    /// Not yet, and why.
    Waits(Trouble),
    /// What is known of modem, card and network has changed.
    Facts(Box<Facts>),
    /// A message was answered: the modem's reference, where it gave one.
    Sent {
        /// Whose.
        token: u64,
        /// Its answer.
        answer: Result<Option<u8>, Failure>,
    },
    /// The modem never asked for this message: nothing of it was sent.
    Unprompted {
        /// Whose.
        token: u64,
    },
    /// It was written, and nobody knows whether it was sent.
    Ambiguous {
        /// Whose.
        token: u64,
    },
    /// A message reported ambiguous is answered after all.
    Late {
        /// Whose.
        token: u64,
        /// Its answer.
        answer: Result<Option<u8>, Failure>,
    },
    /// A message or a report came in: service centre and TPDU. `None` where what is stored is no PDU.
    Handed {
        /// To be named to [`Session::acknowledge`].
        seq: u32,
        /// The octets.
        pdu: Option<Vec<u8>>,
    },
    /// The network answered a code, or did not.
    Ussd(Result<Ussd, Failure>),
    /// Over. These messages never left.
    Closed {
        /// Why.
        why: Ended,
        /// What never left.
        unsent: Vec<u64>,
    },
}

/// It cannot be done now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct NotNow;
