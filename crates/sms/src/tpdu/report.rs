//! SMS-STATUS-REPORT: what became of a message. 3GPP 23.040 clause 9.2.2.3.

use super::answer::Extras;
use super::reader::Reader;
use super::{Address, Fault, Stamp, bit, kind, state};
use crate::life::Status;
use crate::reason::Code;

/// A report of the service centre.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StatusReport {
    /// TP-MMS, whose bit is set when nothing more waits.
    pub more: bool,
    /// TP-LP: forwarded, and not to be forwarded again.
    pub forwarded: bool,
    /// TP-SRQ: it is about a command, not about a message.
    pub of_command: bool,
    /// TP-MR: the modem's number of the message, which begins anew after 255.
    pub reference: u8,
    /// TP-RA: whom the message was for.
    pub recipient: Address,
    /// TP-SCTS: when the service centre took the message.
    pub taken_at: Stamp,
    /// TP-DT: when the outcome came about.
    pub done_at: Stamp,
    /// TP-ST.
    pub status: u8,
    /// What may follow.
    pub extras: Extras,
}

impl StatusReport {
    /// What it means for the message.
    pub fn meaning(&self) -> (Status, Code) {
        state::meaning(self.status)
    }

    /// Writes it.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::with_capacity(48);
        out.push(
            0x02 | bit(!self.more, 0x04)
                | bit(self.forwarded, 0x08)
                | bit(self.of_command, 0x20)
                | bit(self.extras.has_header(), 0x40),
        );
        out.push(self.reference);
        self.recipient.write(&mut out);
        out.extend(self.taken_at.0);
        out.extend(self.done_at.0);
        out.push(self.status);
        self.extras.write(&mut out)?;
        Ok(out)
    }

    /// Reads it.
    pub fn decode(octets: &[u8]) -> Result<StatusReport, Fault> {
        if kind(octets)? != 2 {
            return Err(Fault::Kind);
        }
        let mut reader = Reader::new(octets);
        let first = reader.octet("TP-MTI")?;
        Ok(StatusReport {
            more: first & 0x04 == 0,
            forwarded: first & 0x08 != 0,
            of_command: first & 0x20 != 0,
            reference: reader.octet("TP-MR")?,
            recipient: Address::read(&mut reader, "TP-RA")?,
            taken_at: Stamp(reader.seven("TP-SCTS")?),
            done_at: Stamp(reader.seven("TP-DT")?),
            status: reader.octet("TP-ST")?,
            extras: Extras::read(first & 0x40 != 0, &mut reader),
        })
    }
}
