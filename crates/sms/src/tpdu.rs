//! The messages of the air: TPDUs of 3GPP 23.040 clause 9.2.2, both sides of each.
//!
//! Reading never fails for what real networks do wrong in the text (a length beyond the end, fill bits that are set):
//! such user data is marked torn and shown as far as it reaches. It does fail, with a [`Fault`], where a field that
//! decides the meaning of the rest is missing. Nothing here speaks to a modem; that is `wire`'s.

mod address;
pub mod answer;
pub mod cause;
pub mod centre;
pub mod command;
mod dcs;
pub mod deliver;
mod reader;
pub mod report;
mod stamp;
pub mod state;
pub mod submit;
mod user;
mod validity;

pub use address::{Address, BadAddress, Ton};
pub use answer::{DeliverReport, SubmitReport};
pub use command::Command;
pub use dcs::{Alphabet, Dcs};
pub use deliver::Deliver;
pub use report::StatusReport;
pub use stamp::Stamp;
pub use submit::Submit;
pub use user::UserData;
pub use validity::{Enhanced, Validity};

/// Why octets are no TPDU, or a value cannot be one.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fault {
    /// It ends within this field.
    Short(&'static str),
    /// Its message type is another, or reserved.
    Kind,
    /// The user data takes more than 140 octets.
    Long,
}

impl std::fmt::Display for Fault {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        match self {
            Fault::Short(field) => write!(f, "ends within {field}"),
            Fault::Kind => f.write_str("of another message type"),
            Fault::Long => f.write_str("user data longer than 140 octets"),
        }
    }
}

impl std::error::Error for Fault {}

/// What a service centre sends to a handset, by TP-MTI (clause 9.2.3.1).
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromCentre {
    /// A message.
    Deliver(Deliver),
    /// What became of a message.
    StatusReport(StatusReport),
    /// The answer to a submission.
    SubmitReport(SubmitReport),
}

/// What a handset sends to a service centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum FromHandset {
    /// A message.
    Submit(Submit),
    /// A question or an order about a message sent before.
    Command(Command),
    /// The answer to a delivery.
    DeliverReport(DeliverReport),
}

/// Message type indicator: bits 1 and 0 of the first octet. Reserved type 3 is read as type 0, as clause 9.2.3.1 asks.
fn kind(octets: &[u8]) -> Result<u8, Fault> {
    let first = octets.first().ok_or(Fault::Short("TP-MTI"))?;
    Ok(if first & 0x03 == 3 { 0 } else { first & 0x03 })
}

impl FromCentre {
    /// Reads any of them. A submit report is taken for a positive one: with the failure cause of a negative one, the
    /// lower layer says so, and [`SubmitReport::decode`] reads it.
    pub fn decode(octets: &[u8]) -> Result<Self, Fault> {
        match kind(octets)? {
            0 => Deliver::decode(octets).map(FromCentre::Deliver),
            2 => StatusReport::decode(octets).map(FromCentre::StatusReport),
            _ => SubmitReport::decode(octets, false).map(FromCentre::SubmitReport),
        }
    }
}

impl FromHandset {
    /// Reads any of them; a deliver report as a positive one.
    pub fn decode(octets: &[u8]) -> Result<Self, Fault> {
        match kind(octets)? {
            0 => DeliverReport::decode(octets, false).map(FromHandset::DeliverReport),
            2 => Command::decode(octets).map(FromHandset::Command),
            _ => Submit::decode(octets).map(FromHandset::Submit),
        }
    }
}

/// A bit of the first octet.
const fn bit(set: bool, mask: u8) -> u8 {
    if set { mask } else { 0 }
}

#[cfg(test)]
mod tests;
