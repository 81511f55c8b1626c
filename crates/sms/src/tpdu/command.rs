//! SMS-COMMAND: a question or an order about a message sent before. 3GPP 23.040 clause 9.2.2.4.

use super::reader::Reader;
use super::{Address, Fault, bit, kind};

/// What is asked (TP-CT, clause 9.2.3.19).
pub mod order {
    /// What became of it?
    pub const ENQUIRE: u8 = 0x00;
    /// No status report after all.
    pub const CANCEL_REPORT: u8 = 0x01;
    /// Delete it.
    pub const DELETE: u8 = 0x02;
    /// Send a status report after all.
    pub const WANT_REPORT: u8 = 0x03;
}

/// An order to the service centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Command {
    /// TP-SRR: a status report is wanted.
    pub report: bool,
    /// TP-UDHI: its data begins with a header.
    pub has_header: bool,
    /// TP-MR: our number of the command.
    pub reference: u8,
    /// TP-PID.
    pub protocol: u8,
    /// TP-CT, see [`order`].
    pub order: u8,
    /// TP-MN: which message it is about.
    pub message: u8,
    /// TP-DA.
    pub destination: Address,
    /// TP-CD.
    pub data: Vec<u8>,
}

impl Command {
    /// Writes it; more than 156 octets of data do not fit.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        let length = u8::try_from(self.data.len()).ok().filter(|length| *length <= 156).ok_or(Fault::Long)?;
        let mut out = vec![0x02 | bit(self.report, 0x20) | bit(self.has_header, 0x40)];
        out.extend([self.reference, self.protocol, self.order, self.message]);
        self.destination.write(&mut out);
        out.push(length);
        out.extend_from_slice(&self.data);
        Ok(out)
    }

    /// Reads it.
    pub fn decode(octets: &[u8]) -> Result<Command, Fault> {
        if kind(octets)? != 2 {
            return Err(Fault::Kind);
        }
        let mut reader = Reader::new(octets);
        let first = reader.octet("TP-MTI")?;
        let reference = reader.octet("TP-MR")?;
        let protocol = reader.octet("TP-PID")?;
        let order = reader.octet("TP-CT")?;
        let message = reader.octet("TP-MN")?;
        let destination = Address::read(&mut reader, "TP-DA")?;
        let length = usize::from(reader.octet("TP-CDL").unwrap_or(0));
        let data = reader.left();
        Ok(Command {
            report: first & 0x20 != 0,
            has_header: first & 0x40 != 0,
            reference,
            protocol,
            order,
            message,
            destination,
            data: data[..length.min(data.len())].to_vec(),
        })
    }
}
