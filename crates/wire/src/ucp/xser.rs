//! XSer, clause 5.1.2.3: extra services as `TT LL data`, all of it in hex.

use super::error::Ec;
use crate::user_data::{hex, unhex};

/// The user data header, its length octet included.
pub(super) const UDH: u8 = 0x01;
/// TP-DCS.
pub(super) const DCS: u8 = 0x02;

/// One extra service.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Service {
    /// 01 header, 02 coding, 0C billing, 0D single shot, and what carriers agreed.
    pub kind: u8,
    /// Its octets.
    pub data: Vec<u8>,
}

/// Reads the field. A service that ends behind the end makes the whole of it unreadable: what was meant is unknown.
pub(super) fn read(field: &[u8]) -> Result<Vec<Service>, Ec> {
    let octets = unhex(field).ok_or(Ec::SYNTAX)?;
    let mut rest = octets.as_slice();
    let mut out = Vec::new();
    while let Some((kind, after)) = rest.split_first() {
        let (length, after) = after.split_first().ok_or(Ec::SYNTAX)?;
        let (data, after) = after.split_at_checked(usize::from(*length)).ok_or(Ec::SYNTAX)?;
        out.push(Service { kind: *kind, data: data.to_vec() });
        rest = after;
    }
    Ok(out)
}

/// Writes the field. A service of more than 255 octets has no length and is left out.
pub(super) fn write(services: &[Service]) -> Vec<u8> {
    let mut octets = Vec::new();
    for service in services {
        if let Ok(length) = u8::try_from(service.data.len()) {
            octets.extend_from_slice(&[service.kind, length]);
            octets.extend_from_slice(&service.data);
        }
    }
    hex(&octets)
}
