//! SMS-SUBMIT: a message on its way to the service centre. 3GPP 23.040 clause 9.2.2.2.

use super::reader::Reader;
use super::{Address, Dcs, Fault, UserData, Validity, bit, kind};

/// A message to send.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Submit {
    /// TP-RD: the centre shall refuse a repeat of a message it holds.
    pub reject_duplicates: bool,
    /// TP-RP: the answer may take the same way.
    pub reply_path: bool,
    /// TP-SRR: a status report is wanted.
    pub report: bool,
    /// TP-MR: our number of it; a modem writes its own over it.
    pub reference: u8,
    /// TP-DA.
    pub destination: Address,
    /// TP-PID: 0 for a plain message.
    pub protocol: u8,
    /// TP-DCS.
    pub dcs: Dcs,
    /// TP-VP.
    pub validity: Validity,
    /// TP-UD.
    pub user: UserData,
}

impl Submit {
    /// A plain message; a report is asked for or not, nothing else is unusual.
    pub fn new(destination: Address, dcs: Dcs, user: UserData) -> Submit {
        Submit {
            reject_duplicates: false,
            reply_path: false,
            report: false,
            reference: 0,
            destination,
            protocol: 0,
            dcs,
            validity: Validity::Absent,
            user,
        }
    }

    /// Writes it.
    pub fn encode(&self) -> Result<Vec<u8>, Fault> {
        let mut out = Vec::with_capacity(176);
        out.push(
            0x01 | bit(self.reject_duplicates, 0x04)
                | self.validity.format()
                | bit(self.report, 0x20)
                | bit(!self.user.header.is_empty(), 0x40)
                | bit(self.reply_path, 0x80),
        );
        out.push(self.reference);
        self.destination.write(&mut out);
        out.extend([self.protocol, self.dcs.0]);
        self.validity.write(&mut out);
        self.user.write(self.dcs, &mut out)?;
        Ok(out)
    }

    /// Reads it.
    pub fn decode(octets: &[u8]) -> Result<Submit, Fault> {
        if kind(octets)? != 1 {
            return Err(Fault::Kind);
        }
        let mut reader = Reader::new(octets);
        let first = reader.octet("TP-MTI")?;
        let reference = reader.octet("TP-MR")?;
        let destination = Address::read(&mut reader, "TP-DA")?;
        let protocol = reader.octet("TP-PID")?;
        let dcs = Dcs(reader.octet("TP-DCS")?);
        let validity = Validity::read(first, &mut reader)?;
        let length = reader.octet("TP-UDL")?;
        Ok(Submit {
            reject_duplicates: first & 0x04 != 0,
            reply_path: first & 0x80 != 0,
            report: first & 0x20 != 0,
            reference,
            destination,
            protocol,
            dcs,
            validity,
            user: UserData::read(first & 0x40 != 0, dcs, length, reader.left()),
        })
    }
}
