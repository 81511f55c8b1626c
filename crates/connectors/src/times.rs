//! Every duration of the way out in one place, so that a test may run with short ones.

/// How long things may take, in milliseconds. The defaults are what carriers expect.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Times {
    /// Until a connection stands.
    pub connect: i64,
    /// Until the bind is answered.
    pub bind: i64,
    /// Until a message is answered; 0 takes the connector's setting.
    pub answer: i64,
    /// Until a one-time code is answered, if that is sooner.
    pub otp_answer: i64,
    /// Silence after which the link is asked whether it lives; 0 takes the connector's setting.
    pub enquire: i64,
    /// Until an enquire_link is answered.
    pub probe: i64,
    /// From the first octet of a PDU to its last.
    pub pdu: i64,
    /// Until what is to be written is written.
    pub write: i64,
    /// How long a late answer is waited for.
    pub late: i64,
    /// How long a committed intent may wait for its turn on the wire before it goes back.
    pub ready: i64,
    /// A link that falls sooner after its bind than this flaps.
    pub flap: i64,
    /// First and longest pause between two tries of a link.
    pub link: (i64, i64),
    /// The same where name or password are refused.
    pub refused: (i64, i64),
    /// First and longest pause between two tries of a message.
    pub retry: (i64, i64),
    /// How far back the circuit looks.
    pub circuit: i64,
    /// First and longest pause of an open circuit before one message is tried.
    pub circuit_pause: (i64, i64),
    /// How long a connector may be down before what waits goes to another.
    pub relane: i64,
    /// How long a modem may take for what; the wait for a message's answer is the connector's setting.
    pub modem: wire::at::Patience,
}

impl Default for Times {
    fn default() -> Times {
        Times {
            connect: 10_000,
            bind: 10_000,
            answer: 0,
            otp_answer: 10_000,
            enquire: 0,
            probe: 10_000,
            pdu: 10_000,
            write: 10_000,
            late: 600_000,
            ready: 1_000,
            flap: 10_000,
            link: (1_000, 60_000),
            refused: (60_000, 600_000),
            retry: (5_000, 15 * 60_000),
            circuit: 30_000,
            circuit_pause: (5_000, 60_000),
            relane: 30_000,
            modem: wire::at::Patience::default(),
        }
    }
}
