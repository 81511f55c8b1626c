//! Long messages: counting, choosing the encoding, cutting into parts.

use crate::closed::closed_list;

closed_list! {
    /// How a text travels.
    pub enum Encoding {
        /// GSM 7-bit default alphabet, 3GPP 23.038 clause 6.2.1.
        Gsm7 = 0 "GSM-7",
        /// UCS-2 (UTF-16 big-endian on the wire), 3GPP 23.038 clause 6.2.3.
        Ucs2 = 1 "UCS-2",
        /// Raw octets.
        Octets = 2 "8-bit",
    }
}
