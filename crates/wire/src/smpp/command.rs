//! Command ids, clause 5.1.2.1. A response is its request with the highest bit set.

/// The bit that makes a response of a request.
pub const RESPONSE: u32 = 0x8000_0000;

macro_rules! commands {
    ($($(#[$meta:meta])* $const:ident = $id:literal $name:literal),+ $(,)?) => {
        $($(#[$meta])* pub const $const: u32 = $id;)+

        /// The name of a command id, response or not; `unknown` for what no version defines.
        pub const fn name(id: u32) -> &'static str {
            match id {
                0x8000_0000 => "generic_nack",
                $($id => $name, id if id == $id | RESPONSE => concat!($name, "_resp"),)+
                _ => "unknown",
            }
        }

        /// Whether a request with this id exists in 3.4 or 5.0.
        pub const fn known(id: u32) -> bool {
            matches!(id, $($id)|+)
        }
    };
}

commands! {
    /// Clause 4.1.3.
    BIND_RECEIVER = 0x01 "bind_receiver",
    /// Clause 4.1.1.
    BIND_TRANSMITTER = 0x02 "bind_transmitter",
    /// Clause 4.8.
    QUERY_SM = 0x03 "query_sm",
    /// Clause 4.4.
    SUBMIT_SM = 0x04 "submit_sm",
    /// Clause 4.6.
    DELIVER_SM = 0x05 "deliver_sm",
    /// Clause 4.2.
    UNBIND = 0x06 "unbind",
    /// Clause 4.10.
    REPLACE_SM = 0x07 "replace_sm",
    /// Clause 4.9.
    CANCEL_SM = 0x08 "cancel_sm",
    /// Clause 4.1.5.
    BIND_TRANSCEIVER = 0x09 "bind_transceiver",
    /// Clause 4.1.7; has no response.
    OUTBIND = 0x0B "outbind",
    /// Clause 4.11.
    ENQUIRE_LINK = 0x15 "enquire_link",
    /// Clause 4.5.
    SUBMIT_MULTI = 0x21 "submit_multi",
    /// Clause 4.12; has no response.
    ALERT_NOTIFICATION = 0x102 "alert_notification",
    /// Clause 4.7.
    DATA_SM = 0x103 "data_sm",
    /// 5.0, clause 4.4.1.
    BROADCAST_SM = 0x111 "broadcast_sm",
    /// 5.0, clause 4.6.1.
    QUERY_BROADCAST_SM = 0x112 "query_broadcast_sm",
    /// 5.0, clause 4.6.2.
    CANCEL_BROADCAST_SM = 0x113 "cancel_broadcast_sm",
}

/// Clause 4.3: the answer to what could not be read or is not known.
pub const GENERIC_NACK: u32 = RESPONSE;
