//! What a protocol says of itself, and the few things both protocols say.

use crate::window::Numbers;

/// Which side of the link we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The client of a carrier.
    Client,
    /// The carrier.
    Server,
}

/// Who logs in.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Credentials {
    /// The account; empty where the carrier knows us by our address alone and wants no login.
    pub user: Vec<u8>,
    /// The secret; [`std::fmt::Debug`] leaves it out.
    pub password: Vec<u8>,
    /// UCP: OTON of operation 60, the kind of address the account is.
    pub ton: u8,
    /// UCP: ONPI of operation 60.
    pub npi: u8,
    /// CIMD2: the window asked for.
    pub window: Option<u8>,
}

impl std::fmt::Debug for Credentials {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Credentials")
            .field("user", &String::from_utf8_lossy(&self.user))
            .finish_non_exhaustive()
    }
}

/// How one session behaves. Times in ms.
#[derive(Debug, Clone)]
pub struct Config {
    /// Who we are, as the client.
    pub credentials: Credentials,
    /// Requests without an answer at one time; 1 is stop-and-wait.
    pub window: usize,
    /// As the carrier: messages are taken without a login.
    pub open: bool,
    /// From connect until the login is answered, or has come.
    pub session_init_ms: i64,
    /// Silence after which the link is asked whether it lives; 0: only where an answer is overdue.
    pub enquire_ms: i64,
    /// How long the answer to that may take.
    pub probe_ms: i64,
    /// How long a message may go unanswered.
    pub response_ms: i64,
    /// How long the number of an ambiguous message is kept for a late answer.
    pub late_ms: i64,
    /// The longest frame that is read.
    pub frame_max: usize,
    /// How long a frame may take from its STX to its ETX.
    pub frame_ms: i64,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            credentials: Credentials::default(),
            window: 10,
            open: false,
            session_init_ms: 10_000,
            enquire_ms: 30_000,
            probe_ms: 10_000,
            response_ms: 60_000,
            late_ms: 600_000,
            frame_max: 8 * 1024,
            frame_ms: 10_000,
        }
    }
}

/// How a request was answered.
#[derive(Clone, PartialEq, Eq, Default)]
pub struct Answer {
    /// The protocol's error number; `None` is yes.
    pub error: Option<u16>,
    /// The carrier's name for the message; empty where it gave none.
    pub id: Vec<u8>,
    /// What it says beside.
    pub words: Vec<u8>,
}

impl Answer {
    /// Yes, and the message is called so.
    pub fn taken(id: &[u8]) -> Answer {
        Answer { error: None, id: id.to_vec(), words: Vec::new() }
    }

    /// No.
    pub fn refused(error: u16, words: &str) -> Answer {
        Answer { error: Some(error), id: Vec::new(), words: words.as_bytes().to_vec() }
    }
}

impl std::fmt::Debug for Answer {
    /// An id has the number of a person in it.
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Answer")
            .field("error", &self.error)
            .field("id", &self.id.len())
            .finish_non_exhaustive()
    }
}

/// A frame that cannot be taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Fault {
    /// Its number, where it is a request that can be told so.
    pub number: Option<u32>,
    /// What it claimed to be; 0 where that cannot be read.
    pub operation: u8,
    /// The protocol's error number.
    pub code: u16,
}

/// What a request asks.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Asks<R> {
    /// To be let in.
    Login(Credentials),
    /// To leave.
    Logout,
    /// Whether we are there.
    Alive,
    /// To take this.
    Message(R),
    /// What is well written and not done here.
    Other,
}

/// One packet.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Packet<R> {
    /// Somebody asks.
    Request {
        /// To be given back with the answer.
        number: u32,
        /// What it is.
        operation: u8,
        /// What is wanted.
        asks: Asks<R>,
    },
    /// Somebody answers.
    Answer {
        /// That of the request.
        number: u32,
        /// That of the request.
        operation: u8,
        /// Yes or no.
        answer: Answer,
    },
    /// A request could not be read and is to be said again.
    Nack {
        /// That of the request.
        number: u32,
    },
    /// Something of ours went wrong over there.
    Trouble {
        /// The number of what it is about.
        number: u32,
        /// What.
        answer: Answer,
    },
}

/// How a protocol spells its packets. A body is a packet without number, length and checksum, so that it can be
/// written before anybody knows its number.
pub trait Protocol {
    /// What travels in requests that are neither login nor keep-alive.
    type Request: Clone + PartialEq + Eq + std::fmt::Debug;

    /// The name in the field.
    const NAME: &'static str;
    /// A request that the peer could not read is said again.
    const RESENDS: bool;
    /// The error number of what is asked before the login.
    const NOT_NOW: u16;
    /// The error number of what is not done here.
    const UNSUPPORTED: u16;
    /// The error number of what cannot be read.
    const UNREADABLE: u16;

    /// The numbers of this side's requests.
    fn numbers(role: Role) -> Numbers;
    /// Reads what stands between STX and ETX.
    fn read(frame: &[u8]) -> Result<Packet<Self::Request>, Fault>;
    /// Writes the frame of a body.
    fn seal(number: u32, body: &[u8], out: &mut Vec<u8>);
    /// The body of a request.
    fn body(request: &Self::Request) -> Vec<u8>;
    /// What a body is.
    fn operation(body: &[u8]) -> u8;
    /// The body of the login.
    fn login(who: &Credentials) -> Vec<u8>;
    /// The body of the goodbye; `None` where there is none but the end of the connection.
    fn logout() -> Option<Vec<u8>>;
    /// The body of the keep-alive.
    fn alive(who: &Credentials) -> Vec<u8>;
    /// The body of the answer to a request of this operation.
    fn answer(operation: u8, answer: &Answer) -> Vec<u8>;
    /// The body that tells of a fault.
    fn complaint(fault: Fault) -> Vec<u8>;
}
