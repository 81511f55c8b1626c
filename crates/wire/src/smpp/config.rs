//! What a session is told before it begins.

use super::Bind;

/// Which side of the link we are.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Role {
    /// The client of a carrier.
    Esme,
    /// The carrier.
    Smsc,
}

/// How one session behaves. Times in ms.
#[derive(Clone)]
pub struct Config {
    /// As ESME who we are; as SMSC the name in the bind answer.
    pub system_id: String,
    /// The secret of the ESME; never shown.
    pub password: String,
    /// What the carrier asked for, often empty.
    pub system_type: String,
    /// The addresses served, as a pattern; often empty.
    pub address_range: String,
    /// Which way messages flow (ESME).
    pub bind: Bind,
    /// 0x34 unless a carrier needs another.
    pub interface_version: u8,
    /// Wait for an outbind before binding (ESME behind a listening socket).
    pub await_outbind: bool,
    /// What an outbind must say; empty takes any.
    pub outbind_password: String,
    /// Requests without an answer at one time.
    pub window: usize,
    /// From connect until the bind is answered (ESME) or has come (SMSC).
    pub session_init_ms: i64,
    /// Silence after which the link is asked whether it lives.
    pub enquire_ms: i64,
    /// How long an enquire_link may go unanswered.
    pub probe_ms: i64,
    /// How long a message may go unanswered.
    pub response_ms: i64,
    /// How long the slot of an ambiguous message is kept for a late answer.
    pub late_ms: i64,
    /// Without any message for so long the session ends; 0: never.
    pub inactivity_ms: i64,
    /// The longest PDU that is read or written.
    pub pdu_max: usize,
    /// How long a PDU may take from its first octet to its last.
    pub pdu_ms: i64,
    /// The first sequence number of ours.
    pub first_sequence: u32,
    /// Whether the owner answers submit_multi, query_sm, cancel_sm and replace_sm (SMSC); else they are refused here.
    pub operations: bool,
}

impl Default for Config {
    fn default() -> Self {
        Config {
            system_id: String::new(),
            password: String::new(),
            system_type: String::new(),
            address_range: String::new(),
            bind: Bind::Transceiver,
            interface_version: 0x34,
            await_outbind: false,
            outbind_password: String::new(),
            window: 10,
            session_init_ms: 10_000,
            enquire_ms: 30_000,
            probe_ms: 10_000,
            response_ms: 60_000,
            late_ms: 600_000,
            inactivity_ms: 0,
            pdu_max: 68 * 1024,
            pdu_ms: 10_000,
            first_sequence: 1,
            operations: false,
        }
    }
}

impl std::fmt::Debug for Config {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Config")
            .field("system_id", &self.system_id)
            .field("bind", &self.bind)
            .field("window", &self.window)
            .finish_non_exhaustive()
    }
}
